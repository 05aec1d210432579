import { getDomain } from 'tldts';

/** What one registrant controls of a host (https://publicsuffix.org, private suffixes too); null for an address or `localhost`. */
const registrable = (host: string): string | null => getDomain(host, { allowPrivateDomains: true });

/** The registrable domain that two hosts share, or null. */
export function sharedDomain(one: string, other: string): string | null {
  const domain = registrable(one);
  return domain !== null && domain === registrable(other) ? domain : null;
}

/** Whether a cookie of one host can be read by pages of the other. */
export const sharesCookies = (one: string, other: string): boolean =>
  one === other || sharedDomain(one, other) !== null;
