import { describe, expect, test } from 'vitest';
import type { SiteInfo } from '../dashboard/api.ts';
import { choicesOf, filterOf, storedValue } from '../dashboard/choices.ts';
import { createFormat, units } from '../dashboard/format.ts';
import { messages } from '../dashboard/messages.ts';
import { scaleOf } from '../dashboard/overview/drawing.ts';
import { trendOf } from '../dashboard/overview/trend.ts';
import { practiceAddress } from '../dashboard/pages/snippet.tsx';
import { firstTabs, meaningful, panelNames, tabsOf } from '../dashboard/panels.ts';
import { beforeOf, charted, lookAt, valuesQuestion } from '../dashboard/questions.ts';
import { commonReason, readable, reasonOf } from '../dashboard/refusal.ts';
import { addressOf, shown } from '../dashboard/values.ts';
import { parseView, type View } from '../dashboard/view.ts';
import { currentZone } from '../dashboard/zones.ts';
import { dimensions } from '../schema/dimensions.ts';
import { dropReasons } from '../schema/drop-reasons.ts';
import { metrics, QueryBody, type QueryResult } from '../schema/query.ts';
import { SiteSettings, Timezone } from '../schema/site.ts';

const format = createFormat('en-GB');

describe('numbers', () => {
  test.each([
    ['visitors', 48_210, '48,210'],
    ['visitors', 0, '0'],
    ['visitors', null, '–'],
    ['bounce_rate', 41.4, '41%'],
    ['bounce_rate', 0.4, '0.4%'],
    ['views_per_visit', 2.345, '2.35'],
    ['visit_duration', 134, '2 m 14 s'],
    ['visit_duration', 120, '2 m'],
    ['visit_duration', 0, '0 s'],
    ['visit_duration', 59.6, '1 m'],
    ['visit_duration', 3_725, '1 h 2 m'],
  ] as const)('%s %s is %s', (metric, value, text) => {
    expect(format.figure(metric, value)).toBe(text);
  });

  test('only space takes digits away', () => {
    expect(format.tight('visitors', 9_999_999)).toBe('9,999,999');
    expect(format.tight('visitors', 12_340_000)).toMatch(/^12\.3.?m/i);
  });

  test.each([
    ['visitors', 112, 100, '+12%', 'good'],
    ['visitors', 90, 100, '−10%', 'bad'],
    ['visitors', 100, 100, '±0', 'none'],
    ['visitors', 1_001, 1_000, '±0', 'none'],
    ['visitors', 5, 0, 'new', 'good'],
    ['visitors', 0, 5, '−100%', 'bad'],
    ['visitors', 5_000, 10, '×500', 'good'],
    ['bounce_rate', 39, 41, '−2 pts', 'good'],
    ['bounce_rate', 41.3, 41, '+0.3 pts', 'bad'],
    ['visit_duration', 142, 134, '+8 s', 'good'],
    ['visit_duration', 10, 134, '−2 m 4 s', 'bad'],
    ['views_per_visit', 2.2, 2.3, '−0.1', 'bad'],
  ] as const)('%s %s after %s is %s', (metric, now, before, text, mood) => {
    expect(format.change(metric, now, before)).toMatchObject({ text, mood });
  });

  test('there is no change from what is unknown', () => {
    expect(format.change('visitors', 3, null)).toBeNull();
    expect(format.change('visitors', null, 3)).toBeNull();
    expect(format.change('visitors', 0, 0)).toMatchObject({ text: '±0' });
  });

  test('buckets and spans by the site’s own clock', () => {
    expect(format.bucket('2026-03-01 14:00:00', 'hour')).toMatch(/1 Mar.*14/);
    expect(format.bucket('2026-03-02', 'week')).toMatch(/^2\D+8 Mar$/);
    expect(format.bucket('2026-03-01', 'month')).toBe('March 2026');
    expect(format.span(['2026-03-01', '2026-03-31'])).toBe('March 2026');
    expect(format.span(['2026-03-01', '2026-03-01'])).toBe('1 Mar 2026');
  });
});

