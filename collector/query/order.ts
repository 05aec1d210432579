import type { Query, ResultRow } from '../../schema/query.ts';
import { isTime } from './labels.ts';

type Cell = string | number | null;

/** Rows in the order asked; by default time first, then the largest of the first metric. Equal rows stand by their values. */
export function sorted(query: Query, rows: readonly ResultRow[]): ResultRow[] {
  const keys = (query.order_by ?? defaultOrder(query)).map(([by, direction]) => {
    const sign = direction === 'asc' ? 1 : -1;
    return (a: ResultRow, b: ResultRow) => compareCells(cellOf(query, a, by), cellOf(query, b, by), sign);
  });
  const byValues = (a: ResultRow, b: ResultRow) =>
    a.dimensions
      .map((value, index) => compareCells(value, b.dimensions[index] ?? '', 1))
      .find((order) => order !== 0) ?? 0;
  return [...rows].sort((a, b) => {
    for (const key of [...keys, byValues]) {
      const order = key(a, b);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function defaultOrder({ dimensions, metrics }: Query): NonNullable<Query['order_by']> {
  const time = dimensions.find(isTime);
  const first = metrics[0] ?? 'visitors';
  return time
    ? [
        [time, 'asc'],
        [first, 'desc'],
      ]
    : [[first, 'desc']];
}

function cellOf({ metrics, dimensions }: Query, row: ResultRow, by: string): Cell {
  const metric = (metrics as readonly string[]).indexOf(by);
  return metric >= 0 ? (row.metrics[metric] ?? null) : (row.dimensions[dimensions.indexOf(by)] ?? null);
}

/** What has no figure stands last, whichever the direction. */
function compareCells(a: Cell, b: Cell, sign: number): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -sign : sign;
}
