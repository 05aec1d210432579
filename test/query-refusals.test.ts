import { describe, expect, test } from 'vitest';
import { answer } from '../collector/query/answer.ts';
import { dimensionNames, dimensions } from '../schema/dimensions.ts';
import { Metric, Query } from '../schema/query.ts';
import { SiteSettings } from '../schema/site.ts';
import { kept, memoryReader } from './support/memory-reader.ts';
import { aSite } from './support/site.ts';

const now = Date.parse('2026-05-20T14:30:00Z');

async function ask(some: object, detailHours = 168, more: object = {}) {
  const query = Query.parse({ site_id: 'example.com', metrics: ['pageviews'], date_range: '28d', ...some });
  const { read, calls } = memoryReader([]);
  const [result] = await answer({
    queries: [query],
    site: aSite(),
    now,
    read,
    ...kept,
    detailHours,
    ...more,
  });
  if (!result) throw new Error('no answer');
  return { result, calls };
}

/** What it is refused with; throws where it is answered. */
async function refusal(some: object, detailHours?: number, more?: object) {
  const { result, calls } = await ask(some, detailHours, more);
  if (!('error' in result)) throw new Error('answered');
  expect(calls).toEqual([]);
  return result.error;
}

const is = (dimension: string, ...values: string[]) => ['is', dimension, values];

describe('dimensions that are not kept together', () => {
  test('name the nearest pair and some others', async () => {
    const { code, message, hint } = await refusal({ dimensions: ['event:page', 'visit:city'] });
    expect(code).toBe('unanswerable');
    expect(message).toBe('Page and City are not kept together: take Region instead of City.');
    expect(hint).toBe('Page goes with Source, Channel or Campaign; City goes with Source or Campaign');
  });

  test('without a near pair ask for one', async () => {
    const { message, hint } = await refusal({ dimensions: ['visit:language', 'event:status'] });
    expect(message).toBe('Language and HTTP status are not kept together: ask for one of them.');
    expect(hint).toBe('Language goes with Source or Country; HTTP status goes with Page');
  });

  test('dimension and filter are the same to a rollup', async () => {
    const { message } = await refusal({
      dimensions: ['visit:browser'],
      filters: [is('visit:city', 'Munich, Bavaria, DE')],
    });
    expect(message).toBe('Browser and City are not kept together: take Country instead of City.');
  });

  test('three with one that is not core name the pairs among them', async () => {
    const { message, hint } = await refusal({
      dimensions: ['visit:source'],
      filters: [is('visit:country', 'DE'), is('visit:city', 'x')],
    });
    expect(message).toBe('Source, Country and City are not kept together: leave out City.');
    expect(hint).toBe(
      'two at a time can be asked: “Source and Country”, “Source and City” or “Country and City”',
    );
  });

  test('three of which none is core are asked one at a time', async () => {
    const { message } = await refusal({ dimensions: ['visit:city', 'visit:screen', 'visit:os'] });
    expect(message).toBe('City, Screen and Operating system are not kept together: ask for one of them.');
  });

  test('two properties', async () => {
    const { message } = await refusal({
      dimensions: ['event:props:plan'],
      filters: [is('event:props:size', 'L')],
    });
    expect(message).toBe(
      'Property “plan” and Property “size” are not kept together: ask for one property at a time.',
    );
  });

  test('a property by source', async () => {
    expect((await refusal({ dimensions: ['event:props:plan', 'visit:source'] })).hint).toContain(
      'Property “plan” goes with Event',
    );
  });
});

