import fc from 'fast-check';
import { expect, test } from 'vitest';
import { answer } from '../collector/query/answer.ts';
import { dateOfDay, dayOfDate } from '../collector/time/calendar.ts';
import type { Fact } from '../collector/track/fact.ts';
import {
  coreDimensions,
  type DimensionName,
  dimensionNames,
  dimensions,
  propSeparator,
} from '../schema/dimensions.ts';
import { type Column, isOfMail, measuresOf } from '../schema/measures.ts';
import { Metric, Query } from '../schema/query.ts';
import { rollups } from '../schema/rollups.ts';
import { SiteSettings } from '../schema/site.ts';
import { factsBetween, ofMails } from './support/facts.ts';
import { memoryReader, kept as usual } from './support/memory-reader.ts';
import { aSite } from './support/site.ts';

const today = dayOfDate('2026-05-20');
const now = Date.parse('2026-05-20T14:30:00Z');
const thisHour = today * 24 + 14;
const first = today - 12;
const detailHours = 168;
const measuring = aSite({ settings: SiteSettings.parse({ returning: 'on' }) });

/** What a question asks, in the words of the facts. */
interface Asked {
  readonly groups: readonly DimensionName[];
  readonly filters: readonly {
    readonly dim: DimensionName;
    readonly op: 'is' | 'is_not' | 'contains' | 'matches';
    readonly values: readonly string[];
  }[];
  readonly time: 'time:hour' | 'time:day' | null;
  readonly metrics: readonly Metric[];
  /** First and last day; `24h` where it is null. */
  readonly days: readonly [number, number] | null;
}

const apiOf = (dim: DimensionName) => (dim === 'prop' ? 'event:props:plan' : dimensions[dim].api);
const ownValue = (fact: Fact, dim: DimensionName): string | undefined => {
  const value = fact.dims[dim];
  if (dim !== 'prop' || value === undefined) return value;
  const [key, own] = value.split(propSeparator);
  return key === 'plan' ? own : undefined;
};

const setOf = ({ groups, filters }: Asked): DimensionName[] => [
  ...new Set([...groups, ...filters.map(({ dim }) => dim)]),
];
const hourly = ({ time, days }: Asked) => days === null || time === 'time:hour';

/** What was counted once, for all rows and metrics that ask for it. */
let counted = new Map<string, Map<string, number>>();
function sumsOf(
  column: Column,
  asked: Asked,
  facts: readonly Fact[],
  anewByHour: boolean,
): Map<string, number> {
  const name = JSON.stringify([column, asked, anewByHour]);
  const sums = counted.get(name) ?? countFacts(column, asked, facts, anewByHour);
  counted.set(name, sums);
  return sums;
}

/** The sum of a counter by row, straight from the facts: those that have every dimension of the question and pass its filters. */
function countFacts(
  column: Column,
  asked: Asked,
  facts: readonly Fact[],
  anewByHour: boolean,
): Map<string, number> {
  const set = setOf(asked);
  const scope =
    rollups.find(
      ({ dims }) =>
        dims.length > 0 &&
        dims.length <= 2 &&
        set.every((dim) => dims.includes(dim)) &&
        dims.every((dim) => set.includes(dim)),
    )?.scope ?? 'web';
  const amount = column === 'visitors' && anewByHour ? 'hour_first' : measuresOf(set)[column];
  const [from, to] = asked.days ? [asked.days[0] * 24, asked.days[1] * 24 + 23] : [thisHour - 23, thisHour];
  const joint = set.length > 1 || (set.length > 0 && hourly(asked));
  const sums = new Map<string, number>();
  for (const fact of facts) {
    if (fact.scope !== scope || fact.hour < from || fact.hour > to || (joint && fact.optedOut)) continue;
    if (set.some((dim) => ownValue(fact, dim) === undefined)) continue;
    const passes = asked.filters.every(({ dim, op, values }) => {
      const value = ownValue(fact, dim) ?? '';
      if (op === 'is') return values.includes(value);
      if (op === 'is_not') return !values.includes(value);
      return values.some((part) => (op === 'contains' ? value.includes(part) : new RegExp(part).test(value)));
    });
    const much = amount === undefined ? 0 : (fact.amounts[amount] ?? 0);
    if (!passes || much === 0) continue;
    const date = dateOfDay(Math.floor(fact.hour / 24));
    const time =
      asked.time === null
        ? []
        : [asked.time === 'time:day' ? date : `${date} ${String(fact.hour % 24).padStart(2, '0')}:00`];
    const key = JSON.stringify([...time, ...asked.groups.map((dim) => ownValue(fact, dim))]);
    sums.set(key, (sums.get(key) ?? 0) + much);
  }
  return sums;
}

