import { Query, type QueryResult } from '../../schema/query.ts';
import {
  leastK,
  type PanelName,
  PanelName as Panels,
  type PeriodKind,
  panels,
  type Released,
  releasedRows,
  releasedStatement,
} from '../../schema/release.ts';
import type { Site } from '../../schema/site.ts';
import { answer } from '../query/answer.ts';
import type { FoldReader, Reader } from '../query/read.ts';
import { type ClosedPeriod, closedPeriod, NotReleasable } from './period.ts';

export interface Wanted {
  readonly site: Site;
  readonly kind: PeriodKind;
  /** Any date within the period, `YYYY-MM-DD`. */
  readonly of: string;
  /** ms since 1970. */
  readonly now: number;
  readonly read: Reader;
  /** Every count becomes a multiple of this. */
  readonly k: number;
  /** Days for which counters are kept. */
  readonly keepDays: number;
}

/** Panels have one dimension each, which is read by day: nothing of it was folded. */
const noPairs: FoldReader = {
  monthsUntil: async () => null,
  folds: async (_site, groups) => groups.map(() => none),
};
const none = { visitors: 0, folded: 0 };

/**
 * The one way out of the owner's view: a period that is over, a fixed list of panels, each count rounded to a multiple of
 * `k`, ratios from rounded counts. Rejects with {@link NotReleasable}, and where the store does.
 */
export async function release({ site, kind, of, now, read, k, keepDays }: Wanted): Promise<Released> {
  if (k < leastK)
    throw new NotReleasable(
      `Counts rounded to multiples of ${k} would say too much outside the owner’s view. Set FOOTFALL_K to ${leastK} or more.`,
    );
  const closed = closedPeriod({ site, kind, of, now, keepDays });
  const names = Panels.options.filter((name) => name !== 'trend' || kind !== 'day');
  const answers = await answer({
    queries: names.map((name) => queryOf(name, site, closed)),
    site,
    now,
    read,
    detailHours: 0,
    pairDays: 0,
    keepDays,
    folds: noPairs,
    k,
    roundTo: k,
  });
  return {
    site: site.domain,
    period: closed.period,
    k,
    panels: names.map((name, index) => panelOf(name, answers[index])),
    statement: releasedStatement(k),
  };
}

const queryOf = (name: PanelName, site: Site, { period }: ClosedPeriod): Query => {
  const { dimension, metrics } = panels[name];
  return Query.parse({
    site_id: site.domain,
    metrics,
    dimensions: dimension === null ? [] : [dimension],
    date_range: [period.from, period.to],
  });
};

/**
 * Rows come sorted by their rounded figures and then by value, so that their order says no more than they do. A value with
 * too few visitors is left out whatever its other counts are: many pageviews may be one person's.
 */
function panelOf(name: PanelName, answered: QueryResult | { error: { message: string } } | undefined) {
  if (!answered || 'error' in answered)
    throw new Error(`the panel ${name} cannot be asked: ${answered?.error.message ?? 'no answer'}`);
  const { dimension, metrics } = panels[name];
  const fixed = name === 'totals' || name === 'trend';
  const rows = answered.results
    .filter((row) => fixed || (row.metrics[0] ?? 0) > 0)
    .slice(0, fixed ? undefined : releasedRows)
    .map((row) => ({ value: row.dimensions[0] ?? null, figures: row.metrics }));
  return { panel: name, dimension, metrics: [...metrics], rows };
}
