import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { answer } from '../collector/query/answer.ts';
import type { Reader } from '../collector/query/read.ts';
import { nearest } from '../collector/query/rounding.ts';
import { release } from '../collector/release/release.ts';
import { addMonths, dateOfDay, dayOfDate, weekOf } from '../collector/time/calendar.ts';
import type { Fact } from '../collector/track/fact.ts';
import { Query } from '../schema/query.ts';
import { type PeriodKind, panels, Released } from '../schema/release.ts';
import { type Dice, dice } from './brute/random.ts';
import { attack, nameOf, spanOf } from './release/attack.ts';
import { type Interval, narrow, widthOf } from './release/intervals.ts';
import { monthOf, played } from './release/traffic.ts';
import { batch, newFolder, openAt } from './store-folder.ts';
import { kept } from './support/memory-reader.ts';
import { aSite } from './support/site.ts';
import type { Signal } from './support/visitors.ts';

const site = aSite({ createdAt: Date.parse('2026-01-01T00:00:00Z') });
const now = Date.parse('2026-11-10T12:00:00Z');
const keepDays = 759;

/** A real database with these facts in it. */
async function storeOf(facts: readonly Fact[]): Promise<Reader> {
  const store = await openAt(join(newFolder(), 'footfall.db'), { clock: () => now });
  await store.config.addSite({ domain: site.domain, timezone: 'UTC', settings: {} });
  await store.commit(batch(store.lastSeq + 1, facts));
  await store.flush();
  return store.read;
}

const releaseOf = async (read: Reader, kind: PeriodKind, day: number, k = 10): Promise<Released> =>
  Released.parse(await release({ site, kind, of: dateOfDay(day), now, read, k, keepDays }));

/** Every day, week and month that touches the month. */
async function everything(read: Reader, month: string): Promise<Released[]> {
  const first = dayOfDate(month);
  const days = Array.from({ length: addMonths(first, 1) - first }, (_, index) => first + index);
  const weeks = [...new Set(days.map(weekOf))];
  return [
    ...(await Promise.all(days.map((day) => releaseOf(read, 'day', day)))),
    ...(await Promise.all(weeks.map((day) => releaseOf(read, 'week', day)))),
    await releaseOf(read, 'month', first),
  ];
}

/** The counts as they are, by the names that the attack gives them. */
async function truthOf(read: Reader, outputs: readonly Released[]): Promise<Map<string, number>> {
  const truth = new Map<string, number>();
  const spans = outputs.flatMap((output) => {
    const { from, until } = spanOf(output);
    return [
      { from, until },
      ...Array.from({ length: until - from }, (_, at) => ({ from: from + at, until: from + at + 1 })),
    ];
  });
  const wanted = new Map(spans.map((span) => [`${span.from} ${span.until}`, span]));
  for (const { from, until } of wanted.values()) {
    const questions = (Object.keys(panels) as (keyof typeof panels)[]).filter((name) => name !== 'trend');
    const answers = await answer({
      queries: questions.map((panel) =>
        Query.parse({
          site_id: site.domain,
          date_range: [dateOfDay(from), dateOfDay(until - 1)],
          dimensions: panels[panel].dimension === null ? [] : [panels[panel].dimension],
          metrics: [
            ...panels[panel].metrics.filter((metric) => ['visitors', 'visits', 'pageviews'].includes(metric)),
            ...(panel === 'totals' || panel === 'entry_pages' ? ['bounces'] : []),
          ],
        }),
      ),
      site,
      now,
      read,
      ...kept,
      folds: { ...kept.folds, monthsUntil: async () => null },
      detailHours: 0,
    });
    answers.forEach((answered, index) => {
      const panel = questions[index] ?? 'totals';
      if ('error' in answered) throw new Error(answered.error.message);
      const { metrics } = answered.query as Query;
      for (const row of answered.results)
        metrics.forEach((measure, at) => {
          truth.set(
            nameOf({ measure, panel, value: row.dimensions[0] ?? '', from, until }),
            row.metrics[at] ?? 0,
          );
        });
    });
  }
  return truth;
}

interface Learnt {
  counts: number;
  narrowest: number;
  /** Of counts that are not shown as 0. */
  narrowestShown: number;
  /** Narrower than a figure alone would say. */
  narrowed: number;
  pinned: number;
  /** Shown as 0, or not at all. */
  hidden: number;
  somebody: number;
  nobody: number;
}
const nothing = (): Learnt => ({
  counts: 0,
  narrowest: Number.POSITIVE_INFINITY,
  narrowestShown: Number.POSITIVE_INFINITY,
  narrowed: 0,
  pinned: 0,
  hidden: 0,
  somebody: 0,
  nobody: 0,
});

