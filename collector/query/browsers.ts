import type { DimensionName } from '../../schema/dimensions.ts';
import { limits } from '../../schema/limits.ts';
import { measuresOf } from '../../schema/measures.ts';
import type { Metric } from '../../schema/query.ts';
import { rollupOver } from '../../schema/rollups.ts';
import type { Site } from '../../schema/site.ts';
import { dateOfDay, dayOfDate, weekOf } from '../time/calendar.ts';
import { labelOf, type TimeGrain } from './labels.ts';
import type { Question } from './question.ts';
import type { Moment, Span } from './ranges.ts';
import type { Read, Sums } from './read.ts';
import { list, nameOf, nameOfMetric, type Refusal, unanswerable } from './refuse.ts';

/**
 * Browsers that keep two dates on their device. A browser counts once on each day, under the days since its last visit; so
 * the distinct browsers of a range are those of each day whose last visit was before the range: exact, and without
 * recognising anybody.
 */

const ofBrowsers: readonly Metric[] = ['browsers', 'new_browsers', 'active_days'];
export const isOfBrowsers = (metric: Metric): boolean => ofBrowsers.includes(metric);

/** Whether a metric of browsers has a meaning for these dimensions: all without any, their number by when they were here before. */
export const fitsBrowsers = (metric: Metric, set: readonly DimensionName[]): boolean =>
  set.length === 0 || (metric === 'browsers' && measuresOf(set).browsers !== undefined);

/** Throws Refusal for a question about returning browsers where they are not measured. */
export function checkReturning({ query, set }: Question, { settings }: Site): void {
  const asked =
    query.metrics.some(isOfBrowsers) || set.some((dim) => dim === 'last_visit' || dim === 'first_week');
  if (asked && settings.returning === 'off')
    throw unanswerable('Returning browsers are not measured at this site', 'turn on returning');
}

/** A metric of browsers for dimensions with which it is not kept. */
export function notForBrowsers(metric: Metric, set: readonly DimensionName[], propKey?: string): Refusal {
  const own = set.filter((dim) => metric === 'browsers' && measuresOf([dim]).browsers);
  const others = set.filter((dim) => !own.includes(dim));
  const names = (dims: readonly DimensionName[]) => list(dims.map((dim) => nameOf(dim, propKey)));
  if (others.length === 0) return unanswerable(`${names(own)} are not kept together`, 'ask for one of them');
  return unanswerable(
    `${nameOfMetric(metric)} cannot be shown by ${names(others)}`,
    `leave out ${names(others)}`,
    `Browsers can be asked by ${list([nameOf('last_visit'), nameOf('first_week')], 'or')}`,
  );
}

/**
 * The read of the asked metrics of browsers; null where none is asked, or where dimensions make it an ordinary question.
 * Throws Refusal for hours, and for more days than browsers keep their dates.
 */
export function browsersRead(
  { query, set }: Question,
  span: Span,
  grain: TimeGrain | null,
  { site, today }: Moment,
): Read | null {
  const asked = query.metrics.filter(isOfBrowsers);
  const rollup = rollupOver(['last_visit']);
  if (asked.length === 0 || set.length > 0 || !rollup) return null;
  const names = list(asked.map(nameOfMetric));
  if (span.unit === 'hour' || grain === 'hour')
    throw unanswerable(
      `${names} are kept by day, not by hour`,
      query.date_range === '24h' ? 'ask for today or the last 7 days' : 'ask by day',
    );
  // Each day, week or month is a range of its own. Browsers that are new add up over any number of days.
  const most = limits.browserDays;
  if (grain === null && span.until - span.from > most && asked.some((metric) => metric !== 'new_browsers')) {
    const until = span.from <= today ? Math.min(span.until, today + 1) : span.until;
    throw unanswerable(
      `${names} are known for up to ${most} days`,
      'ask for a shorter range',
      'by week or month they reach back 25 months',
    ).offering({ date_range: [dateOfDay(Math.max(span.from, until - most)), dateOfDay(until - 1)] });
  }
  const { from, until } = span;
  const groups: Read['groups'] = ['last_visit'];
  return { rollup, site: site.id, from, until, sums: ['browsers'], groups, time: 'bucket', where: null };
}

/** The days that are read: where browsers are counted by week, on its Monday, all weeks that the span touches. */
export function daysOfWeeks({ query, set }: Question, span: Span, grain: TimeGrain | null): Span {
  if (!set.includes('first_week') || !query.metrics.includes('browsers')) return span;
  if (grain !== 'week' || span.unit === 'hour')
    throw unanswerable(`Browsers by ${nameOf('first_week')} are kept by week`, 'ask by week');
  return { ...span, from: weekOf(span.from) };
}

/** Browsers of one row: distinct ones, those never seen before, and on how many days all of them were here together. */
export interface BrowserCounts {
  readonly distinct: number;
  readonly fresh: number;
  readonly days: number;
}
export const noBrowsers: BrowserCounts = { distinct: 0, fresh: 0, days: 0 };

/** What {@link browsersRead} gave, by the labels of time; without a grain under null. `from` is the first day asked for. */
export function countBrowsers(
  groups: readonly Sums[],
  from: number,
  grain: TimeGrain | null,
): ReadonlyMap<string | null, BrowserCounts> {
  const counts = new Map<string | null, { distinct: number; fresh: number; days: number }>();
  // A year has up to 150,000 groups and 365 days: what a day means is found once.
  const days = new Map<number, { begin: number; row: { distinct: number; fresh: number; days: number } }>();
  for (const { time, values, sums } of groups) {
    const day = time ?? from;
    let known = days.get(day);
    if (!known) {
      const label = grain === null ? null : labelOf(grain, day);
      const row = counts.get(label) ?? { ...noBrowsers };
      counts.set(label, row);
      known = { begin: label === null ? from : Math.max(from, dayOfDate(label)), row };
      days.set(day, known);
    }
    const { begin, row } = known;
    const count = sums[0] ?? 0;
    row.days += count;
    if (values[0] === 'new') row.fresh += count;
    if (values[0] === 'new' || Number(values[0]) > day - begin) row.distinct += count;
  }
  return counts;
}

/** What a reader should know of browsers, in words. */
export function notesOnBrowsers({ query, set }: Question, span: Span, grain: TimeGrain | null): string[] {
  if (!query.metrics.some(isOfBrowsers)) return [];
  const notes = [
    'Browsers are told apart by two dates that they keep: one that loses them counts as new, and visitors who opted out do not count.',
  ];
  if (set.length === 0 && grain !== null && query.metrics.includes('browsers'))
    notes.push(
      `Each ${grain} counts its own browsers: together they are more than the whole range has, because browsers come back.`,
    );
  if (set.includes('last_visit') && !oneDayEach(span, grain))
    notes.push('Browsers are the sum of the days: one that comes back on another day counts again.');
  if (set.includes('first_week') && weekOf(span.from) !== span.from)
    notes.push('Weeks are counted whole, from their Monday.');
  return notes;
}

/** Whether no browser can be there twice in a row that is counted by day. */
export const oneDayEach = ({ unit, from, until }: Span, grain: TimeGrain | null): boolean =>
  grain === 'day' || (unit === 'day' && until - from === 1);
