import { expect, test } from 'vitest';
import { clockIn, momentIn } from '../dashboard/dates.ts';

test.each([
  ['2026-03-03T09:00', 'Europe/Berlin', '2026-03-03T08:00:00Z'],
  ['2026-07-03T00:30', 'Europe/Berlin', '2026-07-02T22:30:00Z'],
  ['2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59:00Z'],
  ['2026-03-08T03:00', 'America/New_York', '2026-03-08T07:00:00Z'],
  ['2026-12-31T23:45', 'Asia/Kathmandu', '2026-12-31T18:00:00Z'],
  ['2026-01-01T00:00', 'UTC', '2026-01-01T00:00:00Z'],
])('%s on the clock of %s is %s', (clock, zone, instant) => {
  expect(momentIn(zone, clock)).toBe(Date.parse(instant));
  expect(clockIn(zone, Date.parse(instant))).toBe(clock);
});

test('what is no time is none', () => {
  expect(momentIn('UTC', '')).toBeNaN();
});
