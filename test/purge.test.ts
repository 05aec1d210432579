import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addKey } from '../collector/access/accounts.ts';
import { purgeCommand } from '../collector/cli/purge.ts';
import { storedSums } from '../collector/rollups/stored.ts';
import { openDatabase } from '../collector/store/database.ts';
import { purge } from '../collector/store/purge/purge.ts';
import type { Poison, PurgeReport } from '../collector/store/purge/target.ts';
import { openTool } from '../collector/store/tool.ts';
import { dateOfDay } from '../collector/time/calendar.ts';
import type { Fact } from '../collector/track/fact.ts';
import {
  type DimensionName,
  dimensions,
  type VisitAttributes,
  visitDimensions,
} from '../schema/dimensions.ts';
import { monthOf, rollups } from '../schema/rollups.ts';
import { Settings } from '../schema/settings.ts';
import { SiteSettings } from '../schema/site.ts';
import { addSites, batch, newFolder, openAt, pageview } from './store-folder.ts';
import { factsBetween } from './support/facts.ts';
import { countedAt, type Stored, storedAt, totalsOf } from './support/purged.ts';
import { ask, footfall, sendEvent, settled, startServer } from './support/server.ts';
import { aSite } from './support/site.ts';
import { type Signal, visitors } from './support/visitors.ts';

const day = 20_000;
const dayMs = 86_400_000;
const midnight = day * dayMs;
const rules = { pairDays: 60, k: 10 };
const site = aSite();
const laterOn = midnight + 3 * dayMs;

type Where = Pick<Poison, 'dim' | 'value'>;

function purgeAt(path: string, where: Where, apply = true, now = laterOn, by = rules): PurgeReport {
  const db = openDatabase(path, 'tool');
  try {
    return purge(db, now, { site, day, ...where }, by, apply);
  } finally {
    db.close();
  }
}

/** As the retention job does when the detail has expired. */
function expireDetail(path: string): void {
  const db = new Database(path);
  db.exec('DELETE FROM detail');
  db.close();
}

/* Poisoned and honest visitors, through the real tracker. */

const poisons: readonly (Where & { readonly signal: Signal })[] = [
  { dim: 'source', value: 'spam.example', signal: { of: { source: 'spam.example', channel: 'Referral' } } },
  { dim: 'utm_campaign', value: 'flood', signal: { of: { utm_campaign: 'flood', source: 'google' } } },
  { dim: 'country', value: 'ZZ', signal: { of: { country: 'ZZ' } } },
  { dim: 'page', value: '/casino', signal: { page: '/casino' } },
];

const pick = <Value>(...values: Value[]) => fc.constantFrom(...values);
const step = fc.record({
  who: pick('honest 1', 'honest 2', 'honest 3', 'honest 4', 'poison 1', 'poison 2', null, null),
  poisoned: fc.boolean(),
  minutes: fc.integer({ min: 0, max: 24 * 60 - 1 }),
  page: pick('/', '/blog', '/blog/1', '/pricing'),
  event: pick(undefined, undefined, undefined, 'Signup', 'Buy'),
  source: pick('Direct / None', 'google', 'news.example'),
  device: pick<'Desktop' | 'Mobile'>('Desktop', 'Mobile'),
  engaged: pick(0, 0, 4_000),
});
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never;

function factsOf(steps: readonly Step[], poison: Signal, include: (one: Step) => boolean): Fact[] {
  const settings = SiteSettings.parse({
    goals: [
      { name: 'Buy', event: 'Buy' },
      { name: 'Read', path: '/blog*' },
    ],
  });
  const v = visitors({ site: aSite({ settings }) });
  const facts: Fact[] = [];
  const inOrder = steps.filter(include).sort((one, other) => one.minutes - other.minutes);
  for (const { who, poisoned, minutes, page, event, source, device, engaged } of inOrder) {
    const spam = who === null ? poisoned : who.startsWith('poison');
    const of: Partial<VisitAttributes> = {
      source,
      device,
      city: who === 'honest 1' ? 'Berlin, Berlin, DE' : 'Munich, Bavaria, DE',
      ...(spam ? poison.of : {}),
    };
    const signal: Signal = {
      who: who === null ? null : `192.0.2.${(spam ? 100 : 0) + Number(who.at(-1))}`,
      page: spam ? (poison.page ?? page) : page,
      of,
      status: 200,
      bytes: 1_000,
      ...(event === undefined ? {} : { event, props: [['plan', 'pro']] as const }),
      ...(event === 'Buy' ? { revenue: { currency: 'EUR', minor: 500 } } : {}),
    };
    const at = midnight + minutes * 60_000;
    facts.push(...v.send(at, signal));
    if (engaged > 0 && who !== null && event === undefined)
      facts.push(...v.send(at + 1_000, { ...signal, kind: 'engagement', engaged, scroll: 50 }));
  }
  facts.push(...v.sweep(midnight + dayMs + 5 * 3_600_000));
  return facts;
}

