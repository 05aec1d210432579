import { identifies, type Site } from '../../schema/site.ts';
import type { Basis } from './basis.ts';

/** `/.well-known/gpc.json`: https://w3c.github.io/gpc/#gpc-support-resource. `lastUpdate` is left out until a notice is published. */
export const gpcResource = (effective: string | null): object => ({
  gpc: true,
  ...(effective === null ? {} : { lastUpdate: effective }),
});

export const trackingStatusType = 'application/tracking-status+json';

/**
 * `/.well-known/dnt/`: W3C Tracking Preference Expression, section 6.5. `N` where `DNT: 1` is honoured or nobody has an identifier, `D`
 * where a site disregards it, `?` where some do and some don't.
 */
export function trackingStatus({ sites, publicUrl }: Basis): object {
  const honoured = sites.filter(({ settings }) => settings.dnt || !identifies(settings)).length;
  const tracking = honoured === sites.length ? 'N' : honoured === 0 ? 'D' : '?';
  const [only] = sites.length === 1 ? sites : [];
  const page = `${publicUrl}/privacy${only ? `?site=${only.domain}` : ''}`;
  return { tracking, policy: page, config: page, ...(only ? { 'same-party': hostsOf(only) } : {}) };
}

const hostsOf = ({ domain, settings }: Site): string[] => [domain, ...settings.hostnames];