describe('values that came from anybody', () => {
  test.each([
    ['event:page', '/pricing', 'https://example.com/pricing'],
    ['visit:exit_page', '/a?b=c', 'https://example.com/a?b=c'],
    ['event:page', '//evil.example/x', null],
    ['event:page', '/\\evil.example', null],
    ['event:page', '/a\tb', null],
    ['event:page', 'javascript:alert(1)', null],
    ['event:page', '@evil.example/', null],
    ['event:page', '/user/:redacted', null],
    ['visit:referrer', 'news.ycombinator.com/item', 'https://news.ycombinator.com/item'],
    ['visit:referrer', 'javascript:alert(1)', null],
    ['visit:referrer', 'data:text/html,x', null],
    ['visit:referrer', 'a.b@evil.example/', null],
    ['visit:referrer', 'good.example:80@evil.example/', null],
    ['visit:referrer', '0x7f.1/', null],
    ['visit:referrer', '(none)', null],
    ['visit:source', 'google.com', null],
  ])('%s %s leads to %s', (dimension, value, address) => {
    expect(addressOf(dimension, value, 'example.com')).toBe(address);
  });

  test('nothing disguises itself by turning the direction of writing', () => {
    expect(shown('visit:source', 'a\u202Eb\u0000').text).toBe('a�b�');
  });

  test('stand-ins are words, codes are names', () => {
    expect(shown('visit:source', 'Direct / None')).toMatchObject({
      text: messages.panel.direct,
      special: true,
    });
    expect(shown('visit:country', 'DE')).toMatchObject({ text: 'Germany', code: 'DE' });
    expect(shown('visit:country', '<b>')).toMatchObject({ text: '<b>', special: false });
    expect(shown('visit:source', 'constructor')).toMatchObject({ text: 'constructor', special: false });
  });
});

const site: SiteInfo = {
  id: 1,
  domain: 'example.com',
  timezone: 'Europe/Berlin',
  nextTimezone: null,
  createdAt: Date.UTC(2025, 0, 1),
  settings: SiteSettings.parse({
    hostnames: ['localhost'],
    goals: [
      { name: 'Signup', event: 'Signup' },
      { name: 'Cart', path: '/cart' },
    ],
  }),
  receiving: true,
};

