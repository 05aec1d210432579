import { describe, expect, test } from 'vitest';
import { answer } from '../collector/query/answer.ts';
import { dayOfDate } from '../collector/time/calendar.ts';
import type { Fact } from '../collector/track/fact.ts';
import { propSeparator } from '../schema/dimensions.ts';
import { Query, QueryResult } from '../schema/query.ts';
import { kept, memoryReader } from './support/memory-reader.ts';
import { aSite } from './support/site.ts';

const now = Date.parse('2026-05-20T14:30:00Z');

/** A fact at `MM-DD HH` of 2026. */
function fact(
  when: string,
  dims: Fact['dims'],
  amounts: Fact['amounts'],
  scope: Fact['scope'] = 'web',
): Fact {
  const [date, hour] = when.split(' ');
  return { scope, site: 1, hour: dayOfDate(`2026-${date}`) * 24 + Number(hour ?? 0), dims, amounts };
}
const view = (when: string, source: string, first = 1): Fact =>
  fact(
    when,
    { page: '/', event: 'pageview', source, country: 'DE' },
    { pageviews: 1, starts: 1, hour_first: 1, day_first: first, acquisition_first: first, path_first: first },
  );

const query = (some: object) =>
  Query.parse({ site_id: 'example.com', metrics: ['visitors'], date_range: '7d', ...some });

async function askAll(facts: readonly Fact[], queries: readonly object[]) {
  const { read, calls } = memoryReader(facts);
  const answers = await answer({
    queries: queries.map(query),
    site: aSite(),
    now,
    read,
    ...kept,
    detailHours: 168,
  });
  return { answers, calls };
}

async function ask(facts: readonly Fact[], some: object): Promise<QueryResult> {
  const [result] = (await askAll(facts, [some])).answers;
  if (!result || 'error' in result) throw new Error(result?.error.message);
  return QueryResult.parse(result);
}
const rows = ({ results }: QueryResult) =>
  results.map(({ dimensions, metrics }) => [...dimensions, ...metrics]);

describe('reading', () => {
  test('all questions go to the store at once, equal reads once, and a refusal stops nobody else', async () => {
    const { answers, calls } = await askAll(
      [view('05-19 10', 'Google')],
      [
        { dimensions: ['visit:source'] },
        { dimensions: ['visit:source'], order_by: [['visitors', 'asc']] },
        { dimensions: ['event:page', 'visit:city'] },
        { metrics: ['visitors', 'percentage'] },
      ],
    );
    expect(calls).toHaveLength(1);
    expect(calls[0]?.map(({ rollup, sums }) => `${rollup.name} ${sums.join()}`)).toEqual([
      'source visitors',
      'trend visitors',
    ]);
    expect(answers.map((one) => ('error' in one ? one.error.code : one.results[0]?.metrics[0]))).toEqual([
      1,
      1,
      'unanswerable',
      1,
    ]);
  });

  test('nothing is read where every question is refused', async () => {
    expect((await askAll([], [{ dimensions: ['event:page', 'visit:city'] }])).calls).toEqual([]);
  });
});

describe('time', () => {
  test('is zero-filled, and names the bucket that still runs', async () => {
    const { results, meta } = await ask([view('05-20 09', 'a')], {
      metrics: ['pageviews'],
      date_range: 'day',
      dimensions: ['time'],
      include: { time_labels: true },
    });
    expect(results).toHaveLength(15);
    expect(results[9]).toEqual({ dimensions: ['2026-05-20 09:00'], metrics: [1] });
    expect(results[10]?.metrics).toEqual([0]);
    expect(meta.partial_time_label).toBe('2026-05-20 14:00');
    expect(meta.time_labels?.[0]).toBe('2026-05-20 00:00');
  });

  test('weeks and months add up days', async () => {
    const facts = [view('05-13', 'a'), view('05-17', 'a'), view('05-18', 'a')];
    expect(rows(await ask(facts, { dimensions: ['time:week'] }))).toEqual([
      ['2026-05-11', 2],
      ['2026-05-18', 1],
    ]);
    expect(rows(await ask(facts, { dimensions: ['visit:source', 'time:month'] }))).toEqual([
      ['a', '2026-05-01', 3],
    ]);
  });

  test('in the future or before all data is zero', async () => {
    const facts = [view('05-13', 'a')];
    for (const date_range of [
      ['2030-01-01', '2030-01-02'],
      ['1999-01-01', '1999-01-02'],
    ]) {
      expect(rows(await ask(facts, { date_range }))).toEqual([[0]]);
      expect(rows(await ask(facts, { date_range, dimensions: ['time:day'] }))).toHaveLength(2);
      expect(rows(await ask(facts, { date_range, dimensions: ['visit:source'] }))).toEqual([]);
    }
  });
});

