import type { CampaignReport } from '../../schema/mail.ts';
import { Query, type QueryResult } from '../../schema/query.ts';
import { dateOfDay, dayOfDate, localDay, monthOf, zoneOf } from '../time/calendar.ts';
import type { Refused } from './answer.ts';
import { type Asking, roundingOf, rowsOf } from './campaign-figures.ts';

/**
 * What came after on the website, by the campaign tag of the links. Pairs of older months are kept by whole months only:
 * what is refused from the first day on is asked from its month on, in which nobody came by these links before.
 */
export async function websiteOf(
  name: string,
  first: string | null,
  { site, now, ask }: Pick<Asking, 'site' | 'now' | 'ask'>,
): Promise<CampaignReport['website']> {
  const today = localDay(zoneOf(site, now), now);
  const from = Math.min(first === null ? today : dayOfDate(first), today);
  const ofVisits = (since: number) => {
    const asked = (metrics: string[], dimensions: string[] = []): Query =>
      Query.parse({
        site_id: site.domain,
        metrics,
        dimensions,
        date_range: [dateOfDay(since), dateOfDay(today)],
        filters: [['is', 'visit:utm_campaign', [name]]],
      });
    return [
      asked(['visitors', 'visits']),
      asked(['engaged_time'], ['event:page']),
      asked(['visitors', 'events'], ['event:goal']),
      asked(['total_revenue'], ['event:currency']),
    ];
  };
  const fromDay = await ask(ofVisits(from));
  const refused = fromDay.some((answered) => 'error' in answered);
  const fromMonth = refused ? await ask(ofVisits(monthOf(from))) : fromDay;
  const [visits, engaged, goals, revenue] = fromDay.map((answered, index) =>
    'error' in answered ? (fromMonth[index] ?? answered) : answered,
  );
  const partial = (['engaged', 'goals', 'revenue'] as const).filter((_, index) =>
    isPartial([engaged, goals, revenue][index]),
  );
  const total = rowsOf(visits)[0]?.metrics ?? [];
  return {
    visitors: total[0] ?? 0,
    visits: total[1] ?? 0,
    engaged_seconds:
      engaged && 'results' in engaged
        ? engaged.results.reduce((sum, { metrics }) => sum + (metrics[0] ?? 0), 0)
        : null,
    goals: rowsOf(goals).map(({ dimensions, metrics }) => ({
      goal: dimensions[0] ?? '',
      visitors: metrics[0] ?? 0,
      events: metrics[1] ?? 0,
    })),
    revenue: rowsOf(revenue).map(({ dimensions, metrics }) => ({
      currency: dimensions[0] ?? '',
      amount: metrics[0] ?? 0,
    })),
    partial,
    notes: [
      ...new Set(
        [visits, engaged, goals, revenue].flatMap((answered) =>
          answered && 'error' in answered ? [answered.error.message] : [],
        ),
      ),
      ...(partial.length > 0
        ? [
            'Of past months, what few visitors share stands under coarser values, and of rounded counts small ones are 0: some of it may be missing here.',
          ]
        : []),
    ],
  };
}

/** Refused, folded or rounded: what is not there may have been. */
const isPartial = (answered: QueryResult | Refused | undefined): boolean =>
  !answered || 'error' in answered || answered.meta.folded !== undefined || roundingOf(answered).length > 0;