describe('the joint of the core dimensions', () => {
  const three = { dimensions: ['visit:source'], filters: [is('visit:country', 'DE'), is('event:page', '/')] };

  test('is refused beyond its hours, with the first date that can be asked', async () => {
    const { message, hint, instead } = await refusal(three);
    expect(message).toBe(
      'Source, Country and Page together are kept for 7 days: ask for 2026-05-14 and later.',
    );
    expect(hint).toBe(
      'two at a time reach back 25 months: “Source and Country”, “Source and Page” or “Country and Page”',
    );
    expect(instead).toEqual({ date_range: ['2026-05-14', '2026-05-19'] });
  });

  test('offers what can be asked of a range, and nothing where it is all too old', async () => {
    const offered = async (date_range: unknown, detailHours?: number) =>
      (await refusal({ ...three, date_range }, detailHours)).instead?.date_range;
    expect(await offered(['2026-05-01', '2026-05-14'])).toEqual(['2026-05-14', '2026-05-14']);
    expect(await offered(['2026-05-01', '2026-05-30'])).toEqual(['2026-05-14', '2026-05-30']);
    expect(await offered(['2026-05-01', '2026-05-13'])).toBeUndefined();
    expect(await offered('month')).toEqual(['2026-05-14', '2026-05-20']);
    expect(await offered('24h', 22)).toEqual(['2026-05-20', '2026-05-20']);
    expect(await offered('24h', 10)).toBeUndefined();
    expect(await offered('day', 0)).toBeUndefined();
    expect((await refusal({ dimensions: ['event:page', 'visit:city'] })).instead).toBeUndefined();
  });

  test('names at most five alternatives, and no date where not even today is kept whole', async () => {
    const five = ['event:page', 'visit:source', 'visit:country', 'visit:device', 'event:name'];
    const { message, hint } = await refusal(
      { filters: five.map((dimension) => is(dimension, 'a')), date_range: 'day' },
      10,
    );
    expect(message).toBe(
      'Page, Source, Country, Device and Event together are kept for 10 hours: ask for two of them.',
    );
    expect(hint?.match(/“/g)).toHaveLength(5);
  });

  test('is answered from that date on, to the hour', async () => {
    expect((await ask({ ...three, date_range: ['2026-05-14', '2026-05-20'] })).result).toHaveProperty(
      'meta.rollups',
      ['detail'],
    );
    expect(await refusal({ ...three, date_range: ['2026-05-13', '2026-05-20'] })).toBeDefined();
    expect((await ask({ ...three, date_range: '24h' }, 23)).result).toHaveProperty('meta.rollups', [
      'detail',
    ]);
    expect((await refusal({ ...three, date_range: '24h' }, 22)).message).toContain('are kept for 22 hours');
  });

  test('is refused where it is switched off', async () => {
    expect((await refusal({ ...three, date_range: 'day' }, 0)).message).toBe(
      'Source, Country and Page are not kept together here, by a setting: ask for two of them.',
    );
    const byHour = { dimensions: ['time:hour', 'visit:source'], date_range: 'day' };
    expect((await refusal(byHour, 0)).message).toBe(
      'Source is not kept by hour here, by a setting: ask by day.',
    );
  });

  test('two core dimensions reach back 25 months', async () => {
    const { result } = await ask({
      dimensions: ['visit:source', 'visit:country'],
      date_range: ['2024-05-01', '2026-05-20'],
    });
    expect(result).toHaveProperty('meta.rollups', ['source+country by month', 'source+country']);
  });
});

describe('pairs', () => {
  const pair = { dimensions: ['event:page', 'visit:source'] };

  test('that begin inside a month before their days are refused with the next month', async () => {
    const { message, hint, instead } = await refusal({ ...pair, date_range: '91d' });
    expect(message).toBe(
      'Page and Source are kept together by day for 60 days, before that by calendar month: ask from 2026-03-01 on.',
    );
    expect(hint).toBe('one of them at a time reaches back 25 months by day');
    expect(instead).toEqual({ date_range: ['2026-03-01', '2026-05-19'] });
    expect((await ask({ ...pair, ...instead })).result).toHaveProperty('meta.rollups', [
      'page+source by month',
      'page+source',
    ]);
  });

  // The days reach back to 2026-03-21, the site was added on 2026-01-10.
  test.each([
    [['2026-03-21', '2026-05-20'], null],
    [
      ['2026-03-20', '2026-05-20'],
      ['2026-04-01', '2026-05-20'],
    ],
    [['2026-02-01', '2026-03-31'], null],
    [
      ['2026-02-01', '2026-03-30'],
      ['2026-02-01', '2026-02-28'],
    ],
    [
      ['2026-02-02', '2026-03-30'],
      ['2026-03-21', '2026-03-30'],
    ],
    [
      ['2026-02-10', '2026-02-20'],
      ['2026-02-01', '2026-02-28'],
    ],
    [['2025-06-07', '2026-04-10'], null],
    [['2026-01-10', '2026-04-10'], null],
    [
      ['2026-01-11', '2026-04-10'],
      ['2026-02-01', '2026-04-10'],
    ],
    [['2025-06-07', '2025-06-20'], null],
    ['all', null],
    ['12mo', null],
    ['year', null],
  ])('of %o are offered from %o', async (date_range, offered) => {
    const { result } = await ask({ ...pair, date_range });
    if (offered === null) expect(result).not.toHaveProperty('error');
    else expect(result).toHaveProperty('error.instead', { date_range: offered });
  });

  test('by day or week reach back their days, and further by month', async () => {
    const byWeek = { dimensions: ['time:week', 'event:page', 'visit:source'], date_range: 'year' };
    const { message, instead } = await refusal(byWeek);
    expect(message).toBe(
      'Page and Source are kept together by day for 60 days, before that by calendar month: ask by month, or from 2026-03-21 on.',
    );
    expect(instead).toEqual({ date_range: ['2026-03-21', '2026-05-20'], time: 'time:month' });
    const plain = await ask({ ...byWeek, dimensions: ['time', ...pair.dimensions] });
    expect(plain.result).toHaveProperty('meta.rollups', ['page+source by month', 'page+source']);
  });
});

