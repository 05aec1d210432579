import { expect, test } from 'vitest';
import { answer } from '../collector/query/answer.ts';
import { dayOfDate } from '../collector/time/calendar.ts';
import type { Fact } from '../collector/track/fact.ts';
import { Query, QueryResult } from '../schema/query.ts';
import { SiteSettings } from '../schema/site.ts';
import { kept, memoryReader } from './support/memory-reader.ts';
import { aSite } from './support/site.ts';

/** What an answer about browsers says of itself, and what it is compared with. */

/** A Wednesday. */
const now = Date.parse('2026-05-20T14:30:00Z');
const site = aSite({ settings: SiteSettings.parse({ returning: 'on' }) });

const browser = (date: string, last_visit: string, browsers = 1): Fact => ({
  scope: 'browser',
  site: 1,
  hour: dayOfDate(date) * 24 + 9,
  dims: { last_visit },
  amounts: { browsers },
});
const cohort = (week: string, first_week: string, browsers: number): Fact => ({
  scope: 'cohort',
  site: 1,
  hour: dayOfDate(week) * 24,
  dims: { first_week },
  amounts: { browsers },
});
const visitor = (date: string): Fact => ({
  scope: 'web',
  site: 1,
  hour: dayOfDate(date) * 24 + 9,
  dims: {},
  amounts: { pageviews: 1, day_first: 1, starts: 1, hour_first: 1 },
});

async function ask(facts: readonly Fact[], some: object): Promise<QueryResult> {
  const query = Query.parse({ site_id: 'example.com', metrics: ['browsers'], date_range: '7d', ...some });
  const { read, calls } = memoryReader(facts);
  const [result] = await answer({ queries: [query], site, now, read, ...kept, detailHours: 168 });
  if (!result || 'error' in result) throw new Error(result?.error.message);
  expect(calls).toHaveLength(1);
  return QueryResult.parse(result);
}
const figures = ({ results }: QueryResult) =>
  results.map(({ dimensions, metrics }) => [...dimensions, ...metrics]);
const compared = ({ results }: QueryResult) => results.map(({ comparison }) => comparison?.metrics);

const facts = [
  browser('2026-05-13', '1', 4),
  browser('2026-05-14', '1', 3),
  browser('2026-05-14', '2', 2),
  browser('2026-05-19', 'new', 5),
  browser('2026-05-20', '1', 5),
  browser('2026-05-20', '40', 6),
  visitor('2026-05-14'),
  visitor('2026-05-20'),
];

test('browsers stand beside the other figures, exact where those are sums', async () => {
  const answered = await ask(facts, {
    metrics: ['visitors', 'browsers', 'new_browsers', 'active_days', 'bounce_rate', 'percentage'],
    date_range: ['2026-05-13', '2026-05-20'],
  });
  expect(figures(answered)).toEqual([[2, 17, 5, 1.47, null, 100]]);
  expect(answered.meta.rollups).toEqual(['trend', 'last_visit']);
  expect(answered.meta.exactness).toMatchObject({
    visitors: 'sum_of_days',
    browsers: 'exact',
    new_browsers: 'exact',
    active_days: 'exact',
  });
  expect(answered.meta.notes.join(' ')).toContain('two dates that they keep');
  expect((await ask(facts, { metrics: ['visitors'] })).meta.notes.join(' ')).not.toContain('two dates');
});

test('each day, week and month is a range of its own, and says so', async () => {
  const range = { date_range: ['2026-05-13', '2026-05-20'] };
  const weeks = await ask(facts, { ...range, dimensions: ['time:week'] });
  expect(figures(weeks)).toEqual([
    ['2026-05-11', 6],
    ['2026-05-18', 11],
  ]);
  expect(weeks.meta.notes.join(' ')).toContain('Each week counts its own browsers');
  expect(weeks.meta.partial_time_label).toBe('2026-05-18');
  const days = await ask(facts, { ...range, dimensions: ['time:day'], metrics: ['active_days', 'browsers'] });
  expect(figures(days).slice(0, 3)).toEqual([
    ['2026-05-13', 1, 4],
    ['2026-05-14', 1, 5],
    ['2026-05-15', null, 0],
  ]);
  // Left to us, today is one point: hours are not kept.
  const today = await ask(facts, {
    metrics: ['visitors', 'browsers'],
    date_range: 'day',
    dimensions: ['time'],
  });
  expect(figures(today)).toEqual([['2026-05-20', 1, 11]]);
});

