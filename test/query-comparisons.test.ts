import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answer } from '../collector/query/answer.ts';
import { dayOfDate } from '../collector/time/calendar.ts';
import type { Fact } from '../collector/track/fact.ts';
import { coreDimensions, dimensions } from '../schema/dimensions.ts';
import { measuresOf } from '../schema/measures.ts';
import { Query, QueryResult } from '../schema/query.ts';
import { factsBetween } from './support/facts.ts';
import { kept, memoryReader } from './support/memory-reader.ts';
import { aSite } from './support/site.ts';

/** A range that has begun today is compared with the same hours of another day, or not at all. */

const today = dayOfDate('2026-05-20');
const yesterday = today - 1;
const halfPastTwo = Date.parse('2026-05-20T14:30:00Z');
const previous = { comparisons: { mode: 'previous_period' } };

interface Setting {
  readonly now?: number;
  readonly detailHours?: number;
}

async function ask(facts: readonly Fact[], some: object, { now, detailHours }: Setting = {}) {
  const [result] = await answer({
    queries: [
      Query.parse({
        site_id: 'example.com',
        metrics: ['visitors'],
        date_range: 'day',
        include: previous,
        ...some,
      }),
    ],
    site: aSite(),
    now: now ?? halfPastTwo,
    read: memoryReader(facts).read,
    ...kept,
    detailHours: detailHours ?? 168,
  });
  if (!result || 'error' in result) throw new Error(result?.error.message);
  const { results, meta } = QueryResult.parse(result);
  const compared = results.map(({ dimensions, comparison }) => [
    ...dimensions,
    ...(comparison ? comparison.metrics : ['no comparison']),
  ]);
  return { results, compared, notes: meta.notes.join(' ') };
}

/** A pageview that opens a visit, of a new visitor. */
const view = (day: number, hour: number, source: string, more: Partial<Fact> = {}): Fact => ({
  scope: 'web',
  site: 1,
  hour: day * 24 + hour,
  dims: { page: '/', event: 'pageview', source, country: 'DE', city: 'Munich', device: 'Desktop' },
  amounts: { pageviews: 1, starts: 1, day_first: 1, acquisition_first: 1, path_first: 1 },
  ...more,
});
const optedOut = (day: number, hour: number, source: string): Fact =>
  view(day, hour, source, { optedOut: true, dims: { page: '/', source }, amounts: { pageviews: 1 } });

const facts = [
  view(yesterday, 9, 'a'),
  view(yesterday, 14, 'a'),
  view(yesterday, 15, 'a'),
  view(today, 0, 'a'),
  view(today, 14, 'b'),
];
const bySource = { dimensions: ['visit:source'] };

