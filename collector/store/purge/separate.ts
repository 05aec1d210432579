import { type DimensionName, dimensions } from '../../../schema/dimensions.ts';
import type { Amount } from '../../../schema/measures.ts';
import type { Rollup } from '../../../schema/rollups.ts';
import { amountOf, storedSums } from '../../rollups/stored.ts';
import { otherId } from '../dictionary.ts';
import {
  type Cell,
  type Cells,
  cellsOf,
  combined,
  keyOf,
  loadCells,
  type Sums,
  sumAt,
  totalOf,
  trimmed,
} from './cells.ts';
import { type Day, identifiedId, inDetail, type Known, placeOf, rollupNamed } from './known.ts';
import { shareOut } from './share.ts';
import type { How } from './target.ts';

/** A rollup’s cells of the day without the poison. */
export interface Separated {
  readonly after: Cells;
  readonly how: How;
}

const columnsOf = (rollup: Rollup): string[] =>
  storedSums[rollup.shape].filter((column) => amountOf(rollup, column) !== undefined);
const isCoreSet = (known: Known, rollup: Rollup): boolean =>
  known.detail !== null &&
  rollup.scope === 'web' &&
  rollup.dims.every((dim) => dimensions[dim].core) &&
  columnsOf(rollup).every((column) => inDetail(amountOf(rollup, column)));

/** Dimensions that only some hits have, and the core dimension through which those untouched by the poison are told. */
const told = { status: 'page', prop: 'event' } as const satisfies Partial<
  Record<DimensionName, DimensionName>
>;

/**
 * Takes the poison out of one rollup by day. In this order, the first that can be done:
 * 1. The value’s own cells go; of a single dimension what opted-out visitors did stays.
 * 2. Core dimensions, while detail has the day: cell by cell.
 * 3. By the pair of the poison’s dimension with one of the rollup’s: a single dimension value by value; of a pair the
 *    values that the poison never met stay as they are, and each of the others keeps its totals under `(other)`.
 * 4. All of the day becomes `(other)`, with what remains of the totals.
 * Of dimensions that only some hits have, whatever the poison may have touched goes: never is more told than was true.
 */
export function separate(day: Day, known: Known, rollup: Rollup, before: Cells): Separated {
  const unchanged: Separated = { after: before, how: 'exact' };
  if (['drop', 'browser', 'cohort', 'mail'].includes(rollup.scope)) return unchanged;
  if (rollup.scope === 'bounded') return bounded(known, before);
  if (rollup.dims.includes(known.dim)) return own(known, rollup, before);
  // The accounts of ended visits name no page.
  if (known.dim === 'page' && rollup.dims.includes('exit_page')) return unchanged;
  const removed = removedTotals(known, rollup);
  if (rollup.dims.includes('visitor')) return identified(day, before, removed);
  if (isCoreSet(known, rollup)) return joint(known, rollup, before) ?? toOther(rollup, before, removed);
  if (rollup.dims.includes('prop') || rollup.dims.includes('status'))
    return partial(day, known, rollup, before);
  if (rollup.dims.includes('goal') && rollup.dims.includes('currency'))
    return without(rollup, before, touchedBy(known, 'goal'), 'goal');
  if (Object.keys(removed).length === 0) return unchanged;
  return bySides(known, rollup, before) ?? toOther(rollup, before, removed);
}

/** Pages of the differentially private export: a day less only lowers what it tells. */
function bounded(known: Known, before: Cells): Separated {
  if (known.dim !== 'page') return { after: new Map(), how: 'goes' };
  return {
    after: cellsOf([...before.values()].filter(({ values }) => values[0] !== known.value)),
    how: 'exact',
  };
}

/** The value’s own cells. What an earlier fold or purge put under `(other)` is taken out there. */
function own(known: Known, rollup: Rollup, before: Cells): Separated {
  const at = rollup.dims.indexOf(known.dim);
  const mine = [...before.values()].filter(({ values }) => values[at] === known.value);
  const rest = [...before.values()].filter(({ values }) => values[at] !== known.value);
  const removed = removedTotals(known, rollup);
  if (rollup.shape === 'single')
    for (const { values, sums } of mine) {
      const left = { values, sums: notNegative(combined(sums, removed, -1)) };
      if (Object.keys(left.sums).length > 0) rest.push(left);
    }
  const owed = comparable(known, rollup) ? notNegative(combined(removed, totalOf(mine), -1)) : {};
  if (Object.keys(owed).length === 0) return { after: cellsOf(rest), how: 'exact' };
  const folded = rest.filter(({ values }) => values[at] === otherId);
  const others = totalOf(folded);
  if (!holds(others, owed)) return toOther(rollup, cellsOf(rest), owed);
  const values = rollup.dims.map(() => otherId);
  const named = rest.filter(({ values }) => values[at] !== otherId);
  return { after: cellsOf([...named, { values, sums: combined(others, owed, -1) }]), how: 'to (other)' };
}

/** Whether a rollup loses the same as all others over what every hit has. */
export const comparable = (known: Known, { scope, dims }: Rollup): boolean =>
  scope === 'web' && !dims.includes('status') && !(known.dim === 'page' && dims.includes('exit_page'));