describe('what is not kept any more', () => {
  const old = { site: aSite({ createdAt: Date.parse('2020-03-04T00:00:00Z') }) };

  test('is left out with a note', async () => {
    const note = 'Kept for 25 months: nothing before 2024-04-22 is in these figures.';
    for (const [some, from, notes] of [
      [{ date_range: 'all' }, '2024-04-22', [note]],
      [{ date_range: ['2024-04-21', '2026-05-20'] }, '2024-04-22', [note]],
      [{ date_range: ['2024-04-22', '2026-05-20'] }, '2024-04-22', []],
      [{ date_range: 'all', dimensions: ['time:month', 'visit:city'] }, '2024-04-22', [note]],
      [
        { date_range: 'all', dimensions: ['event:page', 'visit:source'], metrics: ['visitors'] },
        '2024-05-01',
        [note.replace('04-22', '05-01')],
      ],
    ] as const) {
      const { result } = await ask(some, 168, old);
      if ('error' in result) throw new Error(result.error.message);
      expect(result.meta.from).toBe(from);
      expect(result.meta.notes.filter((each) => each.startsWith('Kept'))).toEqual(notes);
    }
  });

  test('is refused where it is all that is asked for, and never compared with', async () => {
    const error = await refusal({ date_range: ['2021-01-01', '2021-12-31'] }, 168, old);
    expect(error.message).toBe('Figures are kept for 25 months: ask for 2024-04-22 and later.');
    const comparisons = { mode: 'custom', date_range: ['2024-04-21', '2024-04-30'] };
    const { result } = await ask({ include: { comparisons } }, 168, old);
    expect(result).toHaveProperty('meta.notes', ['There is no comparison: Figures are kept for 25 months.']);
    const young = await ask({ date_range: ['2021-01-01', '2021-12-31'] });
    expect(young.result).toHaveProperty('meta.notes', []);
  });
});

