import { type VisitAttributes, values } from '../../schema/dimensions.ts';
import { type Campaign, campaignOf, noCampaign } from './campaign.ts';
import { channelOf } from './channels.ts';
import { isPaidClick } from './click-ids.ts';
import { type Known, knownReferrer, knownTag } from './known.ts';
import { type Referrer, showReferrer } from './referrer.ts';
import { scrubText } from './scrub.ts';

export interface Origin extends Pick<VisitAttributes, 'channel' | 'source' | 'referrer'> {
  readonly campaign: Campaign;
}

/**
 * Where a visit that begins on this page came from: `utm_source`, else `source`, else `ref`, else the
 * referrer's known name, else its host. A tag that spells a known site's name or host gets the site's usual name
 * (`facebook`, `fb` and facebook.com are one row); the dimension `utm_source` keeps what was written.
 *
 * @param hosts the site's own, which are no source
 * @param optedOut such a visitor has no visit, so any pageview may follow another: with a referrer of the site itself the source is unknown
 */
export function originOf(
  url: URL,
  from: Referrer | null,
  hosts: ReadonlySet<string>,
  optedOut: boolean,
): Origin {
  const query = url.search.length > 1 ? url.searchParams : null;
  const campaign = query ? campaignOf(query) : noCampaign;
  const internal = from !== null && hosts.has(from.host);
  const external = from !== null && !internal ? from : null;

  const tag = query ? tagOf(query) : '';
  let known: Known | undefined;
  if (tag !== '') known = knownTag(tag);
  else if (external) known = knownReferrer(external.host, external.path);
  const source = known?.name ?? (tag || (external ? scrubText(external.host) : ''));

  const unknown = source === '' && internal && optedOut && campaign.utm_medium === values.none;
  const channel = channelOf({
    kind: known?.kind,
    source: (tag || source).toLowerCase(),
    medium: lower(campaign.utm_medium),
    campaign: lower(campaign.utm_campaign),
    paidClick: query !== null && isPaidClick(query, source),
    referred: source !== '',
  });
  return {
    campaign,
    source: unknown ? values.unknown : source || values.direct,
    channel: unknown ? values.unknown : channel,
    referrer: external ? showReferrer(external) : values.none,
  };
}

const lower = (value: string): string => (value === values.none ? '' : value.toLowerCase());

function tagOf(query: URLSearchParams): string {
  for (const name of ['utm_source', 'source', 'ref']) {
    const tag = scrubText(query.get(name) ?? '');
    if (tag !== '') return tag;
  }
  return '';
}
