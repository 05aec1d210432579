import { expect, test } from 'vitest';
import { createSalts } from '../collector/gate/salts.ts';
import { localHour } from '../collector/time/calendar.ts';
import { goalsOf, matchesPattern } from '../collector/track/goals.ts';
import { Seen } from '../collector/track/seen.ts';
import { propSeparator } from '../schema/dimensions.ts';
import { SiteSettings } from '../schema/site.ts';
import { aSite } from './support/site.ts';
import { attributes, eventOf, total, visitors } from './support/visitors.ts';

const noon = '2026-06-10T12:00:00Z';
const at = Date.parse(noon);
const minute = 60_000;

test('a first pageview opens a visit and sets every flag', () => {
  const [fact, ...more] = visitors().send(noon, { page: '/a', status: 200, bytes: 900 });
  expect(more).toEqual([
    { scope: 'bounded', site: 1, hour: localHour('UTC', at), dims: { page: '/a' }, amounts: { bounded: 1 } },
  ]);
  expect(fact).toEqual({
    scope: 'web',
    site: 1,
    hour: localHour('UTC', at),
    dims: {
      ...attributes,
      page: '/a',
      hostname: 'example.com',
      event: 'pageview',
      status: '200',
      entry_page: '/a',
      visitor: 'identified',
    },
    amounts: {
      pageviews: 1,
      hour_first: 1,
      day_first: 1,
      acquisition_first: 1,
      path_first: 1,
      event_first: 1,
      starts: 1,
      entries: 1,
      page_visits: 1,
      event_visits: 1,
      bytes: 900,
    },
  });
});

test('each flag is set once, at its own first', () => {
  const v = visitors();
  v.send(at, { page: '/a' });
  expect(total(v.send(at + 1, { page: '/a' }))).toEqual({ pageviews: 1 });
  expect(total(v.send(at + 2, { page: '/b' }))).toEqual({ pageviews: 1, path_first: 1, page_visits: 1 });
  expect(total(v.send(at + 3, { event: 'Signup' }))).toEqual({ custom: 1, event_first: 1, event_visits: 1 });
  expect(total(v.send(at + 4, { event: 'Signup' }))).toEqual({ custom: 1 });
  for (let m = 20; m < 60; m += 20) v.send(at + m * minute, { page: '/a' });
  expect(total(v.send(at + 60 * minute, { page: '/a' }))).toEqual({ pageviews: 1, hour_first: 1 });
});

test('the first ten distinct pages of a visitor and day feed the bounded rollup, whatever the visit', () => {
  const v = visitors();
  const pages = Array.from({ length: 14 }, (_, page) => `/p${page}`);
  const seen = [...pages, ...pages].flatMap((page, step) =>
    v.send(at + step * 20 * minute, { page }).filter(({ scope }) => scope === 'bounded'),
  );
  expect(seen.map(({ dims }) => dims.page)).toEqual(pages.slice(0, 10));
  expect(v.send(at, { who: null, page: '/q' }).some(({ scope }) => scope === 'bounded')).toBe(false);
  expect(total(v.send('2026-06-11T12:00:00Z', { page: '/p0' }), 'bounded')).toEqual({ bounded: 1 });
});

test('another visit of the day, from another source, starts anew but is the same visitor', () => {
  const v = visitors();
  v.send(at, { page: '/a' });
  const facts = v.send(at + 31 * minute, { page: '/a', of: { source: 'Google', channel: 'Organic Search' } });
  expect(facts).toHaveLength(2);
  expect(facts[0]?.amounts).toEqual({ closed: 1, bounces: 1, views: 1, exits: 1, exit_first: 1 });
  expect(facts[0]?.dims.source).toBe('Direct / None');
  expect(facts[1]?.dims.source).toBe('Google');
  expect(facts[1]?.amounts).toEqual({
    pageviews: 1,
    acquisition_first: 1,
    starts: 1,
    entries: 1,
    page_visits: 1,
    event_visits: 1,
  });
  const third = v.send(at + 62 * minute, { page: '/a', of: { source: 'Google' } });
  expect(total(third).acquisition_first).toBeUndefined();
});

