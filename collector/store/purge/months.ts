import { type DimensionName, values as special } from '../../../schema/dimensions.ts';
import { monthOf as monthRollupOf, type Rollup } from '../../../schema/rollups.ts';
import { type Origins, type Parent, parentOf } from '../../rollups/parents.ts';
import { addMonths, monthOf } from '../../time/calendar.ts';
import type { Db } from '../database.ts';
import { emptyId, otherId } from '../dictionary.ts';
import {
  type Cell,
  type Cells,
  type Change,
  changesBetween,
  combined,
  keyOf,
  loadCells,
  type Place,
  type Sums,
  sumAt,
  trimmed,
} from './cells.ts';
import type { Day } from './known.ts';

/** The job that makes months of days, as it marks how far it has come. */
const foldJob = 'months';

/** What becomes of a month that holds the day. */
export interface MonthChange {
  readonly place: Place;
  /** `anew`: its cells are deleted, and the job folds it again from its days, which are all still there. */
  readonly how: 'follows' | 'anew';
  readonly changes: readonly Change[];
}

/** The rollup by month and the bucket of the day’s month. */
function monthPlace({ ids, site, day }: Day, rollup: Rollup): Place | null {
  const month = monthRollupOf(rollup);
  if (!month) return null;
  const from = monthOf(day);
  return { rollup: month, id: ids.get(month.name) ?? -1, site, from, until: from + 1 };
}

/** Whether the job has done the day’s month, and all of the month’s days are still kept by day (from `firstKept` on). */
export function foldsAnew({ db, site, day }: Day, firstKept: number): boolean {
  const until = db
    .prepare<[number, string], number>('SELECT until FROM job_mark WHERE site = ? AND job = ?')
    .pluck()
    .get(site, foldJob);
  return until !== undefined && until >= addMonths(day, 1) && monthOf(day) >= firstKept;
}

/** Has the job begin again with the day’s month. */
export function markBack({ db, site, day }: Pick<Day, 'db' | 'site' | 'day'>): void {
  const month = monthOf(day);
  db.prepare('UPDATE job_mark SET until = ? WHERE site = ? AND job = ? AND until > ?').run(
    month,
    site,
    foldJob,
    month,
  );
}

/** How a rollup’s month follows a change of one of its days; null where it was not made yet, or loses nothing. */
export function monthChange(
  day: Day,
  rollup: Rollup,
  changes: readonly Change[],
  anew: boolean,
  k: number,
): MonthChange | null {
  const place = changes.length > 0 ? monthPlace(day, rollup) : null;
  const before = place && loadCells(day.db, place);
  if (!place || !before || before.size === 0) return null;
  if (anew && rollup.shape === 'pair')
    return { place, how: 'anew', changes: changesBetween(before, new Map()) };
  const folds = rollup.shape === 'pair' && rollup.people !== null ? k : 0;
  const after = followed(day.db, rollup, before, changes, folds);
  return { place, how: 'follows', changes: changesBetween(before, after) };
}

/**
 * A month whose day has changed. What a cell lost is taken from where folding may have put it: the cell itself, the cell of
 * its second value’s parents, then of its first’s, at last wherever something is left. A changed cell that fewer than `k`
 * visitors still share is folded again, to its parents likewise.
 */
function followed(db: Db, rollup: Rollup, before: Cells, changes: readonly Change[], k: number): Cells {
  const cells = new Map<string, Cell>(before);
  const parents = parentsIn(db);
  const touched = new Set<string>();
  const put = (values: readonly number[], sums: Sums): void => {
    touched.add(keyOf(values));
    cells.set(keyOf(values), { values, sums });
  };
  const add = (values: readonly number[], more: Sums): void =>
    put(values, combined(cells.get(keyOf(values))?.sums ?? {}, more));

  for (const { values, before: old, after } of changes) {
    const more = combined(after, old, -1);
    add(values, Object.fromEntries(Object.entries(more).filter(([, sum]) => sum > 0)));
    let owed = Object.fromEntries(
      Object.entries(more).flatMap(([column, sum]) => (sum < 0 ? [[column, -sum]] : [])),
    );
    for (const place of chainOf(rollup, values, parents)) owed = take(cells.get(keyOf(place)), owed, put);
    if (Object.keys(owed).length > 0) for (const cell of [...cells.values()]) owed = take(cell, owed, put);
  }
  if (k > 0)
    for (const key of touched) {
      const cell = cells.get(key);
      const few = sumAt(cell?.sums ?? {}, 'visitors');
      if (!cell || few >= k || Object.keys(cell.sums).length === 0) continue;
      const [, ...folded] = chainOf(rollup, cell.values, parents);
      const target =
        folded.find((place) => sumAt(cells.get(keyOf(place))?.sums, 'visitors') + few >= k) ?? folded.at(-1);
      if (!target || keyOf(target) === key) continue;
      cells.delete(key);
      cells.set(keyOf(target), {
        values: target,
        sums: combined(cells.get(keyOf(target))?.sums ?? {}, cell.sums),
      });
    }
  return cells;
}

/** Takes what a cell can give; what is still owed comes back. */
function take(
  cell: Cell | undefined,
  owed: Sums,
  put: (values: readonly number[], sums: Sums) => void,
): Sums {
  if (!cell || Object.keys(owed).length === 0) return owed;
  const given = Object.fromEntries(
    Object.entries(owed).map(([column, sum]) => [column, Math.min(sum, sumAt(cell.sums, column))]),
  );
  if (Object.keys(trimmed(given)).length === 0) return owed;
  put(cell.values, combined(cell.sums, given, -1));
  return combined(owed, given, -1);
}

type Parents = (dim: DimensionName, id: number) => number[];

/** Where a cell may have been folded to, nearest first: itself, its second value’s parents, then its first’s. */
function chainOf(rollup: Rollup, values: readonly number[], parents: Parents): number[][] {
  const [first = emptyId, second] = values;
  const firsts = [first, ...parents(rollup.dims[0] ?? 'page', first)];
  if (second === undefined) return firsts.map((value) => [value]);
  const seconds = [second, ...parents(rollup.dims[1] ?? 'page', second)];
  return [
    ...seconds.map((value) => [first, value]),
    ...firsts.slice(1).map((value) => [value, seconds.at(-1) ?? otherId]),
  ];
}

/** Parents that a value’s own text tells (a page’s folders, a city’s region and country, a version’s name), then `(other)`. */
function parentsIn(db: Db): Parents {
  const textOf = db.prepare<[number], string>('SELECT value FROM string WHERE id = ?').pluck();
  const idOf = db.prepare<[string], number>('SELECT id FROM string WHERE value = ?').pluck();
  return (dim, id) => {
    if (id === otherId) return [];
    const names = namesAbove(parentOf(dim, noOrigins), textOf.get(id) ?? '');
    return [...names.flatMap((name) => idOf.get(name) ?? []), otherId];
  };
}

/** Where a source came from is not told by its text. */
const noOrigins: Origins = { sourceOf: new Map(), channelOf: new Map(), channels: new Set() };

/** The way up that folding takes, without `(other)` at its end. */
function namesAbove(parent: Parent, text: string): string[] {
  const names: string[] = [];
  for (let name = parent(text); name !== special.other; name = parent(name)) names.push(name);
  return names;
}
