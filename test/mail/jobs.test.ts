import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { JobOptions } from '../../collector/store/jobs/handlers.ts';
import { openPreview } from '../../collector/store/jobs/job.ts';
import { openStore } from '../../collector/store/store.ts';
import { localHour } from '../../collector/time/calendar.ts';
import type { Fact } from '../../collector/track/fact.ts';
import type { Kept } from '../retention-brute.ts';
import { newFolder, runSteps } from '../support/retention.ts';

/** What the daily job does with mails: hours after the first 72 go, days stay, and what was said of old mails goes. */

const zone = 'Europe/Berlin';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const now = Date.parse('2026-11-10T13:20:00Z');
const kept: Kept = { K: 3, PROFILE: 'standard', DETAIL_HOURS: 60, PAIR_DAYS: 40, KEEP_DAYS: 62 };
const options = (path: string): JobOptions => ({ path, kind: 'retain', now, keeping: kept, alone: true });

const begin = localHour(zone, now - 30 * dayMs);
/** Ms since 1970 in a local hour that is so many after `begin`. */
const at = (hours: number): number => now - 30 * dayMs + hours * hourMs;
const opened = (message: string, hours: number): Fact => ({
  scope: 'mail',
  site: 1,
  hour: localHour(zone, at(hours)),
  dims: { message, opener: 'direct' },
  amounts: { opens: 1 },
});

/** Mails with an open in each of these hours, and what was said of them. */
const mails: Record<string, { hours: number[]; sent?: number; left: number[] }> = {
  unsaid: { hours: [0, 71, 72, 200], left: [0, 71] },
  // Tests came before it.
  late: { hours: [0, 60, 72, 99, 100, 171, 172], sent: 100, left: [0, 60, 100, 171] },
  early: { hours: [10, 60, 69, 70, 81, 82], sent: 0, left: [10, 60, 69, 70, 81] },
  short: { hours: [0, 1], sent: 0, left: [0, 1] },
};

async function fill(): Promise<string> {
  const path = join(newFolder(), 'a.db');
  const store = await openStore({ path, threads: false, clock: () => now, log: () => {}, rollupEveryMs: 0 });
  await store.config.addSite({ domain: 'a.example', timezone: zone, settings: {} });
  const facts = Object.entries(mails).flatMap(([name, { hours }]) =>
    hours.map((hours) => opened(name, hours)),
  );
  await store.commit({ seq: 1, facts, state: null });
  for (const [name, { sent }] of Object.entries(mails))
    if (sent !== undefined)
      await store.config.saveDelivered({ site: 1, campaign: name, count: 10, at: at(sent), add: false });
  await store.flush();
  await store.close();
  return path;
}

const read = (path: string, sql: string): unknown[] => {
  const db = new Database(path, { readonly: true });
  const rows = db.prepare(sql).raw().all();
  db.close();
  return rows;
};
const hoursOf = (path: string): Record<string, number[]> => {
  const rows = read(
    path,
    `SELECT value, bucket FROM mail JOIN string ON string.id = v1 JOIN rollup ON rollup.id = mail.rollup
     WHERE rollup.name = 'mail curve' ORDER BY bucket`,
  ) as [string, number][];
  const found: Record<string, number[]> = {};
  for (const [name, bucket] of rows) found[name] = [...(found[name] ?? []), bucket - begin];
  return found;
};
const opensByDay = (path: string): unknown[] =>
  read(path, `SELECT sum(opens) FROM mail JOIN rollup ON rollup.id = mail.rollup WHERE rollup.name = 'mail'`);
const left = Object.fromEntries(Object.entries(mails).map(([name, mail]) => [name, mail.left]));
const all = Object.values(mails).reduce((sum, { hours }) => sum + hours.length, 0);
const gone = all - Object.values(left).flat().length;

test('later hours go, the days stay, and a second time there is nothing to do', async () => {
  const path = await fill();
  const said = openPreview(path, 'retain', now, kept).filter(
    ({ step }) => step === 'delete later hours of mails',
  );
  expect(said.map(({ rows }) => rows)).toEqual([gone]);
  expect(runSteps(options(path))).toContainEqual({
    step: 'delete later hours of mails',
    site: 'a.example',
    rows: gone,
  });
  expect(hoursOf(path)).toEqual(left);
  expect(opensByDay(path)).toEqual([[all]]);
  expect(runSteps(options(path))).toEqual([]);
});

test('left after any step and begun again, it comes to the same', async () => {
  const whole = await fill();
  for (let steps = 0; steps < 60; steps += 3) {
    const path = join(newFolder(), 'copy.db');
    copyFileSync(whole, path);
    runSteps(options(path), steps);
    runSteps(options(path));
    expect(hoursOf(path)).toEqual(left);
    expect(opensByDay(path)).toEqual([[all]]);
  }
});

test('a sending that is said anew moves the hours that are kept', async () => {
  const path = await fill();
  const store = await openStore({ path, threads: false, clock: () => now, log: () => {}, rollupEveryMs: 0 });
  await store.config.saveDelivered({ site: 1, campaign: 'late', count: 5, at: at(99), add: true });
  await store.config.saveDelivered({ site: 1, campaign: 'early', count: 5, at: at(82), add: false });
  await store.close();
  runSteps(options(path));
  // What is added keeps the time of the first sending.
  expect(hoursOf(path)).toEqual({ ...left, early: [10, 60, 69, 70, 81, 82] });
});

test('what was said of mails goes when their counters have gone', async () => {
  const path = await fill();
  const clock = { now: now - (kept.KEEP_DAYS + 1) * dayMs };
  const store = await openStore({
    path,
    threads: false,
    clock: () => clock.now,
    log: () => {},
    rollupEveryMs: 0,
  });
  const html = '<p>secret template</p>';
  await store.config.saveTemplate({ site: 1, campaign: 'old', html, unsubscribeUrl: null });
  await store.config.saveTemplate({ site: 1, campaign: 'old but sent', html, unsubscribeUrl: null });
  await store.config.saveDelivered({ site: 1, campaign: 'old but sent', count: 1, at: now, add: false });
  clock.now = now;
  await store.config.saveTemplate({ site: 1, campaign: 'new', html, unsubscribeUrl: null });
  await store.close();
  const names = () => read(path, 'SELECT name FROM campaign ORDER BY name').flat();
  expect(names()).toEqual(['early', 'late', 'new', 'old', 'old but sent', 'short']);
  expect(runSteps(options(path))).toContainEqual({
    step: 'delete old mail templates',
    site: 'a.example',
    rows: 1,
  });
  expect(names()).toEqual(['early', 'late', 'new', 'old but sent', 'short']);
});
