import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answer } from '../collector/query/answer.ts';
import { nearest } from '../collector/query/rounding.ts';
import { dayOfDate } from '../collector/time/calendar.ts';
import type { Fact } from '../collector/track/fact.ts';
import { Query, QueryResult } from '../schema/query.ts';
import { kept, memoryReader } from './support/memory-reader.ts';
import { aSite } from './support/site.ts';

const now = Date.parse('2026-05-20T14:30:00Z');
const hour = dayOfDate('2026-05-19') * 24 + 9;
const fact = (dims: Fact['dims'], amounts: Fact['amounts'], scope: Fact['scope'] = 'web'): Fact => ({
  scope,
  site: 1,
  hour,
  dims,
  amounts,
});

async function ask(facts: readonly Fact[], some: object, roundTo: number | null = 10): Promise<QueryResult> {
  const { read } = memoryReader(facts);
  const query = Query.parse({ site_id: 'example.com', metrics: ['visitors'], date_range: '7d', ...some });
  const [result] = await answer({
    queries: [query],
    site: aSite(),
    now,
    read,
    ...kept,
    detailHours: 168,
    roundTo,
  });
  if (!result || 'error' in result) throw new Error(result?.error.message);
  return QueryResult.parse(result);
}

test('the nearest multiple, half up, and never further away than half a step', () => {
  expect([0, 4, 5, 14, 15, 104, 105].map((count) => nearest(count, 10))).toEqual([
    0, 0, 10, 10, 20, 100, 110,
  ]);
  expect([0, 1, 2, 3, 4].map((count) => nearest(count, 3))).toEqual([0, 0, 3, 3, 3]);
  fc.assert(
    fc.property(fc.nat(1e9), fc.integer({ min: 2, max: 1_000 }), (count, step) => {
      const rounded = nearest(count, step);
      expect(rounded % step).toBe(0);
      expect(Math.abs(rounded - count) * 2).toBeLessThanOrEqual(step);
    }),
  );
});

describe('an answer with rounded counts', () => {
  const visits = fact(
    {},
    {
      day_first: 23,
      starts: 26,
      pageviews: 77,
      custom: 6,
      closed: 26,
      bounces: 7,
      views: 68,
      duration: 1_234_567,
      bytes: 98_765,
    },
  );

  test('takes ratios from rounded counts: seconds, KiB and counts each in their own steps', async () => {
    const { results, meta } = await ask([visits], {
      metrics: [
        'visitors',
        'visits',
        'pageviews',
        'events',
        'bounces',
        'bounce_rate',
        'views_per_visit',
        'visit_duration',
        'bytes',
      ],
    });
    // 7 of 26 bounced: 10 of 30. 68 views: 70 of 30. 1,234.567 s: 1,230 s of 30. 98,765 bytes: 100 KiB.
    expect(results[0]?.metrics).toEqual([20, 30, 80, 90, 10, 33.3, 2.33, 41, 102_400]);
    expect(meta.notes).toContain(
      'Counts are rounded to tens, and rates and averages come from rounded counts: 0 may be up to 4.',
    );
  });

  test('leaves figures alone where nothing is asked to be rounded', async () => {
    const { results, meta } = await ask([visits], { metrics: ['visitors', 'bounce_rate'] }, null);
    expect(results[0]?.metrics).toEqual([23, 26.9]);
    expect(meta.notes.join()).not.toContain('rounded');
  });

  test('has no ratio where what it divides by rounds to nothing', async () => {
    const few = fact({}, { closed: 4, bounces: 4, views: 9, starts: 4 });
    expect((await ask([few], { metrics: ['bounce_rate', 'views_per_visit'] })).results[0]?.metrics).toEqual([
      null,
      null,
    ]);
  });

  test('leaves out rows of which nothing is left, and says how many rows there are without them', async () => {
    const facts = [
      fact({ source: 'Many' }, { acquisition_first: 31, pageviews: 90 }),
      fact({ source: 'Busy' }, { acquisition_first: 2, pageviews: 12 }),
      fact({ source: 'Few' }, { acquisition_first: 4, pageviews: 4 }),
    ];
    const { results, meta } = await ask(facts, {
      metrics: ['visitors', 'pageviews', 'percentage'],
      dimensions: ['visit:source'],
      include: { total_rows: true },
    });
    expect(results.map(({ dimensions, metrics }) => [...dimensions, ...metrics])).toEqual([
      ['Many', 30, 90, null],
      ['Busy', 0, 10, null],
    ]);
    expect(meta.total_rows).toBe(2);
  });

  test('orders rows by what is shown, not by what is behind it', async () => {
    const facts = ['c', 'a', 'b'].map((source, index) =>
      fact({ source }, { acquisition_first: 5 + 4 * index, pageviews: 1 }),
    );
    const { results } = await ask(facts, { dimensions: ['visit:source'] });
    expect(results.map(({ dimensions: [source], metrics: [visitors] }) => [source, visitors])).toEqual([
      ['a', 10],
      ['b', 10],
      ['c', 10],
    ]);
  });

  test('rounds conversion on both sides, and revenue to tens of the major unit', async () => {
    const facts = [
      fact({}, { day_first: 96, pageviews: 96 }),
      fact({ goal: 'Buy', currency: 'EUR' }, { goal_first: 13, pageviews: 13, revenue: 123_456 }, 'goal'),
      fact({ currency: 'EUR' }, { revenue: 123_456, pageviews: 13 }, 'revenue'),
    ];
    const byGoal = await ask(facts, { metrics: ['visitors', 'conversion_rate'], dimensions: ['event:goal'] });
    expect(byGoal.results[0]?.metrics).toEqual([10, 10]);
    expect((await ask(facts, { metrics: ['total_revenue'] })).results[0]?.metrics).toEqual([1_230]);
  });

  test('compares rounded figures with rounded ones', async () => {
    const before = { ...fact({}, { day_first: 44, pageviews: 44 }), hour: hour - 7 * 24 };
    const { results } = await ask([fact({}, { day_first: 56, pageviews: 56 }), before], {
      include: { comparisons: { mode: 'previous_period' } },
    });
    expect(results[0]?.metrics).toEqual([60]);
    expect(results[0]?.comparison).toMatchObject({ metrics: [40], change: [50] });
  });
});