/** Only identified visitors can be told apart. */
function identified(day: Day, before: Cells, removed: Sums): Separated {
  const cell = before.get(keyOf([identifiedId(day)]));
  if (!cell) return { after: before, how: 'exact' };
  const after = { values: cell.values, sums: notNegative(combined(cell.sums, removed, -1)) };
  return { after: cellsOf([...before.values(), after]), how: 'exact' };
}

/** Null where a cell does not hold what detail says. */
function joint(known: Known, rollup: Rollup, before: Cells): Separated | null {
  const after = new Map(before);
  for (const [key, { sums }] of known.joint(rollup.dims) ?? []) {
    const less = trimmed(
      Object.fromEntries(
        columnsOf(rollup).map((column) => [column, sumAt(sums, amountOf(rollup, column) ?? '')]),
      ),
    );
    if (Object.keys(less).length === 0) continue;
    const cell = after.get(key);
    if (!cell || !holds(cell.sums, less)) return null;
    after.set(key, { values: cell.values, sums: combined(cell.sums, less, -1) });
  }
  return { after, how: 'exact' };
}

/** Whether every counter is at least as large. */
export const holds = (sums: Sums, less: Sums): boolean =>
  Object.entries(less).every(([column, sum]) => sumAt(sums, column) >= sum);

/** What a rollup loses in all, by column. */
export function removedTotals(known: Known, rollup: Rollup): Sums {
  const carrier = carrierOf(rollup);
  if (carrier) {
    const partner = known.by(carrier);
    const sums = totalOf(partner?.cells.values() ?? []);
    return trimmed(
      Object.fromEntries(
        columnsOf(rollup)
          .filter((column) => partner && amountOf(partner.rollup, column) === amountOf(rollup, column))
          .map((column) => [column, sumAt(sums, column)]),
      ),
    );
  }
  return trimmed(
    Object.fromEntries(
      columnsOf(rollup).map((column) => [column, known.totals.get(amountOf(rollup, column) as Amount) ?? 0]),
    ),
  );
}

/** The dimension that only some facts have, and that a rollup over it is therefore measured by. */
const carrierOf = ({ dims }: Rollup): DimensionName | undefined =>
  dims.find((dim) => dim === 'goal' || dim === 'currency' || dim === 'exit_page');

function toOther(rollup: Rollup, before: Cells, removed: Sums): Separated {
  const rest = combined(totalOf(before.values()), removed, -1);
  // Where the day has one cell, the poison stands in it.
  const [only] = before.size === 1 ? before.values() : [];
  const values = only?.values ?? rollup.dims.map(() => otherId);
  return { after: cellsOf([{ values, sums: notNegative(rest) }]), how: only ? 'exact' : 'to (other)' };
}

const notNegative = (sums: Sums): Sums =>
  Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum > 0));

/** By the pair with a dimension of the rollup: the one that leaves most as it is. Null where none can. */
function bySides(known: Known, rollup: Rollup, before: Cells): Separated | null {
  const carrier = carrierOf(rollup);
  const sides = (carrier ? [carrier] : rollup.dims).flatMap(
    (side) => bySide(known, rollup, before, side) ?? [],
  );
  // Who had two sources is all that one column can be off by.
  const off = ({ mismatched }: Side): number => Math.max(1, mismatched);
  sides.sort((one, other) => off(one) - off(other) || other.kept - one.kept);
  return sides[0] ?? null;
}

interface Side extends Separated {
  /** Columns whose amount the pair does not know by value. */
  readonly mismatched: number;
  /** Pageviews, or visits, that stay under their own values. */
  readonly kept: number;
}

function bySide(known: Known, rollup: Rollup, before: Cells, side: DimensionName): Side | null {
  const at = rollup.dims.indexOf(side);
  const groups = new Map<number, Cell[]>();
  for (const cell of before.values()) {
    const id = cell.values[at] ?? 0;
    const group = groups.get(id);
    if (group) group.push(cell);
    else groups.set(id, [cell]);
  }
  const sums = new Map([...groups].map(([id, cells]) => [id, totalOf(cells)]));
  const removed = removedBy(known, rollup, side, sums);
  if (!removed) return null;
  for (const [id, less] of removed.sums) if (!holds(sums.get(id) ?? {}, less)) return null;

  const after: Cell[] = [];
  let kept = 0;
  let folded = false;
  for (const [id, cells] of groups) {
    const less = removed.sums.get(id);
    if (!less || Object.keys(less).length === 0) {
      after.push(...cells);
      kept += sumAt(sums.get(id), 'pageviews') + sumAt(sums.get(id), 'visits');
      continue;
    }
    const rest = combined(sums.get(id) ?? {}, less, -1);
    if (Object.keys(rest).length === 0) continue;
    const [only] = cells.length === 1 ? cells : [];
    if (only) kept += sumAt(rest, 'pageviews') + sumAt(rest, 'visits');
    folded ||= !only;
    after.push({
      values: only?.values ?? rollup.dims.map((_, index) => (index === at ? id : otherId)),
      sums: rest,
    });
  }
  return {
    after: cellsOf(after),
    how: folded ? 'to (other)' : removed.mismatched > 0 ? 'in proportion' : 'exact',
    mismatched: removed.mismatched,
    kept,
  };
}

