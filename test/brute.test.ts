import { describe, expect, test } from 'vitest';
import type { Metric } from '../schema/query.ts';
import { countBrute } from './brute/count.ts';
import { entriesOf } from './brute/entries.ts';
import type { TestSite } from './brute/sites.ts';
import type { Question } from './brute/sums.ts';
import { agents } from './brute/tables.ts';
import type { Signal, Wire } from './brute/visits.ts';
import { walk } from './brute/walk.ts';
import { addHours, momentOf, monday, wall } from './brute/wall.ts';

/** Lists so short that they can be counted on paper: what the property test compares with must itself be right. */

const site: TestSite = {
  domain: 'berlin.example',
  timezone: 'Europe/Berlin',
  settings: {
    goals: [
      { name: 'Docs', path: '/docs/*' },
      { name: 'Bought', event: 'Purchase' },
    ],
  },
  currency: 'EUR',
  hosts: ['berlin.example'],
  windows: [],
};
const nowhere = () => ({ country: 'DE', region: 'Hesse, DE', city: 'Frankfurt am Main, Hesse, DE' });
const berlin = (time: string) => Date.parse(`${time}+02:00`);

function signal(
  time: string,
  n: string,
  path: string,
  more: Partial<Wire> = {},
  visitor = 0,
  headers: Record<string, string> = {},
): Signal {
  return {
    at: berlin(time),
    address: `84.130.12.${visitor + 1}`,
    headers: { 'user-agent': agents[0]?.userAgent ?? '', ...headers },
    body: { n, u: `https://berlin.example${path}`, d: 'berlin.example', ...more },
  };
}

function ask(
  signals: readonly Signal[],
  metrics: Metric[],
  dimensions: string[],
  more: Partial<Question> = {},
  now = '2026-06-03T12:00:00',
) {
  const history = walk(site, signals, nowhere, berlin('2026-06-01T00:00:00'), berlin(now));
  const past = { history, entries: entriesOf(history), now: berlin(now) };
  const figures = countBrute(
    { site_id: site.domain, metrics, date_range: 'all', dimensions, filters: [], ...more },
    past,
  );
  return figures && Object.fromEntries(figures.rows);
}

