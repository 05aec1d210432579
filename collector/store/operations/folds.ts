import { storedRollups } from '../../../schema/rollups.ts';
import type { Fold, FoldSpan } from '../../query/read.ts';
import { type Db, rollupIdsByName } from '../database.ts';

/** Every month of the site whose first day is before this day is folded; null where none is. */
export const monthsUntil = (db: Db, site: number): number | null =>
  db
    .prepare<[number], number>("SELECT until FROM job_mark WHERE site = ? AND job = 'months'")
    .pluck()
    .get(site) ?? null;

/**
 * How much was folded in each group of spans of pairs. Days that were not touched count to the visitors as well, so that
 * the share is one of all that is read; where nothing was folded both are 0.
 */
export function folds(db: Db, site: number, groups: readonly (readonly FoldSpan[])[]): Fold[] {
  const ids = rollupIdsByName(db);
  const rows = db.prepare<[number, number, number, number], Row>(
    'SELECT bucket, total, folded FROM fold WHERE site = ? AND rollup = ? AND bucket >= ? AND bucket < ?',
  );
  return groups.map((spans) => {
    const read = spans.map((span) => {
      const id = ids.get(span.rollup) ?? -1;
      return { id, span, rows: rows.all(site, id, span.from, span.until) };
    });
    const touched = read.flatMap((one) => one.rows);
    const folded = sum(touched.map((row) => row.folded));
    if (folded === 0) return { visitors: 0, folded };
    const untouched = read.map((one) => visitorsBesides(db, site, one.id, one.span, one.rows));
    return { visitors: sum(touched.map((row) => row.total)) + sum(untouched), folded };
  });
}

interface Row {
  readonly bucket: number;
  readonly total: number;
  readonly folded: number;
}

/** Visitors of the days that have no row about folding. Months have one each. */
function visitorsBesides(
  db: Db,
  site: number,
  id: number,
  { rollup, from, until }: FoldSpan,
  rows: readonly Row[],
): number {
  if (!days.has(rollup)) return 0;
  const edge = (which: 'min' | 'max') =>
    db
      .prepare<[number, number], number | null>(
        `SELECT ${which}(bucket) FROM pair WHERE site = ? AND rollup = ?`,
      )
      .pluck()
      .get(site, id) ?? 0;
  const visitors = db
    .prepare<[number, number, number], number>(
      'SELECT coalesce(sum(visitors), 0) FROM pair WHERE site = ? AND rollup = ? AND bucket = ?',
    )
    .pluck();
  const touched = new Set(rows.map(({ bucket }) => bucket));
  let all = 0;
  for (let day = Math.max(from, edge('min')); day < Math.min(until, edge('max') + 1); day++)
    if (!touched.has(day)) all += visitors.get(site, id, day) ?? 0;
  return all;
}

const days = new Set(storedRollups.filter(({ grain }) => grain === 'day').map(({ name }) => name));
const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);
