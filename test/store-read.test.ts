import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Read } from '../collector/query/read.ts';
import { rollupOver, rollups } from '../schema/rollups.ts';
import { anyFact, anyRead, bruteRead, rowsOf, summed, wholeRead } from './store-brute.ts';
import { addSites, batch, newFolder, openAt, pageview } from './store-folder.ts';

const lines = (
  answer: Awaited<ReturnType<Awaited<ReturnType<typeof openAt>>['read']>>[number] | undefined,
  read: Read,
): string[] =>
  summed(
    (answer ?? []).map(({ time, values, sums }) => ({
      key: [...(read.time === null || time === null ? [] : [time]), ...values],
      sums,
    })),
  );

test('every scan equals filtering and adding up the facts, over several roll-ups', async () => {
  let database = 0;
  const folder = newFolder();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(anyFact, { maxLength: 25 }), { maxLength: 4 }),
      fc.array(anyRead, { minLength: 40, maxLength: 40 }),
      async (batches, reads) => {
        const store = await openAt(join(folder, `${++database}.db`));
        await addSites(store);
        for (const [index, facts] of batches.entries()) {
          await store.commit(batch(index + 1, facts));
          if (index !== 1) await store.flush();
        }
        await store.flush();
        const answers = await store.read(reads);
        for (const [index, read] of reads.entries())
          expect(lines(answers[index], read), JSON.stringify(read)).toEqual(bruteRead(batches.flat(), read));
        await store.close();
      },
    ),
    { numRuns: 25 },
  );
}, 60_000);

test('every rollup is stored as declared', async () => {
  const facts = fc.sample(anyFact, { numRuns: 700, seed: 7 });
  const store = await openAt(join(newFolder(), 'a.db'));
  await addSites(store);
  for (let start = 0; start < facts.length; start += 50)
    await store.commit(batch(start / 50 + 1, facts.slice(start, start + 50)));
  await store.flush();
  for (const rollup of rollups) {
    const read = wholeRead(rollup, 1);
    const [answer] = await store.read([read]);
    const rows = rowsOf(facts, rollup).filter(({ site }) => site === 1);
    const expected = rows.map((row) => ({
      key: [row.bucket, ...row.values],
      sums: read.sums.map((sum) => row.sums[sum] ?? 0),
    }));
    expect(lines(answer, read), rollup.name).toEqual(summed(expected));
    expect(expected.length, rollup.name).toBeGreaterThan(0);
  }
  await store.close();
});

test('refuses a dimension or a sum that the rollup does not have', async () => {
  const store = await openAt(join(newFolder(), 'a.db'));
  const rollup = rollupOver(['page']);
  if (!rollup) throw new Error('no rollup over pages');
  const read = wholeRead(rollup, 1);
  await expect(store.read([{ ...read, groups: ['country'] }])).rejects.toThrow(
    'the rollup page has no dimension country',
  );
  await expect(store.read([{ ...read, sums: ['hour_first'] }])).rejects.toThrow(
    'the rollup page has no sum hour_first',
  );
  await store.commit(batch(1, [pageview('/')]));
  await store.close();
});
