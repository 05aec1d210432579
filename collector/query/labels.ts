import type { Query, TimeDimension } from '../../schema/query.ts';
import {
  addMonths,
  dateOfDay,
  dayOfHour,
  hourOfDay,
  localHour,
  monthOf,
  utcOffset,
  weekOf,
  zoneOf,
} from '../time/calendar.ts';
import { inDays, inHours, type Moment, type Span } from './ranges.ts';
import { invalid } from './refuse.ts';

export type TimeGrain = 'hour' | 'day' | 'week' | 'month';

/** More than the hours of 25 months: what fits no chart and no table. */
const most = 20_000;

/** The grain of a time dimension; of plain `time` by the length of the range, as in Plausible. */
export function grainOf(dimension: TimeDimension, span: Span): TimeGrain {
  switch (dimension) {
    case 'time:hour':
      return 'hour';
    case 'time:day':
      return 'day';
    case 'time:week':
      return 'week';
    case 'time:month':
      return 'month';
    case 'time': {
      const length = span.until - span.from;
      if (span.unit === 'hour' || length <= 1) return 'hour';
      if (length <= 91) return 'day';
      return length <= 52 * 7 ? 'week' : 'month';
    }
  }
}

export const hourLabel = (hour: number): string =>
  `${dateOfDay(dayOfHour(hour))} ${String(hourOfDay(hour)).padStart(2, '0')}:00`;

/** The label of a bucket: of an hour number for `hour`, otherwise of a day number. */
export function labelOf(grain: TimeGrain, time: number): string {
  if (grain === 'hour') return hourLabel(time);
  return dateOfDay(grain === 'week' ? weekOf(time) : grain === 'month' ? monthOf(time) : time);
}

/** The label of the bucket that is not over yet. */
export const currentLabel = (grain: TimeGrain, moment: Moment): string =>
  labelOf(grain, grain === 'hour' ? moment.hour : moment.today);

/**
 * All labels of a span, in order. An hour that the clocks skip has none; a range that ends today ends with the current
 * hour. Throws Refusal for more labels than anyone can read; `path` is where the question names the span.
 */
export function labelsOf(
  grain: TimeGrain,
  span: Span,
  moment: Moment,
  path: 'date_range' | 'include.comparisons.date_range' = 'date_range',
): string[] {
  const { from, until } = grain === 'hour' ? upToNow(span, moment) : inDays(span);
  if (until - from > most)
    throw invalid(
      path,
      `the range has ${until - from} ${grain === 'hour' ? 'hours' : 'days'}, too many to list by time`,
      'ask for a shorter range',
      path === 'date_range' ? { date_range: lastDates(grain, inDays(span)) } : undefined,
    );
  const labels: string[] = [];
  for (let time = from; time < until; time = next(grain, time))
    if (grain !== 'hour' || hourExists(moment.site, time)) labels.push(labelOf(grain, time));
  return labels;
}

/** As many of the last days of a span as can be listed. */
function lastDates(grain: TimeGrain, { until }: Span): [string, string] {
  const days = grain === 'hour' ? Math.floor(most / 24) : most;
  return [dateOfDay(until - days), dateOfDay(until - 1)];
}

function upToNow(span: Span, moment: Moment): Span {
  const whole = inHours(span);
  const endsToday = span.unit === 'day' && span.until === moment.today + 1;
  return endsToday ? { ...whole, until: moment.hour + 1 } : whole;
}

function next(grain: TimeGrain, time: number): number {
  if (grain === 'week') return weekOf(time) + 7;
  return grain === 'month' ? addMonths(time, 1) : time + 1;
}

const quarter = 15 * 60_000;

/** Whether the site's clocks ever show this hour: not where they are put forward over it. */
function hourExists(site: Moment['site'], hour: number): boolean {
  const asUtc = hour * 3_600_000;
  const offsetAt = (hours: number) =>
    utcOffset(zoneOf(site, asUtc + hours * 3_600_000), asUtc + hours * 3_600_000);
  if (offsetAt(-24) === offsetAt(24)) return true;
  // More than two offsets where a new timezone applies a day after the clocks were changed.
  const offsets = new Set([-24, -18, -12, -6, 0, 6, 12, 18, 24].map(offsetAt));
  for (const offset of offsets)
    for (let part = 0; part < 4; part++) {
      const at = asUtc - offset + part * quarter;
      if (localHour(zoneOf(site, at), at) === hour) return true;
    }
  return false;
}

/** Whether a name is one of the time dimensions. */
export const isTime = (name: Query['dimensions'][number]): name is TimeDimension =>
  name === 'time' || name.startsWith('time:');