const ratios: Partial<Record<Metric, (of: (column: Column) => number) => [number, number, number]>> = {
  views_per_visit: (of) => [of('views'), of('closed'), 100],
  bounce_rate: (of) => [100 * of('bounces'), of('closed'), 10],
  visit_duration: (of) => [of('duration'), 1_000 * of('closed'), 1],
  engaged_time: (of) => [of('engaged'), 1_000, 1],
  time_on_page: (of) => [of('engaged'), 1_000 * of('visits'), 1],
  scroll_depth: (of) => [of('scroll'), of('visits'), 1],
};

/** A metric of one row by brute force. */
function expected(metric: Metric, key: string, asked: Asked, facts: readonly Fact[]): number | null {
  const set = setOf(asked);
  const anew = set.length === 0 && hourly(asked);
  const of = (column: Column) => sumsOf(column, asked, facts, anew).get(key) ?? 0;
  const ratio = ([part, whole, scale]: [number, number, number]) =>
    whole === 0 ? null : Math.round((scale * part) / whole) / scale;
  const share = (part: number, whole: number) => {
    const percent = ratio([100 * part, whole, 10]);
    return percent === null ? null : Math.min(100, percent);
  };
  if (metric === 'events') return of('pageviews') + of('custom');
  if (metric === 'percentage') {
    const total = { ...asked, groups: [], time: null };
    return share(
      of('visitors'),
      sumsOf('visitors', total, facts, set.length === 0 && asked.days === null).get('[]') ?? 0,
    );
  }
  if (metric === 'conversion_rate') {
    const without = {
      ...asked,
      groups: asked.groups.filter((dim) => dim !== 'goal'),
      filters: asked.filters.filter(({ dim }) => dim !== 'goal'),
    };
    const values = JSON.parse(key) as string[];
    const at = asked.groups.indexOf('goal') + (asked.time ? 1 : 0);
    const beside = JSON.stringify(
      asked.groups.includes('goal') ? values.filter((_, index) => index !== at) : values,
    );
    return share(
      of('visitors'),
      sumsOf('visitors', without, facts, setOf(without).length === 0 && hourly(without)).get(beside) ?? 0,
    );
  }
  const formula = ratios[metric];
  return formula ? ratio(formula(of)) : of(metric as Column);
}

function queryOf(asked: Asked, metrics: readonly Metric[]): Query {
  return Query.parse({
    site_id: 'example.com',
    metrics,
    date_range: asked.days ? asked.days.map(dateOfDay) : '24h',
    dimensions: [...(asked.time ? [asked.time] : []), ...asked.groups.map(apiOf)],
    filters: asked.filters.map(({ dim, op, values }) => [op, apiOf(dim), values]),
  });
}

/** Sets that some rollup keeps together: pairs and singles by day, and the core ones by hour. */
const kept = fc.oneof(
  fc.constantFrom(...rollups.filter(({ dims }) => dims.length < 3).map(({ dims }) => dims)),
  fc.shuffledSubarray([...coreDimensions], { maxLength: 4 }),
);
const days = fc
  .tuple(fc.integer({ min: first, max: today }), fc.nat({ max: 5 }))
  .map(([from, more]) => [from, from + more] as const);
const asked: fc.Arbitrary<Asked> = kept.chain((set) =>
  fc.record({
    groups: fc.subarray([...set], { maxLength: Math.min(2, set.length) }),
    filters: fc
      .tuple(
        ...set.map((dim) =>
          fc.record({
            dim: fc.constant(dim),
            op: fc.constantFrom('is' as const, 'is_not' as const, 'contains' as const, 'matches' as const),
            values: fc.uniqueArray(
              fc.constantFrom(
                '/',
                '/blog',
                `${dim} a`,
                'a',
                'plan',
                'pro',
                'pageview',
                'Buy',
                'bot',
                'EUR',
                'o$',
              ),
              { minLength: 1, maxLength: 3 },
            ),
          }),
        ),
      )
      .chain((all) => fc.subarray(all)),
    time: fc.constantFrom(null, 'time:day' as const, 'time:hour' as const),
    metrics: fc.oneof(
      fc.constant(Metric.options),
      fc.subarray(Metric.options, { minLength: 1, maxLength: 3 }),
    ),
    days: fc.option(days, { freq: 6 }),
  }),
);

