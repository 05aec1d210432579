import type { Context } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import type { Site } from '../../schema/site.ts';
import { scrubPath } from '../enrich/scrub.ts';
import { redacted } from '../enrich/secrets.ts';
import { rulesOf } from '../gate/site-rules.ts';
import type { Client } from '../parse/submitted.ts';
import { bareHost } from '../parse/text.ts';
import { sharedDomain, sharesCookies } from '../privacy/shared-domain.ts';
import { clientOf, type Env } from './client.ts';
import type { Services } from './services.ts';

/** Whether the path has nothing in it that would not be kept of a pageview either. */
const isHarmless = (path: string): boolean => !scrubPath(path).includes(redacted);

const optOutCookie = 'footfall_optout';
/** As long as browsers keep a cookie at most (RFC 6265bis, section 5.6.1). */
const cookieSeconds = 400 * 86_400;

/**
 * The page of the site to go back to: `given` if it is http(s) and its host one of the site's, without query and fragment,
 * which may hold anything; else, and where the path itself has a secret in it that a reply must not repeat (P1), the
 * front page. So nobody can be sent anywhere else.
 */
export function targetOf(site: Site, given: string | undefined): URL {
  const front = new URL(`https://${site.domain}/`);
  if (given === undefined || !URL.canParse(given)) return front;
  const { protocol, hostname, origin, pathname, username, password } = new URL(given);
  const ours = rulesOf(site).hosts.has(bareHost(hostname)) && /^https?:$/.test(protocol);
  if (!ours || username !== '' || password !== '') return front;
  return new URL(isHarmless(pathname) ? origin + pathname : origin);
}

/** The host under which the browser reached us: what it says itself, then the settings, then what a proxy may have written. */
export function ownHost(c: Context<Env>, { settings }: Services): string {
  const origin = c.req.header('origin');
  const known = origin !== undefined && URL.canParse(origin) ? origin : settings.PUBLIC_URL;
  return new URL(known ?? c.req.url).hostname;
}

/** Whether the site's pages can read a cookie that is set here. */
export const isShared = (host: string, target: URL): boolean => sharesCookies(host, target.hostname);

/** Whether a mark that is set here counts at the site: at another domain its pages neither see nor send it. */
const marksCount = (host: string, site: Site): boolean =>
  [...rulesOf(site).hosts].some((one) => sharesCookies(host, one));

/** The browser that asks about itself at a site. A mark that was left here for another site says nothing about this one. */
export function visitorOf(c: Context<Env>, services: Services, site: Site): Client {
  const client = clientOf(c);
  if (marksCount(ownHost(c, services), site)) return client;
  return { ...client, header: (name) => (name === 'cookie' ? undefined : client.header(name)) };
}

/**
 * Sets or clears the opt-out mark, for all hosts of the domain where one of the site's shares it. It is readable by the
 * tracker. Where none shares it the site keeps a mark of its own, and none is left here.
 */
export function markOptOut(c: Context<Env>, services: Services, site: Site, optedOut: boolean): void {
  const host = ownHost(c, services);
  if (!marksCount(host, site)) return;
  const domain = [...rulesOf(site).hosts].map((one) => sharedDomain(host, one)).find((one) => one !== null);
  const common = { path: '/', secure: services.publicUrl().startsWith('https:') };
  const wide = domain === undefined || domain === null ? common : { ...common, domain };
  if (optedOut)
    setCookie(c, optOutCookie, '1', { ...wide, sameSite: 'Lax', httpOnly: false, maxAge: cookieSeconds });
  else for (const where of new Set([common, wide])) deleteCookie(c, optOutCookie, where);
}