describe('today', () => {
  test.each([
    ['day', previous],
    [['2026-05-20', '2026-05-20'], previous],
    [
      ['2026-05-20', '2026-05-20'],
      { comparisons: { mode: 'custom', date_range: ['2026-05-19', '2026-05-19'] } },
    ],
  ])('as %o by a dimension is compared with the same hours, by %o', async (date_range, include) => {
    const { results, notes } = await ask(facts, { ...bySource, date_range, include });
    expect(results).toEqual([
      { dimensions: ['a'], metrics: [1], comparison: { dimensions: ['a'], metrics: [2], change: [-50] } },
      { dimensions: ['b'], metrics: [1], comparison: { dimensions: ['b'], metrics: [0], change: [null] } },
    ]);
    expect(notes).toContain('the same elapsed hours');
    expect(notes).not.toContain('end of the day');
  });

  test('as the first day of a longer range is compared with its one day so far', async () => {
    const future = { ...bySource, date_range: ['2026-05-20', '2026-05-21'] };
    const { compared } = await ask(
      [view(today - 2, 9, 'a'), view(today - 2, 15, 'a'), view(yesterday, 9, 'a'), view(today, 0, 'a')],
      future,
    );
    expect(compared).toEqual([['a', 1]]);
    const firstOfMonth = await ask(
      facts,
      { ...bySource, date_range: 'month' },
      {
        now: Date.parse('2026-05-01T14:30:00Z'),
      },
    );
    expect(firstOfMonth.notes).toContain('How today compares is known at the end of the day');
  });

  test('by two dimensions, or one and a filter, is compared with the same hours', async () => {
    const two = { dimensions: ['visit:source', 'event:page'], metrics: ['visits', 'pageviews'] };
    expect((await ask(facts, two)).compared).toEqual([
      ['a', '/', 0, 2],
      ['b', '/', 0, 0],
    ]);
    const filtered = {
      ...bySource,
      filters: [['is', 'visit:country', ['DE']]],
      metrics: ['visitors', 'visits'],
    };
    expect((await ask(facts, filtered)).compared).toEqual([
      ['a', 2, 2],
      ['b', 0, 0],
    ]);
  });

  test('ratios are of the same hours', async () => {
    const closed = (day: number, hour: number, bounces: number) =>
      view(day, hour, 'a', { amounts: { closed: 2, bounces } });
    const { results } = await ask([closed(today, 9, 2), closed(yesterday, 9, 1), closed(yesterday, 20, 0)], {
      ...bySource,
      metrics: ['bounce_rate'],
    });
    expect(results[0]?.comparison).toEqual({ dimensions: ['a'], metrics: [50], change: [50] });
  });

  test('what counts opted-out visitors by day is not compared with what leaves them out', async () => {
    const all = [...facts, optedOut(yesterday, 9, 'a'), optedOut(today, 9, 'a')];
    const metrics = ['visitors', 'pageviews', 'events', 'visits'];
    const { results, notes } = await ask(all, { ...bySource, metrics });
    expect(results[0]).toEqual({
      dimensions: ['a'],
      metrics: [1, 2, 2, 1],
      comparison: { dimensions: ['a'], metrics: [2, null, null, 2], change: [-50, null, null, -50] },
    });
    expect(notes).toContain('not compared before the end of the day: Pageviews and Events.');
    // Events and campaigns are kept of nobody who opted out, pairs neither, and by hour both sides leave them out.
    for (const dimensions of [['event:name'], ['visit:source', 'event:page']])
      expect((await ask(all, { dimensions, metrics: ['pageviews'] })).compared[0]?.at(-1)).toBe(2);
    const byHour = await ask(all, { dimensions: ['time:hour', 'visit:source'], metrics: ['pageviews'] });
    expect(byHour.compared.find(([label]) => label === '2026-05-20 14:00')?.at(-1)).toBe(0);
    expect((await ask(all, { metrics: ['pageviews'] })).compared).toEqual([[3]]);
    const alone = await ask(all, { ...bySource, metrics: ['pageviews'] });
    expect(alone.compared[0]).toEqual(['a', null]);
    expect(alone.notes).not.toContain('same elapsed hours');
  });

  test('what is kept by day only is not compared, and a note says when it will be', async () => {
    const { results, notes } = await ask([view(today, 9, 'a'), view(yesterday, 9, 'a')], {
      dimensions: ['visit:city'],
    });
    expect(results).toEqual([{ dimensions: ['Munich'], metrics: [1] }]);
    expect(notes).toBe(
      'How today compares is known at the end of the day: City is kept by day, not by hour.',
    );
  });

  test('what hours no longer reach is not compared', async () => {
    for (const [some, setting] of [
      [{ include: { comparisons: { mode: 'year_over_year' } } }, {}],
      [{}, { detailHours: 24 }],
      [{}, { detailHours: 0 }],
    ] as const) {
      const { compared, notes } = await ask(facts, { ...bySource, ...some }, setting);
      expect(compared[0]).toEqual(['a', 'no comparison']);
      expect(notes).toContain('How today compares is known at the end of the day: Source');
    }
    expect((await ask(facts, bySource, { detailHours: 38 })).compared[0]).toEqual(['a', 2]);
  });

  test('revenue, kept by day, stays out of a comparison with others', async () => {
    const sold: Fact = view(yesterday, 9, 'a', {
      scope: 'revenue',
      dims: { currency: 'EUR', source: 'a', page: '/', event: 'Buy' },
      amounts: { revenue: 1_000, custom: 1 },
    });
    const { compared, notes } = await ask([...facts, sold], { metrics: ['visitors', 'total_revenue'] });
    expect(compared).toEqual([[2, null]]);
    expect(notes).toContain('not compared before the end of the day: Revenue.');
    expect((await ask([...facts, sold], { metrics: ['total_revenue'] })).compared).toEqual([
      ['no comparison'],
    ]);
  });

  test('in its last hour is compared with the whole day', async () => {
    const { compared } = await ask(
      facts,
      { dimensions: ['visit:source'], metrics: ['pageviews'] },
      {
        now: Date.parse('2026-05-20T23:30:00Z'),
      },
    );
    expect(compared).toEqual([
      ['a', 3],
      ['b', 0],
    ]);
  });
});