describe('what is asked', () => {
  const now = Date.UTC(2026, 2, 10, 12);
  const look = (search: string) => lookAt(site, parseView(search, '28d'), now);

  test('every question of every tab, period and filter is one that the API reads', () => {
    const searches = [
      '',
      '?period=day',
      '?period=lastmonth&compare=year',
      '?period=all',
      '?all=goals',
      '?f=is,visit:source,Google&f=contains,event:page,/a',
      '?f=is,event:status,404',
      '?f=is,event:goal,Signup&f=is,event:status,404',
      '?f=is,event:drop_reason,bot',
    ];
    for (const panel of panelNames)
      for (const tab of Object.keys(tabsOf(panel))) searches.push(`?${panel}=${tab}`);
    for (const search of searches)
      expect(QueryBody.safeParse(look(search).questions).error, search).toBeUndefined();
  });

  test('with a page filter the entry measures are not asked for', () => {
    expect(look('?f=is,event:page,/').metrics).toEqual(['visitors', 'visits', 'pageviews']);
    expect(look('?f=is,visit:exit_page,/').metrics).toEqual([
      'visits',
      'views_per_visit',
      'bounce_rate',
      'visit_duration',
    ]);
    expect(charted(look('?f=is,visit:exit_page,/'), 'visitors')).toBe('visits');
    expect(charted(look('?f=is,visit:exit_page,/'), 'bounce_rate')).toBe('bounce_rate');
    expect(meaningful(['visitors', 'visits'], ['event:props:plan'])).toEqual(['visitors']);
  });

  test('pageviews are asked where visitors have no meaning, and shares only of what is known', () => {
    const asked = (search: string, dimension: string) =>
      look(search).questions.find((question) => question.dimensions?.[0] === dimension)?.metrics;
    expect(asked('', 'event:page')).toEqual(['visitors', 'percentage']);
    expect(asked('?f=is,event:status,404', 'event:page')).toEqual(['visitors']);
    expect(asked('?f=is,event:status,404', 'visit:country')).toEqual(['pageviews']);
    expect(asked('?f=is,event:status,404&pages=entry', 'visit:entry_page')).toEqual(['pageviews']);
    expect(asked('?f=is,event:status,404', 'event:goal')).toEqual(['visitors']);
    expect(asked('?f=is,visit:country,DE', 'event:goal')).toEqual(['visitors', 'conversion_rate']);
  });

  test('custom events are no pageviews', () => {
    expect(look('?f=is,event:goal,Signup').metrics).toEqual(['visitors', 'visits']);
    expect(look('?f=is,event:goal,Cart').metrics).toEqual(['visitors', 'visits', 'pageviews']);
    expect(look('?f=is,event:goal,Signup,Cart').metrics).toContain('pageviews');
    expect(look('?f=is,event:name,Signup').metrics).toEqual(['visitors', 'visits']);
    expect(look('?f=is,event:name,pageview').metrics).toContain('pageviews');
    expect(look('?f=is_not,event:name,Signup').metrics).toContain('pageviews');
    expect(look('?f=is,event:name,Signup&f=is,event:currency,EUR').metrics).toEqual(['visitors']);
  });

  test('days before the site’s first are not a 0 to compare with', () => {
    const young = { ...site, createdAt: Date.UTC(2026, 1, 20) };
    const of = (search: string) => lookAt(young, parseView(search, '28d'), now).comparison;
    expect(of('')).toBe('before the first day');
    expect(of('?period=day')).toBe('whole');
    expect(of('?period=24h')).toBe('whole');
    expect(of('?period=7d')).toBe('whole');
    expect(of('?period=7d&compare=year')).toBe('before the first day');
    expect(of('?compare=none')).toBe('none');
    expect(of('?period=all')).toBe('none');
    expect(beforeOf('whole', 0)).toBe(0);
    expect(beforeOf('before the first day', 0)).toBeNull();
    expect(beforeOf('before the first day', 3)).toBe(3);
    expect(beforeOf('whole', undefined)).toBeNull();
    expect(beforeOf('whole', null)).toBeNull();
  });

  test('the values of a filter come from the shown days', () => {
    const question = valuesQuestion(site, parseView('?period=24h', '28d'), 'event:status', now);
    expect(question).toMatchObject({ metrics: ['pageviews'], date_range: ['2026-03-09', '2026-03-10'] });
    for (const api of Object.keys(messages.dimensions))
      expect(
        QueryBody.safeParse(valuesQuestion(site, parseView('', '28d'), api, now)).error,
        api,
      ).toBeUndefined();
  });

  test('all time is compared with nothing', () => {
    expect(look('?period=all').questions.some((question) => question.include?.comparisons)).toBe(false);
    expect(look('?compare=year').questions[0]?.include?.comparisons).toEqual({ mode: 'year_over_year' });
  });

  test('words for everything in the schema', () => {
    const known = new Set(Object.values(dimensions).map((dimension) => dimension.api));
    for (const api of Object.keys(messages.dimensions)) expect(known, api).toContain(api);
    for (const panel of panelNames) {
      expect(Object.keys(tabsOf(panel))).toContain(firstTabs[panel]);
      for (const [name, tab] of Object.entries(tabsOf(panel))) {
        expect(messages.tabs[name], name).toBeDefined();
        expect(messages.dimensions[tab.dimension], tab.dimension).toBeDefined();
      }
    }
    expect(Object.keys(messages.dropReasons).sort()).toEqual(Object.keys(dropReasons).sort());
    expect(Object.keys(units).sort()).toEqual(Object.keys(metrics).sort());
  });
});

