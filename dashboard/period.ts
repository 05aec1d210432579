import type { DateRange } from '../schema/query.ts';
import { addDays, addMonths, daysIn, firstOfMonth, isDay, lastOfMonth } from './dates.ts';

/** What the reader can ask for by name, in the order of the menu. */
export const presets = [
  'day',
  'yesterday',
  '24h',
  '7d',
  '28d',
  '91d',
  'month',
  'lastmonth',
  'year',
  '12mo',
  'all',
] as const;
export type Preset = (typeof presets)[number];
export type Span = readonly [from: string, to: string];
export type Period = Preset | Span;

const isPreset = (text: string): text is Preset => (presets as readonly string[]).includes(text);

/** Reads `28d`, `2026-03-01` or `2026-03-01..2026-03-31`. */
export function parsePeriod(text: string): Period | null {
  if (isPreset(text)) return text;
  const [from = '', to = from, ...rest] = text.split('..');
  return rest.length === 0 && isDay(from) && isDay(to) && from <= to ? [from, to] : null;
}

export function writePeriod(period: Period): string {
  if (typeof period === 'string') return period;
  const [from, to] = period;
  return from === to ? from : `${from}..${to}`;
}

/** First and last day of a period, or null where days do not bound it (`24h`, `all`). */
export function spanOf(period: Period, today: string): Span | null {
  if (typeof period !== 'string') return period;
  const yesterday = addDays(today, -1);
  switch (period) {
    case 'day':
      return [today, today];
    case 'yesterday':
      return [yesterday, yesterday];
    case '7d':
      return [addDays(today, -7), yesterday];
    case '28d':
      return [addDays(today, -28), yesterday];
    case '91d':
      return [addDays(today, -91), yesterday];
    case 'month':
      return [firstOfMonth(today), today];
    case 'lastmonth':
      return [addMonths(today, -1), addDays(firstOfMonth(today), -1)];
    case 'year':
      return [`${today.slice(0, 4)}-01-01`, today];
    case '12mo':
      return [addMonths(today, -12), addDays(firstOfMonth(today), -1)];
    default:
      return null;
  }
}

/** 52 weeks: the same weekdays, as the stats API compares years. */
const yearOfWeeks = 364;

/** The first day that a period is compared with, or null without comparison. */
export function comparedFrom(
  period: Period,
  compare: 'previous' | 'year' | 'none',
  today: string,
): string | null {
  if (compare === 'none' || period === 'all') return null;
  const [from, to] = spanOf(period, today) ?? [addDays(today, -1), today];
  const previous = period === '24h' ? 1 : daysIn(from, to);
  return addDays(from, compare === 'year' ? -yearOfWeeks : -previous);
}

/** The period as the stats API asks for it. */
export function dateRangeOf(period: Period, today: string): DateRange {
  if (typeof period !== 'string') return [...period];
  if (period === 'yesterday' || period === 'lastmonth') return [...(spanOf(period, today) ?? [today, today])];
  return period;
}

/** The name of a span, where it has one, so that its address stays true tomorrow. */
function named(span: Span, today: string, among: readonly Preset[]): Period {
  return among.find((preset) => writePeriod(spanOf(preset, today) ?? span) === writePeriod(span)) ?? span;
}

/** Whole months (or the current one to date) move by months, everything else by its own length. */
function monthsIn(period: Period, [from, to]: Span): number {
  if (from !== firstOfMonth(from)) return 0;
  if (to !== lastOfMonth(to) && period !== 'month' && period !== 'year') return 0;
  if (period === 'year') return 12;
  return (
    (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 +
    Number(to.slice(5, 7)) -
    Number(from.slice(5, 7)) +
    1
  );
}

/** The period before (-1) or after (1); null where there is none. */
export function shift(period: Period, by: -1 | 1, today: string): Period | null {
  const span = spanOf(period, today);
  if (!span) return null;
  const months = monthsIn(period, span);
  if (months > 0) {
    const from = addMonths(span[0], by * months);
    if (from > today) return null;
    const end = addDays(addMonths(from, months), -1);
    const moved: Span = [from, end > today ? today : end];
    return named(moved, today, ['month', 'lastmonth', 'year', '12mo']);
  }
  const days = daysIn(span[0], span[1]) * by;
  const moved: Span = [addDays(span[0], days), addDays(span[1], days)];
  return moved[1] > today ? null : named(moved, today, ['day', 'yesterday', '7d', '28d', '91d']);
}

export const grains = ['hour', 'day', 'week', 'month'] as const;
export type Grain = (typeof grains)[number];

/** The buckets that suit a period, the default first. `since` is the day from which a site has figures. */
export function grainsOf(period: Period, today: string, since: string): readonly [Grain, ...Grain[]] {
  if (period === '24h') return ['hour'];
  const [from, to] = spanOf(period, today) ?? [since, today];
  const days = daysIn(from, to);
  if (period === 'all' && days < 92) return ['day', 'week', 'month'];
  if (days <= 2) return ['hour', 'day'];
  if (days <= 7) return ['day', 'hour'];
  if (days < 28) return ['day', 'week'];
  if (days <= 92) return ['day', 'week', 'month'];
  if (days < 300) return ['week', 'day', 'month'];
  return ['month', 'week', 'day'];
}