describe('hours', () => {
  test('of what is kept by day', async () => {
    const { message, instead } = await refusal({
      dimensions: ['time:hour', 'visit:city'],
      date_range: 'day',
    });
    expect(message).toBe('City is kept by day, not by hour: ask by day.');
    expect(instead).toBeUndefined();
    const today = { date_range: ['2026-05-20', '2026-05-20'] };
    for (const dimensions of [['visit:city'], ['time', 'visit:city'], ['time:day', 'visit:city']]) {
      const error = await refusal({ dimensions, date_range: '24h' });
      expect(error.message).toBe('City is kept by day, not by hour: ask for today or the last 7 days.');
      expect(error.instead).toEqual(today);
      expect((await refusal({ dimensions, date_range: '24h' }, 0)).instead).toEqual(today);
    }
    const stillByHour = await refusal({ dimensions: ['time:hour', 'visit:city'], date_range: '24h' });
    expect(stillByHour.instead).toBeUndefined();
  });

  test('of events that were filtered out', async () => {
    const { message } = await refusal({
      metrics: ['dropped'],
      dimensions: ['time:hour', 'event:drop_reason'],
    });
    expect(message).toBe('Filter reason is kept by day, not by hour: ask by day.');
  });

  test('of one core dimension beyond detail', async () => {
    const { message, hint, instead } = await refusal({
      dimensions: ['time:hour', 'visit:source'],
      date_range: '28d',
    });
    expect(message).toBe('Source by hour is kept for 7 days: ask for 2026-05-14 and later.');
    expect(hint).toBe('days reach back 25 months');
    expect(instead).toEqual({ date_range: ['2026-05-14', '2026-05-19'] });
  });

  test('are left to us by plain time: a day is one point where hours are not kept', async () => {
    const { result } = await ask({ dimensions: ['time', 'visit:city'], date_range: 'day' });
    expect(result).toHaveProperty('meta.rollups', ['city']);
    const core = await ask({ dimensions: ['time', 'visit:source'], date_range: 'day' });
    expect(core.result).toHaveProperty('meta.rollups', ['detail']);
  });
});

describe('metrics without a meaning', () => {
  test.each([
    [
      'bounce_rate',
      ['event:page'],
      'Bounce rate can only be shown for whole visits, not by Page: take Entry page instead of Page.',
      'by Page can be asked: Visitors, Visits, Pageviews, Events and Time on page',
    ],
    [
      'bounce_rate',
      ['event:page', 'event:name'],
      'Bounce rate can only be shown for whole visits, not by Page and Event: leave out Page and Event.',
      'Visitors',
    ],
    [
      'visit_duration',
      ['event:name'],
      'Visit duration can only be shown for whole visits, not by Event: leave out Event.',
      'Visitors',
    ],
    ['views_per_visit', ['event:goal'], 'not by Goal: leave out Goal.', 'Conversion rate'],
    [
      'visitors',
      ['visit:exit_page'],
      'Visitors cannot be shown by Exit page: ask for Visits.',
      'by Exit page can be asked: Visits, ',
    ],
    [
      'pageviews',
      ['visit:exit_page'],
      'Pageviews cannot be shown by Exit page: take Page or Entry page instead.',
      'Visits',
    ],
    [
      'visits',
      ['event:props:plan'],
      'Visits cannot be shown by Property “plan”: ask for another figure.',
      'by Property “plan” can be asked: Visitors, Pageviews, Events',
    ],
    [
      'visitors',
      ['event:status'],
      'Visitors cannot be shown by HTTP status: ask for another figure.',
      'Pageviews, Events and Bytes',
    ],
    ['time_on_page', [], 'Time on page can only be shown by page: ask by Page, or filter by one.', undefined],
    [
      'scroll_depth',
      ['event:page', 'event:hostname'],
      'Scroll depth cannot be shown by Hostname: leave out Hostname.',
      'Visitors',
    ],
    [
      'conversion_rate',
      ['visit:source'],
      'Conversion rate needs a goal: ask by Goal, or filter by one.',
      'Visitors',
    ],
    ['visitors', ['event:currency'], 'Visitors cannot be shown by Currency: leave out Currency.', 'Revenue'],
    [
      'dropped',
      [],
      'Filtered-out events can only be shown by Filter reason: ask by Filter reason alone.',
      undefined,
    ],
    [
      'pageviews',
      ['event:drop_reason'],
      'Pageviews cannot be shown for events that were filtered out: leave out Filter reason.',
      'by Filter reason can be asked: Filtered-out events',
    ],
    ['total_revenue', ['event:drop_reason'], 'Revenue cannot be shown', 'Filtered-out events'],
  ])('%s by %o', async (metric, dimensions, message, hint) => {
    const error = await refusal({ metrics: [metric], dimensions });
    expect(error.message).toContain(message);
    if (hint === undefined) expect(error).not.toHaveProperty('hint');
    else expect(error.hint).toContain(hint);
  });

  test('a page filter counts like a page dimension', async () => {
    expect(
      (await refusal({ metrics: ['bounce_rate'], filters: [['not', is('event:page', '/')]] })).message,
    ).toContain('take Entry page instead');
  });

  test('a share of visitors whose whole is not known', async () => {
    const error = await refusal({
      metrics: ['percentage'],
      dimensions: ['event:page'],
      filters: [is('event:status', '404')],
    });
    expect(error.message).toContain('Visitors');
  });
});

