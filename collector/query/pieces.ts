import { monthOf as byMonth, type Rollup } from '../../schema/rollups.ts';
import { addMonths, monthOf } from '../time/calendar.ts';
import type { TimeGrain } from './labels.ts';
import type { Moment, Span } from './ranges.ts';

/** When a question is asked, and what the job has left of the past by then. */
export interface Context {
  readonly moment: Moment;
  /** How many hours back the joint of the core dimensions is kept. */
  readonly detailHours: number;
  /** How many days back pairs are kept by day. */
  readonly pairDays: number;
  /** For how many days, today included, anything is kept. */
  readonly keepDays: number;
  /** Every month whose first day is before this day is folded; null where none is. */
  readonly monthsUntil: number | null;
}

/** Neighbouring buckets of a rollup: days or hours, or the same counters by month. */
export interface Piece {
  readonly rollup: Rollup;
  readonly from: number;
  readonly until: number;
}

type Days = Pick<Span, 'from' | 'until'>;

/** The first day that is the first of a month, from a day on. */
const nextMonth = (day: number): number => (day === monthOf(day) ? day : addMonths(day, 1));

/** The first day of which anything is kept. */
export const firstKept = ({ moment, keepDays }: Context): number => moment.today - keepDays + 1;
/** The first day whose pairs are kept by day. */
export const firstByDay = ({ moment, pairDays }: Context): number => moment.today - pairDays;
/** Where pairs begin that are asked for as far back as they reach: with a whole month, or with the days. */
export const firstOfPairs = (context: Context): number =>
  Math.min(nextMonth(firstKept(context)), Math.max(firstByDay(context), firstKept(context)));
/** Whether something that was counted before a day is gone by now. */
export const hasExpired = (day: number, context: Context): boolean =>
  day < firstKept(context) && context.moment.firstDay < firstKept(context);

/**
 * The buckets of a rollup that make up a span of days, the fewest that do: whole months where the question does not
 * look into them. Null where a span of pairs begins or ends inside a month that is kept as a whole only.
 */
export function piecesOf(
  rollup: Rollup,
  span: Days,
  grain: TimeGrain | null,
  context: Context,
): Piece[] | null {
  const months = byMonth(rollup);
  if (!months) return [{ rollup, from: span.from, until: span.until }];
  const wholeMonths = grain === null || grain === 'month';
  const parts =
    rollup.shape === 'pair' ? pairs(span, wholeMonths, context) : singles(span, wholeMonths, context);
  if (!parts) return null;
  return parts.flatMap(({ from, until, ofMonths }) =>
    from < until ? [{ rollup: ofMonths ? months : rollup, from, until }] : [],
  );
}

interface Part extends Days {
  readonly ofMonths: boolean;
}

/** The first month that is not folded; the current one never is. */
function unfolded({ monthsUntil, moment }: Context): number {
  const current = monthOf(moment.today);
  return monthsUntil === null ? 0 : monthsUntil >= current ? current : nextMonth(monthsUntil);
}

/** Single dimensions have all their days, so months only save rows. */
function singles({ from, until }: Days, wholeMonths: boolean, context: Context): Part[] {
  // The month in which what is kept begins is gone as a whole, its days are not.
  const begin = nextMonth(Math.max(from, firstKept(context)));
  const end = Math.min(monthOf(Math.min(until, context.moment.today)), unfolded(context));
  if (!wholeMonths || begin >= end) return [{ from, until, ofMonths: false }];
  return [
    { from, until: begin, ofMonths: false },
    { from: begin, until: end, ofMonths: true },
    { from: end, until, ofMonths: false },
  ];
}

/** Pairs have days at the end and months before them, and nothing was counted before the site's first day. */
function pairs({ from, until }: Days, wholeMonths: boolean, context: Context): Part[] | null {
  const { firstDay } = context.moment;
  const edge = firstByDay(context);
  if (Math.max(from, firstDay) >= edge || until <= firstDay) return [{ from, until, ofMonths: false }];
  const begin = from <= firstDay ? monthOf(firstDay) : from;
  const end = Math.min(until, nextMonth(edge));
  const inMonths = [begin, end].every((day) => day === monthOf(day));
  if (!wholeMonths || !inMonths || begin < firstKept(context) || end > unfolded(context)) return null;
  return [
    { from: begin, until: end, ofMonths: true },
    { from: end, until, ofMonths: false },
  ];
}

/** The nearest days of which pairs can be told by this grain; undefined where there are none. */
export function nearestPairs(
  { from, until }: Days,
  grain: TimeGrain | null,
  pair: Rollup,
  context: Context,
): Days | undefined {
  const possible: Days[] = [
    { from: nextMonth(from), until },
    { from: nextMonth(from), until: monthOf(until) },
    { from: Math.max(from, firstByDay(context)), until },
    { from: monthOf(from), until: nextMonth(until) },
  ];
  return possible.find((days) => days.from < days.until && piecesOf(pair, days, grain, context) !== null);
}