describe('visitors', () => {
  const facts = [view('05-19 20', 'a'), view('05-20 10', 'a'), view('05-20 11', 'a', 0)];
  test.each([
    [{ date_range: 'day' }, 1, 'exact', null],
    [{ date_range: ['2026-05-19', '2026-05-20'] }, 2, 'sum_of_days', /on another day counts again/],
    [{ date_range: '24h' }, 3, 'sum_of_hours', /in another hour counts again/],
    [{ date_range: '24h', filters: [['is', 'event:page', ['/']]] }, 2, 'sum_of_days', /first seen that day/],
    [{ date_range: 'day', filters: [['is', 'event:page', ['/']]] }, 1, 'exact', null],
    [
      { date_range: 'day', filters: [['is', 'event:page', ['/', '/b']]] },
      1,
      'sum_of_values',
      /counts once for each/,
    ],
    [{ date_range: 'day', filters: [['is', 'visit:source', ['a']]] }, 1, 'sum_of_values', /two campaigns/],
    [{ date_range: 'day', filters: [['is', 'visit:country', ['DE', 'FR']]] }, 1, 'exact', null],
  ])('of %o are %i, %s', async (some, count, exactness, note) => {
    const { results, meta } = await ask(facts, some);
    expect(results[0]?.metrics).toEqual([count]);
    expect(meta.exactness).toEqual({ visitors: exactness });
    if (note) expect(meta.notes.join()).toMatch(note);
    else expect(meta.notes).toEqual([]);
  });

  test('by hour are those of each hour', async () => {
    const { results, meta } = await ask(facts, { date_range: 'day', dimensions: ['time:hour'] });
    expect(results.slice(10, 12).map(({ metrics }) => metrics[0])).toEqual([1, 1]);
    expect(meta.notes.join()).toContain('hours add up to more visitors');
  });
});

test('who opted out is in totals and single dimensions, and a note says where not', async () => {
  const optedOut: Fact = {
    ...fact(
      '05-19 10',
      { page: '/', source: 'a', channel: 'Direct', country: 'DE', device: 'Mobile', visitor: 'opted-out' },
      { pageviews: 1 },
    ),
    optedOut: true,
  };
  const facts = [view('05-19 10', 'a'), optedOut];
  const single = await ask(facts, { metrics: ['pageviews'], dimensions: ['visit:source'] });
  expect([rows(single), single.meta.notes]).toEqual([[['a', 2]], []]);
  const total = await ask(facts, { metrics: ['pageviews'] });
  expect([rows(total), total.meta.notes]).toEqual([[[2]], []]);
  const pair = await ask(facts, { metrics: ['pageviews'], dimensions: ['visit:source', 'event:page'] });
  expect(rows(pair)).toEqual([['a', '/', 1]]);
  expect(pair.meta.notes.join()).toContain('opted out');
  expect(
    (await ask(facts, { metrics: ['visits'], dimensions: ['visit:source', 'event:page'] })).meta.notes.join(),
  ).not.toContain('opted out');
});