const isHonest = ({ who }: Step): boolean => who === null || !who.startsWith('poison');
/** Accounts of ended visits, which name no page. */
const ending = new Set(['closed', 'bounces', 'duration', 'views']);

/** What a purge of pure poison must leave, against a database that never had it. */
function compare(purged: Stored, clean: Stored, report: PurgeReport): void {
  const how = new Map(report.rollups.map((loss) => [loss.rollup, loss.how]));
  const kept = (sums: Readonly<Record<string, number>>, name: string) =>
    Object.fromEntries(
      Object.entries(sums).filter(
        ([sum]) =>
          !(report.dimension === 'page' && ending.has(sum)) && !(name === 'trend' && sum === 'hour_first'),
      ),
    );
  for (const [name, cells] of clean) {
    const left = purged.get(name) ?? [];
    if (report.dimension === 'page' && name.includes('exit_page')) continue;
    const lines = (some: typeof cells) =>
      some
        .map(({ bucket, values, sums }) => JSON.stringify([bucket, values, kept(sums, name)]))
        .filter((line) => !line.endsWith('{}]'));
    switch (how.get(name) ?? 'exact') {
      case 'exact':
        expect(lines(left), name).toEqual(lines(cells));
        break;
      case 'goes':
        for (const cell of left) {
          const honest = cells.find(({ values }) => `${values}` === `${cell.values}`);
          for (const [sum, number] of Object.entries(cell.sums))
            expect(number, name).toBeLessThanOrEqual(honest?.sums[sum] ?? 0);
        }
        break;
      default:
        expect(kept(totalsOf(left), name), name).toEqual(kept(totalsOf(cells), name));
    }
  }
}

test.each(poisons)('what can be told apart is as if $dim=$value had never come', async (poison) => {
  const spoiled = fc.sample(fc.array(step, { minLength: 100, maxLength: 100 }), { numRuns: 1, seed: 20 });
  for (const steps of spoiled) {
    const folder = newFolder();
    const [path, clean] = [join(folder, 'a.db'), join(folder, 'b.db')];
    await countedAt(
      path,
      factsOf(steps, poison.signal, () => true),
    );
    await countedAt(clean, factsOf(steps, poison.signal, isHonest));
    const report = purgeAt(path, poison);
    expect(report.taken.events).toBeGreaterThan(0);
    const [left, honest] = [storedAt(path), storedAt(clean)];
    compare(left, honest, report);
    const exact = report.rollups.filter(({ how }) => how === 'exact').map(({ rollup }) => rollup);
    expect(exact).toEqual(expect.arrayContaining(['trend', 'page', 'source', 'country', 'device', 'event']));
    const optedOut = steps.filter(({ who, poisoned }) => who === null && poisoned).length;
    expect(report.stays.events).toBe(dimensions[poison.dim].optedOut ? optedOut : 0);
  }
});

/* Any facts, also of visitors who came by the value and by others. */

const anyDay = factsBetween(day * 24, day * 24 + 24, 120);
const everyHit: readonly DimensionName[] = [
  ...visitDimensions,
  'page',
  'hostname',
  'event',
  'entry_page',
  'visitor',
];

/** Each measure by what it means: its sum in every rollup over what all hits have. Pairs hold what identified visitors did. */
function sumsByMeaning(stored: Stored): Map<string, Set<number>> {
  const sums = new Map<string, Set<number>>();
  for (const rollup of rollups) {
    if (
      rollup.scope !== 'web' ||
      rollup.shape === 'detail' ||
      !rollup.dims.every((dim) => everyHit.includes(dim))
    )
      continue;
    const joint = rollup.dims.length === 2;
    const cells = stored.get(rollup.name) ?? [];
    // Of the trend and of a single dimension that opted-out visitors have too.
    const mixed = rollup.dims.every((dim) => dimensions[dim].optedOut);
    const totals = totalsOf(cells);
    for (const [column, amount] of Object.entries({ ...rollup.measured })) {
      const hits = amount === 'pageviews' || amount === 'custom';
      const meaning = hits && mixed && !joint ? `${amount}, opted out too` : amount;
      sums.set(meaning, (sums.get(meaning) ?? new Set()).add(totals[column] ?? 0));
    }
  }
  return sums;
}

