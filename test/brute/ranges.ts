import type { DateRange, TimeDimension } from '../../schema/query.ts';
import { type History, zoneAt } from './walk.ts';
import { addDays, addHours, addMonths, hourLabel, monday, wall } from './wall.ts';

/** First and last wall-clock hour (`2026-03-29 05`) that count; as text they sort like time. */
export interface Hours {
  readonly from: string;
  readonly to: string;
  /** Asked for in hours, so that visitors are counted by the hour. */
  readonly byHour: boolean;
}

/** What a range means at a moment. */
export function hoursOf(range: DateRange, { site, since }: History, now: number): Hours {
  const { date: today, hour } = wall(zoneAt(site, now), now);
  const days = (from: string, to: string): Hours => ({
    from: hourLabel(from, 0),
    to: hourLabel(to, 23),
    byHour: false,
  });
  if (typeof range !== 'string') return days(range[0], range[1]);
  const month = addMonths(today, 0);
  const current = hourLabel(today, hour);
  switch (range) {
    case 'day':
      return days(today, today);
    case '24h':
      return { from: addHours(current, -23), to: current, byHour: true };
    case '7d':
    case '28d':
    case '30d':
    case '91d':
      return days(addDays(today, -Number(range.slice(0, -1))), addDays(today, -1));
    case 'month':
      return days(month, today);
    case 'year':
      return days(`${today.slice(0, 4)}-01-01`, today);
    case '6mo':
    case '12mo':
      return days(addMonths(today, -Number(range.slice(0, -2))), addDays(month, -1));
    case 'all':
      return days(since, today);
  }
}

export type Grain = 'hour' | 'day' | 'week' | 'month';

/** Of plain `time` the length of the range decides. */
export function grainOf(dimension: TimeDimension, { from, to, byHour }: Hours): Grain {
  if (dimension !== 'time') return dimension.slice('time:'.length) as Grain;
  if (byHour || from.slice(0, 10) === to.slice(0, 10)) return 'hour';
  if (addDays(from.slice(0, 10), 91) > to.slice(0, 10)) return 'day';
  return addDays(from.slice(0, 10), 364) > to.slice(0, 10) ? 'week' : 'month';
}

/** The name of the hour, day, week (its Monday) or month (its first) in which an hour lies. */
export function labelOf(grain: Grain, hour: string): string {
  const date = hour.slice(0, 10);
  return {
    hour: () => `${hour}:00`,
    day: () => date,
    week: () => monday(date),
    month: () => `${date.slice(0, 7)}-01`,
  }[grain]();
}

/** Every label of a range that a clock on the wall of the site shows, up to now where the range ends today. */
export function labelsOf(grain: Grain, { from, to }: Hours, history: History, now: number): string[] {
  const labels = new Set<string>();
  if (grain !== 'hour') {
    for (let date = from.slice(0, 10); date <= to.slice(0, 10); date = addDays(date, 1))
      labels.add(labelOf(grain, `${date} 00`));
    return [...labels];
  }
  const quarter = 15 * 60_000;
  const start = Date.parse(`${from.slice(0, 10)}T00:00:00Z`) - 24 * 4 * quarter;
  const end = Date.parse(`${to.slice(0, 10)}T00:00:00Z`) + 48 * 4 * quarter;
  for (let at = start; at < end; at += quarter) {
    const { date, hour } = wall(zoneAt(history.site, at), at);
    const shown = hourLabel(date, hour);
    if (shown >= from && shown <= to) labels.add(`${shown}:00`);
  }
  const { date: today, hour } = wall(zoneAt(history.site, now), now);
  const current = `${hourLabel(today, hour)}:00`;
  return [...labels].filter((label) => to.slice(0, 10) !== today || label <= current).sort();
}
