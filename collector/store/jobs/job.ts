import type { Db } from '../database.ts';
import { openReadOnly, rollupIdsByName } from '../database.ts';
import { listSites } from '../operations/sites.ts';
import { closeDays } from './close.ts';
import { foldCohorts } from './cohorts.ts';
import { cleanDictionary } from './dictionary.ts';
import { edgesOf, type Keeping } from './edges.ts';
import { expireInstance, expireSite } from './expire.ts';
import { expireCampaigns, trimCurves } from './mails.ts';
import { foldMonths } from './months.ts';
import type { Context, StepName, Task } from './task.ts';

/** `fold` closes days and folds months; `retain` does that, and then deletes what is no longer to be kept. */
export type JobKind = 'fold' | 'retain';

/** How far a job is. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly label: string;
}

/** Rows that one step deleted or changed, or would; at least one. */
export interface Line {
  readonly step: StepName;
  /** Null: of the instance. */
  readonly site: string | null;
  readonly rows: number;
}

type Make = (context: Context) => readonly Task[];

/** In this order: nothing is deleted before it was folded, and strings go after what used them. */
const stages: Readonly<Record<JobKind, readonly Make[]>> = {
  fold: [foldAll],
  retain: [foldAll, expireAll, (context) => [cleanDictionary(context)].flatMap((task) => task ?? [])],
};

function* eachSite({ db, now, keeping, rollupIds }: Context) {
  for (const site of listSites(db))
    yield { db, now, keeping, rollupIds, site, edges: edgesOf(site, now, keeping) };
}

function foldAll(context: Context): Task[] {
  return [...eachSite(context)].flatMap((site) =>
    // Months after the days: they are added up from what was closed.
    [closeDays(site), foldMonths(site), foldCohorts(site)].flatMap((task) => task ?? []),
  );
}

function expireAll(context: Context): Task[] {
  return [
    ...[...eachSite(context)].flatMap((site) => [
      ...expireSite(site),
      ...[trimCurves(site), expireCampaigns(site)].flatMap((task) => task ?? []),
    ]),
    ...expireInstance(context),
  ];
}

/**
 * The job, one transaction a step: it may be left after any of them, and done again gives the same. What `now` is (ms
 * since 1970) stays so until the end. Gives what it did.
 */
export function* runJob(db: Db, kind: JobKind, now: number, keeping: Keeping): Generator<Progress, Line[]> {
  const context: Context = { db, now, keeping, rollupIds: rollupIdsByName(db) };
  const lines: Line[] = [];
  const share = 1 / stages[kind].length;
  for (const [index, make] of stages[kind].entries()) {
    const tasks = make(context);
    const total = tasks.reduce((sum, { size }) => sum + size, 0);
    let before = 0;
    for (const task of tasks) {
      let [done, rows] = [0, 0];
      for (const changed of task.work()) {
        rows += changed;
        done = Math.min(done + 1, task.size);
        const part = total === 0 ? 1 : (before + done) / total;
        yield { done: Math.round((index + part) * share * 1_000), total: 1_000, label: labelOf(task) };
      }
      before += task.size;
      // Months that have all their days are looked at again, mostly for nothing.
      if (rows > 0) lines.push({ step: task.step, site: task.site?.domain ?? null, rows });
    }
  }
  yield { done: 1_000, total: 1_000, label: 'done' };
  return lines;
}

const labelOf = ({ step, site }: Task): string => (site ? `${step}, ${site.domain}` : step);

/** What a job would do, as things are now. Changes nothing. */
export function openPreview(path: string, kind: JobKind, now: number, keeping: Keeping): Line[] {
  const db = openReadOnly(path);
  try {
    const context: Context = { db, now, keeping, rollupIds: rollupIdsByName(db) };
    return stages[kind]
      .flatMap((make) => make(context))
      .map((task) => ({ step: task.step, site: task.site?.domain ?? null, rows: task.count() }))
      .filter(({ rows }) => rows > 0);
  } finally {
    db.close();
  }
}