describe('a trend out of an answer', () => {
  const view: Pick<View, 'metric'> = { metric: 'visitors' };
  const answer: QueryResult = {
    results: [
      {
        dimensions: ['2026-03-01'],
        metrics: [4, 50],
        comparison: { dimensions: ['2026-02-01'], metrics: [2, 40], change: [100, 25] },
      },
      { dimensions: ['2026-03-03'], metrics: [1, 0] },
    ],
    meta: {
      timezone: 'UTC',
      from: '2026-03-01',
      to: '2026-03-04',
      rollups: ['trend'],
      exactness: {},
      notes: [],
      time_labels: ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'],
      partial_time_label: '2026-03-03',
    },
    query: null,
  };

  test('a day without rows is 0, a day to come has no value, an unknown rate stays unknown', () => {
    expect(trendOf(answer, ['visitors', 'bounce_rate'], view.metric, 'whole')).toEqual({
      labels: ['2026-03-01', '2026-03-02', '2026-03-03', '2026-03-04'],
      values: [4, 0, 1, null],
      before: [2, null, null, null],
      beforeLabels: ['2026-02-01', undefined, undefined, undefined],
      partial: 2,
    });
    expect(trendOf(answer, ['visitors', 'bounce_rate'], 'bounce_rate', 'whole').values).toEqual([
      50,
      null,
      0,
      null,
    ]);
    expect(trendOf(answer, ['visitors'], 'visits', 'whole').values).toEqual([null, null, null, null]);
  });
});

test.each([
  ['visitors', 0, [0, 1, 2, 3, 4]],
  ['visitors', 1, [0, 1]],
  ['visitors', 9, [0, 5, 10]],
  ['visitors', 28, [0, 10, 20, 30]],
  ['visitors', 36, [0, 10, 20, 30, 40]],
  ['visitors', 2_859, [0, 1_000, 2_000, 3_000]],
  ['visitors', 52_500, [0, 20_000, 40_000, 60_000]],
  ['views_per_visit', 2.95, [0, 1, 2, 3]],
  ['bounce_rate', 100, [0, 25, 50, 75, 100]],
  ['visit_duration', 152, [0, 60, 120, 180]],
] as const)('the scale of %s up to %s', (metric, most, lines) => {
  expect(scaleOf(metric, most)).toEqual(lines);
});

describe('why something is not told', () => {
  const view = (search: string) => parseView(search, '28d');
  const refusal = { code: 'unanswerable', message: 'Secret is not kept by event:currency', hint: 'ask x' };
  const filters = '?f=is,visit:browser,Firefox&f=is,event:status,404&f=is,visit:browser,Opera';

  test('one sentence, and a way out of each filter', () => {
    const { text, links } = reasonOf(refusal, { view: view(filters), dimension: 'visit:country' });
    expect(text).toMatch(/^Country, browser,? and HTTP status are not kept together\.$/);
    expect(links.map((link) => [link.text, link.change.filters?.length])).toEqual([
      ['Without browser', 1],
      ['Without HTTP status', 2],
    ]);
  });

  test('the filter of the rows’ own dimension is no way out', () => {
    const { links } = reasonOf(refusal, { view: view(filters), dimension: 'visit:browser' });
    expect(links.map((link) => link.text)).toEqual(['Without HTTP status']);
  });

  test('a range that can be asked is a link', () => {
    const error = { ...refusal, instead: { date_range: ['2026-11-16', '2026-11-21'] as [string, string] } };
    const { text, links } = reasonOf(error, { view: view(filters), dimension: 'event:page' });
    expect(text).toMatch(/^Page, browser,? and HTTP status are kept together only since .*16.*\.$/);
    expect(links[0]?.change).toEqual({ period: ['2026-11-16', '2026-11-21'], by: null });
    expect(links[0]?.text).toMatch(/16.*21/);
  });

  test('single hours lead to days', () => {
    expect(reasonOf(refusal, { view: view('?period=24h'), dimension: 'visit:os' })).toMatchObject({
      text: 'System: known by day, not by hour.',
      links: [{ change: { period: 'day' } }],
    });
    const trend = reasonOf(refusal, { view: view('?f=is,visit:os,Linux'), dimension: null, hourly: true });
    expect(trend).toMatchObject({ links: [{ change: { by: 'day' } }] });
  });

  test('no internal names', () => {
    expect(reasonOf(refusal, { view: view(''), dimension: 'visit:os' }).text).toBe(
      'Secret is not kept by Currency.',
    );
    expect(readable('leave out event:props:plan')).toBe('Leave out plan.');
  });

  test('what all panels have in common is said once', () => {
    expect(commonReason([refusal, refusal], view(filters))?.text).toBe(
      'Nothing else is kept together with browser and HTTP status.',
    );
    expect(commonReason([refusal, null, refusal, refusal], view(filters))?.text).toBe(
      'Only some figures are kept together with browser and HTTP status.',
    );
    expect(commonReason([refusal, null, refusal, null], view(filters))).toBeNull();
    expect(commonReason([refusal], view(filters))).toBeNull();
    const later = { ...refusal, instead: { date_range: ['2026-11-16', '2026-11-21'] as [string, string] } };
    expect(commonReason([refusal, later], view(filters))).toBeNull();
    expect(commonReason([refusal, refusal], view(''))).toBeNull();
  });
});