describe('comparisons', () => {
  const facts = [
    view('05-19 09', 'a'),
    view('05-19 13', 'a'),
    view('05-19 16', 'a'),
    view('05-20 10', 'a'),
    view('05-20 11', 'b'),
  ];
  const include = { comparisons: { mode: 'previous_period' } };

  test('of today cover the same elapsed hours where hours are kept', async () => {
    const { results, meta } = await ask(facts, {
      date_range: 'day',
      include,
      metrics: ['visitors', 'bounce_rate'],
    });
    expect(results).toEqual([
      {
        dimensions: [],
        metrics: [2, null],
        comparison: { dimensions: [], metrics: [2, null], change: [0, null] },
      },
    ]);
    expect(meta.notes.join()).toContain('same elapsed hours');
  });

  test('by time go by place in the order', async () => {
    const { results, meta } = await ask([...facts, view('05-18 13', 'a'), view('05-18 16', 'a')], {
      date_range: ['2026-05-19', '2026-05-21'],
      include: { ...include, time_labels: true },
      dimensions: ['time:day'],
    });
    expect(results.map(({ comparison }) => comparison)).toEqual([
      { dimensions: ['2026-05-16'], metrics: [0], change: [null] },
      { dimensions: ['2026-05-17'], metrics: [0], change: [null] },
      { dimensions: [], metrics: [null], change: [null] },
    ]);
    expect(meta.comparison_time_labels).toEqual(['2026-05-16', '2026-05-17']);
    expect(meta.partial_time_label).toBe('2026-05-20');
    const two = await ask([...facts, view('05-18 13', 'a'), view('05-18 16', 'a')], {
      date_range: ['2026-05-19', '2026-05-20'],
      include,
      dimensions: ['time:day'],
    });
    expect(two.results[1]?.comparison).toEqual({ dimensions: ['2026-05-18'], metrics: [1], change: [100] });
  });

  test('of percentages are points', async () => {
    const closed = (when: string, bounces: number) => fact(when, { source: 'a' }, { closed: 4, bounces });
    const { results } = await ask([closed('05-13', 3), closed('05-12', 1)], {
      metrics: ['bounce_rate', 'bounces'],
      include,
    });
    expect(results[0]).toEqual({
      dimensions: [],
      metrics: [75, 3],
      comparison: { dimensions: [], metrics: [25, 1], change: [50, 200] },
    });
  });

  test('that reach back too far are left out in words', async () => {
    const three = {
      dimensions: ['visit:source', 'visit:country', 'event:page'],
      date_range: ['2026-05-15', '2026-05-19'],
      include,
    };
    const { results, meta } = await ask(facts, three);
    expect(results[0]).toEqual({ dimensions: ['a', 'DE', '/'], metrics: [3] });
    expect(meta.notes.join()).toContain(
      'There is no comparison: Source, Country and Page together are kept for 7 days.',
    );
  });
});

