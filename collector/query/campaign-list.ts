import type { CampaignSummary } from '../../schema/mail.ts';
import { Query, type QueryResult } from '../../schema/query.ts';
import { type Asking, byOpener, dayOf, rowsOf, type Said, summaryOf } from './campaign-figures.ts';

/** Every mail of which something was counted or said, the latest first. */
export async function campaignsOf(said: readonly Said[], { site, ask }: Asking): Promise<CampaignSummary[]> {
  const asked = {
    site_id: site.domain,
    metrics: ['opens', 'clicks'],
    date_range: 'all',
  };
  const [openers, days] = await ask([
    Query.parse({ ...asked, dimensions: ['mail:message', 'mail:opener'] }),
    Query.parse({ ...asked, dimensions: ['time:day', 'mail:message'], order_by: [['time:day', 'asc']] }),
  ]);
  const rows = new Map<string, QueryResult['results']>();
  for (const row of rowsOf(openers)) {
    const [message = ''] = row.dimensions;
    rows.set(message, [...(rows.get(message) ?? []), row]);
  }
  const firsts = new Map<string, string>();
  for (const { dimensions } of rowsOf(days)) {
    const [day = '', message = ''] = dimensions;
    if (!firsts.has(message)) firsts.set(message, day);
  }
  const names = new Set([...rows.keys(), ...said.map(({ name }) => name)]);
  return [...names]
    .map((name) => {
      const entry = said.find((one) => one.name === name);
      const [first = null] = [dayOf(site, entry?.sentAt ?? null), firsts.get(name) ?? null]
        .filter((day) => day !== null)
        .sort();
      return summaryOf(name, first, entry?.delivered ?? null, byOpener(rows.get(name) ?? [], 1));
    })
    .sort((one, other) => {
      const [a, b] = [one.first_day ?? '9999', other.first_day ?? '9999'];
      return a === b ? one.campaign.localeCompare(other.campaign) : a < b ? 1 : -1;
    });
}
