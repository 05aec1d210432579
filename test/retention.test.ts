import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JobOptions } from '../collector/store/jobs/handlers.ts';
import { openStore } from '../collector/store/store.ts';
import type { Fact } from '../collector/track/fact.ts';
import { expected, type Kept, wall } from './retention-brute.ts';
import { counted, fastFolder, jobState, newFolder, runSteps, someFacts } from './support/retention.ts';

/** After both clocks were changed in the northern autumn: Sydney’s on 4 October, Berlin’s on the 25th. */
const now = Date.parse('2026-11-10T13:20:00Z');
const span = 160;
const dayMs = 86_400_000;
const sites = [
  { id: 1, zone: 'Europe/Berlin' },
  { id: 2, zone: 'Australia/Sydney' },
  // Changed from Honolulu on 14 October.
  { id: 3, zone: 'Pacific/Auckland' },
] as const;
const kept: Kept = { K: 3, PROFILE: 'standard', DETAIL_HOURS: 60, PAIR_DAYS: 40, KEEP_DAYS: 130 };

let folder = '';
let filled = '';
let facts: Fact[] = [];

beforeAll(async () => {
  folder = fastFolder();
  filled = join(folder, 'filled.db');
  let clock = now - span * dayMs;
  const store = await openStore({
    path: filled,
    threads: false,
    clock: () => clock,
    log: () => {},
    rollupEveryMs: 0,
  });
  for (const { id, zone } of sites)
    await store.config.addSite({
      domain: `s${id}.example`,
      timezone: id === 3 ? 'Pacific/Honolulu' : zone,
      settings: {},
    });
  clock = Date.parse('2026-10-14T12:00:00Z');
  await store.config.changeSite(3, { timezone: 'Pacific/Auckland' });
  facts = sites.flatMap(({ id, zone }) => {
    const today = wall(zone, now).day;
    return someFacts(id, today - span, span + 1, 150, id).filter(({ hour }) => hour <= wall(zone, now).hour);
  });
  for (let seq = 1; seq * 100 - 100 < facts.length; seq++)
    await store.commit({ seq, facts: facts.slice(seq * 100 - 100, seq * 100), state: null });
  await store.close();
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const options = (path: string, at: number, keeping: Kept): JobOptions => ({
  path,
  kind: 'retain',
  now: at,
  keeping,
  alone: true,
});

/** A copy of what was counted, for a test to spend. */
function copy(): string {
  const path = join(newFolder(), 'a.db');
  copyFileSync(filled, path);
  return path;
}

const wholeOf = (path: string): string[] => [
  ...sites.flatMap(({ id }) => counted(path, id)),
  ...jobState(path),
];

describe.each<Kept>([kept, { ...kept, PROFILE: 'strict', DETAIL_HOURS: 0 }])(
  'the job, $PROFILE',
  (keeping) => {
    let once: string[] = [];

    test('leaves what a brute force over all the facts leaves', () => {
      const path = copy();
      runSteps(options(path, now, keeping));
      for (const { id, zone } of sites)
        expect(counted(path, id)).toEqual(expected(facts, id, zone, now, keeping));
      once = wholeOf(path);
    });

    test('run twice, it does nothing the second time', () => {
      const path = copy();
      runSteps(options(path, now, keeping));
      const lines = runSteps(options(path, now, keeping)) ?? [];
      expect(lines.filter(({ rows }) => rows > 0)).toEqual([]);
      expect(wholeOf(path)).toEqual(once);
    });

    test('left half-way, however often, and begun again, it comes to the same', () => {
      const path = copy();
      let left = 0;
      for (let steps = 0; runSteps(options(path, now, keeping), steps) === null; steps = steps * 5 + 3)
        left++;
      expect(left).toBeGreaterThan(2);
      expect(wholeOf(path)).toEqual(once);
    });

    test('run at many hours before, on time or a week late, it comes to the same', () => {
      const path = copy();
      for (const before of [100 * 24 + 5, 61 * 24, 33 * 24 + 13, 16 * 24 + 12, 7 * 24, 1])
        runSteps(options(path, now - before * 3_600_000, keeping));
      runSteps(options(path, now, keeping));
      expect(wholeOf(path)).toEqual(once);
    });
  },
);
