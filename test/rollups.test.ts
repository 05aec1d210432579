import fc from 'fast-check';
import { expect, test } from 'vitest';
import { aggregate } from '../collector/rollups/aggregate.ts';
import { CellTable } from '../collector/rollups/cells.ts';
import { storedSums } from '../collector/rollups/stored.ts';
import { rollups } from '../schema/rollups.ts';
import { anyFact, rowsOf, summed } from './store-brute.ts';

test('every rollup has the cells that its declaration says, and no others', () => {
  fc.assert(
    fc.property(fc.array(anyFact, { maxLength: 60 }), (facts) => {
      const ids = new Map<string, number>([['', 0]]);
      const words = [''];
      const cells = aggregate(facts, () => (_dim, value) => {
        const id = ids.get(value) ?? words.push(value) - 1;
        ids.set(value, id);
        return id;
      });
      for (const [index, rollup] of rollups.entries()) {
        const table = cells[rollup.shape];
        const names = storedSums[rollup.shape];
        const got = [];
        for (let cell = 0; cell < table.count; cell++) {
          const [number, site, bucket, ...values] = table.keys.subarray(
            cell * table.keyWidth,
            (cell + 1) * table.keyWidth,
          );
          if (number !== index) continue;
          // Of mails some rollups have fewer values than their table.
          const own = values.slice(0, rollup.dims.length);
          const key = [site ?? 0, bucket ?? 0, ...own.map((id) => words[id] ?? '?')];
          got.push({
            key,
            sums: [...table.sums.subarray(cell * table.sumWidth, (cell + 1) * table.sumWidth)],
          });
        }
        const expected = rowsOf(facts, rollup).map((row) => ({
          key: [row.site, row.bucket, ...row.values],
          sums: names.map((name) => row.sums[name] ?? 0),
        }));
        expect(summed(got), rollup.name).toEqual(summed(expected));
        expect(got.length, rollup.name).toBe(summed(expected).length);
      }
    }),
    { numRuns: 60 },
  );
});

test('a table keeps a hundred thousand keys apart while it grows', () => {
  const table = new CellTable(3, 1, 4);
  const key = new Int32Array(3);
  for (let round = 0; round < 2; round++)
    for (let index = 0; index < 100_000; index++) {
      key.set([index % 7, Math.floor(index / 7), -(index % 3)]);
      const at = table.at(key);
      table.sums[at] = (table.sums[at] ?? 0) + index;
    }
  expect(table.count).toBe(100_000);
  for (let index = 0; index < 100_000; index++) expect(table.sums[index]).toBe(2 * index);
});
