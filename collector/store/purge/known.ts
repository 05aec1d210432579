import {
  coreDimensions,
  type DimensionName,
  dimensions,
  visitDimensions,
} from '../../../schema/dimensions.ts';
import type { Amount } from '../../../schema/measures.ts';
import { detailAmounts, type Rollup, rollupOver, rollups } from '../../../schema/rollups.ts';
import { amountOf, storedSums } from '../../rollups/stored.ts';
import type { Db } from '../database.ts';
import { type Cell, type Cells, keyOf, loadCells, type Sums, sumAt, totalOf } from './cells.ts';
import type { PurgeDimension } from './target.ts';

/** What stands on the database of the day. */
export interface Day {
  readonly db: Db;
  readonly ids: ReadonlyMap<string, number>;
  readonly site: number;
  readonly day: number;
}

const every = new Set<DimensionName>([...visitDimensions, 'page', 'hostname', 'event', 'entry_page']);
/** Whether every pageview and event of an identified visitor has this dimension. */
const onEveryHit = (dim: DimensionName): boolean => every.has(dim);

const detailSet: ReadonlySet<string> = new Set(detailAmounts);
export const inDetail = (amount: string | undefined): amount is (typeof detailAmounts)[number] =>
  amount !== undefined && detailSet.has(amount);

/** What one pair says of the poison: its counters by the values of the other dimension. */
interface Partner {
  readonly rollup: Rollup;
  readonly cells: Cells;
  /** Nothing of the poison was folded into other values here. */
  readonly complete: boolean;
}

/** Everything that is known of the poison on its day. Only identified visitors can be told apart by two dimensions. */
export interface Known {
  readonly dim: PurgeDimension;
  /** Id of the value. */
  readonly value: number;
  /** Rows of the detail, while it has the whole day: everything about the core dimensions is exact. */
  readonly detail: readonly DetailRow[] | null;
  /** Totals of the poison by amount, of facts about the web. What is missing cannot be separated and stays. */
  readonly totals: ReadonlyMap<Amount, number>;
  /** The pair with another dimension; null where there is none. */
  by(dim: DimensionName): Partner | null;
  /** The detail summed by some core dimensions, by amount; null where it is not kept. Cells without one of them are left out. */
  joint(dims: readonly DimensionName[]): Cells | null;
}

interface DetailRow {
  readonly hour: number;
  readonly values: readonly number[];
  readonly sums: Sums;
}

export const placeOf = ({ ids, site, day }: Day, rollup: Rollup) => ({
  rollup,
  id: ids.get(rollup.name) ?? -1,
  site,
  from: rollup.grain === 'hour' ? day * 24 : day,
  until: rollup.grain === 'hour' ? day * 24 + 24 : day + 1,
});

const shaped = (shape: Rollup['shape']): Rollup => {
  const found = rollups.find((rollup) => rollup.shape === shape);
  if (!found) throw new Error(`schema/rollups.ts declares no ${shape}`);
  return found;
};
export const trendRollup = shaped('trend');
export const detailRollup = shaped('detail');

export function rollupNamed(...dims: DimensionName[]): Rollup {
  const found = rollupOver(dims);
  if (!found) throw new Error(`schema/rollups.ts declares no rollup over ${dims.join(' and ')}`);
  return found;
}

/** Hours of the day one by one, because cells of several buckets are summed. */
function detailRows(day: Day, at: number, id: number): DetailRow[] {
  const place = placeOf(day, detailRollup);
  const rows: DetailRow[] = [];
  for (let hour = place.from; hour < place.until; hour++)
    for (const { values, sums } of loadCells(
      day.db,
      { ...place, from: hour, until: hour + 1 },
      { at, id },
    ).values())
      rows.push({ hour, values, sums });
  return rows;
}

/** Id of the value that identified visitors have; -1 before there was one. */
export const identifiedId = ({ db }: Day): number =>
  Number(db.prepare('SELECT id FROM string WHERE value = ?').pluck().get('identified') ?? -1);

/** Whether the detail holds all that identified visitors did on the day. */
function detailIsWhole(day: Day): boolean {
  const place = placeOf(day, detailRollup);
  const [kept = {}] = day.db
    .prepare<number[], Record<string, number>>(
      `SELECT ${detailAmounts.map((amount) => `coalesce(sum(${amount}), 0) AS ${amount}`).join(', ')} FROM detail WHERE site = ? AND rollup = ? AND bucket >= ? AND bucket < ?`,
    )
    .all(place.site, place.id, place.from, place.until);
  const visitors = rollupNamed('visitor');
  const cell = loadCells(day.db, placeOf(day, visitors)).get(keyOf([identifiedId(day)]));
  if (!cell) return false;
  return Object.entries(visitors.measured).every(
    ([column, amount]) => !inDetail(amount) || sumAt(kept, amount) === sumAt(cell.sums, column),
  );
}

