import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openDatabase } from '../collector/store/database.ts';
import { holdJobs } from '../collector/store/hold.ts';
import { driveJob } from '../collector/store/jobs/drive.ts';
import { type JobOptions, jobHandlers } from '../collector/store/jobs/handlers.ts';
import { openPreview, runJob } from '../collector/store/jobs/job.ts';
import { explain } from '../collector/store/jobs/words.ts';
import { openStore, type Store } from '../collector/store/store.ts';
import type { Fact } from '../collector/track/fact.ts';
import { expected, type Kept, wall } from './retention-brute.ts';
import { counted, jobState, newFolder, runSteps, someFacts } from './support/retention.ts';

const zone = 'Europe/Berlin';
const now = Date.parse('2026-11-10T13:20:00Z');
const today = wall(zone, now).day;
const kept: Kept = { K: 3, PROFILE: 'standard', DETAIL_HOURS: 60, PAIR_DAYS: 40, KEEP_DAYS: 62 };

/** A database with facts of one site, in batches of 40; gives the number of the last. */
async function fill(path: string, facts: readonly Fact[]): Promise<Store> {
  const store = await openStore({ path, threads: false, clock: () => now, log: () => {}, rollupEveryMs: 0 });
  await store.config.addSite({ domain: 'a.example', timezone: zone, settings: {} });
  for (let at = 0; at < facts.length; at += 40)
    await store.commit({ seq: at / 40 + 1, facts: facts.slice(at, at + 40), state: null });
  await store.flush();
  return store;
}

const options = (path: string, alone = true): JobOptions => ({
  path,
  kind: 'retain',
  now,
  keeping: kept,
  alone,
});
const seen = (path: string): string[] => [...counted(path, 1), ...jobState(path)];

/** A hit on a page that no other fact has. */
const hitOn = (page: string, day: number): Fact => ({
  scope: 'web',
  site: 1,
  hour: day * 24 + 12,
  dims: { page, source: `from ${page}`, channel: 'Referral', visitor: 'identified' },
  amounts: { pageviews: 1, path_first: 1, acquisition_first: 1 },
});

describe('deleted means gone from the file', () => {
  /** In no order that a B-tree would like: its pages are split and merged all the time. */
  const mixed = Array.from({ length: 2_500 }, (_, index) => (index * 1_877) % 2_500);
  const name = (index: number): string => `${((index * 7_919) % 2_500).toString(36)}-canary-${index}-end`;

  test.each([
    ['without a server, the file is written anew', true],
    ['beside a server, the dictionary is', false],
  ])('%s', async (_, alone) => {
    const path = join(newFolder(), 'a.db');
    const facts = mixed.map((index) => hitOn(`/${name(index)}`, index % 2 === 0 ? today - 90 : today - 1));
    const store = await fill(path, facts);
    const bytes = (): string =>
      [path, `${path}-wal`]
        .filter((file) => existsSync(file))
        .map((file) => readFileSync(file, 'latin1'))
        .join('');
    expect(bytes()).toContain(name(0));
    runSteps(options(path, alone));
    // What the server's writer does within half a minute.
    await store.close();
    const after = bytes();
    const encodings = (text: string): string[] => [
      text,
      Buffer.from(text, 'utf16le').toString('latin1'),
      Buffer.from(text).toString('hex'),
      encodeURIComponent(text),
    ];
    const left = mixed.filter((index) => encodings(name(index)).some((text) => after.includes(text)));
    expect(left.sort((a, b) => a - b)).toEqual(
      mixed.filter((index) => index % 2 === 1).sort((a, b) => a - b),
    );
  });
});

test('a dry run changes no byte, and says what the run then does', async () => {
  const path = join(newFolder(), 'a.db');
  await (await fill(path, someFacts(1, today - 80, 81, 60, 5))).close();
  const before = readFileSync(path);
  const said = openPreview(path, 'retain', now, kept);
  expect(readFileSync(path).equals(before)).toBe(true);
  const done = runSteps(options(path)) ?? [];
  for (const step of ['delete detail', 'delete day pairs'] as const) {
    const rows = said.find((line) => line.step === step)?.rows;
    expect(rows, step).toBeGreaterThan(0);
    expect(done.find((line) => line.step === step)?.rows, step).toBe(rows);
  }
  expect(said.map(({ step }) => step)).toEqual(
    expect.arrayContaining(['fold months', 'delete old counters']),
  );
});

