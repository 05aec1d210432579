import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rollups } from '../schema/rollups.ts';
import { anyFact, rowsOf, summed, wholeRead } from './store-brute.ts';
import { addSites, newFolder, openAt } from './store-folder.ts';

const dist = resolve(import.meta.dirname, '../dist');
const child = join(import.meta.dirname, 'store-kill-child.mjs');

/** Lets a process commit `acks` batches, kills it some ms later; gives the number of the last that it called durable. */
async function commitAndKill(folder: string, threads: string, acks: number, ms: number): Promise<number> {
  const running = spawn(process.execPath, [child, dist, folder, threads], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(running, 'exit');
  let last = 0;
  let seen = 0;
  for await (const line of createInterface({ input: running.stdout })) {
    if (line === 'open') continue;
    last = Number(line);
    if (++seen === acks) setTimeout(() => running.kill('SIGKILL'), ms);
  }
  const [, signal] = await ended;
  expect(signal).toBe('SIGKILL');
  return last;
}

test.each(['inline', 'threads'])(
  'every batch is counted once, killed at any moment (%s)',
  async (threads) => {
    const folder = newFolder();
    const path = join(folder, 'a.db');
    const batches = Array.from({ length: 50 }, (_, seed) => fc.sample(anyFact, { numRuns: 20, seed }));
    writeFileSync(join(folder, 'batches.json'), JSON.stringify(batches));
    const first = await openAt(path);
    await addSites(first);
    await first.close();

    let acknowledged = 0;
    for (const [acks, ms] of [
      [1, 0],
      [3, 1],
      [20, 7],
      [60, 2],
      [150, 13],
      [40, 5],
      [2, 30],
    ] as const)
      acknowledged = Math.max(acknowledged, await commitAndKill(folder, threads, acks, ms));

    const store = await openAt(path);
    expect(store.lastSeq).toBeGreaterThanOrEqual(acknowledged);
    expect(acknowledged).toBeGreaterThan(250);
    await store.flush();
    const facts = Array.from(
      { length: store.lastSeq },
      (_, index) => batches[(index + 1) % batches.length] ?? [],
    ).flat();
    for (const rollup of rollups) {
      const read = wholeRead(rollup, 2);
      const [answer = []] = await store.read([read]);
      const expected = rowsOf(facts, rollup).filter(({ site }) => site === 2);
      expect(
        summed(answer.map(({ time, values, sums }) => ({ key: [time ?? -1, ...values], sums }))),
        rollup.name,
      ).toEqual(
        summed(
          expected.map((row) => ({
            key: [row.bucket, ...row.values],
            sums: read.sums.map((sum) => row.sums[sum] ?? 0),
          })),
        ),
      );
    }
    await store.close();
  },
);
