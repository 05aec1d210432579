import { values } from '../../schema/dimensions.ts';
import type { Dropped } from '../../schema/drop-reasons.ts';
import { limits } from '../../schema/limits.ts';
import type { Profile } from '../../schema/profiles.ts';
import type { Admitted } from '../gate/admitted.ts';
import { rulesOf } from '../gate/site-rules.ts';
import { bareHost } from '../parse/text.ts';
import type { Enriched } from './enriched.ts';
import { isExcluded } from './excluded-paths.ts';
import { pageOf, pathOf } from './page.ts';
import { scrubProps } from './props.ts';
import { hostOnly, type Referrer, readReferrer } from './referrer.ts';
import { scrubText } from './scrub.ts';
import { originOf } from './source.ts';
import { isSpammer } from './spam.ts';

export type Enrich = (admitted: Admitted) => Enriched | Dropped;

/** Makes the stage that puts an event into the words of the reports: page, source and channel, every text scrubbed. */
export function createEnrich({ referrerHostOnly }: Pick<Profile, 'referrerHostOnly'>): Enrich {
  // Cut before anything is made of it, so that no name of a source can tell more of the path than the referrer does.
  const referrerIn = referrerHostOnly ? (text: string | null) => hostOnly(readReferrer(text)) : readReferrer;
  return (admitted) => enrich(admitted, referrerIn(admitted.referrer));
}

function enrich(admitted: Admitted, from: Referrer | null): Enriched | Dropped {
  const { site, url, place, agent } = admitted;
  if (from && isSpammer(from.host)) return { dropped: 'spam_referrer' };
  const path = pathOf(url);
  if (isExcluded(site, path)) return { dropped: 'excluded_path' };
  if (admitted.unheard) return { dropped: admitted.unheard };

  const event = scrubText(admitted.name, limits.name) || values.unknown;
  const origin = originOf(url, from, rulesOf(site).hosts, admitted.identity === null);
  // Written out, because spreading one object into another takes longer than finding its values.
  return {
    site,
    at: admitted.at,
    kind: event === 'pageview' || event === 'engagement' ? event : 'event',
    event,
    page: pageOf(path, url, site, admitted.hashMode),
    hostname: bareHost(url.hostname),
    attributes: {
      channel: origin.channel,
      source: origin.source,
      referrer: origin.referrer,
      utm_medium: origin.campaign.utm_medium,
      utm_source: origin.campaign.utm_source,
      utm_campaign: origin.campaign.utm_campaign,
      utm_term: origin.campaign.utm_term,
      utm_content: origin.campaign.utm_content,
      country: place.country,
      region: place.region,
      city: place.city,
      language: admitted.language,
      utc_offset: admitted.utc_offset,
      device: agent.device,
      browser: agent.browser,
      browser_version: agent.browser_version,
      os: agent.os,
      os_version: agent.os_version,
      screen: admitted.screen,
    },
    props: scrubProps(event, admitted.props),
    revenue: admitted.revenue,
    engaged: admitted.engaged,
    scroll: admitted.scroll,
    interactive: admitted.interactive,
    status: admitted.status,
    bytes: admitted.bytes,
    returning: admitted.returning,
    identity: admitted.identity,
  };
}
