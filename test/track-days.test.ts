import { expect, test } from 'vitest';
import { dayOfDate, localHour } from '../collector/time/calendar.ts';
import { aSite } from './support/site.ts';
import { moment, total, visitors } from './support/visitors.ts';

const hourOf = (date: string, hour: number) => dayOfDate(date) * 24 + hour;
const minute = 60_000;

test('a visit crosses midnight: visitor of both days, visit of the first', () => {
  const v = visitors();
  v.send('2026-06-10T23:50:00Z', { page: '/a' });
  const [fact] = v.send('2026-06-11T00:10:00Z', { page: '/a' });
  expect(fact?.hour).toBe(hourOf('2026-06-11', 0));
  expect(fact?.amounts).toEqual({
    pageviews: 1,
    hour_first: 1,
    day_first: 1,
    acquisition_first: 1,
    path_first: 1,
    event_first: 1,
  });
  expect(total(v.send('2026-06-11T00:20:00Z', { page: '/b' }))).toEqual({
    pageviews: 1,
    path_first: 1,
    page_visits: 1,
  });
  expect(total(v.send('2026-06-11T00:25:00Z', { event: 'Play' }))).toEqual({
    custom: 1,
    event_first: 1,
    event_visits: 1,
  });
  expect(v.send('2026-06-11T00:26:00Z', { kind: 'engagement', page: '/a', scroll: 5 })[0]?.hour).toBe(
    hourOf('2026-06-10', 23),
  );
  expect(v.send('2026-06-11T00:26:00Z', { kind: 'engagement', page: '/b', scroll: 5 })[0]?.hour).toBe(
    hourOf('2026-06-11', 0),
  );
  const [closed] = v.sweep('2026-06-11T00:56:01Z');
  expect(closed?.hour).toBe(hourOf('2026-06-10', 23));
  expect(closed?.amounts).toEqual({ closed: 1, views: 3, exits: 1, exit_first: 1, duration: 36 * minute });
});

test('a gap over midnight ends the visit under yesterday’s key when the next one begins', () => {
  const v = visitors();
  v.send('2026-06-10T23:50:00Z', {});
  const facts = v.send('2026-06-11T00:20:00.001Z', {});
  expect(
    facts
      .filter(({ scope }) => scope === 'web')
      .map(({ hour, amounts }) => [hour, amounts.closed, amounts.starts]),
  ).toEqual([
    [hourOf('2026-06-10', 23), 1, undefined],
    [hourOf('2026-06-11', 0), undefined, 1],
  ]);
});

test('a visit may go on until four in the morning, and not longer', () => {
  const v = visitors();
  v.send('2026-06-10T23:50:00Z', {});
  for (let m = 10; m < 240; m += 20) {
    expect(total(v.send(moment('2026-06-11T00:00:00Z') + m * minute, {})).starts).toBeUndefined();
  }
  expect(v.sweep('2026-06-11T03:59:59.999Z')).toEqual([]);
  const closed = v.sweep('2026-06-11T04:00:00Z');
  expect(closed.map(({ hour, amounts }) => [hour, amounts.duration])).toEqual([
    [hourOf('2026-06-10', 23), 4 * 60 * minute],
  ]);
  const [fact] = v.send('2026-06-11T04:00:00Z', {});
  expect(fact?.amounts).toEqual({
    pageviews: 1,
    hour_first: 1,
    starts: 1,
    entries: 1,
    page_visits: 1,
    event_visits: 1,
  });
});

test('from four on, engagement with yesterday’s visit is late', () => {
  const v = visitors();
  v.send('2026-06-10T23:59:00Z', {});
  for (let m = 10; m < 240; m += 20) v.send(moment('2026-06-11T00:00:00Z') + m * minute, {});
  expect(v.dropped('2026-06-11T04:00:00Z', { kind: 'engagement', scroll: 1 })).toBe('late_engagement');
});

test('a day that is over is let go in whole, even after days without a sweep', () => {
  const v = visitors();
  v.send('2026-06-10T12:00:00Z', {});
  v.send('2026-06-11T12:00:00Z', {});
  expect(v.sweep('2026-06-15T12:00:00Z').map(({ hour }) => hour)).toEqual([
    hourOf('2026-06-10', 12),
    hourOf('2026-06-11', 12),
  ]);
  expect(v.sweep('2026-06-15T12:00:01Z')).toEqual([]);
});

test('a removed site’s visits are told to nobody', () => {
  const v = visitors({ siteOf: () => undefined });
  v.send('2026-06-10T12:00:00Z', {});
  expect(v.sweep('2026-06-10T13:00:00Z')).toEqual([]);
  expect(v.tracker.closeAll()).toEqual([]);
});

