import { limits } from '../../schema/limits.ts';
import type { Site } from '../../schema/site.ts';
import type { Submitted } from '../parse/submitted.ts';
import { localDay, weekOf, zoneOf } from '../time/calendar.ts';
import type { Returning } from './admitted.ts';

/**
 * What a pageview says of its browser's earlier visits; null where the site does not measure them, and where the dates are
 * not those of a browser that reads the site's calendar today: they are then left out, and the pageview counts as ever.
 */
export function returningOf({ name, dates }: Submitted, site: Site, at: number): Returning | null {
  if (dates === null || name !== 'pageview' || site.settings.returning === 'off') return null;
  const today = localDay(zoneOf(site, at), at);
  if (dates.today !== today) return null;
  const { lastVisit } = dates;
  const week = weekOf(today);
  if (lastVisit === null) {
    const firstWeek = dates.firstWeek ?? week;
    return firstWeek === week ? { lastVisit, firstWeek } : null;
  }
  const { firstWeek } = dates;
  if (lastVisit < 1 || lastVisit > limits.browserDays || firstWeek === null) return null;
  // The first visit was no later than the last one, and neither is older than dates are kept.
  const possible =
    weekOf(firstWeek) === firstWeek &&
    firstWeek >= weekOf(today - limits.browserDays) &&
    firstWeek <= weekOf(today - lastVisit);
  return possible ? { lastVisit, firstWeek } : null;
}
