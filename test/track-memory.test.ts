import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** What visits take, in a process of its own, where nothing else is in memory. */
function measure(visits: number, sites: number): { bytes: number; open: number } {
  const script = join(import.meta.dirname, 'support/million.ts');
  const args = ['--expose-gc', '--import', 'tsx', script, String(visits), String(sites)];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' }));
}

const megabytes = 1_000_000;

test('a million open visits fit 200 MB', { timeout: 120_000 }, () => {
  const { bytes, open } = measure(1_000_000, 1);
  expect(open).toBe(1_000_000);
  expect(bytes).toBeLessThan(200 * megabytes);
});

test('a thousand sites with a few visits each fit 40 MB', { timeout: 60_000 }, () => {
  expect(measure(10_000, 1_000).bytes).toBeLessThan(40 * megabytes);
});
