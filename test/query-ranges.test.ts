import { describe, expect, test } from 'vitest';
import { grainOf, hourLabel, labelsOf } from '../collector/query/labels.ts';
import { comparisonOf, momentOf, type Span, spanOf } from '../collector/query/ranges.ts';
import { Refusal } from '../collector/query/refuse.ts';
import { dateOfDay, dayOfDate } from '../collector/time/calendar.ts';
import { Query } from '../schema/query.ts';
import { aSite } from './support/site.ts';

/** Wednesday, half past two in the afternoon. */
const moment = momentOf(aSite(), Date.parse('2026-05-20T14:30:00Z'));
const shown = ({ unit, from, until }: Span): string[] =>
  unit === 'hour' ? [hourLabel(from), hourLabel(until - 1)] : [dateOfDay(from), dateOfDay(until - 1)];
const days = (first: string, last: string): Span => ({
  unit: 'day',
  from: dayOfDate(first),
  until: dayOfDate(last) + 1,
});

describe('a range', () => {
  test.each([
    ['day', '2026-05-20', '2026-05-20'],
    ['24h', '2026-05-19 15:00', '2026-05-20 14:00'],
    ['7d', '2026-05-13', '2026-05-19'],
    ['28d', '2026-04-22', '2026-05-19'],
    ['30d', '2026-04-20', '2026-05-19'],
    ['91d', '2026-02-18', '2026-05-19'],
    ['month', '2026-05-01', '2026-05-20'],
    ['year', '2026-01-01', '2026-05-20'],
    ['6mo', '2025-11-01', '2026-04-30'],
    ['12mo', '2025-05-01', '2026-04-30'],
    ['all', '2026-01-10', '2026-05-20'],
    [['2026-02-27', '2026-03-01'], '2026-02-27', '2026-03-01'],
    [['2027-02-27', '2027-03-01'], '2027-02-27', '2027-03-01'],
  ] as const)('%s is from %s to %s', (range, first, last) => {
    const { date_range } = Query.parse({ site_id: 'a', metrics: ['visits'], date_range: range });
    expect(shown(spanOf(date_range, moment))).toEqual([first, last]);
  });

  test('all begins with the first data, however old the site', () => {
    expect(shown(spanOf('all', momentOf(aSite(), moment.now, dayOfDate('2025-12-24'))))[0]).toBe(
      '2025-12-24',
    );
  });

  test('is of the site’s days, not of UTC’s', () => {
    const auckland = momentOf(aSite({ timezone: 'Pacific/Auckland' }), moment.now);
    expect(shown(spanOf('day', auckland))[0]).toBe('2026-05-21');
    const moved = aSite({ nextTimezone: 'Pacific/Auckland', nextTimezoneFrom: moment.now - 1 });
    expect(shown(spanOf('day', momentOf(moved, moment.now)))[0]).toBe('2026-05-21');
  });

  test('that ends before it begins is refused in words', () => {
    expect(() => spanOf(['2026-05-02', '2026-05-01'], moment)).toThrow(Refusal);
    expect(() => spanOf(['2026-05-02', '2026-05-01'], moment)).toThrow(
      'begins on 2026-05-02, after its end on 2026-05-01',
    );
  });
});

describe('a comparison', () => {
  const previous = { mode: 'previous_period' } as const;
  const year = { mode: 'year_over_year' } as const;
  test.each([
    ['7d', previous, '2026-05-06', '2026-05-12', null],
    ['7d', year, '2025-05-14', '2025-05-20', null],
    ['24h', previous, '2026-05-18 15:00', '2026-05-19 14:00', null],
    ['24h', year, '2025-05-20 15:00', '2025-05-21 14:00', null],
    ['day', previous, '2026-05-19', '2026-05-19', ['2026-05-19 00:00', '2026-05-19 14:00']],
    ['day', year, '2025-05-21', '2025-05-21', ['2025-05-21 00:00', '2025-05-21 14:00']],
    ['month', previous, '2026-04-01', '2026-04-20', ['2026-04-01 00:00', '2026-04-20 14:00']],
    ['month', year, '2025-05-02', '2025-05-21', ['2025-05-02 00:00', '2025-05-21 14:00']],
    ['year', previous, '2025-01-01', '2025-05-20', ['2025-01-01 00:00', '2025-05-20 14:00']],
    ['6mo', previous, '2025-05-01', '2025-10-31', null],
    ['6mo', year, '2024-11-01', '2025-04-30', null],
    ['12mo', previous, '2024-05-01', '2025-04-30', null],
    ['12mo', year, '2024-05-01', '2025-04-30', null],
    ['7d', { mode: 'custom', date_range: ['2026-01-01', '2026-01-03'] }, '2026-01-01', '2026-01-03', null],
  ] as const)('of %s, %o, is from %s to %s', (range, comparison, first, last, elapsed) => {
    const { include } = Query.parse({
      site_id: 'a',
      metrics: ['visits'],
      date_range: 'day',
      include: { comparisons: comparison },
    });
    if (!include.comparisons) throw new Error('no comparison');
    const against = comparisonOf(include.comparisons, spanOf(range, moment), moment, range);
    expect(shown(against.whole)).toEqual([first, last]);
    expect(against.elapsed && shown(against.elapsed)).toEqual(elapsed);
  });
});

describe('labels', () => {
  test.each([
    ['day', 'hour'],
    ['24h', 'hour'],
    ['7d', 'day'],
    ['91d', 'day'],
    ['6mo', 'week'],
    ['12mo', 'month'],
  ] as const)('of plain time over %s are by %s', (range, grain) => {
    expect(grainOf('time', spanOf(range, moment))).toBe(grain);
  });

  test('end today with the current hour, otherwise with the day', () => {
    expect(labelsOf('hour', spanOf('day', moment), moment)).toHaveLength(15);
    expect(labelsOf('hour', days('2026-05-19', '2026-05-19'), moment).at(-1)).toBe('2026-05-19 23:00');
    expect(labelsOf('hour', spanOf('24h', moment), moment)).toHaveLength(24);
  });

  test('of weeks are Mondays, of months first days', () => {
    expect(labelsOf('week', days('2026-05-13', '2026-05-19'), moment)).toEqual(['2026-05-11', '2026-05-18']);
    expect(labelsOf('month', days('2026-03-31', '2026-05-01'), moment)).toEqual([
      '2026-03-01',
      '2026-04-01',
      '2026-05-01',
    ]);
  });

  test.each([
    ['Europe/Berlin', '2026-03-29', 23, '2026-03-29 02:00'],
    ['Europe/Berlin', '2025-10-26', 24, null],
    ['America/New_York', '2026-03-08', 23, '2026-03-08 02:00'],
    ['America/Santiago', '2025-09-07', 23, '2025-09-07 00:00'],
    ['Australia/Lord_Howe', '2025-10-05', 24, null],
    ['Asia/Kolkata', '2026-03-29', 24, null],
  ])('in %s on %s are of %i hours, without %s', (timezone, date, count, skipped) => {
    const labels = labelsOf('hour', days(date, date), momentOf(aSite({ timezone }), moment.now));
    expect(labels).toHaveLength(count);
    expect(labels).not.toContain(skipped);
  });

  test('are refused where nobody could read them', () => {
    expect(() => labelsOf('day', days('1800-01-01', '2900-01-01'), moment)).toThrow('too many to list');
  });
});
