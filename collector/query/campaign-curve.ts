import { type CampaignReport, mailLimits } from '../../schema/mail.ts';
import { Query, type QueryResult } from '../../schema/query.ts';
import { dateOfDay, dayOfDate, localDay, localHour, utcOffset, zoneOf } from '../time/calendar.ts';
import { type Asking, byOpener, rowsOf } from './campaign-figures.ts';
import { hourLabel } from './labels.ts';

const hourMs = 3_600_000;

/**
 * Each of the first hours: from the sending on, or from the first open or click of the day before it on, because what is
 * said of the sending may be late; where nothing is said, from the first one on.
 */
export async function curveOf(
  name: string,
  sentAt: number | null,
  countedDay: string | null,
  { site, now, ask }: Pick<Asking, 'site' | 'now' | 'ask'>,
): Promise<CampaignReport['curve']> {
  const zone = zoneOf(site, now);
  const begin =
    sentAt !== null ? localDay(zoneOf(site, sentAt), sentAt) - 1 : countedDay && dayOfDate(countedDay);
  if (begin === null || begin === '') return [];
  const days = Math.ceil(mailLimits.curveHours / 24) + 1;
  const [hours] = await ask([
    Query.parse({
      site_id: site.domain,
      metrics: ['opens', 'clicks'],
      dimensions: ['time:hour', 'mail:opener'],
      date_range: [dateOfDay(begin), dateOfDay(begin + days)],
      filters: [['is', 'mail:message', [name]]],
    }),
  ]);
  const byHour = new Map<string, QueryResult['results']>();
  for (const row of rowsOf(hours)) {
    const [label = ''] = row.dimensions;
    byHour.set(label, [...(byHour.get(label) ?? []), row]);
  }
  const first = [...byHour.keys()].sort()[0];
  const counted = first === undefined ? null : momentOfHour(first, zone);
  const start = sentAt === null ? counted : Math.min(sentAt, counted ?? sentAt);
  if (start === null) return [];
  const length = Math.min(mailLimits.curveHours, Math.floor((now - start) / hourMs) + 1);
  const labels = Array.from({ length: Math.max(0, length) }, (_, index) => {
    const at = start + index * hourMs;
    return hourLabel(localHour(zoneOf(site, at), at));
  });
  // The hour that is there twice when clocks go back is one bucket.
  return [...new Set(labels)].map((hour) => ({ hour, ...byOpener(byHour.get(hour) ?? [], 1) }));
}

/** The first moment of a local hour, by its label. */
function momentOfHour(label: string, zone: string): number {
  const hour = dayOfDate(label.slice(0, 10)) * 24 + Number(label.slice(11, 13));
  const near = hour * hourMs - utcOffset(zone, hour * hourMs);
  return hour * hourMs - utcOffset(zone, near);
}
