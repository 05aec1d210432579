import type { Site } from '../../schema/site.ts';
import { bareHost } from '../parse/text.ts';
import { type Network, parseNetwork } from './address.ts';

/** A site's settings, ready to be asked. */
export interface SiteRules {
  /** The hosts whose pages are this site's, without `www.`. */
  readonly hosts: ReadonlySet<string>;
  readonly excludedNetworks: readonly Network[];
  readonly excludedCountries: ReadonlySet<string>;
}

/** A changed site is a new object, so what was made of the old one goes with it. */
const compiled = new WeakMap<Site, SiteRules>();

export function rulesOf(site: Site): SiteRules {
  let rules = compiled.get(site);
  if (!rules) {
    const { hostnames, excludedNetworks, excludedCountries } = site.settings;
    rules = {
      hosts: new Set([site.domain, ...hostnames].map(bareHost)),
      excludedNetworks: excludedNetworks.flatMap((text) => parseNetwork(text) ?? []),
      excludedCountries: new Set(excludedCountries),
    };
    compiled.set(site, rules);
  }
  return rules;
}

/** The host of an `Origin` header, without `www.` and port; null where there is none to check (`null`, or not sent). */
export function originHost(origin: string | undefined): string | null {
  if (origin === undefined || origin === 'null' || origin === '') return null;
  const [, host] = /^[a-z][a-z0-9+.-]*:\/\/(\[[^\]]*\]|[^/:]*)(?::\d+)?$/i.exec(origin) ?? [];
  return bareHost(host ?? '');
}
