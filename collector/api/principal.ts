import type { Context } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Key, Scope, User } from '../../schema/access.ts';
import type { Site } from '../../schema/site.ts';
import { digest } from '../access/secrets.ts';
import type { Env } from './client.ts';
import { Problem } from './problem.ts';
import type { Services } from './services.ts';

export const sessionCookie = 'footfall_session';

/** Who asks: a signed-in user, or a program with a key. */
export type Principal = { readonly user: User; readonly digest: string } | { readonly key: Key };

/** A signed-in browser must say that the request comes from our own pages (Fetch Metadata, else Origin). */
export function requireSameOrigin(c: Context<Env>, services: Services): void {
  const origin = c.req.header('origin');
  if (origin === undefined ? c.req.header('sec-fetch-site') === 'same-origin' : isOwn(origin)) return;
  throw new Problem(403, 'cross_origin', 'The request does not come from this dashboard.', {
    hint: 'From a program, use an API key: authorization: Bearer <key>.',
  });

  function isOwn(given: string): boolean {
    if (given === new URL(services.publicUrl()).origin) return true;
    return URL.canParse(given) && new URL(given).host === c.req.header('host');
  }
}

/** Reads the key or the session of a request; null for nobody. Throws a 401 for a key that is not valid. */
export async function principalOf(c: Context<Env>, services: Services): Promise<Principal | null> {
  const authorization = c.req.header('authorization');
  if (authorization !== undefined) {
    const secret = /^Bearer\s+(\S+)$/i.exec(authorization)?.[1];
    const key = secret === undefined ? null : await services.config.findKey(digest(secret));
    if (!key)
      throw new Problem(401, 'invalid_key', 'The API key is not valid.', {
        hint: 'Make one with: footfall key add --name <name> --scope stats',
      });
    return { key };
  }
  const session = getCookie(c, sessionCookie);
  if (session === undefined) return null;
  const hash = digest(session);
  const user = await services.config.findSession(hash, services.clock());
  if (!user) return null;
  if (c.req.method !== 'GET' && c.req.method !== 'HEAD') requireSameOrigin(c, services);
  return { user, digest: hash };
}

async function signedIn(c: Context<Env>, services: Services): Promise<Principal> {
  const principal = await principalOf(c, services);
  if (!principal)
    throw new Problem(401, 'unauthorized', 'Sign in, or send an API key.', {
      hint: 'authorization: Bearer <key>',
    });
  return principal;
}

const mayDo = (principal: Principal, scope: Scope): boolean =>
  'key' in principal
    ? principal.key.scopes.includes(scope)
    : scope !== 'sites' || principal.user.role === 'admin';

export function mayRead(principal: Principal, site: Site): boolean {
  if ('key' in principal) return principal.key.scopes.length > 0;
  return principal.user.role === 'admin' || principal.user.sites.includes(site.id);
}

/** A site as the principal may see it: excluded networks are the addresses of people, and nothing a viewer needs. */
export function visibleSite(principal: Principal, site: Site): Site {
  return mayDo(principal, 'sites') ? site : { ...site, settings: { ...site.settings, excludedNetworks: [] } };
}

/** Throws 401 or 403 unless the principal may do one of these. */
export async function requireScope(
  c: Context<Env>,
  services: Services,
  ...scopes: [Scope, ...Scope[]]
): Promise<Principal> {
  const principal = await signedIn(c, services);
  if (scopes.some((scope) => mayDo(principal, scope))) return principal;
  throw new Problem(
    403,
    'forbidden',
    'key' in principal ? `The key lacks the scope "${scopes[0]}".` : 'Only admins may do this.',
  );
}

/** The site, if it exists and the principal may read its figures; both failures look alike. */
export function readableSite(principal: Principal, services: Services, domain: string): Site {
  const site = services.directory.find(domain.toLowerCase().replace(/^www\./, ''));
  if (site && mayRead(principal, site)) return site;
  throw new Problem(404, 'unknown_site', `There is no site "${domain}" that you may read.`, {
    path: 'site_id',
  });
}
