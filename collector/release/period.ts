import type { Period, PeriodKind } from '../../schema/release.ts';
import type { Site } from '../../schema/site.ts';
import {
  addMonths,
  dateOfDay,
  dayOfDate,
  dayOfHour,
  hourOfDay,
  localHour,
  monthOf,
  weekOf,
  zoneOf,
} from '../time/calendar.ts';

/** What cannot be released, in words that say what can. */
export class NotReleasable extends Error {
  override readonly name = 'NotReleasable';
}

/** A period in which nothing is counted any more. */
export interface ClosedPeriod {
  readonly period: Period;
  /** Site-local days: the first, and the one after the last. */
  readonly first: number;
  readonly until: number;
}

/** Visits may cross midnight for four hours, and are closed and counted within the next. */
const closedAfterHours = 5;

/** The first site-local day on which the collector may still count. */
function firstOpenDay(site: Site, now: number): number {
  const hour = localHour(zoneOf(site, now), now);
  return dayOfHour(hour) - (hourOfDay(hour) < closedAfterHours ? 1 : 0);
}

const startOf: Record<PeriodKind, (day: number) => number> = {
  day: (day) => day,
  week: weekOf,
  month: monthOf,
};
const endOf: Record<PeriodKind, (first: number) => number> = {
  day: (first) => first + 1,
  week: (first) => first + 7,
  month: (first) => addMonths(first, 1),
};

export interface Asked {
  readonly site: Site;
  readonly kind: PeriodKind;
  /** Any date within the period, `YYYY-MM-DD`. */
  readonly of: string;
  /** ms since 1970. */
  readonly now: number;
  /** Days for which counters are kept. */
  readonly keepDays: number;
}

/** The period that holds the date. Throws {@link NotReleasable} where it is not over, or older than what is kept. */
export function closedPeriod({ site, kind, of, now, keepDays }: Asked): ClosedPeriod {
  const first = startOf[kind](dayOfDate(of));
  const until = endOf[kind](first);
  const open = firstOpenDay(site, now);
  const timezone = zoneOf(site, now);
  const period: Period = { kind, from: dateOfDay(first), to: dateOfDay(until - 1), timezone };
  const name = nameOf(period);
  if (until > open) {
    const last = startOf[kind](startOf[kind](open) - 1);
    throw new NotReleasable(
      `${capital(name)} is not over and counted yet: it is from ${dateOfDay(until)} 0${closedAfterHours}:00 on (${timezone}). The last ${kind} that is: --of ${dateOfDay(last)}`,
    );
  }
  const oldest = open - keepDays;
  if (first < oldest)
    throw new NotReleasable(
      `${capital(name)} is no longer kept in full: counters are deleted after ${keepDays} days. Ask for ${dateOfDay(oldest)} or later.`,
    );
  return { period, first, until };
}

export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A period inside a sentence. */
export const nameOf = ({ kind, from, to }: Period): string =>
  kind === 'day' ? from : `the ${kind} from ${from} to ${to}`;