/** Adds up what an attack learnt; all it says must be true, unless it may have taken another release for ours. */
function learn(
  learnt: Learnt,
  known: ReadonlyMap<string, Interval>,
  truth: ReadonlyMap<string, number>,
  mayErr = false,
): Learnt {
  for (const [name, interval] of known) {
    if (name.startsWith('views|')) continue;
    const count = truth.get(name) ?? 0;
    if (!mayErr && (count < interval.least || count > interval.most))
      throw new Error(`${name} is ${count}, not ${interval.least} to ${interval.most}`);
    const width = widthOf(interval);
    const alone = nearest(count, 10) === 0 ? 5 : 10;
    learnt.counts += 1;
    learnt.narrowest = Math.min(learnt.narrowest, width);
    if (width < alone) learnt.narrowed += 1;
    if (width === 1) learnt.pinned += 1;
    if (alone === 10) {
      learnt.narrowestShown = Math.min(learnt.narrowestShown, width);
      continue;
    }
    learnt.hidden += 1;
    if (interval.least > 0) learnt.somebody += 1;
    if (interval.most === 0) learnt.nobody += 1;
  }
  return learnt;
}

const share = (part: number, whole: number): string => `${((100 * part) / Math.max(1, whole)).toFixed(2)} %`;
const told = (what: string, of: Learnt): string =>
  `${what}: narrowest range ${of.narrowest}, of what is not shown as 0 ${of.narrowestShown}; of ${of.counts} counts narrowed ${share(of.narrowed, of.counts)}, pinned ${of.pinned}; of ${of.hidden} shown as 0 or not at all, certainly somebody for ${of.somebody} (${share(of.somebody, of.hidden)}), certainly nobody for ${of.nobody}`;

/** One and two outputs: all; three: many, and those in which a week or month stands beside its parts. */
function* setsOf(outputs: readonly Released[], size: number, roll: Dice): Generator<Released[]> {
  if (size === 1) for (const output of outputs) yield [output];
  if (size === 2)
    for (const [index, one] of outputs.entries())
      for (const other of outputs.slice(index + 1)) yield [one, other];
  if (size === 3) {
    for (let count = 0; count < 200; count++) yield roll.some(outputs, 3);
    for (const whole of outputs.filter(({ period }) => period.kind !== 'day')) {
      const { from, until } = spanOf(whole);
      const inside = outputs.filter(
        (one) => one !== whole && spanOf(one).from >= from && spanOf(one).until <= until,
      );
      for (let count = 0; count < 20 && inside.length > 1; count++) yield [whole, ...roll.some(inside, 2)];
    }
  }
}

const october = '2026-10-01';
const sizes = [
  ['one output', 1],
  ['pairs', 2],
  ['threes', 3],
] as const;