/** How much is folded is noted with what is there. */
function expectFolds(path: string, stored: Stored): void {
  const db = new Database(path, { readonly: true });
  const rows = db
    .prepare<[], { name: string; bucket: number; total: number; folded: number }>(
      'SELECT name, bucket, total, folded FROM fold JOIN rollup ON rollup.id = rollup WHERE site = 1',
    )
    .all();
  db.close();
  for (const { name, bucket, total, folded } of rows) {
    const cells = stored.get(name)?.filter((cell) => cell.bucket === bucket);
    expect(totalsOf(cells).visitors, name).toBe(total);
    const others = cells?.filter(({ values }) => values.includes('(other)'));
    expect(folded, name).toBeLessThanOrEqual(totalsOf(others).visitors ?? 0);
  }
}

function expectAgreement(path: string): void {
  const stored = storedAt(path);
  expectFolds(path, stored);
  for (const [meaning, values] of sumsByMeaning(stored)) expect([...values], meaning).toHaveLength(1);
  for (const [name, cells] of stored)
    for (const { sums, values } of cells) {
      expect(
        Object.values(sums).every((sum) => sum > 0),
        `${name} ${values}`,
      ).toBe(true);
      expect(Object.keys(sums).length, name).toBeGreaterThan(0);
    }
}

const wheres: readonly Where[] = [
  { dim: 'source', value: 'source a' },
  { dim: 'utm_campaign', value: 'utm_campaign b' },
  { dim: 'country', value: 'country a' },
  { dim: 'page', value: '/blog' },
];
const cases = wheres.flatMap((where) => [true, false].map((detail) => ({ ...where, detail })));

test.each(cases)(
  'all rollups agree without $dim=$value (detail kept: $detail)',
  async ({ detail, ...where }) => {
    for (const facts of fc.sample(anyDay, { numRuns: 1, seed: 7 })) {
      const path = join(newFolder(), 'a.db');
      await countedAt(path, facts);
      if (!detail) expireDetail(path);
      expectAgreement(path);
      const before = bytesOf(path);
      const planned = purgeAt(path, where, false);
      expect(bytesOf(path)).toEqual(before);

      const kept = storedAt(path);
      const report = purgeAt(path, where);
      expect(report).toEqual(planned);
      expectAgreement(path);
      const left = storedAt(path);
      for (const { rollup, lost } of report.rollups.filter(({ rollup }) => rollup !== 'detail'))
        expect(subtract(totalsOf(kept.get(rollup)), totalsOf(left.get(rollup))), rollup).toEqual(lost);
      for (const [name, cells] of left)
        if (!report.rollups.some(({ rollup }) => rollup === name))
          expect(cells, name).toEqual(kept.get(name));
      const joint = rollups.filter(({ shape, dims }) => dims.includes(where.dim) && shape !== 'single');
      for (const { name, dims } of joint)
        expect(
          left.get(name)?.filter(({ values }) => values[dims.indexOf(where.dim)] === where.value),
          name,
        ).toEqual([]);

      // Twice is once, and another value can follow.
      const done = bytesOf(path);
      expect(purgeAt(path, where).rollups).toEqual([]);
      expect(bytesOf(path)).toEqual(done);
      for (const next of wheres) purgeAt(path, next);
      expectAgreement(path);
    }
  },
);

const subtract = (some: Record<string, number>, others: Record<string, number>): Record<string, number> =>
  Object.fromEntries(
    Object.entries(some).flatMap(([name, sum]) =>
      sum === (others[name] ?? 0) ? [] : [[name, sum - (others[name] ?? 0)]],
    ),
  );

/** The database and its log, as they stand on the disk. */
const bytesOf = (path: string): string[] =>
  [path, `${path}-wal`]
    .filter((file) => existsSync(file) && statSync(file).size > 0)
    .map((file) => createHash('sha256').update(readFileSync(file)).digest('hex'));

/* Months */

const monthFirst = 19_997;
const months = rollups.flatMap((rollup) => monthOf(rollup) ?? []);

