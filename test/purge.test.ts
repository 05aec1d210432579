import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openDatabase } from '../collector/store/database.ts';
import { purge } from '../collector/store/purge/purge.ts';
import type { Poison, PurgeReport } from '../collector/store/purge/target.ts';
import type { Fact } from '../collector/track/fact.ts';
import {
  type DimensionName,
  dimensions,
  type VisitAttributes,
  visitDimensions,
} from '../schema/dimensions.ts';
import { rollups } from '../schema/rollups.ts';
import { SiteSettings } from '../schema/site.ts';
import { addSites, batch, newFolder, openAt, pageview } from './store-folder.ts';
import { factsBetween } from './support/facts.ts';
import { countedAt, type Stored, storedAt, totalsOf } from './support/purged.ts';
import { aSite } from './support/site.ts';
import { type Signal, visitors } from './support/visitors.ts';

const day = 20_000;
const dayMs = 86_400_000;
const midnight = day * dayMs;
const rules = { pairDays: 60, k: 10 };
const site = aSite();
const laterOn = midnight + 3 * dayMs;

type Where = Pick<Poison, 'dim' | 'value'>;

function purgeAt(path: string, where: Where, apply = true, now = laterOn): PurgeReport {
  const db = openDatabase(path, 'tool');
  try {
    return purge(db, now, { site, day, ...where }, rules, apply);
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
  const spoiled = fc.sample(fc.array(step, { minLength: 80, maxLength: 80 }), { numRuns: 2, seed: 20 });
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

function expectAgreement(path: string, untouched: readonly string[] = []): void {
  const stored = storedAt(path);
  for (const [meaning, values] of sumsByMeaning(stored))
    if (!untouched.includes(meaning)) expect([...values], meaning).toHaveLength(1);
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
    for (const facts of fc.sample(anyDay, { numRuns: 2, seed: 7 })) {
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