describe('the brute force counts by hand', () => {
  test('a gap of 30 min continues a visit, one of a millisecond more ends it', () => {
    const first = signal('2026-06-01T10:00:00', 'pageview', '/');
    expect(
      ask(
        [first, { ...signal('2026-06-01T10:30:00', 'pageview', '/') }],
        ['visits', 'visitors', 'bounces'],
        [],
      ),
    ).toEqual({ '': [1, 1, 0] });
    const later = signal('2026-06-01T10:30:00.001', 'pageview', '/');
    expect(ask([first, later], ['visits', 'visitors', 'bounces', 'visit_duration'], [])).toEqual({
      '': [2, 1, 2, 0],
    });
  });

  test('a visit across midnight stays with its day, its visitor counts on both, and four o’clock ends it', () => {
    const night = [
      'T23:50:00',
      'T00:10:00',
      'T00:35:00',
      'T01:00:00',
      'T01:30:00',
      'T02:00:00',
      'T02:30:00',
      'T03:00:00',
      'T03:30:00',
      'T03:59:59.999',
      'T04:00:00',
    ];
    const signals = night.map((time, index) =>
      signal(`2026-06-0${index === 0 ? 1 : 2}${time}`, 'pageview', '/'),
    );
    expect(ask(signals, ['visits', 'visitors', 'pageviews', 'views_per_visit'], ['time:day'])).toEqual({
      '2026-06-01': [1, 1, 1, 10],
      '2026-06-02': [1, 1, 10, 1],
    });
  });

  test('engagement extends a visit, never opens one, and counts on pages that were viewed', () => {
    const signals = [
      signal('2026-06-01T10:00:00', 'engagement', '/', { e: 9_000 }),
      signal('2026-06-01T10:01:00', 'pageview', '/'),
      signal('2026-06-01T10:02:00', 'engagement', '/', { e: 10_000, sd: 40 }),
      signal('2026-06-01T10:03:00', 'engagement', '/other', { e: 50_000, sd: 90 }),
      signal('2026-06-01T10:33:00', 'engagement', '/', { e: 5_000, sd: 30 }),
    ];
    expect(ask(signals, ['time_on_page', 'scroll_depth', 'visits'], ['event:page'])).toEqual({
      '/': [15, 40, 1],
    });
    expect(ask(signals, ['visit_duration', 'bounce_rate'], [])).toEqual({ '': [32 * 60, 100] });
    expect(ask(signals, ['dropped'], ['event:drop_reason'])).toEqual({ late_engagement: [1] });
  });

  test('who opted out counts without visitor, visit and bytes, and in single dimensions only', () => {
    const signals = [
      signal('2026-06-01T10:00:00', 'pageview', '/', { by: 100 }),
      signal('2026-06-01T10:00:01', 'pageview', '/', { by: 100, r: 'https://berlin.example/before' }, 1, {
        'sec-gpc': '1',
      }),
      signal('2026-06-01T10:00:02', 'engagement', '/', { e: 5 }, 1, { 'sec-gpc': '1' }),
    ];
    expect(ask(signals, ['pageviews', 'visitors', 'visits', 'bytes'], [])).toEqual({ '': [2, 1, 1, 100] });
    expect(ask(signals, ['pageviews', 'visitors'], ['visit:source'])).toEqual({
      'Direct / None': [1, 1],
      '(unknown)': [1, 0],
    });
    expect(ask(signals, ['pageviews'], ['event:page', 'visit:country'])).toEqual({ '/|DE': [1] });
    expect(ask(signals, ['pageviews'], ['visit:city'])).toEqual({ 'Frankfurt am Main, Hesse, DE': [1] });
  });

  test('goals, revenue and properties', () => {
    const signals = [
      signal('2026-06-01T10:00:00', 'pageview', '/docs/a'),
      signal('2026-06-01T10:01:00', 'pageview', '/docs/b', { p: { author: 'ann' } }),
      signal('2026-06-01T10:02:00', 'Purchase', '/docs/b', { $: { currency: 'EUR', amount: 12.5 } }),
      signal('2026-06-01T10:00:00', 'pageview', '/', {}, 1),
    ];
    expect(ask(signals, ['visitors', 'pageviews', 'conversion_rate'], ['event:goal'])).toEqual({
      Docs: [1, 2, 50],
      Bought: [1, 0, 50],
    });
    expect(ask(signals, ['total_revenue'], [])).toEqual({ '': [12.5] });
    expect(ask(signals, ['pageviews'], ['event:props:author'])).toEqual({ ann: [1] });
  });

  test('what is not kept together is not counted', () => {
    const signals = [signal('2026-06-01T10:00:00', 'pageview', '/')];
    expect(ask(signals, ['pageviews'], ['event:page', 'visit:city'])).toBeNull();
    expect(ask(signals, ['bounce_rate'], ['event:page'])).toBeNull();
    expect(ask(signals, ['pageviews'], ['event:page', 'visit:source', 'visit:country'])).toEqual({
      '/|Direct / None|DE': [1],
    });
    expect(
      ask(signals, ['pageviews'], ['event:page', 'visit:source', 'visit:country'], {}, '2026-06-08T00:00:00'),
    ).not.toBeNull();
    expect(
      ask(signals, ['pageviews'], ['event:page', 'visit:source', 'visit:country'], {}, '2026-06-08T01:00:00'),
    ).toBeNull();
  });

  test('clocks on the wall', () => {
    expect(wall('Australia/Lord_Howe', Date.parse('2026-04-04T15:10Z'))).toEqual({
      date: '2026-04-05',
      hour: 1,
    });
    expect(new Date(momentOf('Europe/Berlin', '2026-03-29', 2)).toISOString()).toBe(
      '2026-03-29T01:00:00.000Z',
    );
    expect(new Date(momentOf('Asia/Beirut', '2026-03-29', 0)).toISOString()).toBe('2026-03-28T22:00:00.000Z');
    expect(monday('2026-03-29')).toBe('2026-03-23');
    expect(addHours('2026-03-01 00', -1)).toBe('2026-02-28 23');
  });
});
