import { coreDimensions } from '../../schema/dimensions.ts';
import type { Cells } from '../rollups/aggregate.ts';
import type { CellTable } from '../rollups/cells.ts';
import { mailValues, type Shape, shapes, storedSums } from '../rollups/stored.ts';
import { type Db, rollupIds } from './database.ts';

const valueCount: Readonly<Record<Shape, number>> = {
  trend: 0,
  single: 1,
  pair: 2,
  detail: coreDimensions.length,
  mail: mailValues,
};

/** The columns of a shape's key, in the order of the primary key. */
export const keyColumns = (shape: Shape): string[] => [
  'site',
  'rollup',
  'bucket',
  ...Array.from({ length: valueCount[shape] }, (_, index) => `v${index + 1}`),
];

/** Built from our own constants alone: nothing that anyone sent is ever part of SQL. */
function upsertSql(shape: Shape, sums: readonly string[]): string {
  const columns = [...keyColumns(shape), ...sums];
  const grow = sums.map((sum) => `${sum} = ${sum} + excluded.${sum}`).join(', ');
  return `INSERT INTO ${shape} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT DO UPDATE SET ${grow}`;
}

/** Adds cells to what is stored; to be called within a transaction. */
export function upserts(db: Db): (cells: Cells) => void {
  const rollupOf = rollupIds(db);
  const writers = shapes.map((shape) => ({ shape, write: upsertsOf(db, shape, rollupOf) }));
  return (cells) => {
    for (const { shape, write } of writers) write(cells[shape]);
  };
}

/**
 * One statement for each set of sums that grow: most cells of hits grow three of a pair's twelve, and binding values is
 * most of the cost.
 */
function upsertsOf(db: Db, shape: Shape, rollupOf: readonly number[]): (table: CellTable) => void {
  const sums = storedSums[shape];
  const statements = new Map<number, ReturnType<Db['prepare']>>();
  const statementOf = (mask: number) => {
    let statement = statements.get(mask);
    if (!statement) {
      statement = db.prepare(
        upsertSql(
          shape,
          sums.filter((_, index) => mask & (1 << index)),
        ),
      );
      statements.set(mask, statement);
    }
    return statement;
  };
  return (table) => {
    const { keyWidth, sumWidth } = table;
    for (const cell of inKeyOrder(table)) {
      const key = cell * keyWidth;
      const values: number[] = [table.keys[key + 1] as number, rollupOf[table.keys[key] as number] as number];
      for (let at = key + 2; at < key + keyWidth; at++) values.push(table.keys[at] as number);
      let mask = 0;
      for (let index = 0; index < sumWidth; index++) {
        const sum = table.sums[cell * sumWidth + index] as number;
        if (sum === 0) continue;
        mask |= 1 << index;
        values.push(sum);
      }
      if (mask !== 0) statementOf(mask).run(values);
    }
  };
}

/** Neighbours in the table's B-tree one after the other, so that each of its pages is visited once. */
function inKeyOrder({ count, keys, keyWidth }: CellTable): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, cell) => cell);
  return order.sort((one, other) => {
    for (let at = 0; at < keyWidth; at++) {
      const difference = (keys[one * keyWidth + at] as number) - (keys[other * keyWidth + at] as number);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}