export function learn(day: Day, dim: PurgeDimension, value: number): Known {
  const at = (coreDimensions as readonly DimensionName[]).indexOf(dim);
  const detail = detailIsWhole(day) ? detailRows(day, at, value) : null;
  const totals = new Map<Amount, number>();
  const partners = new Map<DimensionName, Partner | null>();
  const own = loadCells(day.db, placeOf(day, rollupNamed(dim))).get(keyOf([value]))?.sums ?? {};

  const by = (other: DimensionName): Partner | null => {
    let partner = partners.get(other);
    if (partner === undefined) {
      partner = partnerOf(day, dim, value, other, totals);
      partners.set(other, partner);
    }
    return partner;
  };
  const joint: Known['joint'] = (dims) => {
    if (!detail || !dims.every((name) => dimensions[name].core)) return null;
    const places = dims.map((name) => (coreDimensions as readonly DimensionName[]).indexOf(name));
    const sums = new Map<string, { values: number[]; sums: Record<string, number> }>();
    for (const row of detail) {
      const values = places.map((place) => row.values[place] ?? 0);
      // Missing in the fact: it feeds no rollup over this dimension.
      if (values.includes(0)) continue;
      const cell = sums.get(keyOf(values)) ?? { values, sums: {} };
      sums.set(keyOf(values), cell);
      for (const [amount, sum] of Object.entries(row.sums))
        cell.sums[amount] = (cell.sums[amount] ?? 0) + sum;
    }
    return sums;
  };

  if (detail) {
    const summed = totalOf(detail);
    for (const amount of detailAmounts) totals.set(amount, sumAt(summed, amount));
  } else ownTotals(dim, own, totals);
  pairTotals(day, dim, value, detail !== null, totals);
  if (!detail) visitorTotals(day, dim, totals);
  return { dim, value, detail, totals, by, joint };
}

/** What the value’s own counters say. Those that an opted-out visitor’s hit never grows are the identified part alone. */
function ownTotals(dim: PurgeDimension, own: Sums, totals: Map<Amount, number>): void {
  const rollup = rollupNamed(dim);
  for (const [column, amount] of Object.entries(rollup.measured)) {
    const mixed = dimensions[dim].optedOut && (amount === 'pageviews' || amount === 'custom');
    if (!mixed) totals.set(amount, sumAt(own, column));
  }
  // A page’s hits do not tell what became of the visits they belong to.
  if (dim === 'page')
    for (const amount of ['closed', 'bounces', 'duration', 'views', 'exits'] as const) totals.set(amount, 0);
}

/** What only pairs know: the largest sum any of them has, as each holds the whole or, where it was folded, less. */
function pairTotals(
  day: Day,
  dim: PurgeDimension,
  value: number,
  detail: boolean,
  totals: Map<Amount, number>,
): void {
  for (const rollup of rollups) {
    if (rollup.shape !== 'pair' || rollup.scope !== 'web' || !rollup.dims.includes(dim)) continue;
    const other = rollup.dims.find((name) => name !== dim);
    if (other === undefined || (!onEveryHit(other) && other !== 'exit_page')) continue;
    const at = rollup.dims.indexOf(dim);
    const sums = totalOf(loadCells(day.db, placeOf(day, rollup), { at, id: value }).values());
    for (const column of Object.keys(sums)) {
      const amount = amountOf(rollup, column) as Amount | undefined;
      // Of visits that ended, those with an exit page are a part.
      if (amount === undefined || (detail && inDetail(amount))) continue;
      totals.set(amount, Math.max(totals.get(amount) ?? 0, sumAt(sums, column)));
    }
  }
  if (dim === 'page' && !totals.has('entries')) {
    // Who enters on this page enters on it as an entry page.
    const entry = loadCells(day.db, placeOf(day, rollupNamed('entry_page'))).get(keyOf([value]));
    const hits = (totals.get('pageviews') ?? 0) + (totals.get('custom') ?? 0);
    totals.set('entries', hits > 0 ? sumAt(entry?.sums, 'visits') : 0);
  }
}

/** Without detail, visitors of the day are taken to be those with this acquisition: the same, but for who had two. */
function visitorTotals(day: Day, dim: PurgeDimension, totals: Map<Amount, number>): void {
  if (dim === 'page' || dim === 'country') return;
  const trend = totalOf(loadCells(day.db, placeOf(day, trendRollup)).values());
  totals.set('day_first', Math.min(totals.get('acquisition_first') ?? 0, sumAt(trend, 'visitors')));
}

function partnerOf(
  day: Day,
  dim: PurgeDimension,
  value: number,
  other: DimensionName,
  totals: ReadonlyMap<Amount, number>,
): Partner | null {
  const rollup = other === dim ? undefined : rollupOver([dim, other]);
  if (rollup?.shape !== 'pair') return null;
  const at = rollup.dims.indexOf(dim);
  const cells = new Map<string, Cell>();
  for (const { values, sums } of loadCells(day.db, placeOf(day, rollup), { at, id: value }).values()) {
    const rest = [values[1 - at] ?? 0];
    cells.set(keyOf(rest), { values: rest, sums });
  }
  const complete = onEveryHit(other) ? coversTotals(rollup, cells, totals) : coversSingle(day, rollup, other);
  return { rollup, cells, complete };
}

function coversTotals(rollup: Rollup, cells: Cells, totals: ReadonlyMap<Amount, number>): boolean {
  const sums = totalOf(cells.values());
  return storedSums.pair.every((column) => {
    const amount = amountOf(rollup, column) as Amount | undefined;
    const total = amount === undefined ? undefined : totals.get(amount);
    return total === undefined || sumAt(sums, column) === total;
  });
}

/** Of a dimension that not every hit has: whether the pair as a whole holds what the dimension alone does. */
function coversSingle(day: Day, rollup: Rollup, other: DimensionName): boolean {
  const single = rollupNamed(other);
  const alone = totalOf(loadCells(day.db, placeOf(day, single)).values());
  const paired = totalOf(loadCells(day.db, placeOf(day, rollup)).values());
  return Object.keys(single.measured).every(
    (column) =>
      amountOf(single, column) !== amountOf(rollup, column) || sumAt(alone, column) === sumAt(paired, column),
  );
}
