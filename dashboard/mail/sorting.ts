import type { CampaignSummary } from '../../schema/mail.ts';
import { people } from './split.tsx';

const columns = {
  name: (mail: CampaignSummary) => mail.campaign.toLowerCase(),
  /** What has not begun is the newest. */
  day: (mail: CampaignSummary) => mail.first_day ?? '9999',
  delivered: (mail: CampaignSummary) => mail.delivered ?? -1,
  clicks: (mail: CampaignSummary) => people(mail.clicks),
  click_through: (mail: CampaignSummary) => mail.click_through ?? -1,
  click_to_open: (mail: CampaignSummary) => mail.click_to_open ?? -1,
  opens: (mail: CampaignSummary) => people(mail.opens),
} as const satisfies Record<string, (mail: CampaignSummary) => string | number>;

/** By which column the list stands in order; `up`: the least first. */
export interface Sorting {
  readonly by: keyof typeof columns;
  readonly up: boolean;
}

const isColumn = (text: string): text is Sorting['by'] => Object.hasOwn(columns, text);

/** Reads `?sort=clicks` (the most first) or `?sort=-clicks` (the least first); the newest first where it says nothing. */
export function sortingOf(search: string): Sorting {
  const said = new URLSearchParams(search).get('sort') ?? '';
  const by = said.replace(/^-/, '');
  return isColumn(by) ? { by, up: said.startsWith('-') } : { by: 'day', up: false };
}

/** The address of a column's order; of the one in use, of its reverse. Names begin with A. */
export function sortingHref({ by, up }: Sorting, column: Sorting['by']): string {
  const reverse = column === by ? !up : column === 'name';
  return column === 'day' && !reverse ? '' : `?sort=${reverse ? '-' : ''}${column}`;
}

/** Equals keep the order in which they came. */
export function sorted(mails: readonly CampaignSummary[], { by, up }: Sorting): CampaignSummary[] {
  const value = columns[by];
  const direction = up ? 1 : -1;
  return [...mails].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    return a === b ? 0 : a < b ? -direction : direction;
  });
}