test('a visit keeps the attributes of its start', () => {
  const v = visitors();
  v.send(at, { of: { source: 'Google', city: 'Ulm' } });
  expect(v.send(at + 1, { page: '/b', of: { source: 'Bing', city: 'Aalen' } })[0]?.dims).toMatchObject({
    source: 'Google',
    city: 'Ulm',
    entry_page: '/',
  });
});

test.each([
  ['a pageview at the timeout exactly', 30 * minute, 'pageview', 0],
  ['a pageview a millisecond later', 30 * minute + 1, 'pageview', 1],
  ['an event at the timeout exactly', 30 * minute, 'event', 0],
  ['an event a millisecond later', 30 * minute + 1, 'event', 1],
] as const)('%s', (_, later, kind, starts) => {
  const v = visitors();
  v.send(at, {});
  const amounts = total(v.send(at + later, { kind, event: kind }));
  expect(amounts.starts ?? 0).toBe(starts);
  expect(amounts.closed ?? 0).toBe(starts);
});

test('engagement extends a visit and never opens one', () => {
  const v = visitors();
  expect(v.dropped(at, { kind: 'engagement', engaged: 5_000 })).toBe('late_engagement');
  expect(total(v.send(at, {})).day_first).toBe(1);
  expect(v.dropped(at + 30 * minute, { kind: 'engagement', engaged: 5_000 })).toBe('counted');
  expect(total(v.send(at + 60 * minute, {})).starts).toBeUndefined();
  expect(v.dropped(at + 90 * minute + 1, { kind: 'engagement', engaged: 5_000 })).toBe('late_engagement');
});

test('the sweep closes a visit only after the timeout, with its duration to the last signal', () => {
  const v = visitors();
  v.send(at, { page: '/in' });
  v.send(at + 5_000, { page: '/out' });
  v.send(at + 7_000, { kind: 'engagement', page: '/out', engaged: 2_000 });
  expect(v.sweep(at + 7_000 + 30 * minute)).toEqual([]);
  const facts = v.sweep(at + 7_001 + 30 * minute);
  expect(facts).toEqual([
    {
      scope: 'web',
      site: 1,
      hour: localHour('UTC', at),
      dims: { ...attributes, entry_page: '/in', exit_page: '/out', visitor: 'identified' },
      amounts: { closed: 1, views: 2, exits: 1, exit_first: 1, duration: 7_000 },
    },
  ]);
  expect(v.sweep(at + 120 * minute)).toEqual([]);
});

test.each([
  ['one pageview', [{}], 1],
  ['two pageviews of one page', [{}, {}], 0],
  ['a pageview and an event', [{}, { event: 'Play' }], 0],
  ['a pageview and an event without interaction', [{}, { event: 'Scrolled', interactive: false }], 1],
  ['no pageview', [{ event: 'Play' }], 0],
  ['no pageview, no interaction', [{ event: 'Ping', interactive: false }], 0],
  ['one pageview and engagement', [{}, { kind: 'engagement', engaged: 60_000 } as const], 1],
])('bounce: %s', (_, signals, bounces) => {
  const v = visitors();
  for (const [index, signal] of signals.entries()) v.send(at + index, signal);
  const [fact] = v.tracker.closeAll();
  expect(fact?.amounts.bounces ?? 0).toBe(bounces);
  expect(v.tracker.closeAll()).toEqual([]);
});

test('a visit without a pageview has no entry and no exit page until there is one', () => {
  const v = visitors();
  expect(v.send(at, { event: 'Play', page: '/a' })[0]?.dims.entry_page).toBe('(none)');
  const [view] = v.send(at + 1, { page: '/b' });
  expect(view?.dims.entry_page).toBe('/b');
  expect(view?.amounts).toMatchObject({ entries: 1, page_visits: 1 });
  expect(view?.amounts.starts).toBeUndefined();
  const w = visitors();
  w.send(at, { event: 'Play' });
  expect(w.tracker.closeAll()[0]).toMatchObject({ dims: { entry_page: '(none)' }, amounts: { closed: 1 } });
  expect(visitors().tracker.closeAll()).toEqual([]);
});

