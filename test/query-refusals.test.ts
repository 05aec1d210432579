import { describe, expect, test } from 'vitest';
import { answer } from '../collector/query/answer.ts';
import { Query } from '../schema/query.ts';
import { memoryReader } from './support/memory-reader.ts';
import { aSite } from './support/site.ts';

const now = Date.parse('2026-05-20T14:30:00Z');

async function ask(some: object, detailHours = 168) {
  const query = Query.parse({ site_id: 'example.com', metrics: ['pageviews'], date_range: '28d', ...some });
  const { read, calls } = memoryReader([]);
  const [result] = await answer({ queries: [query], site: aSite(), now, read, detailHours });
  if (!result) throw new Error('no answer');
  return { result, calls };
}

/** What it is refused with; throws where it is answered. */
async function refusal(some: object, detailHours?: number) {
  const { result, calls } = await ask(some, detailHours);
  if (!('error' in result)) throw new Error('answered');
  expect(calls).toEqual([]);
  return result.error;
}

const is = (dimension: string, ...values: string[]) => ['is', dimension, values];

describe('dimensions that are not kept together', () => {
  test('name the nearest pair and all others', async () => {
    const { code, message, hint } = await refusal({ dimensions: ['event:page', 'visit:city'] });
    expect(code).toBe('unanswerable');
    expect(message).toBe('Page and City are not kept together.');
    expect(hint).toMatch(
      /^ask event:page and visit:region together; or event:page with .*visit:source.*; or visit:city with .*visit:country/,
    );
  });

  test('dimension and filter are the same to a rollup', async () => {
    const { message } = await refusal({
      dimensions: ['visit:browser'],
      filters: [is('visit:city', 'Munich, Bavaria, DE')],
    });
    expect(message).toBe('Browser and City are not kept together.');
  });

  test('three with one that is not core name the pairs among them', async () => {
    const { message, hint } = await refusal({
      dimensions: ['visit:source'],
      filters: [is('visit:country', 'DE'), is('visit:city', 'x')],
    });
    expect(message).toContain(
      'three dimensions or filters at once are kept only among Page, Source, Channel',
    );
    expect(message).toContain('and City is not among them');
    expect(hint).toBe(
      'ask two at a time: visit:source and visit:country, visit:source and visit:city or visit:country and visit:city',
    );
  });

  test('two properties', async () => {
    const { message, hint } = await refusal({
      dimensions: ['event:props:plan'],
      filters: [is('event:props:size', 'L')],
    });
    expect(message).toBe('The properties plan and size are not kept together.');
    expect(hint).toContain('event:props:plan or event:props:size');
  });

  test('a property by source', async () => {
    expect((await refusal({ dimensions: ['event:props:plan', 'visit:source'] })).hint).toContain(
      'event:props:<key> with event:name',
    );
  });
});

describe('the joint of the core dimensions', () => {
  const three = { dimensions: ['visit:source'], filters: [is('visit:country', 'DE'), is('event:page', '/')] };

  test('is refused beyond its hours, with the first date that can be asked', async () => {
    const { message, hint } = await refusal(three);
    expect(message).toBe('Source, Country and Page together are kept for 7 days, back to 2026-05-13 14:00.');
    expect(hint).toBe(
      'ask a range that begins on 2026-05-14 or later; or ask only two of visit:source, visit:country and event:page, which reach back 25 months',
    );
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
    expect((await refusal({ ...three, date_range: 'day' }, 0)).message).toContain(
      'FOOTFALL_DETAIL_HOURS is 0',
    );
  });

  test('two core dimensions reach back 25 months', async () => {
    const { result } = await ask({
      dimensions: ['visit:source', 'visit:country'],
      date_range: ['2024-05-01', '2026-05-20'],
    });
    expect(result).toHaveProperty('meta.rollups', ['source+country']);
  });
});

describe('hours', () => {
  test('of what is kept by day', async () => {
    const { message, hint } = await refusal({ dimensions: ['time:hour', 'visit:city'], date_range: 'day' });
    expect(message).toMatch(/^City is kept by day, not by hour; by hour there are only Page, Source/);
    expect(hint).toBe('ask time:day');
    expect((await refusal({ dimensions: ['visit:city'], date_range: '24h' })).hint).toBe(
      'ask date_range "day" (today) or "7d"',
    );
  });

  test('of one core dimension beyond detail', async () => {
    const { message, hint } = await refusal({ dimensions: ['time:hour', 'visit:source'], date_range: '28d' });
    expect(message).toBe('Source by hour is kept for 7 days, back to 2026-05-13 14:00.');
    expect(hint).toContain('time:day');
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
      'Bounce rate belongs to whole visits, not to one of their pages.',
      'ask it by visit:entry_page',
    ],
    [
      'visit_duration',
      ['event:name'],
      'Visit duration belongs to whole visits, not to one of their events.',
      'leave out event:name',
    ],
    ['views_per_visit', ['event:goal'], 'Views per visit belongs to whole visits', 'leave out event:goal'],
    ['visitors', ['visit:exit_page'], 'Visitors is not known by exit page.', 'ask visits by visit:exit_page'],
    [
      'pageviews',
      ['visit:exit_page'],
      'Pageviews is not known by exit page.',
      'event:page or visit:entry_page',
    ],
    [
      'visits',
      ['event:props:plan'],
      'Visits has no meaning here.',
      'with event:props:plan can be asked: visitors, pageviews, events',
    ],
    ['visitors', ['event:status'], 'Visitors has no meaning here.', 'can be asked: pageviews, events, bytes'],
    ['time_on_page', [], 'Time on page is measured by page.', 'add event:page'],
    [
      'scroll_depth',
      ['event:page', 'event:hostname'],
      'Scroll depth is measured by page.',
      'leave out event:hostname',
    ],
    ['conversion_rate', ['visit:source'], 'Conversion rate needs a goal.', 'add event:goal'],
    ['visitors', ['event:currency'], 'Visitors is not kept by currency.', 'leave out event:currency'],
    ['dropped', [], 'Filtered out is counted by the rule', 'ask it by event:drop_reason'],
    [
      'pageviews',
      ['event:drop_reason'],
      'Pageviews does not exist for events that were filtered out.',
      'ask metrics ["dropped"]',
    ],
    ['total_revenue', ['event:drop_reason'], 'Revenue does not exist', 'ask metrics ["dropped"]'],
  ])('%s by %o', async (metric, dimensions, message, hint) => {
    const error = await refusal({ metrics: [metric], dimensions });
    expect(error.message).toContain(message);
    expect(error.hint).toContain(hint);
  });

  test('a page filter counts like a page dimension', async () => {
    expect(
      (await refusal({ metrics: ['bounce_rate'], filters: [['not', is('event:page', '/')]] })).hint,
    ).toContain('visit:entry_page');
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