describe('somebody who combines released outputs', () => {
  test('is never wrong, and at ordinary small sites pins nothing, whichever one, two or three', async () => {
    const learnt = new Map<string, Learnt>(
      [...sizes.map(([name]) => name), 'all outputs'].map((name) => [name, nothing()]),
    );
    const of = (name: string) => learnt.get(name) ?? nothing();
    for (const [mean, seed] of [
      [3, 11],
      [9, 12],
      [25, 13],
    ] as const) {
      const read = await storeOf(monthOf(october, mean, seed));
      const outputs = await everything(read, october);
      const truth = await truthOf(read, outputs);
      for (const [name, size] of sizes)
        for (const set of setsOf(outputs, size, dice(seed))) learn(of(name), attack(set), truth);
      learn(of('all outputs'), attack(outputs), truth);
    }
    for (const [name, one] of learnt) console.log(told(`what can be learnt from ${name}`, one));
    for (const [name] of sizes) {
      expect(of(name).counts).toBeGreaterThan(1_000);
      expect(of(name), name).toMatchObject({ pinned: 0, nobody: 0 });
    }
  });

  test('a release of exact counts, and one that rounds after dividing, are caught by the same attack', async () => {
    const read = await storeOf(monthOf(october, 9, 12));
    const honest = await Promise.all(
      Array.from({ length: 31 }, (_, index) => releaseOf(read, 'day', dayOfDate(october) + index)),
    );
    const truth = await truthOf(read, honest);
    const count = (measure: string, from: number) =>
      truth.get(nameOf({ measure, panel: 'totals', value: '', from, until: from + 1 })) ?? 0;
    /** The same outputs with another figure in their totals. */
    const naive = (metric: string, figure: (day: number) => number | null): Released[] =>
      honest.map((output) => ({
        ...output,
        panels: output.panels.map((panel) => ({
          ...panel,
          rows: panel.rows.map((row) => ({
            ...row,
            figures: row.figures.map((given, at) =>
              panel.panel === 'totals' && panel.metrics[at] === metric ? figure(spanOf(output).from) : given,
            ),
          })),
        })),
      }));
    const pinnedBy = (outputs: readonly Released[]): number =>
      outputs.reduce((sum, output) => sum + learn(nothing(), attack([output]), truth, true).pinned, 0);

    const exact = pinnedBy(naive('visitors', (day) => count('visitors', day)));
    const after = pinnedBy(
      naive('bounce_rate', (day) => {
        const visits = count('visits', day);
        return visits === 0 ? null : Math.round((1_000 * count('bounces', day)) / visits) / 10;
      }),
    );
    console.log(
      `pinned by single days: released 0, exact totals ${exact}, rate rounded after dividing ${after}`,
    );
    expect(pinnedBy(honest)).toBe(0);
    expect(exact).toBeGreaterThan(20);
    expect(after).toBeGreaterThan(5);
  });

  test('one sum of parts never pins a count where K is ten, and does where K is divisible by four or odd', () => {
    const narrowest = (k: number): number => {
      let found = Number.POSITIVE_INFINITY;
      for (let parts = 1; parts <= k; parts++)
        for (let shown = 0; shown <= parts; shown++)
          for (let total = 0; total <= k * (parts + 2); total += k) {
            const interval = (figure: number) => ({
              least: Math.max(0, figure - Math.floor(k / 2)),
              most: figure + Math.ceil(k / 2) - 1,
            });
            const known = new Map<string, Interval>([['whole', interval(total)]]);
            for (let part = 0; part < parts; part++) known.set(String(part), interval(part < shown ? k : 0));
            narrow(known, [{ whole: 'whole', parts: [...known.keys()].slice(1), more: false }]);
            const widths = [...known.values()].map(widthOf);
            // Figures that no counts have.
            if (widths.some((width) => width < 1)) continue;
            found = Math.min(found, ...widths);
          }
      return found;
    };
    const ks = [5, 6, 7, 8, 10, 12, 14];
    const found = ks.map((k) => [k, narrowest(k)]);
    console.log(
      `narrowest range after one sum, by K: ${found.map(([k, width]) => `${k}: ${width}`).join(', ')}`,
    );
    expect(found).toEqual([
      [5, 1],
      [6, 2],
      [7, 1],
      [8, 1],
      [10, 2],
      [12, 1],
      [14, 2],
    ]);
  });
});

/** Pageviews, one a visitor, each at noon of a day and later. */
const arrivals = (list: readonly { readonly day: number; readonly of: Signal['of'] }[]) =>
  played(
    list.map(({ day, of = {} }, index) => ({
      at: day * 86_400_000 + 43_200_000 + index * 1_000,
      signal: { who: `visitor ${index}`, of, page: '/' },
    })),
  );

describe('the worst that rounding allows, which the statement admits', () => {
  const first = dayOfDate('2026-09-01');

  test('four kinds of device with four visitors each: one day says of each that it was three or four', async () => {
    const read = await storeOf(
      arrivals(
        ['Desktop', 'Mobile', 'Tablet', 'Other'].flatMap((device) =>
          Array.from({ length: 4 }, () => ({ day: first, of: { device } })),
        ),
      ),
    );
    const output = await releaseOf(read, 'day', first);
    expect(output.panels.find(({ panel }) => panel === 'devices')?.rows).toEqual([]);
    const tablets = nameOf({
      measure: 'visitors',
      panel: 'devices',
      value: 'Tablet',
      from: first,
      until: first + 1,
    });
    expect(attack([output]).get(tablets)).toEqual({ least: 3, most: 4 });
  });

  test('thirty days of four visitors from twenty-four countries of five: one month says every count', async () => {
    const read = await storeOf(
      arrivals(
        Array.from({ length: 120 }, (_, index) => ({
          day: first + Math.floor(index / 4),
          of: { country: `C${index % 24}` },
        })),
      ),
    );
    const known = attack([await releaseOf(read, 'month', first)]);
    const visitors = [...known].filter(([name]) => /^visitors\|(totals|countries)\|/.test(name));
    const pinned = visitors.filter(([, interval]) => widthOf(interval) === 1);
    console.log(
      `a month in which counts conspire: ${pinned.length} of ${visitors.length} counts of visitors pinned`,
    );
    expect(pinned).toHaveLength(30 + 24 + 1);
  });
});
