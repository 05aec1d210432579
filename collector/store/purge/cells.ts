import type { Rollup } from '../../../schema/rollups.ts';
import { storedSums } from '../../rollups/stored.ts';
import type { Db } from '../database.ts';
import { keyColumns } from '../upsert.ts';

/** Counters by the name of their column; those that are zero may be missing. */
export type Sums = Readonly<Record<string, number>>;

export interface Cell {
  /** Ids of the rollup’s dimensions, in its order; of the trend its hour. */
  readonly values: readonly number[];
  readonly sums: Sums;
}
export type Cells = ReadonlyMap<string, Cell>;

export const keyOf = (values: readonly number[]): string => values.join(' ');
export const sumAt = (sums: Sums | undefined, column: string): number => sums?.[column] ?? 0;

export const cellsOf = (cells: Iterable<Cell>): Cells =>
  new Map([...cells].map((cell) => [keyOf(cell.values), cell]));

/** Without what is zero. */
export const trimmed = (sums: Sums): Sums =>
  Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));

export function combined(some: Sums, others: Sums, sign: 1 | -1 = 1): Sums {
  const sums: Record<string, number> = { ...some };
  for (const [column, sum] of Object.entries(others)) sums[column] = (sums[column] ?? 0) + sign * sum;
  return trimmed(sums);
}

export function totalOf(cells: Iterable<Cell>): Sums {
  const total: Record<string, number> = {};
  for (const { sums } of cells)
    for (const [column, sum] of Object.entries(sums)) total[column] = (total[column] ?? 0) + sum;
  return trimmed(total);
}

/** A rollup of a site in the buckets from `from` to before `until`. */
export interface Place {
  readonly rollup: Rollup;
  /** Its stored id. */
  readonly id: number;
  readonly site: number;
  readonly from: number;
  readonly until: number;
}

const within = 'site = ? AND rollup = ? AND bucket >= ? AND bucket < ?';
const boundOf = ({ site, id, from, until }: Place): number[] => [site, id, from, until];
const valueColumns = ({ rollup }: Place): string[] =>
  rollup.shape === 'trend' ? ['bucket'] : keyColumns(rollup.shape).filter((name) => name.startsWith('v'));

/** The cells of a place, optionally those with one id at one place of their values. Over several buckets they are summed. */
export function loadCells(db: Db, place: Place, only?: { readonly at: number; readonly id: number }): Cells {
  const sums = storedSums[place.rollup.shape];
  const keys = valueColumns(place);
  const text = `SELECT ${[...keys, ...sums.map((sum) => `sum(${sum})`)].join(', ')} FROM ${place.rollup.shape} WHERE ${within}${
    only ? ` AND v${only.at + 1} = ?` : ''
  } GROUP BY ${keys.join(', ')}`;
  const rows = db
    .prepare<number[], number[]>(text)
    .raw()
    .iterate(...boundOf(place), ...(only ? [only.id] : []));
  const cells = new Map<string, Cell>();
  for (const row of rows) {
    const values = row.slice(0, keys.length);
    const found: Record<string, number> = {};
    sums.forEach((sum, index) => {
      const value = row[keys.length + index];
      if (value) found[sum] = value;
    });
    cells.set(keyOf(values), { values, sums: found });
  }
  return cells;
}

/** One cell before and after; where either is empty there is no row. */
export interface Change {
  readonly values: readonly number[];
  readonly before: Sums;
  readonly after: Sums;
}

export function changesBetween(before: Cells, after: Cells): Change[] {
  const changes: Change[] = [];
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, now] = [before.get(key), after.get(key)];
    const change = {
      values: (old ?? now)?.values ?? [],
      before: trimmed(old?.sums ?? {}),
      after: trimmed(now?.sums ?? {}),
    };
    if (Object.keys(combined(change.before, change.after, -1)).length > 0) changes.push(change);
  }
  return changes;
}

/** Thrown within the transaction to undo it: what was planned on has changed meanwhile. */
export const outrun = Symbol('outrun');

/** Writes changes of one bucket (of the trend: of the hours they name). Throws {@link outrun} where a cell is no longer what it was. */
export function writeChanges(db: Db, place: Place, changes: readonly Change[]): void {
  const { shape } = place.rollup;
  const keys = keyColumns(shape);
  const sums = storedSums[shape];
  const row = keys.map((key) => `${key} = ?`).join(' AND ');
  const select = db.prepare<number[], Record<string, number>>(
    `SELECT ${sums.join(', ')} FROM ${shape} WHERE ${row}`,
  );
  const remove = db.prepare<number[]>(`DELETE FROM ${shape} WHERE ${row}`);
  const columns = [...keys, ...sums];
  const write = db.prepare<number[]>(
    `INSERT OR REPLACE INTO ${shape} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  for (const { values, before, after } of changes) {
    const key = [place.site, place.id, ...(shape === 'trend' ? values : [place.from, ...values])];
    const stored = trimmed(select.get(...key) ?? {});
    if (Object.keys(combined(stored, before, -1)).length > 0) throw outrun;
    if (Object.keys(after).length === 0) remove.run(...key);
    else write.run(...key, ...sums.map((sum) => sumAt(after, sum)));
  }
}