test('every answered question equals a count of the facts, and only what is not kept is refused', async () => {
  const tally = { answered: 0, refused: 0, offered: 0, rollups: new Set<string>() };
  await fc.assert(
    fc.asyncProperty(
      factsBetween(first * 24, thisHour + 1, 250, ofMails),
      fc.array(asked, { minLength: 25, maxLength: 25 }),
      async (facts, questions) => {
        counted = new Map();
        for (const question of questions) {
          const set = setOf(question);
          const measured = measuresOf(set);
          const metrics = question.metrics.filter(
            (metric) =>
              metric !== 'total_revenue' &&
              (metric !== 'conversion_rate' || set.includes('goal')) &&
              fine(metric, question),
          );
          if (metrics.length === 0) continue;
          const [result] = await answer({
            queries: [queryOf(question, metrics)],
            site: measuring,
            now,
            read: memoryReader(facts).read,
            ...usual,
            detailHours,
          });
          if (!result) throw new Error('no answer');
          if ('error' in result) {
            expect(isKept(question), result.error.message).toBe(false);
            expect(result.error.instead?.date_range).toEqual(answerableDates(question));
            tally.refused++;
            if (result.error.instead) tally.offered++;
            continue;
          }
          expect(isKept(question)).toBe(true);
          tally.answered++;
          for (const name of result.meta.rollups) tally.rollups.add(name);
          const keys = result.results.map((row) => JSON.stringify(row.dimensions));
          const everCounted = Object.keys(measured).flatMap((column) => [
            ...sumsOf(column as Column, question, facts, false).keys(),
          ]);
          const zeroFilled = question.groups.length === 0;
          if (!zeroFilled) for (const key of keys) expect(everCounted).toContain(key);
          expect(new Set(keys).size).toBe(keys.length);
          const needed = new Set(
            metrics
              .filter((metric) => metric in measured)
              .flatMap((metric) => [
                ...sumsOf(metric as Column, question, facts, set.length === 0 && hourly(question)),
              ])
              // What a correction took back was not counted.
              .flatMap(([key, sum]) => (sum === 0 ? [] : [key])),
          );
          for (const key of needed) expect(keys).toContain(key);
          for (const row of result.results) {
            const key = JSON.stringify(row.dimensions);
            for (const [index, metric] of metrics.entries())
              expect([metric, row.metrics[index]]).toEqual([metric, expected(metric, key, question, facts)]);
          }
        }
      },
    ),
    { numRuns: 24 },
  );
  // The property means nothing if everything were refused, or one rollup answered all.
  expect(tally.answered).toBeGreaterThan(150);
  expect(tally.refused).toBeGreaterThan(5);
  expect(tally.offered).toBeGreaterThan(2);
  expect(tally.rollups.size).toBeGreaterThan(30);
  expect([...tally.rollups]).toEqual(expect.arrayContaining(['trend', 'detail']));
});

/** The metric has a meaning for the question, and so has what it is measured against. */
function fine(metric: Metric, question: Asked): boolean {
  const has = (dims: readonly DimensionName[], column: Column) => measuresOf(dims)[column] !== undefined;
  const set = setOf(question);
  const filtered = question.filters.map(({ dim }) => dim);
  if (metric === 'percentage') return has(set, 'visitors') && has(filtered, 'visitors');
  if (metric === 'conversion_rate')
    return (
      has(set, 'visitors') &&
      has(
        set.filter((dim) => dim !== 'goal'),
        'visitors',
      )
    );
  const formula = ratios[metric];
  if (metric === 'events') return has(set, 'pageviews') && has(set, 'custom');
  if (!formula) return has(set, metric as Column);
  let all = true;
  formula((column) => {
    all &&= has(set, column);
    return 1;
  });
  return all;
}

function isKept(question: Asked): boolean {
  const set = setOf(question);
  if (set.length === 0) return true;
  // By week only, which is not among the times asked here.
  if (set.includes('first_week')) return false;
  if (set.every(isOfMail)) {
    const together = hourly(question)
      ? [['message', 'opener']]
      : [
          ['message', 'opener', 'link'],
          ['message', 'rule'],
        ];
    if (together.some((dims) => set.every((dim) => dims.includes(dim)))) return true;
  }
  const small = rollups.some(
    ({ shape, dims }) =>
      shape !== 'detail' && dims.length === set.length && set.every((dim) => dims.includes(dim)),
  );
  if (small && !hourly(question)) return true;
  const from = question.days ? question.days[0] * 24 : thisHour - 23;
  return (
    set.every((dim) => (coreDimensions as readonly string[]).includes(dim)) && from >= thisHour - detailHours
  );
}

/** The dates to be offered: from the first day inside the asked hours whose question is kept. */
function answerableDates(question: Asked): string[] | undefined {
  const [from, to] = question.days ?? [Math.ceil((thisHour - 23) / 24), today];
  for (let day = from; day <= to; day++)
    if (isKept({ ...question, days: [day, to] })) return [day, to].map(dateOfDay);
  return undefined;
}

test('every pair and every single dimension has a name in the API', () => {
  for (const dim of dimensionNames)
    expect(() =>
      Query.parse({ site_id: 'a', metrics: ['events'], date_range: 'day', dimensions: [apiOf(dim)] }),
    ).not.toThrow();
});