test('scroll counts how far the deepest one grew; engagement adds up in the hour of the first view', () => {
  const v = visitors();
  const engage = (ms: number, engaged: number, scroll: number, page = '/') =>
    v.send(at + ms, { kind: 'engagement', engaged, scroll, page });
  v.send(at + 50 * minute, { page: '/' });
  const [first] = engage(51 * minute, 3_000, 40);
  expect(first).toEqual({
    scope: 'web',
    site: 1,
    hour: localHour('UTC', at),
    dims: { ...attributes, page: '/', entry_page: '/', visitor: 'identified' },
    amounts: { engaged: 3_000, scroll: 40 },
  });
  expect(total(engage(52 * minute, 1_000, 30))).toEqual({ engaged: 1_000 });
  expect(engage(53 * minute, 0, 40)).toEqual([]);
  const [later] = engage(65 * minute, 500, 100);
  expect(later?.amounts).toEqual({ engaged: 500, scroll: 60 });
  expect(later?.hour).toBe(localHour('UTC', at));
  expect(engage(66 * minute, 500, 100, '/never')).toEqual([]);
  v.send(at + 67 * minute, { page: '/b' });
  expect(engage(68 * minute, 0, 50, '/b')[0]?.hour).toBe(localHour('UTC', at) + 1);
});

test('a page viewed in an earlier visit only has no engagement in this one', () => {
  const v = visitors();
  v.send(at, { page: '/a' });
  v.send(at + 31 * minute, { page: '/b' });
  expect(v.send(at + 32 * minute, { kind: 'engagement', page: '/a', engaged: 900 })).toEqual([]);
  v.send(at + 33 * minute, { page: '/a' });
  expect(total(v.send(at + 34 * minute, { kind: 'engagement', page: '/a', scroll: 10, engaged: 9 }))).toEqual(
    { engaged: 9, scroll: 10 },
  );
});

test('opted out: six dimensions, a count, nothing else', () => {
  const v = visitors({
    site: aSite({ settings: SiteSettings.parse({ goals: [{ name: 'Read', path: '/*' }] }) }),
  });
  const signal = {
    who: null,
    page: '/a',
    bytes: 5,
    status: 200,
    props: [['k', 'v']],
    revenue: { currency: 'EUR', minor: 5 },
  } as const;
  expect(v.send(at, signal)).toEqual([
    {
      scope: 'web',
      site: 1,
      hour: localHour('UTC', at),
      optedOut: true,
      dims: {
        page: '/a',
        source: 'Direct / None',
        channel: 'Direct',
        country: 'DE',
        device: 'Desktop',
        visitor: 'opted-out',
      },
      amounts: { pageviews: 1 },
    },
  ]);
  expect(v.send(at, { ...signal, event: 'Buy' })[0]?.amounts).toEqual({ custom: 1 });
  expect(v.dropped(at, { who: null, kind: 'engagement', engaged: 9_000 })).toBe('opted_out_engagement');
  expect(v.tracker.closeAll()).toEqual([]);
});

test('goals: by event name and path pattern, first of the day and of the visit', () => {
  const goals = [
    { name: 'Signup', event: 'Signup' },
    { name: 'Read', path: '/blog/*' },
    { name: 'Read', path: '/blog/1' },
    { name: 'Home', path: '/' },
  ];
  const v = visitors({ site: aSite({ settings: SiteSettings.parse({ goals }) }) });
  const goalsIn = (ms: number, signal: Parameters<typeof v.send>[1]) =>
    v
      .send(at + ms, signal)
      .filter(({ scope }) => scope === 'goal')
      .map(({ dims, amounts }) => [dims.goal, dims.page, amounts]);
  expect(goalsIn(0, { page: '/blog/1' })).toEqual([
    ['Read', '/blog/1', { pageviews: 1, goal_first: 1, goal_visits: 1 }],
  ]);
  expect(goalsIn(1, { page: '/blog/2' })).toEqual([['Read', '/blog/2', { pageviews: 1 }]]);
  expect(goalsIn(2, { page: '/blog/2', event: 'Play' })).toEqual([]);
  expect(goalsIn(3, { event: 'Signup' })).toEqual([
    ['Signup', '/', { custom: 1, goal_first: 1, goal_visits: 1 }],
  ]);
  expect(goalsIn(31 * minute + 3, { page: '/blog/1' })).toEqual([
    ['Read', '/blog/1', { pageviews: 1, goal_visits: 1 }],
  ]);
});

