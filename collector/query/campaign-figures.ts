import { type CampaignSummary, Opener } from '../../schema/mail.ts';
import type { Query, QueryResult } from '../../schema/query.ts';
import type { Site } from '../../schema/site.ts';
import { dateOfDay, localDay, zoneOf } from '../time/calendar.ts';
import type { Refused } from './answer.ts';

/** What the reports about mails are made of. */

/** What its sender has said of a mail; times are ms since 1970. */
export interface Said {
  readonly name: string;
  readonly template: boolean;
  readonly preparedAt: number | null;
  readonly delivered: number | null;
  readonly sentAt: number | null;
}

export interface Asking {
  readonly site: Site;
  /** ms since 1970. */
  readonly now: number;
  /** Whether recipients outlive a restart. */
  readonly remembers: boolean;
  /** Answers questions about the site, in their order. */
  readonly ask: (queries: readonly Query[]) => Promise<readonly (QueryResult | Refused)[]>;
}

export type Counts = Record<Opener, number>;
export const none = (): Counts => ({ direct: 0, proxied: 0, machine: 0 });
/** Opens and clicks of people: whatever a machine did is left out of every rate. */
export const people = ({ direct, proxied }: Counts): number => direct + proxied;
export const percent = (part: number, whole: number | null): number | null =>
  whole === null || whole === 0 ? null : Math.round((1_000 * part) / whole) / 10;

export const rowsOf = (answered: QueryResult | Refused | undefined): QueryResult['results'] =>
  answered && 'results' in answered ? answered.results : [];

/** Adds up rows of (…, opener) with opens and clicks. */
export function byOpener(rows: QueryResult['results'], at: number): { opens: Counts; clicks: Counts } {
  const sums = { opens: none(), clicks: none() };
  for (const { dimensions, metrics } of rows) {
    const opener = Opener.safeParse(dimensions[at]);
    if (!opener.success) continue;
    sums.opens[opener.data] += metrics[0] ?? 0;
    sums.clicks[opener.data] += metrics[1] ?? 0;
  }
  return sums;
}

/** A mail's figures, and the rates that come of them. */
export function summaryOf(
  campaign: string,
  firstDay: string | null,
  delivered: number | null,
  { opens, clicks }: { opens: Counts; clicks: Counts },
): CampaignSummary {
  return {
    campaign,
    first_day: firstDay,
    delivered,
    opens,
    clicks,
    click_through: percent(people(clicks), delivered),
    open_rate: percent(people(opens), delivered),
    click_to_open: percent(people(clicks), people(opens)),
  };
}

/** The site's date of a moment. */
export const dayOf = (site: Site, at: number | null): string | null =>
  at === null ? null : dateOfDay(localDay(zoneOf(site, at), at));

/** What the answers themselves say of rounded counts. */
export const roundingOf = (answered: QueryResult | Refused | undefined): string[] =>
  answered && 'results' in answered ? answered.meta.notes.filter((note) => /rounded/.test(note)) : [];
