import { values } from '../../schema/dimensions.ts';
import type { Dropped, DropReason } from '../../schema/drop-reasons.ts';
import type { Profile } from '../../schema/profiles.ts';
import { identifies, type Site } from '../../schema/site.ts';
import type { Client, Submitted } from '../parse/submitted.ts';
import { bareHost } from '../parse/text.ts';
import { type Address, formatAddress, inNetwork, networkOf } from './address.ts';
import type { Admitted, Agent, Place } from './admitted.ts';
import type { Agents } from './agents.ts';
import { clientAddress, trustedProxies } from './forwarded.ts';
import { languageOf } from './language.ts';
import { type Places, unknownPlace } from './places.ts';
import { returningOf } from './returning.ts';
import type { Salts } from './salts.ts';
import { offsetOf, screenOf } from './screen.ts';
import { hasOptedOut, isSpeculative } from './signals.ts';
import { originHost, rulesOf } from './site-rules.ts';
import { identityOf } from './visit-key.ts';

export interface GateParts {
  readonly sites: { find(domain: string): Site | undefined };
  readonly salts: Salts;
  readonly places: Places;
  readonly agents: Agents;
  /** FOOTFALL_TRUST_PROXY. */
  readonly trustProxy: string;
  /** What the whole process keeps less of, whatever a site says. */
  readonly profile: Pick<Profile, 'ignoreOptedOut' | 'screen'>;
}

export type Gate = (submitted: Submitted, domain: string, client: Client, at: number) => Admitted | Dropped;

const drop = (dropped: DropReason): Dropped => ({ dropped });

/**
 * The only stage that sees an address, a full agent and the visitor's signals. Rules are asked from the cheapest and least
 * personal to the rest, and a visit key is computed last, for those only who have not opted out.
 *
 * @throws Error at construction if `trustProxy` names something that is no address
 */
export function createGate({ sites, salts, places, agents, trustProxy, profile }: GateParts): Gate {
  const trusted = trustedProxies(trustProxy);
  const ignoreOptedOut = profile.ignoreOptedOut;
  const screenIn = profile.screen ? screenOf : () => values.unknown;

  return (submitted, domain, client, at) => {
    const { header } = client;
    const site = sites.find(domain);
    if (!site) return drop('unknown_site');
    const rules = rulesOf(site);

    if (!rules.hosts.has(bareHost(submitted.url.hostname))) return drop('wrong_host');
    const origin = originHost(header('origin'));
    if (origin !== null && !rules.hosts.has(origin)) return drop('wrong_host');

    if (isSpeculative(header)) return drop('prefetch');
    const agent = agents(header);
    if (agent === 'bot') return drop('bot');

    const address = clientAddress(client.peer, header('x-forwarded-for'), trusted);
    if (address && rules.excludedNetworks.some((network) => inNetwork(address, network)))
      return drop('excluded_network');

    const optedOut = hasOptedOut(submitted.optedOut, site, header);
    const ignored = optedOut && (ignoreOptedOut || site.settings.optedOut === 'ignore');
    const place = address ? places(networkOf(address)) : unknownPlace;
    if (rules.excludedCountries.has(place.country)) return drop('excluded_country');

    const anonymous = optedOut || !identifies(site.settings);
    // Of a visitor who opted out only page, source, country and kind of device go on (P4).
    // Written out, because spreading one object into another costs four times the rest of the gate.
    return {
      site,
      at,
      name: submitted.name,
      url: submitted.url,
      referrer: submitted.referrer,
      hashMode: submitted.hashMode,
      props: anonymous ? [] : submitted.props,
      revenue: anonymous ? null : submitted.revenue,
      engaged: submitted.engaged,
      scroll: submitted.scroll,
      interactive: submitted.interactive,
      status: anonymous ? null : submitted.status,
      bytes: anonymous ? 0 : submitted.bytes,
      returning: anonymous ? null : returningOf(submitted, site, at),
      unheard: ignored
        ? 'opted_out_ignored'
        : anonymous && submitted.name === 'engagement'
          ? 'opted_out_engagement'
          : null,
      identity: anonymous
        ? null
        : identityOf(site.id, spelled(address), header('user-agent') ?? '', salts.at(site, at)),
      place: anonymous ? countryOnly(place) : place,
      agent: anonymous ? deviceOnly(agent) : agent,
      language: anonymous ? values.unknown : languageOf(header('accept-language')),
      screen: anonymous ? values.unknown : screenIn(submitted.width),
      utc_offset: anonymous ? values.unknown : offsetOf(submitted.utcMinutes),
    };
  };
}

const spelled = (address: Address | undefined): string => (address ? formatAddress(address) : '');
const countryOnly = ({ country }: Place): Place => ({
  country,
  region: values.unknown,
  city: values.unknown,
});
const deviceOnly = ({ device }: Agent): Agent => ({
  device,
  browser: values.unknown,
  browser_version: values.unknown,
  os: values.unknown,
  os_version: values.unknown,
});