describe('longer ranges that include today', () => {
  test('are compared with as many whole days as have begun', async () => {
    const days = [view(today - 3, 20, 'a'), view(today - 2, 20, 'a'), view(yesterday, 9, 'a')];
    const { compared, notes } = await ask(days, { ...bySource, date_range: ['2026-05-19', '2026-05-20'] });
    expect(compared).toEqual([['a', 2]]);
    expect(notes).toContain('Today is not over yet, and the comparison covers whole days.');
    // Of three days two have begun; compared are the first two of the three before.
    const { compared: future } = await ask([...days, view(today - 4, 20, 'a')], {
      ...bySource,
      date_range: ['2026-05-19', '2026-05-21'],
    });
    expect(future).toEqual([['a', 2]]);
  });

  test('dates of another length are compared as they were asked for', async () => {
    const against = async (...date_range: string[]) =>
      (await ask(facts, { ...bySource, include: { comparisons: { mode: 'custom', date_range } } }))
        .compared[0];
    expect(await against('2026-05-18', '2026-05-19')).toEqual(['a', 3]);
    // One day against one has an elapsed part.
    expect(await against('2026-05-18', '2026-05-18')).toEqual(['a', 0]);
    expect(await against('2026-05-19', '2026-05-19')).toEqual(['a', 2]);
  });
});

test('the other side of today equals a count of the facts of the same hours', async () => {
  let seen = 0;
  await fc.assert(
    fc.asyncProperty(
      factsBetween(yesterday * 24, (today + 1) * 24, 120),
      fc.shuffledSubarray([...coreDimensions], { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 0, max: 22 }),
      async (all, dims, hour) => {
        const now = (today * 24 + hour) * 3_600_000 + 1_800_000;
        const facts = all.filter((fact) => fact.hour <= today * 24 + hour);
        const metrics = (['visitors', 'visits', 'pageviews'] as const).filter(
          (metric) => measuresOf(dims)[metric],
        );
        const { results } = await ask(
          facts,
          { dimensions: dims.map((dim) => dimensions[dim].api), metrics },
          { now },
        );
        const [only] = dims;
        const keptOfOptedOut = dims.length === 1 && only !== undefined && dimensions[only].optedOut;
        for (const row of results) {
          const of = facts.filter(
            (fact) =>
              fact.scope === 'web' &&
              !fact.optedOut &&
              fact.hour >= yesterday * 24 &&
              fact.hour <= yesterday * 24 + hour &&
              dims.every((dim, index) => fact.dims[dim] === row.dimensions[index]),
          );
          const expected = metrics.map((metric) => {
            const amount = measuresOf(dims)[metric];
            if (metric === 'pageviews' && keptOfOptedOut) return null;
            return of.reduce((sum, fact) => sum + (amount ? (fact.amounts[amount] ?? 0) : 0), 0);
          });
          expect(row.comparison?.metrics).toEqual(expected);
          if (expected.some((figure) => (figure ?? 0) > 0)) seen++;
        }
      },
    ),
    { numRuns: 60 },
  );
  expect(seen).toBeGreaterThan(50);
});