describe('what was typed into the filter', () => {
  test.each([
    ['visit:country', 'Germany', 'DE'],
    ['visit:country', 'germany', 'DE'],
    ['visit:country', 'de', 'DE'],
    ['visit:country', 'Atlantis', 'Atlantis'],
    ['visit:language', 'German', 'de'],
    ['visit:language', 'Yiddish', 'yi'],
    ['visit:source', messages.panel.direct, 'Direct / None'],
    ['visit:source', 'Direct / None', 'Direct / None'],
    ['visit:city', 'not known', '(unknown)'],
    ['visit:utm_campaign', 'none', '(none)'],
    ['visit:source', 'google', 'Google'],
    ['event:page', '/Blog', '/Blog'],
  ])('%s %s is stored as %s', (dimension, typed, value) => {
    const answer = { results: [{ dimensions: ['Google'], metrics: [1] }] } as QueryResult;
    expect(storedValue(dimension, typed, choicesOf(dimension, answer, site))).toBe(value);
  });

  test('parts of a text stay as they were typed', () => {
    expect(filterOf('contains', 'visit:city', 'none', [])).toEqual(['contains', 'visit:city', ['none']]);
    expect(filterOf('is_not', 'visit:country', 'Germany', [])).toEqual(['is_not', 'visit:country', ['DE']]);
  });

  test('goals are offered before they are reached', () => {
    expect(choicesOf('event:goal', undefined, site).map(({ value }) => value)).toEqual(['Signup', 'Cart']);
  });
});

test('the practice page is linked only where it is counted', () => {
  const here = 'http://localhost:3000';
  expect(practiceAddress(site, 'https://stats.example.com', here)).toBe(
    'http://localhost:3000/practice?site=example.com',
  );
  expect(practiceAddress(site, 'https://www.example.com/', 'http://127.0.0.1:3000')).toBe(
    'https://www.example.com/practice?site=example.com',
  );
  for (const other of ['http://127.0.0.1:3000', 'http://e.com', 'about:blank'])
    expect(practiceAddress(site, 'https://stats.example.com', other)).toBeNull();
});

test('timezones have the names of today, which the collector takes', () => {
  const zones = Intl.supportedValuesOf('timeZone').map(currentZone);
  for (const zone of ['Asia/Kolkata', 'Asia/Kathmandu', 'Europe/Kyiv', 'Asia/Yangon', 'Asia/Ho_Chi_Minh'])
    expect(zones).toContain(zone);
  for (const zone of ['Asia/Calcutta', 'Europe/Kiev']) expect(zones).not.toContain(zone);
  for (const zone of zones) expect(Timezone.safeParse(zone).success, zone).toBe(true);
});

test('the API’s advice in the names of the page', () => {
  expect(readable('ask date_range "day" (today) or "7d"')).toBe('Ask Today or Last 7 days.');
  expect(readable('ask visit:exit_page with visit:source')).toBe('Ask Exit page with Source.');
});