/**
 * What the values of one dimension lose in a rollup’s columns: by detail or the pair where one of them knows the amount,
 * else the amount’s total in proportion to what the pair knows. Null where too little is known.
 */
function removedBy(
  known: Known,
  rollup: Rollup,
  side: DimensionName,
  held: ReadonlyMap<number, Sums>,
): { readonly sums: ReadonlyMap<number, Sums>; readonly mismatched: number } | null {
  const partner = known.by(side);
  const detail =
    rollup.scope === 'web' && !carrierOf(rollup) && dimensions[side].core ? known.joint([side]) : null;
  if (!detail && !partner?.complete) return null;
  const ids = [...held.keys()];
  const sums = new Map<number, Record<string, number>>();
  const add = (id: number, column: string, sum: number): void => {
    if (sum === 0) return;
    const found = sums.get(id) ?? {};
    sums.set(id, found);
    found[column] = (found[column] ?? 0) + sum;
  };
  let mismatched = 0;
  for (const column of columnsOf(rollup)) {
    const amount = amountOf(rollup, column);
    if (detail && inDetail(amount)) {
      for (const { values, sums: own } of detail.values()) add(values[0] ?? 0, column, sumAt(own, amount));
    } else if (partner?.complete && amountOf(partner.rollup, column) === amount) {
      for (const { values, sums: own } of partner.cells.values())
        add(values[0] ?? 0, column, sumAt(own, column));
    } else {
      const total = known.totals.get(amount as Amount) ?? 0;
      if (total === 0) continue;
      const weights = ids.map((id) => {
        const own = partner?.cells.get(keyOf([id]))?.sums ?? detail?.get(keyOf([id]))?.sums;
        return sumAt(own, column) || sumAt(own, 'pageviews') + sumAt(own, 'custom');
      });
      const columnWeights = ids.map((id) => sumAt(partner?.cells.get(keyOf([id]))?.sums, column));
      const agreeing = columnWeights.reduce((sum, one) => sum + one, 0) === total;
      // Where as many met the value as came by it, they are the same ones.
      if (!agreeing) mismatched += 1;
      const bearable = ids.map((id) => sumAt(held.get(id), column));
      shareOut(total, agreeing ? columnWeights : weights, bearable).forEach((part, index) => {
        add(ids[index] ?? 0, column, part);
      });
    }
  }
  return { sums, mismatched };
}

/** Values of a core dimension that the poison has met; null where that is not known. */
function touchedBy(known: Known, dim: DimensionName): ReadonlySet<number> | null {
  const partner = known.by(dim);
  const cells = known.joint([dim])?.values() ?? (partner?.complete ? partner.cells.values() : null);
  return cells && new Set([...cells].map(({ values }) => values[0] ?? 0));
}

function without(
  rollup: Rollup,
  before: Cells,
  touched: ReadonlySet<number> | null,
  by: DimensionName,
): Separated {
  const at = rollup.dims.indexOf(by);
  const after = cellsOf(
    touched ? [...before.values()].filter(({ values }) => !touched.has(values[at] ?? 0)) : [],
  );
  return { after, how: after.size < before.size ? 'goes' : 'exact' };
}

/** Properties and statuses, alone or with the dimension through which they are told. */
function partial(day: Day, known: Known, rollup: Rollup, before: Cells): Separated {
  const dim = rollup.dims.includes('prop') ? 'prop' : 'status';
  const through = told[dim];
  if (through === known.dim) {
    const side = bySide(known, rollup, before, dim);
    if (side?.how === 'exact') return side;
  }
  const touched = through === known.dim ? new Set([known.value]) : touchedBy(known, through);
  if (rollup.dims.length > 1) return without(rollup, before, touched, through);
  const pair = rollupNamed(through, dim);
  const pairs = loadCells(day.db, placeOf(day, pair));
  const whole = holds(totalOf(pairs.values()), totalOf(before.values()));
  if (!touched || !whole) return { after: new Map(), how: before.size > 0 ? 'goes' : 'exact' };
  const at = pair.dims.indexOf(through);
  const after = new Map(before);
  for (const { values, sums } of pairs.values()) {
    if (!touched.has(values[at] ?? 0)) continue;
    const key = keyOf([values[1 - at] ?? 0]);
    const cell = after.get(key);
    const less = Object.fromEntries(
      Object.entries(sums).filter(([column]) => amountOf(rollup, column) !== undefined),
    );
    if (!cell || !holds(cell.sums, less)) return { after: new Map(), how: 'goes' };
    after.set(key, { values: cell.values, sums: combined(cell.sums, less, -1) });
  }
  const changed = totalOf(after.values());
  const lost = combined(totalOf(before.values()), changed, -1);
  return { after, how: Object.keys(lost).length > 0 ? 'goes' : 'exact' };
}