describe('returning browsers', () => {
  const measuring = aSite({ settings: SiteSettings.parse({ returning: 'on' }) });
  const refused = (some: object) => refusal({ metrics: ['browsers'], ...some }, 168, { site: measuring });

  test('are not measured where it is off', async () => {
    for (const some of [
      { metrics: ['visitors', 'browsers'] },
      { metrics: ['new_browsers'], date_range: 'all' },
      { metrics: ['active_days'], date_range: '24h' },
      { dimensions: ['visit:last_visit'] },
      { metrics: ['browsers'], dimensions: ['time:week', 'visit:first_week'] },
      { filters: [is('visit:last_visit', 'new')] },
    ])
      expect((await refusal(some)).message).toBe(
        'Returning browsers are not measured at this site: turn on returning.',
      );
  });

  test.each([
    [
      { dimensions: ['visit:source'] },
      'Browsers cannot be shown by Source: leave out Source.',
      'Browsers can be asked by Days between visits or First week',
    ],
    [
      { dimensions: ['visit:source', 'visit:last_visit'], filters: [is('visit:country', 'DE')] },
      'Browsers cannot be shown by Source and Country: leave out Source and Country.',
      'Browsers can be asked by Days between visits or First week',
    ],
    [
      { metrics: ['new_browsers'], dimensions: ['visit:last_visit'] },
      'New browsers cannot be shown by Days between visits: leave out Days between visits.',
      'Browsers can be asked by Days between visits or First week',
    ],
    [
      { dimensions: ['visit:last_visit', 'visit:first_week'] },
      'Days between visits and First week are not kept together: ask for one of them.',
      undefined,
    ],
    [
      { metrics: ['visitors'], dimensions: ['visit:first_week'] },
      'Visitors cannot be shown by First week: ask for Browsers by First week alone.',
      'by First week can be asked: Browsers',
    ],
    [
      { dimensions: ['visit:first_week'] },
      'Browsers by First week are kept by week: ask by week.',
      undefined,
    ],
    [
      { dimensions: ['time:day', 'visit:first_week'] },
      'Browsers by First week are kept by week: ask by week.',
      undefined,
    ],
  ])('by %o', async (some, message, hint) => {
    const error = await refused(some);
    expect([error.message, error.hint, error.instead]).toEqual([message, hint, undefined]);
  });

  test('by hour, and of 24 hours, with the day in their place', async () => {
    const metrics = ['visitors', 'browsers', 'active_days'];
    expect((await refused({ metrics, dimensions: ['time:hour'] })).message).toBe(
      'Browsers and Active days per browser are kept by day, not by hour: ask by day.',
    );
    const last = await refused({ date_range: '24h' });
    expect(last.message).toBe('Browsers are kept by day, not by hour: ask for today or the last 7 days.');
    expect(last.instead).toEqual({ date_range: ['2026-05-20', '2026-05-20'] });
  });

  test('over more days than they keep their dates, with the last ones that can be asked', async () => {
    const long = { metrics: ['visits', 'browsers'], date_range: ['2025-01-01', '2026-06-30'] };
    const error = await refused(long);
    expect(error.message).toBe('Browsers are known for up to 395 days: ask for a shorter range.');
    expect(error.instead).toEqual({ date_range: ['2025-04-21', '2026-05-20'] });
    const answered = async (some: object) =>
      (await ask({ ...long, ...some }, 168, { site: measuring })).result;
    expect(await answered(error.instead ?? {})).toHaveProperty('meta.exactness.browsers', 'exact');
    expect(await refused({ ...long, date_range: ['2025-04-20', '2026-05-20'] })).toHaveProperty('instead');
    // What adds up has no such bound, and by time each part is a range of its own.
    expect(await answered({ metrics: ['new_browsers'] })).toHaveProperty('meta.rollups', ['last_visit']);
    expect(await answered({ dimensions: ['time:month'] })).toHaveProperty('meta.rollups', [
      'trend',
      'last_visit',
    ]);
  });
});