/** Makes months of the days as the job does, pairs unfolded, or all of each in one cell. */
function makeMonths(path: string, folded: boolean): void {
  const db = new Database(path);
  const id = db.prepare<[string], number>('SELECT id FROM rollup WHERE name = ?').pluck();
  for (const month of months) {
    const sums = storedSums[month.shape];
    const keys = month.shape === 'pair' ? (folded ? '1, 1' : 'v1, v2') : 'v1';
    db.prepare(
      `INSERT INTO ${month.shape} SELECT site, ?, ?, ${keys}, ${sums.map((sum) => `sum(${sum})`)} FROM ${month.shape}
       WHERE site = 1 AND rollup = ? GROUP BY ${folded && month.shape === 'pair' ? 'site' : keys}`,
    ).run(id.get(month.name), monthFirst, id.get(month.name.replace(' by month', '')));
  }
  db.exec(`INSERT INTO job_mark VALUES (1, 'months', 20028)`);
  db.close();
}

const twoDays = fc.sample(factsBetween((day - 1) * 24, day * 24 + 24, 160), { numRuns: 1, seed: 3 }).flat();

test.each([
  { folded: false, k: 0 },
  { folded: true, k: 10 },
])('months follow their days (folded: $folded)', async ({ folded, k }) => {
  const path = join(newFolder(), 'a.db');
  await countedAt(path, twoDays);
  makeMonths(path, folded);
  // The month’s first days are no longer kept by pairs.
  const now = midnight + 50 * dayMs;
  expect(
    purgeAt(path, { dim: 'source', value: 'source a' }, true, now, { pairDays: 52, k }).taken.events,
  ).toBeGreaterThan(0);
  const stored = storedAt(path);
  for (const month of months) {
    const days = stored.get(month.name.replace(' by month', '')) ?? [];
    const [ofDays, ofMonth] = [days, stored.get(month.name) ?? []].map((cells) => {
      if (month.shape === 'pair' && folded) return totalsOf(cells);
      const names = new Set(cells.map(({ values }) => JSON.stringify(values)));
      return Object.fromEntries(
        [...names].map((name) => [
          name,
          totalsOf(cells.filter(({ values }) => JSON.stringify(values) === name)),
        ]),
      );
    });
    expect(ofMonth, month.name).toEqual(ofDays);
  }
});

test('a month loses a page where folding has put it, in its folder', async () => {
  const path = join(newFolder(), 'a.db');
  const v = visitors({ site: aSite() });
  const honest = ['/', '/shop/boots'].flatMap((page) => v.send(midnight - 12 * 3_600_000, { page }));
  await countedAt(path, [...honest, ...v.send(midnight + 12 * 3_600_000, { page: '/shop/casino' })]);
  makeMonths(path, false);
  const db = new Database(path);
  db.exec(`INSERT INTO string (value) VALUES ('/shop/*');
    UPDATE pair SET v1 = (SELECT id FROM string WHERE value = '/shop/*'), v2 = 1
    WHERE bucket = ${monthFirst} AND v1 = (SELECT id FROM string WHERE value = '/shop/casino')
      AND rollup = (SELECT id FROM rollup WHERE name = 'page+country by month')`);
  db.close();
  const month = () => storedAt(path).get('page+country by month') ?? [];
  const before = month();
  expect(before.map(({ values: [page] }) => page)).toEqual(['/', '/shop/*', '/shop/boots']);
  purgeAt(path, { dim: 'page', value: '/shop/casino' }, true, midnight + 50 * dayMs, { pairDays: 52, k: 1 });
  expect(month()).toEqual(before.filter(({ values: [page] }) => page !== '/shop/*'));
});

test('in a month that loses its crowd, what too few share is folded again', async () => {
  const path = join(newFolder(), 'a.db');
  await countedAt(path, twoDays);
  makeMonths(path, false);
  const name = 'page+source by month';
  const before = storedAt(path);
  const few = (cells: Stored) =>
    cells.get(name)?.filter(({ sums }) => (sums.visitors ?? 0) < 1_000).length ?? 0;
  purgeAt(path, { dim: 'source', value: 'source a' }, true, midnight + 50 * dayMs, {
    pairDays: 52,
    k: 1_000,
  });
  const after = storedAt(path);
  // Pages of the day before, by the source that was purged on the other day, have fewer visitors than they had.
  expect(few(after)).toBeLessThan(few(before));
  expect(totalsOf(after.get(name))).toEqual(totalsOf(after.get('page+source')));
});