test('facts that come in between any two steps are all counted, of whatever day, and no string is lost', async () => {
  const path = join(newFolder(), 'a.db');
  const first = someFacts(1, today - 80, 81, 60, 7);
  const store = await fill(path, first);
  // Also of months that are folded just now, and with values whose last day expires just now.
  const late = [
    ...someFacts(1, today - 38, 39, 40, 8),
    ...first.slice(0, 30).map((fact) => ({ ...fact, hour: today * 24 })),
  ];
  const job = jobHandlers(options(path, false));
  let given = 0;
  for (let result = job.step(); !('lines' in result); result = job.step()) {
    const facts = late.slice(given, given + 8);
    given += facts.length;
    if (facts.length === 0) continue;
    await store.commit({ seq: store.lastSeq + 1_000 + given, facts, state: null });
    await store.flush();
  }
  job.close();
  expect(given).toBe(late.length);
  runSteps(options(path, false));
  await store.close();
  const lines = counted(path, 1);
  expect(lines).toEqual(expected([...first, ...late], 1, zone, now, kept));
});

describe('a job that cannot go on says why, and leaves nothing half-deleted', () => {
  test('a locked database', async () => {
    const path = join(newFolder(), 'a.db');
    await (await fill(path, someFacts(1, today - 80, 81, 20, 3))).close();
    const before = seen(path);
    const other = new Database(path);
    other.exec('BEGIN IMMEDIATE');
    const run = driveJob(options(path), { thread: false });
    await expect(run.catch((error) => Promise.reject(explain(error)))).rejects.toThrow(
      /^The database is locked by another program.*run it again/,
    );
    other.close();
    expect(seen(path)).toEqual(before);
  });

  test('a full disk, at any moment; with room again it ends as it would have', async () => {
    const [path, beside] = [join(newFolder(), 'a.db'), join(newFolder(), 'b.db')];
    const facts = someFacts(1, today - 80, 81, 60, 4);
    for (const one of [path, beside]) await (await fill(one, facts)).close();
    runSteps(options(beside));
    const db = openDatabase(path, 'tool');
    const size = Number(db.pragma('page_count', { simple: true }));
    let full = 0;
    for (let room = 0; ; room += 1) {
      db.pragma(`max_page_count = ${size + room}`);
      try {
        const job = runJob(db, 'retain', now, kept);
        while (!job.next().done);
        break;
      } catch (error) {
        full++;
        expect(explain(error).message).toMatch(/^The disk is full\. Free some space.*is whole/);
        expect(db.inTransaction).toBe(false);
      }
    }
    expect(full).toBeGreaterThan(0);
    db.close();
    expect(seen(path)).toEqual(seen(beside));
  });

  test('a database that may only be read', async () => {
    const path = join(newFolder(), 'a.db');
    await (await fill(path, someFacts(1, today - 80, 81, 20, 3))).close();
    const db = new Database(path, { readonly: true });
    const job = runJob(db, 'retain', now, kept);
    const run = () => {
      while (!job.next().done);
    };
    expect(() => {
      try {
        run();
      } catch (error) {
        throw explain(error);
      }
    }).toThrow(/^The data folder cannot be written/);
    db.close();
  });

  test('a second job at the same time', async () => {
    const folder = newFolder();
    const path = join(folder, 'a.db');
    await (await fill(path, [])).close();
    const hold = holdJobs(folder);
    await expect(driveJob(options(path), { thread: false })).rejects.toThrow(
      `Another job (process ${process.pid}) is at work in ${folder}`,
    );
    hold.release();
    expect(await driveJob(options(path), { thread: false })).not.toBeNull();
  });
});
