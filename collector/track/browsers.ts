import type { Enriched } from '../enrich/enriched.ts';
import { dateOfDay, dayOfHour, weekOf } from '../time/calendar.ts';
import type { Fact } from './fact.ts';
import type { Seat } from './hit.ts';

/**
 * The two facts of a browser's first pageview of the day, which nothing joins: how long ago it was here, and in the week
 * the week of its first visit, unless it was here this week before. The same dates of the same visitor and day are the
 * same browser, whose reply was lost or who opened two tabs; other dates are another browser behind one address.
 */
export function browserFacts({ site, returning }: Enriched, hour: number, visitor: Seat): Fact[] {
  if (!returning) return [];
  const { lastVisit, firstWeek } = returning;
  const dates = `${lastVisit ?? 'new'} ${firstWeek}`;
  if (!visitor.generation.meet(visitor.row, 'browser', dates, hour).today) return [];
  const today = dayOfHour(hour);
  const week = weekOf(today);
  const counted = { site: site.id, amounts: { browsers: 1 } };
  const facts: Fact[] = [
    { ...counted, scope: 'browser', hour, dims: { last_visit: lastVisit === null ? 'new' : `${lastVisit}` } },
  ];
  if (lastVisit === null || today - lastVisit < week)
    facts.push({
      ...counted,
      scope: 'cohort',
      // The rollup counts by day, so that a day which stands for its week makes it count by week.
      hour: week * 24,
      dims: { first_week: dateOfDay(firstWeek) },
    });
  return facts;
}
