import type { Settings } from '../../../schema/settings.ts';
import type { Site } from '../../../schema/site.ts';
import { dayOfHour, localHour, monthOf, weekOf, zoneOf } from '../../time/calendar.ts';

export type Keeping = Pick<Settings, 'K' | 'PROFILE' | 'DETAIL_HOURS' | 'PAIR_DAYS' | 'KEEP_DAYS'>;

/** What is due at a site at a moment; days are site-local, since 1970. */
export interface Edges {
  readonly today: number;
  /** Days before it are closed: over, and one more, so that visits across midnight have ended. */
  readonly closedUntil: number;
  /** Months that begin before it are folded. */
  readonly monthsUntil: number;
  /** Weeks that begin before it are over, as days are. */
  readonly weeksUntil: number;
  /** The first that is kept: of `detail` an hour, of the others a day. */
  readonly detailFrom: number;
  readonly pairsFrom: number;
  readonly longFrom: number;
}

export function edgesOf(site: Site, now: number, keeping: Keeping): Edges {
  const hour = localHour(zoneOf(site, now), now);
  const today = dayOfHour(hour);
  return {
    today,
    closedUntil: today - 1,
    monthsUntil: monthOf(today - 1),
    weeksUntil: weekOf(today - 1),
    // Where none is kept, none of the current hour either.
    detailFrom: keeping.DETAIL_HOURS === 0 ? Number.MAX_SAFE_INTEGER : hour - keeping.DETAIL_HOURS,
    pairsFrom: today - keeping.PAIR_DAYS,
    // Exactly so many days, today being one of them.
    longFrom: today - keeping.KEEP_DAYS + 1,
  };
}
