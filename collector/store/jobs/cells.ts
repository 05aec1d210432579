import type { Rollup } from '../../../schema/rollups.ts';
import type { FoldCell } from '../../rollups/fold.ts';
import { storedSums } from '../../rollups/stored.ts';
import type { Db } from '../database.ts';
import { Dictionary } from '../dictionary.ts';

/** Which rows: those of one rollup at a site, of the buckets from `from` to before `until`. */
export interface Span {
  readonly site: number;
  readonly rollup: Rollup;
  readonly id: number;
  readonly from: number;
  readonly until: number;
}

/** A row: the ids of its values, then its sums. */
export type Row = readonly number[];

const widthOf = ({ rollup }: Span): number => rollup.dims.length;
const keyColumns = (span: Span): string[] => span.rollup.dims.map((_, index) => `v${index + 1}`);

/** Which of a shape's sums says how many people share a cell. */
export const peopleAt = (rollup: Rollup): number =>
  storedSums[rollup.shape].indexOf(rollup.measured.browsers ? 'browsers' : 'visitors');

/** The rows of all buckets added up by their values, in the order of their ids. */
export function readRows(db: Db, span: Span): Row[] {
  const keys = keyColumns(span).join(', ');
  const sums = storedSums[span.rollup.shape].map((sum) => `sum(${sum})`).join(', ');
  return db
    .prepare<unknown[], number[]>(
      `SELECT ${keys}, ${sums} FROM ${span.rollup.shape} WHERE site = ? AND rollup = ? AND bucket >= ? AND bucket < ? GROUP BY ${keys} ORDER BY ${keys}`,
    )
    .raw()
    .all(span.site, span.id, span.from, span.until);
}

/** Rows with the strings that their ids stand for. */
export function cellsOf(db: Db, span: Span, rows: readonly Row[]): FoldCell[] {
  const stringOf = db.prepare<[number], string>('SELECT value FROM string WHERE id = ?').pluck();
  const known = new Map<number, string>();
  const named = (id: number): string => {
    let value = known.get(id);
    if (value === undefined) {
      value = stringOf.get(id) ?? '';
      known.set(id, value);
    }
    return value;
  };
  const width = widthOf(span);
  return rows.map((row) => ({ values: row.slice(0, width).map(named), sums: row.slice(width) }));
}

/** What makes the rows of one bucket others. */
export interface Difference {
  readonly gone: readonly Row[];
  readonly put: readonly FoldCell[];
}
export const sizeOf = ({ gone, put }: Difference): number => gone.length + put.length;

const nameOf = (values: readonly (string | number)[]): string => JSON.stringify(values);

/** What is to be done so that a bucket that has `stored` has `wanted`. */
export function differenceOf(
  db: Db,
  span: Span,
  stored: readonly Row[],
  wanted: readonly FoldCell[],
): Difference {
  const left = new Map(
    cellsOf(db, span, stored).map((cell, index) => [
      nameOf(cell.values),
      { cell, row: stored[index] as Row },
    ]),
  );
  const put: FoldCell[] = [];
  for (const cell of wanted) {
    const name = nameOf(cell.values);
    const there = left.get(name);
    left.delete(name);
    if (!there || there.cell.sums.some((sum, index) => sum !== cell.sums[index])) put.push(cell);
  }
  return { gone: [...left.values()].map(({ row }) => row), put };
}

/** To be called within a transaction. */
export function apply(db: Db, span: Span, { gone, put }: Difference): number {
  const { site, id, from: bucket } = span;
  const { shape } = span.rollup;
  const keys = keyColumns(span);
  const sums = storedSums[shape];
  const remove = db.prepare(
    `DELETE FROM ${shape} WHERE site = ? AND rollup = ? AND bucket = ? AND ${keys.map((key) => `${key} = ?`).join(' AND ')}`,
  );
  for (const row of gone) remove.run(site, id, bucket, ...row.slice(0, widthOf(span)));
  const columns = ['site', 'rollup', 'bucket', ...keys, ...sums];
  const insert = db.prepare(
    `INSERT OR REPLACE INTO ${shape} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  // Of this transaction only: whoever removes a site meanwhile may delete strings.
  const dictionary = new Dictionary(db);
  for (const { values, sums: amounts } of put)
    insert.run(site, id, bucket, ...values.map((value) => dictionary.id(value)), ...amounts);
  return gone.length + put.length;
}

export const sameRows = (some: readonly Row[], others: readonly Row[]): boolean =>
  some.length === others.length &&
  some.every((row, at) => row.every((value, index) => value === others[at]?.[index]));