test.each([
  ['Europe/Berlin', '2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z', 0],
  ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01T06:30:00Z', 0],
  ['Australia/Lord_Howe', '2026-04-04T14:45:00Z', '2026-04-04T15:15:00Z', 0],
  ['Europe/Berlin', '2026-03-29T00:30:00Z', '2026-03-29T01:30:00Z', 2],
  ['America/New_York', '2026-03-08T06:30:00Z', '2026-03-08T07:30:00Z', 2],
  ['Asia/Kolkata', '2026-06-10T11:15:00Z', '2026-06-10T11:35:00Z', 1],
  ['Asia/Kolkata', '2026-06-10T11:35:00Z', '2026-06-10T12:15:00Z', 0],
])('%s: from %s to %s is %i hours on the wall clock', (timezone, first, second, hours) => {
  const v = visitors({ site: aSite({ timezone }), timeout: 60 * minute });
  const [one] = v.send(first, {});
  const [two] = v.send(second, {});
  expect(one?.hour).toBe(localHour(timezone, moment(first)));
  expect((two?.hour ?? 0) - (one?.hour ?? 0)).toBe(hours);
  expect(two?.amounts.hour_first ?? 0).toBe(hours > 0 ? 1 : 0);
  expect(two?.amounts.day_first).toBeUndefined();
});

test.each([
  ['Europe/Berlin', '2026-10-24T21:50:00Z', '2026-10-25T02:59:59Z', '2026-10-25T03:00:00Z'],
  ['Europe/Berlin', '2026-03-28T22:50:00Z', '2026-03-29T01:59:59Z', '2026-03-29T02:00:00Z'],
  ['America/New_York', '2026-11-01T03:50:00Z', '2026-11-01T08:59:59Z', '2026-11-01T09:00:00Z'],
  ['America/New_York', '2026-03-08T04:50:00Z', '2026-03-08T07:59:59Z', '2026-03-08T08:00:00Z'],
  ['Asia/Kolkata', '2026-06-10T18:20:00Z', '2026-06-10T22:29:59Z', '2026-06-10T22:30:00Z'],
])('%s: a visit of %s goes on till %s', (timezone, start, still, over) => {
  const v = visitors({ site: aSite({ timezone }) });
  v.send(start, {});
  for (let at = moment(start) + 20 * minute; at < moment(still); at += 20 * minute) v.send(at, {});
  expect(total(v.send(still, {})).starts).toBeUndefined();
  expect(v.sweep(still)).toEqual([]);
  expect(v.sweep(over).map(({ hour, amounts }) => [hour, amounts.closed])).toEqual([
    [localHour(timezone, moment(start)), 1],
  ]);
});

test('sites in different zones end their days apart', () => {
  const east = visitors({ site: aSite({ id: 1, timezone: 'Asia/Kolkata' }) });
  const west = visitors({ site: aSite({ id: 2, timezone: 'America/New_York' }) });
  const start = '2026-06-10T18:20:00Z';
  for (const v of [east, west]) v.send(start, {});
  expect(total(east.send('2026-06-10T18:40:00Z', {})).day_first).toBe(1);
  expect(total(west.send('2026-06-10T18:40:00Z', {})).day_first).toBeUndefined();
});

test('a timezone that moves west at midnight: the visitors stay those of the day that is still going on', () => {
  const midnight = moment('2026-06-10T18:30:00Z');
  const site = aSite({
    timezone: 'Asia/Kolkata',
    nextTimezone: 'America/New_York',
    nextTimezoneFrom: midnight,
  });
  const v = visitors({ site });
  const [before] = v.send(midnight - 10 * minute, {});
  expect(before?.hour).toBe(hourOf('2026-06-10', 23));
  const [after] = v.send(midnight + 10 * minute, {});
  expect(after?.hour).toBe(hourOf('2026-06-10', 14));
  expect(after?.amounts).toEqual({ pageviews: 1, hour_first: 1 });
  expect(v.sweep(midnight + 60 * minute)[0]?.hour).toBe(hourOf('2026-06-10', 23));
});

test('a timezone that moves west while its new day has begun: its hours before midnight are counted', () => {
  // As when a change is made at once: the salt of the later day stays in force.
  const east = aSite({ timezone: 'Asia/Kolkata' });
  const west = aSite({ timezone: 'America/New_York' });
  const v = visitors({ site: east });
  v.send('2026-06-10T18:40:00Z', { who: 'a' });
  const moved = visitors({ site: west, salts: v.salts });
  const [fact] = moved.send('2026-06-10T18:45:00Z', { who: 'a' });
  expect(fact?.hour).toBe(hourOf('2026-06-10', 14));
  expect(moved.sweep('2026-06-10T19:45:00Z')[0]?.hour).toBe(hourOf('2026-06-10', 14));
});