test('a month whose days are all still kept is folded again by the job', async () => {
  const path = join(newFolder(), 'a.db');
  await countedAt(path, twoDays);
  makeMonths(path, true);
  purgeAt(path, { dim: 'source', value: 'source a' }, true, midnight + 40 * dayMs);
  const db = new Database(path);
  expect(db.prepare('SELECT until FROM job_mark').pluck().all()).toEqual([monthFirst]);
  db.close();
  const stored = storedAt(path);
  for (const { name, shape } of months)
    if (shape === 'single')
      expect(totalsOf(stored.get(name)), name).toEqual(totalsOf(stored.get(name.replace(' by month', ''))));
  expect(stored.get('page+source by month')).toEqual([]);
});

/* When it cannot be done */

test('a day that is not over, or no longer kept by pairs, is refused in words', async () => {
  const path = join(newFolder(), 'a.db');
  await countedAt(path, twoDays);
  const before = bytesOf(path);
  const spam = { dim: 'source', value: 'source a' } as const;
  const at = (hours: number) => () => purgeAt(path, spam, true, midnight + hours * 3_600_000);
  expect(at(23)).toThrow('visits of 2024-10-04 may still be going on at example.com');
  expect(at(28.9)).toThrow('It can be purged from 2024-10-05 at 05:00 on');
  expect(at(24 * 61)).toThrow('a purge reaches back 60 days');
  expect(at(24 * 61)).toThrow('is 2024-10-05');
  expect(bytesOf(path)).toEqual(before);
  expect(at(29)().taken.events).toBeGreaterThan(0);
});

test('what still waits to be counted is not purged past', async () => {
  const path = join(newFolder(), 'a.db');
  const store = await openAt(path);
  await addSites(store);
  await store.commit(batch(1, [...twoDays, pageview('/', (day + 3) * 24)]));
  const spam = { dim: 'source', value: 'source a' } as const;
  expect(() => purgeAt(path, spam)).toThrow('events of 2024-10-04 still wait to be counted');
  await store.flush();
  // What waits of another day or site is in nobody’s way.
  await store.commit(batch(2, [pageview('/', (day + 3) * 24), pageview('/', day * 24, 2)]));
  expect(purgeAt(path, spam).taken.events).toBeGreaterThan(0);
  await store.flush();
  await store.close();
});

test.each(['trend', 'single', 'pair', 'detail', 'meta'])(
  'nothing is purged where %s cannot be written',
  async (table) => {
    const path = join(newFolder(), 'a.db');
    await countedAt(path, twoDays);
    const before = storedAt(path);
    const db = new Database(path);
    for (const event of ['INSERT', 'UPDATE', 'DELETE'])
      db.exec(
        `CREATE TRIGGER broken_${event} BEFORE ${event} ON ${table} BEGIN SELECT RAISE(FAIL, 'broken on purpose'); END`,
      );
    db.close();
    expect(() => purgeAt(path, { dim: 'source', value: 'source a' })).toThrow('broken on purpose');
    expect(storedAt(path)).toEqual(before);
  },
);

test('figures that would not agree afterwards are put back', async () => {
  const path = join(newFolder(), 'a.db');
  await countedAt(path, twoDays);
  const before = storedAt(path);
  const db = new Database(path);
  db.exec(
    `CREATE TRIGGER meddling AFTER DELETE ON detail BEGIN UPDATE trend SET pageviews = pageviews + 1; END`,
  );
  db.close();
  expect(() => purgeAt(path, { dim: 'source', value: 'source a' })).toThrow(
    'the figures would no longer agree: trend loses',
  );
  expect(storedAt(path)).toEqual(before);
});

/* As a command */

const spamSource = 'spam.example';
/** Facts of two days ago, in the site’s time: enough that a purge takes a while. */
function seeded(path: string): Promise<number> {
  const today = Math.floor(Date.now() / dayMs);
  const facts = fc
    .sample(factsBetween((today - 2) * 24, (today - 2) * 24 + 24, 400), { numRuns: 1, seed: 11 })
    .flat()
    .map((fact, index) =>
      fact.dims.source === 'source a' && !fact.optedOut
        ? {
            ...fact,
            dims: { ...fact.dims, source: spamSource, page: fact.dims.page && `/${index}` } as Fact['dims'],
          }
        : fact,
    );
  return countedAt(path, facts).then(() => today - 2);
}