test.each([
  ['/a', '/a', true],
  ['/a', '/ab', false],
  ['/a*', '/ab/c', true],
  ['*', '/', true],
  ['/*/c', '/a/b/c', true],
  ['/a*a', '/a', false],
  ['/a*a', '/aa', true],
  ['/*.pdf', '/x.pdf?', false],
  ['/x.y', '/xzy', false],
  ['/**/b', '/a/b', true],
])('pattern %s on %s', (pattern, path, matches) => {
  expect(matchesPattern(pattern, path)).toBe(matches);
});

test('a goal follows the settings as they are now', () => {
  const before = aSite();
  const after = aSite({ settings: SiteSettings.parse({ goals: [{ name: 'Home', path: '/' }] }) });
  const salts = createSalts((bytes) => new Uint8Array(bytes));
  expect(goalsOf(eventOf(before, at, {}, salts))).toEqual([]);
  expect(goalsOf(eventOf(after, at, {}, salts))).toEqual(['Home']);
});

test('properties and revenue are facts of their own, and a goal carries the revenue', () => {
  const v = visitors({
    site: aSite({ settings: SiteSettings.parse({ goals: [{ name: 'Bought', event: 'Buy' }] }) }),
  });
  const buy = {
    event: 'Buy',
    page: '/cart',
    props: [
      ['plan', 'pro'],
      ['size', 'L'],
    ],
    revenue: { currency: 'EUR', minor: 995 },
  } as const;
  const [, goal, plan, size, revenue, ...more] = v.send(at, buy);
  expect(more).toEqual([]);
  expect(goal).toMatchObject({
    scope: 'goal',
    dims: { goal: 'Bought', currency: 'EUR' },
    amounts: { custom: 1, goal_first: 1, goal_visits: 1, revenue: 995 },
  });
  expect(plan).toEqual({
    scope: 'prop',
    site: 1,
    hour: localHour('UTC', at),
    dims: { prop: `plan${propSeparator}pro`, event: 'Buy' },
    amounts: { custom: 1, event_first: 1 },
  });
  expect(size?.dims.prop).toBe(`size${propSeparator}L`);
  expect(revenue).toMatchObject({
    scope: 'revenue',
    dims: { ...attributes, currency: 'EUR', page: '/cart', event: 'Buy' },
    amounts: { custom: 1, revenue: 995 },
  });
  expect(v.send(at + 1, buy).find(({ scope }) => scope === 'prop')?.amounts).toEqual({ custom: 1 });
});

test('realtime: visits of the last five minutes, hits of the last thirty, opted-out ones too', () => {
  const v = visitors();
  v.send(at, { who: 'a' });
  v.send(at + minute, { who: 'b' });
  v.send(at + minute, { who: 'b', event: 'Play' });
  v.send(at + minute, { who: null });
  v.send(at + 6 * minute, { kind: 'engagement', who: 'b', engaged: 1 });
  const seen = v.tracker.realtime(1, at + 6 * minute);
  expect(seen.visits).toBe(1);
  expect(v.tracker.realtime(1, at + 5 * minute).visits).toBe(2);
  expect(seen.minutes).toHaveLength(30);
  expect(seen.minutes[23]).toEqual({ pageviews: 1, events: 1 });
  expect(seen.minutes[24]).toEqual({ pageviews: 2, events: 3 });
  expect(v.tracker.realtime(1, at + 31 * minute).minutes.reduce((sum, { events }) => sum + events, 0)).toBe(
    0,
  );
  expect(v.tracker.realtime(2, at)).toMatchObject({ visits: 0 });
});

test('ten thousand pages of one visitor do not take the square of their number', () => {
  const seen = new Seen();
  const { cells } = seen;
  const read = cells.get.bind(cells);
  let steps = 0;
  cells.get = (row, field) => {
    steps++;
    return read(row, field);
  };
  const pages = 10_000;
  let head = 0;
  for (let page = 0; page < pages; page++) {
    expect(seen.find(7, head, page)).toBe(0);
    head = seen.add(7, head, page, 1, 12);
  }
  for (let page = 0; page < pages; page += 100) expect(read(seen.find(7, head, page), 0)).toBe(page);
  expect(steps).toBeLessThan(pages * 50);
});