test('a range too long to list is refused with one that is not', async () => {
  const { result } = await ask({ dimensions: ['time:day'], date_range: ['1900-01-01', '2026-05-20'] });
  const date_range = ['1971-08-18', '2026-05-20'];
  expect(result).toHaveProperty('error.instead', { date_range });
  const listed = await ask({ dimensions: ['time:day'], date_range, include: { total_rows: true } });
  expect(listed.result).toHaveProperty('meta.total_rows', 20_000);
  const hours = await ask({ dimensions: ['time:hour'], date_range: ['1900-01-01', '2026-05-19'] });
  expect(hours.result).toHaveProperty('error.instead', { date_range: ['2024-02-07', '2026-05-19'] });
  const comparisons = { mode: 'custom', date_range: ['1900-01-01', '2026-05-20'] };
  const against = await ask({ dimensions: ['time:day'], date_range: '7d', include: { comparisons } });
  expect(against.result).toHaveProperty('error.path', 'include.comparisons.date_range');
  expect(against.result).not.toHaveProperty('error.instead');
});

test('every refusal is one short sentence in the words of the dashboard, with few alternatives', async () => {
  const apis = dimensionNames.map((name) => (name === 'prop' ? 'event:props:plan' : dimensions[name].api));
  const sets = apis.flatMap((first, index) => [
    [first],
    ...apis.slice(index + 1).flatMap((second) => [
      [first, second],
      [first, second, 'visit:source'],
    ]),
  ]);
  const queries = [
    ...Metric.options.flatMap((metric) => sets.map((set) => ({ metrics: [metric], dimensions: set }))),
    ...sets.map((set) => ({ metrics: ['total_revenue'], dimensions: set, date_range: '24h' })),
    ...sets.map((set) => ({ dimensions: [...set.slice(0, 2), 'time:hour'], date_range: 'day' })),
  ].map((some) =>
    Query.parse({ site_id: 'example.com', metrics: ['pageviews'], date_range: '28d', ...some }),
  );
  const { read } = memoryReader([]);
  const site = aSite({ settings: SiteSettings.parse({ returning: 'on' }) });
  const answers = await answer({ queries, site, now, read, ...kept, detailHours: 168 });
  const errors = answers.flatMap((one) => ('error' in one ? [one.error] : []));
  expect(errors.length).toBeGreaterThan(1_000);
  const internal = /(event|visit|time):|_|FOOTFALL|date_range|undefined/;
  const alternatives = (hint = '') => hint.split(/ goes with |: |, | or | and |; /).length;
  const odd = errors.filter(
    ({ code, message, hint }) =>
      code !== 'unanswerable' ||
      internal.test(`${message} ${hint ?? ''}`) ||
      !/^[A-Z][^.]{15,179}\.$/u.test(message) ||
      alternatives(hint) > 11,
  );
  expect(odd.slice(0, 3)).toEqual([]);
});

describe('questions that contradict themselves', () => {
  test.each([
    [
      { dimensions: ['time:day', 'time:hour'] },
      'dimensions',
      'time:day and time:hour cannot be asked at once',
    ],
    [{ order_by: [['visitors', 'asc']] }, 'order_by[0]', 'cannot order by "visitors"'],
    [
      { filters: [['and', [['matches', 'event:page', ['(']]]]] },
      'filters[0][1][0]',
      '"(" is not a regular expression',
    ],
    [{ date_range: ['2026-05-02', '2026-05-01'] }, 'date_range', 'begins on 2026-05-02'],
    [
      { include: { comparisons: { mode: 'custom', date_range: ['2026-05-02', '2026-05-01'] } } },
      'include.comparisons.date_range',
      'begins on 2026-05-02',
    ],
    [
      {
        metrics: ['conversion_rate'],
        filters: [['or', [is('event:goal', 'Buy'), is('visit:source', 'Google')]]],
      },
      'filters',
      'needs the goal in a filter of its own',
    ],
  ])('%o', async (some, path, message) => {
    const error = await refusal(some);
    expect(error.code).toBe('invalid_query');
    expect(error.path).toBe(path);
    expect(error.message).toContain(message);
    expect(error.hint).toBeTruthy();
  });
});