test('today is compared at its end, a range that still runs by whole days', async () => {
  const include = { comparisons: { mode: 'previous_period' } };
  const today = await ask(facts, { metrics: ['browsers', 'visitors'], date_range: 'day', include });
  expect(figures(today)).toEqual([[11, 1]]);
  expect(compared(today)).toEqual([[null, 0]]);
  expect(today.meta.notes.join(' ')).toContain('not compared before the end of the day: Browsers.');
  const alone = await ask(facts, { date_range: 'day', include });
  expect(compared(alone)).toEqual([undefined]);
  expect(alone.meta.notes).toContain(
    'How today compares is known at the end of the day: Browsers are kept by day, not by hour.',
  );
  const running = await ask(facts, { date_range: ['2026-05-17', '2026-05-20'], include });
  expect(figures(running)).toEqual([[11]]);
  expect(compared(running)).toEqual([[6]]);
  expect(running.meta.notes).toContain('Today is not over yet, and the comparison covers whole days.');
  const year = await ask([...facts, browser('2025-05-15', '9', 2)], {
    include: { comparisons: { mode: 'year_over_year' } },
  });
  expect(figures(year)).toEqual([[11]]);
  expect(compared(year)).toEqual([[2]]);
});

test('weekly retention covers whole weeks', async () => {
  const weeks = [
    cohort('2026-05-11', '2026-05-11', 9),
    cohort('2026-05-11', '2026-04-27', 2),
    cohort('2026-05-18', '2026-05-11', 4),
    cohort('2026-05-04', '2026-04-27', 7),
  ];
  const dimensions = ['visit:first_week', 'time:week'];
  const retention = await ask(weeks, { dimensions, date_range: ['2026-05-13', '2026-05-20'] });
  expect(figures(retention)).toEqual([
    ['2026-05-11', '2026-05-11', 9],
    ['2026-04-27', '2026-05-11', 2],
    ['2026-05-11', '2026-05-18', 4],
  ]);
  expect(retention.meta.exactness).toEqual({ browsers: 'exact' });
  expect(retention.meta.notes).toContain('Weeks are counted whole, from their Monday.');
  const whole = await ask(weeks, { dimensions, date_range: ['2026-05-11', '2026-05-20'] });
  expect(figures(whole)).toEqual(figures(retention));
  expect(whole.meta.notes.join(' ')).not.toContain('whole');
  const one = await ask(weeks, {
    dimensions: ['time:week'],
    filters: [['is', 'visit:first_week', ['2026-05-11']]],
    date_range: '28d',
  });
  expect(figures(one).at(-2)).toEqual(['2026-05-11', 9]);
});

test('by the days between visits they are sums of days', async () => {
  const dimensions = ['visit:last_visit'];
  const sum = await ask(facts, { dimensions, date_range: ['2026-05-13', '2026-05-20'] });
  expect(figures(sum)).toEqual([
    ['1', 12],
    ['40', 6],
    ['new', 5],
    ['2', 2],
  ]);
  expect(sum.meta.exactness).toEqual({ browsers: 'sum_of_days' });
  expect(sum.meta.notes.join(' ')).toContain('Browsers are the sum of the days');
  expect(sum.meta.notes.join(' ')).not.toContain('Visitors are');
  const today = await ask(facts, { dimensions, date_range: 'day' });
  expect(today.meta.exactness).toEqual({ browsers: 'exact' });
});
