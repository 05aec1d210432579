import { firstOfMonth } from '../dates.ts';
import { writeFilter } from '../view.ts';

/** Where the pages about mails are. */
export const placeOf = {
  list: (domain: string): string => `/${domain}/mail`,
  campaign: (domain: string, name: string): string => `/${domain}/mail/campaign/${encodeURIComponent(name)}`,
  prepare: (domain: string, name?: string): string =>
    `/${domain}/mail/prepare${name === undefined ? '' : `?campaign=${encodeURIComponent(name)}`}`,
  /** The overview of the visits that a mail brought, in the days that its report is about. */
  visits: (domain: string, name: string, firstDay: string, today: string): string =>
    `/${domain}?period=${firstOfMonth(firstDay)}..${today}&f=${writeFilter(['is', 'visit:utm_campaign', [name]])}`,
};

/** The name in a campaign's address; null where it is not well encoded. */
export function campaignOf(step: string): string | null {
  try {
    return decodeURIComponent(step);
  } catch {
    return null;
  }
}
