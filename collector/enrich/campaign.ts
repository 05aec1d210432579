import { type VisitAttributes, values } from '../../schema/dimensions.ts';
import { scrubText } from './scrub.ts';

const tags = ['utm_medium', 'utm_source', 'utm_campaign', 'utm_term', 'utm_content'] as const;

export type Campaign = Pick<VisitAttributes, (typeof tags)[number]>;

export const noCampaign: Campaign = {
  utm_medium: values.none,
  utm_source: values.none,
  utm_campaign: values.none,
  utm_term: values.none,
  utm_content: values.none,
};

/** The campaign tags of an address, scrubbed; `(none)` where a tag is missing or empty. */
export function campaignOf(query: URLSearchParams): Campaign {
  const tag = (name: string): string => scrubText(query.get(name) ?? '') || values.none;
  return {
    utm_medium: tag('utm_medium'),
    utm_source: tag('utm_source'),
    utm_campaign: tag('utm_campaign'),
    utm_term: tag('utm_term'),
    utm_content: tag('utm_content'),
  };
}
