import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { amountOf } from '../collector/rollups/stored.ts';
import { openDatabase } from '../collector/store/database.ts';
import { purge } from '../collector/store/purge/purge.ts';
import type { Poison, PurgeReport } from '../collector/store/purge/target.ts';
import type { Fact } from '../collector/track/fact.ts';
import { type DimensionName, type VisitAttributes, visitDimensions } from '../schema/dimensions.ts';
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
      who: who === null ? null : `192.0.2.${who.length + Number(who.at(-1))}`,
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
  const spoiled = fc.sample(fc.array(step, { minLength: 40, maxLength: 60 }), { numRuns: 4, seed: 20 });
  for (const steps of spoiled) {
    const folder = newFolder();
    const [path, clean] = [join(folder, 'a.db'), join(folder, 'b.db')];
    await countedAt(path, factsOf(steps, poison.signal, () => true));
    await countedAt(clean, factsOf(steps, poison.signal, isHonest));
    const report = purgeAt(path, poison);
    expect(report.taken.events).toBeGreaterThan(0);
    const [left, honest] = [storedAt(path), storedAt(clean)];
    compare(left, honest, report);
    const exact = report.rollups.filter(({ how }) => how === 'exact').map(({ rollup }) => rollup);
    expect(exact).toEqual(expect.arrayContaining(['trend', 'page', 'source', 'country', 'device', 'event']));
    expect(report.stays.events).toBe(
      steps.filter(({ who, poisoned }) => who === null && poisoned).length,
    );
  }
});