describe('goals, properties, revenue', () => {
  const reached = (when: string, goal: string, source: string) =>
    fact(when, { goal, source, page: '/' }, { custom: 1, goal_first: 1 }, 'goal');
  const facts = [
    view('05-19', 'a'),
    view('05-19', 'a'),
    view('05-19', 'b'),
    reached('05-19', 'Buy', 'a'),
    reached('05-19', 'Read', 'b'),
    reached('05-19', 'Read', 'b'),
  ];

  test('a conversion rate is of the visitors without the goal, and at most 100', async () => {
    const metrics = ['visitors', 'conversion_rate'];
    expect(rows(await ask(facts, { metrics, dimensions: ['event:goal'] }))).toEqual([
      ['Read', 2, 66.7],
      ['Buy', 1, 33.3],
    ]);
    expect(
      rows(
        await ask(facts, { metrics, dimensions: ['visit:source'], filters: [['is', 'event:goal', ['Buy']]] }),
      ),
    ).toEqual([['a', 1, 50]]);
    expect(
      rows(
        await ask(facts, {
          metrics,
          dimensions: ['visit:source'],
          filters: [['is', 'event:goal', ['Read']]],
        }),
      ),
    ).toEqual([['b', 2, 100]]);
  });

  test('a property’s values come without its key, and other keys stay out', async () => {
    const chosen = (key: string, value: string) =>
      fact(
        '05-19',
        { prop: key + propSeparator + value, event: 'Buy' },
        { custom: 1, event_first: 1 },
        'prop',
      );
    const all = [
      chosen('plan', 'pro'),
      chosen('plan', 'free'),
      chosen('plan b', 'pro'),
      chosen('size', 'pro'),
    ];
    const metrics = ['events'];
    expect(rows(await ask(all, { metrics, dimensions: ['event:props:plan'] }))).toEqual([
      ['free', 1],
      ['pro', 1],
    ]);
    for (const filter of [
      ['is', 'pro'],
      ['is_not', 'free'],
      ['contains', 'r', 'plan'],
      ['matches', '^p'],
      ['matches_not', '^f'],
      ['contains_not', 'f'],
    ]) {
      const [op, ...values] = filter;
      const answered = await ask(all, {
        metrics,
        dimensions: ['event:name'],
        filters: [[op, 'event:props:plan', values]],
      });
      expect([filter, rows(answered)]).toEqual([filter, [['Buy', op === 'contains' ? 2 : 1]]]);
    }
  });

  const sold = (currency: string, revenue: number, source: string) =>
    fact('05-19', { currency, source, page: '/', event: 'Buy' }, { revenue, custom: 1 }, 'revenue');

  test('revenue is in major units of its currency', async () => {
    const euros = await ask([...facts, sold('EUR', 1_999, 'a'), sold('EUR', 1, 'c')], {
      metrics: ['total_revenue', 'visitors'],
      dimensions: ['visit:source'],
    });
    expect(rows(euros)).toEqual([
      ['a', 19.99, 2],
      ['c', 0.01, 0],
      ['b', 0, 1],
    ]);
    expect(euros.meta.currency).toBe('EUR');
    expect(rows(await ask([sold('JPY', 1_999, 'a')], { metrics: ['total_revenue'] }))).toEqual([[1_999]]);
  });

  test('revenue in two currencies is told apart, or refused by their names', async () => {
    const both = [sold('EUR', 1_999, 'a'), sold('JPY', 500, 'a')];
    const { answers } = await askAll(both, [
      { metrics: ['total_revenue'] },
      { metrics: ['total_revenue'], dimensions: ['event:currency'] },
      { metrics: ['total_revenue'], filters: [['is', 'event:currency', ['JPY']]] },
    ]);
    expect(answers[0]).toMatchObject({
      error: { code: 'unanswerable', message: expect.stringContaining('Revenue came in EUR and JPY') },
    });
    expect(answers[1]).toMatchObject({
      results: [
        { dimensions: ['JPY'], metrics: [500] },
        { dimensions: ['EUR'], metrics: [19.99] },
      ],
    });
    expect(answers[1]).not.toHaveProperty('meta.currency');
    expect(answers[2]).toMatchObject({ results: [{ metrics: [500] }], meta: { currency: 'JPY' } });
  });

  test('filtered-out events have their own count', async () => {
    const facts = [fact('05-19', { reason: 'bot' }, { dropped: 3 }, 'drop')];
    expect(rows(await ask(facts, { metrics: ['dropped'], dimensions: ['event:drop_reason'] }))).toEqual([
      ['bot', 3],
    ]);
  });
});

describe('order and pages', () => {
  const facts = [view('05-19', 'b'), view('05-19', 'b'), view('05-19', 'a'), view('05-19', 'c')];
  test.each([
    [{}, ['b', 'a', 'c']],
    [{ order_by: [['visitors', 'asc']] }, ['a', 'c', 'b']],
    [{ order_by: [['visit:source', 'desc']] }, ['c', 'b', 'a']],
    [{ pagination: { limit: 1, offset: 1 } }, ['a']],
    [{ pagination: { limit: 5, offset: 9 } }, []],
  ])('%o', async (some, expected) => {
    const { results, meta } = await ask(facts, {
      dimensions: ['visit:source'],
      include: { total_rows: true },
      ...some,
    });
    expect(results.map(({ dimensions }) => dimensions[0])).toEqual(expected);
    expect(meta.total_rows).toBe(3);
  });

  test('what has no figure stands last in both directions', async () => {
    const all = [...facts, fact('05-19', { source: 'a' }, { closed: 2, bounces: 1 })];
    for (const direction of ['asc', 'desc']) {
      const { results } = await ask(all, {
        metrics: ['bounce_rate', 'visitors'],
        dimensions: ['visit:source'],
        order_by: [['bounce_rate', direction]],
      });
      expect(results[0]?.dimensions).toEqual(['a']);
    }
  });
});

test('filters nest', async () => {
  const facts = [view('05-19', 'Google'), view('05-19', 'Bing'), view('05-19', 'DuckDuckGo')];
  const filters = [
    [
      'or',
      [
        [
          'and',
          [
            ['contains', 'visit:source', ['o']],
            ['not', ['matches', 'visit:source', ['^Duck']]],
          ],
        ],
        ['is', 'visit:source', ['Bing']],
      ],
    ],
  ];
  expect(rows(await ask(facts, { dimensions: ['visit:source'], filters }))).toEqual([
    ['Bing', 1],
    ['Google', 1],
  ]);
});
