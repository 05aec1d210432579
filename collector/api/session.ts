import type { Context } from 'hono';
import { Hono } from 'hono';
import { deleteCookie, setCookie } from 'hono/cookie';
import { Login, Setup } from '../../schema/access.ts';
import { createAttempts } from '../access/attempts.ts';
import { digest, hashPassword, newSecret, verifyPassword } from '../access/secrets.ts';
import { formatAddress } from '../gate/address.ts';
import { clientAddress, trustedProxies } from '../gate/forwarded.ts';
import { clientOf, type Env } from './client.ts';
import { mayRead, principalOf, requireSameOrigin, sessionCookie, visibleSite } from './principal.ts';
import { Problem, readBody } from './problem.ts';
import type { Services } from './services.ts';

const days = 14;

/** Signing in and out, and the first user. */
export function sessionRoutes(services: Services): Hono<Env> {
  const { config, clock, random, directory, setup, entry } = services;
  const trusted = trustedProxies(services.settings.TRUST_PROXY);
  /** A hundred guesses per address at once, then one in ten seconds; ten per address and name, then one a minute. */
  const perAddress = createAttempts(100, 10_000, clock);
  const perName = createAttempts(10, 60_000, clock);

  return new Hono<Env>()
    .get('/me', async (c) => {
      const principal = await principalOf(c, services);
      const user = principal && 'user' in principal ? principal.user : null;
      const readable = principal ? directory.list().filter((site) => mayRead(principal, site)) : [];
      const sites = await Promise.all(
        readable.map(async (site) => ({
          ...(principal ? visibleSite(principal, site) : site),
          receiving: await config.receiving(site.id),
        })),
      );
      return c.json({
        user,
        setup: (await config.countUsers()) === 0,
        sites,
        publicUrl: services.publicUrl(),
        profile: services.settings.PROFILE,
      });
    })
    .post('/setup', async (c) => {
      requireSameOrigin(c, services);
      const { token, email, password, domain, timezone, localhost } = await readBody(c, Setup);
      if ((await config.countUsers()) > 0)
        throw new Problem(409, 'already_set_up', 'This collector has a user already.', {
          hint: 'Sign in, or add users with: footfall user add <e-mail>',
        });
      if (!setup.valid(token))
        throw new Problem(403, 'invalid_token', 'The setup link is not valid any more.', {
          hint: 'Restart the collector: it prints a new one.',
        });
      setup.use();
      const user = await config.addUser({
        email,
        passwordHash: await hashPassword(password, random),
        role: 'admin',
        sites: [],
      });
      const known = directory.find(domain);
      const site =
        known ??
        (await config.addSite({
          domain,
          timezone,
          settings: localhost ? { hostnames: ['localhost', '127.0.0.1'] } : {},
        }));
      await directory.refresh();
      await startSession(c, user.id);
      return c.json({ site, user }, 201);
    })
    .post('/login', async (c) => {
      requireSameOrigin(c, services);
      const { email, password } = await readBody(c, Login);
      const address = addressOf(c);
      const wait = perAddress.take(address) || perName.take(`${address} ${email}`);
      if (wait > 0)
        throw new Problem(429, 'too_many_attempts', `Too many attempts. Try again in ${wait} s.`, {
          headers: { 'retry-after': String(wait) },
        });
      const found = await config.findUser(email);
      if (!(await verifyPassword(password, found?.passwordHash)) || !found)
        throw new Problem(401, 'wrong_password', 'E-mail address or password is wrong.');
      perName.clear(`${address} ${email}`);
      await startSession(c, found.user.id);
      return c.json({ user: found.user });
    })
    .get('/enter', async (c) => {
      const [user] = await config.listUsers();
      if (!user || !entry.valid(c.req.query('token') ?? '')) return c.redirect('/login');
      entry.use();
      await startSession(c, user.id);
      return c.redirect('/');
    })
    .post('/logout', async (c) => {
      const principal = await principalOf(c, services);
      if (principal && 'user' in principal) await config.removeSession(principal.digest);
      deleteCookie(c, sessionCookie, { path: '/' });
      return c.body(null, 204);
    });

  /** Who tries, as the gate would see it: behind a proxy all peers are the proxy. In memory only. */
  function addressOf(c: Context<Env>): string {
    const { peer, header } = clientOf(c);
    const address = clientAddress(peer, header('x-forwarded-for'), trusted);
    return address ? formatAddress(address) : '';
  }

  /** A new secret at every sign-in, so that none that was known before is worth anything. */
  async function startSession(c: Context<Env>, userId: number): Promise<void> {
    const secret = newSecret(random);
    await config.addSession({ digest: digest(secret), userId, expiresAt: clock() + days * 86_400_000 });
    setCookie(c, sessionCookie, secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'Lax',
      secure: services.publicUrl().startsWith('https:'),
      maxAge: days * 86_400,
    });
  }
}
