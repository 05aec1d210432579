import { describe, expect, test } from 'vitest';
import { dayIn } from '../dashboard/dates.ts';
import {
  dateRangeOf,
  grainsOf,
  type Period,
  type Preset,
  parsePeriod,
  presets,
  shift,
  spanOf,
  writePeriod,
} from '../dashboard/period.ts';
import { DateRange } from '../schema/query.ts';

const today = '2026-03-10';

describe('spans', () => {
  test.each<[Preset, string | null]>([
    ['day', '2026-03-10'],
    ['yesterday', '2026-03-09'],
    ['24h', null],
    ['7d', '2026-03-03..2026-03-09'],
    ['28d', '2026-02-10..2026-03-09'],
    ['91d', '2025-12-09..2026-03-09'],
    ['month', '2026-03-01..2026-03-10'],
    ['lastmonth', '2026-02-01..2026-02-28'],
    ['year', '2026-01-01..2026-03-10'],
    ['12mo', '2025-03-01..2026-02-28'],
    ['all', null],
  ])('%s', (preset, span) => {
    const found = spanOf(preset, today);
    expect(found && writePeriod(found)).toBe(span);
  });

  test('every period is one that the API understands', () => {
    for (const period of [...presets, ['2026-01-01', '2026-01-31'] as const]) {
      expect(DateRange.safeParse(dateRangeOf(period, today)).success, String(period)).toBe(true);
    }
  });

  test('today is that of the site', () => {
    const at = Date.UTC(2026, 2, 10, 23, 30);
    expect(dayIn('UTC', at)).toBe('2026-03-10');
    expect(dayIn('Asia/Tokyo', at)).toBe('2026-03-11');
    expect(dayIn('America/New_York', at)).toBe('2026-03-10');
  });
});

describe('arrows', () => {
  const step = (period: Period, by: -1 | 1): string | null => {
    const moved = shift(period, by, today);
    return moved && writePeriod(moved);
  };

  test.each<[string, string | null, string | null]>([
    ['day', 'yesterday', null],
    ['yesterday', '2026-03-08', 'day'],
    ['7d', '2026-02-24..2026-03-02', null],
    ['2026-02-24..2026-03-02', '2026-02-17..2026-02-23', '7d'],
    ['month', 'lastmonth', null],
    ['lastmonth', '2026-01-01..2026-01-31', 'month'],
    ['2026-01-01..2026-01-31', '2025-12-01..2025-12-31', 'lastmonth'],
    ['year', '2025-01-01..2025-12-31', null],
    ['2025-01-01..2025-12-31', '2024-01-01..2024-12-31', 'year'],
    ['12mo', '2024-03-01..2025-02-28', null],
    ['24h', null, null],
    ['all', null, null],
  ])('%s', (text, earlier, later) => {
    const period = parsePeriod(text) ?? 'day';
    expect(step(period, -1)).toBe(earlier);
    if (text !== '12mo') expect(step(period, 1)).toBe(later);
  });

  test('there and back again, over leap days and years', () => {
    for (const text of [
      'day',
      'yesterday',
      '7d',
      '28d',
      '91d',
      'month',
      'lastmonth',
      'year',
      '12mo',
      '2024-02-27..2024-03-02',
    ]) {
      const period = parsePeriod(text) ?? 'day';
      const before = shift(period, -1, today);
      expect(before && writePeriod(shift(before, 1, today) ?? 'all')).toBe(text);
    }
  });
});

test('buckets suit the length', () => {
  expect(grainsOf('day', today, '2025-01-01')[0]).toBe('hour');
  expect(grainsOf('24h', today, '2025-01-01')).toEqual(['hour']);
  expect(grainsOf('28d', today, '2025-01-01')[0]).toBe('day');
  expect(grainsOf('12mo', today, '2025-01-01')[0]).toBe('month');
  expect(grainsOf('all', today, '2026-03-09')[0]).toBe('day');
  expect(grainsOf('all', today, '2024-01-01')[0]).toBe('month');
});
