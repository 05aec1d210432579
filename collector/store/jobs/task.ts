import type { Site } from '../../../schema/site.ts';
import type { Db } from '../database.ts';
import type { Edges, Keeping } from './edges.ts';

export type StepName =
  | 'close days'
  | 'fold months'
  | 'fold cohorts'
  | 'delete detail'
  | 'delete day pairs'
  | 'delete old counters'
  | 'delete later hours of mails'
  | 'delete old mail templates'
  | 'delete old requests'
  | 'delete ended sessions'
  | 'delete unused strings';

/** One piece of a job's work, in as many transactions as it takes. */
export interface Task {
  readonly step: StepName;
  /** Null: of the instance. */
  readonly site: Site | null;
  /** Roughly how many transactions; what progress is measured by. */
  readonly size: number;
  /**
   * Does it: one transaction a step, which gives how many rows were deleted or changed. May be left after any step, and
   * begun again.
   */
  work(): Generator<number>;
  /** How many rows it would delete or change, without doing it. */
  count(): number;
}

export interface Context {
  readonly db: Db;
  readonly now: number;
  readonly keeping: Keeping;
  readonly rollupIds: ReadonlyMap<string, number>;
}

export interface SiteContext extends Context {
  readonly site: Site;
  readonly edges: Edges;
}

/** A short transaction for a site's rows; does nothing, and gives 0, once the site was removed. */
export function writeFor({ db, site }: SiteContext, work: () => number): number {
  return db
    .transaction(() => (db.prepare('SELECT 1 FROM site WHERE id = ?').get(site.id) ? work() : 0))
    .immediate();
}
