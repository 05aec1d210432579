import type { Query } from '../../schema/query.ts';
import type { Site } from '../../schema/site.ts';
import { addMonths, dateOfDay, dayOfDate, dayOfHour, localHour, monthOf, zoneOf } from '../time/calendar.ts';
import { invalid } from './refuse.ts';

/** A run of site-local days or wall-clock hours: the first, and the one after the last. */
export interface Span {
  readonly unit: 'hour' | 'day';
  readonly from: number;
  readonly until: number;
}

/** The moment of the question, in the site's time. */
export interface Moment {
  readonly site: Site;
  readonly now: number;
  readonly hour: number;
  readonly today: number;
  /** The first day that `all` covers. */
  readonly firstDay: number;
}

/** `firstDay`: the first day with data; by default the day on which the site was added. */
export function momentOf(site: Site, now: number, firstDay?: number): Moment {
  const hour = localHour(zoneOf(site, now), now);
  const added = dayOfHour(localHour(zoneOf(site, site.createdAt), site.createdAt));
  return { site, now, hour, today: dayOfHour(hour), firstDay: firstDay ?? added };
}

const days = (from: number, until: number): Span => ({ unit: 'day', from, until });
const hours = (from: number, until: number): Span => ({ unit: 'hour', from, until });

export const inHours = (span: Span): Span =>
  span.unit === 'hour' ? span : hours(span.from * 24, span.until * 24);
/** All days that a span touches. */
export const inDays = (span: Span): Span =>
  span.unit === 'day' ? span : days(dayOfHour(span.from), dayOfHour(span.until - 1) + 1);

function datesOf([first, last]: readonly [string, string], path: string): Span {
  if (first > last)
    throw invalid(
      path,
      `the range begins on ${first}, after its end on ${last}`,
      `ask ["${last}", "${first}"]`,
    );
  return days(dayOfDate(first), dayOfDate(last) + 1);
}

/** The days, or for `24h` the hours, that a question covers. Throws {@link Refusal}. */
export function spanOf(range: Query['date_range'], { hour, today, firstDay }: Moment): Span {
  if (typeof range !== 'string') return datesOf(range, 'date_range');
  const month = monthOf(today);
  switch (range) {
    case 'day':
      return days(today, today + 1);
    case '24h':
      return hours(hour - 23, hour + 1);
    case '7d':
    case '28d':
    case '30d':
    case '91d':
      return days(today - Number.parseInt(range, 10), today);
    case 'month':
      return days(month, today + 1);
    case 'year':
      return days(dayOfDate(`${dateOfDay(today).slice(0, 4)}-01-01`), today + 1);
    case '6mo':
      return days(addMonths(month, -6), month);
    case '12mo':
      return days(addMonths(month, -12), month);
    case 'all':
      return days(Math.min(firstDay, today), today + 1);
  }
}

/** What a range is compared with. */
export interface Against {
  /** Whole days, or the hours of `24h`: as many as have begun. */
  readonly whole: Span;
  /**
   * While the range still runs: the same elapsed hours, up to and with the current one. Null where it has ended, or all
   * hours of `whole` have elapsed.
   */
  readonly elapsed: Span | null;
}

/** 52 weeks: the same weekdays. */
const year = 364;

/** Calendar months that a preset is long: what it is compared with begins so many months before, on the first as well. */
const monthsOf: Partial<Record<string, number>> = { month: 1, year: 12, '6mo': 6, '12mo': 12 };

/** Days from a range back to what it is compared with. Months differ in length, so their shift is found in the calendar. */
function shiftOf(
  comparison: 'previous_period' | 'year_over_year',
  range: Query['date_range'],
  span: Span,
): number {
  const months = typeof range === 'string' ? monthsOf[range] : undefined;
  const ended = range === '6mo' || range === '12mo';
  if (comparison === 'year_over_year') {
    if (ended) return span.from - addMonths(span.from, -12);
    return span.unit === 'hour' ? year * 24 : year;
  }
  return months === undefined ? span.until - span.from : span.from - addMonths(span.from, -months);
}

/** Throws {@link Refusal} for dates in the wrong order. */
export function comparisonOf(
  comparison: NonNullable<Query['include']['comparisons']>,
  span: Span,
  { hour, today }: Moment,
  range: Query['date_range'],
): Against {
  const length = span.until - span.from;
  const asked =
    comparison.mode === 'custom' ? datesOf(comparison.date_range, 'include.comparisons.date_range') : null;
  // Dates that are more or fewer have no elapsed part in common.
  if (asked && (asked.unit !== span.unit || asked.until - asked.from !== length))
    return { whole: asked, elapsed: null };
  const shift =
    asked || comparison.mode === 'custom'
      ? span.from - (asked?.from ?? span.from)
      : shiftOf(comparison.mode, range, span);
  const running = isRunning(span, today);
  const from = span.from - shift;
  // A longer month before a shorter one ends where the range begins; whole months end with the last of theirs.
  const wholeMonths = range === '6mo' || range === '12mo';
  const end =
    wholeMonths && !asked
      ? addMonths(from, monthsOf[range] ?? 0)
      : (running ? today + 1 : span.until) - shift;
  const whole: Span = {
    unit: span.unit,
    from,
    until: range === 'month' && comparison.mode === 'previous_period' ? Math.min(end, span.from) : end,
  };
  const until = hour + 1 - shift * 24;
  return { whole, elapsed: running && until < whole.until * 24 ? hours(whole.from * 24, until) : null };
}

/** Whether today is one of the days of a range. */
export const isRunning = ({ unit, from, until }: Span, today: number): boolean =>
  unit === 'day' && from <= today && today < until;