test('beside a server under load: what it answers is counted, what was poisoned is gone from its answers', async () => {
  const folder = newFolder();
  const purged = dateOfDay(await seeded(join(folder, 'data/footfall.db')));
  const tool = await openTool(join(folder, 'data/footfall.db'), Date.now);
  const { secret } = await addKey(tool.config, randomBytes, { name: 'test', scopes: ['stats'] });
  await tool.close();
  const server = await startServer(folder);
  const sources = async () => {
    const { results } = await ask(server, secret, {
      site_id: 'one.example',
      metrics: ['visits', 'events'],
      date_range: [purged, purged],
      dimensions: ['visit:source'],
    });
    return results.map(({ dimensions: [source] }) => source);
  };
  expect(await sources()).toContain(spamSource);
  let going = true;
  let acknowledged = 0;
  const senders = Array.from({ length: 4 }, async () => {
    while (going) {
      const { status } = await sendEvent(server, {
        n: 'pageview',
        d: 'one.example',
        u: 'https://one.example/now',
      });
      expect(status).toBe(202);
      acknowledged += 1;
    }
  });
  const args = ['purge', '--site', 'one.example', '--day', purged, '--where', `source=${spamSource}`];
  const asked = await footfall(folder, args);
  expect([asked.code, asked.err]).toEqual([1, expect.stringContaining('say it again with --yes')]);
  expect(asked.out).toContain(`Would purge source=${spamSource} on ${purged} at one.example: `);
  expect(await sources()).toContain(spamSource);
  const done = await footfall(folder, [...args, '--yes', '--json']);
  expect([done.code, done.err]).toEqual([0, '']);
  expect(JSON.parse(done.out).taken.visits).toBeGreaterThan(0);
  going = false;
  await Promise.all(senders);

  await settled(server);
  expect(await sources()).not.toContain(spamSource);
  const { results } = await ask(server, secret, { site_id: 'one.example', date_range: 'day' });
  expect(results[0]?.metrics).toEqual([acknowledged]);
  await server.stop();
});

test('killed at any moment, all of it is gone or nothing', async () => {
  const folder = newFolder();
  const path = join(folder, 'data/footfall.db');
  const day = dateOfDay(await seeded(path));
  const untouched = storedAt(path);
  const child = join(import.meta.dirname, 'purge-kill-child.mjs');
  const outcomes = new Set<string>();
  for (const ms of [0, 8, 30, 5_000]) {
    const running = spawn(
      process.execPath,
      [child, resolve(import.meta.dirname, '../dist'), path, day, spamSource],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = once(running, 'exit');
    running.stdout.once('data', () => setTimeout(() => running.kill('SIGKILL'), ms));
    await ended;
    const left = storedAt(path);
    const gone = left.get('source')?.every(({ values }) => values[0] !== spamSource) ?? false;
    outcomes.add(gone ? 'all' : 'nothing');
    if (!gone) expect(left).toEqual(untouched);
    else expectAgreement(path);
  }
  expect(outcomes).toContain('all');
});

test.each([
  [['--where', 'city=Munich'], '--where must name source, page, campaign or country'],
  [['--where', 'source'], '--where must name source, page, campaign or country'],
  [['--where', 'source=(other)'], 'holds what was folded of many'],
  [['--where', 'source=a', '--where', 'source=b'], '--where must be one value'],
  [['--where', 'source=a', '--day', '2026-01-01', '--day', '2026-01-02'], '--day must be one day'],
  [['--where', 'source=a', '--day', 'yesterday'], 'must be a day such as 2026-11-20'],
  [['--where', 'source=a', '--site', 'unknown.example'], 'There is no site "unknown.example"'],
])('%s is refused in words', async (args, words) => {
  const settings = Settings.parse({ DATA_DIR: newFolder() });
  const tool = await openTool(join(settings.DATA_DIR, 'footfall.db'), Date.now);
  await tool.config.addSite({ domain: 'one.example', timezone: 'UTC', settings: {} });
  await tool.close();
  const site = args.includes('--site') ? [] : ['--site', 'one.example'];
  const day = args.includes('--day') ? [] : ['--day', '2026-01-01'];
  const command = purgeCommand(() => settings).parseAsync([...site, ...day, ...args, '--yes'], {
    from: 'user',
  });
  await expect(command).rejects.toThrow(words);
});
