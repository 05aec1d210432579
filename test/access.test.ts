import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addSiteAndKey,
  footfall,
  newFolder,
  removeFolder,
  type Server,
  startServer,
} from './support/server.ts';

const password = 'correct horse battery';
let folder: string;
let server: Server;

beforeAll(async () => {
  folder = newFolder();
  server = await startServer(folder);
});
afterAll(async () => {
  await server.stop();
  removeFolder(folder);
});

interface Sent {
  readonly cookie?: string;
  readonly key?: string;
  readonly origin?: string | null;
}
const send = (
  method: string,
  path: string,
  body?: unknown,
  { cookie, key, origin = server.url }: Sent = {},
): Promise<Response> =>
  fetch(server.url + path, {
    method,
    headers: {
      'content-type': 'application/json',
      ...(origin === null ? {} : { origin }),
      ...(cookie === undefined ? {} : { cookie }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const cookieOf = (reply: Response): string =>
  /footfall_session=[^;]+/.exec(reply.headers.get('set-cookie') ?? '')?.[0] ?? '';
const signIn = async (email: string, secret = password): Promise<string> =>
  cookieOf(await send('POST', '/api/login', { email, password: secret }));
const question = (site: string) => ({ site_id: site, metrics: ['visitors'], date_range: '28d' });

describe('the first user', () => {
  const setup = { email: 'Ann@Example.com', password, domain: 'www.Example.com', timezone: 'Europe/Berlin' };

  test('needs the token of the link, a good password, a domain and a timezone', async () => {
    const token = server.setupToken;
    expect(token).toMatch(/^[\w-]{43}$/);
    expect((await send('POST', '/api/setup', { ...setup, token: 'x'.repeat(43) })).status).toBe(403);
    expect((await send('POST', '/api/setup', { ...setup, token, password: 'short' })).status).toBe(400);
    expect(
      (await send('POST', '/api/setup', { ...setup, token, domain: 'https://example.com/' })).status,
    ).toBe(400);
    expect((await send('POST', '/api/setup', { ...setup, token, timezone: 'Europe/Nowhere' })).status).toBe(
      400,
    );
    expect(
      (await send('POST', '/api/setup', { ...setup, token }, { origin: 'https://evil.example' })).status,
    ).toBe(403);
    const reply = await send('POST', '/api/setup', { ...setup, token });
    expect(reply.status).toBe(201);
    expect(((await reply.json()) as { site: { domain: string } }).site.domain).toBe('example.com');
    const me = await send('GET', '/api/me', undefined, { cookie: cookieOf(reply) });
    expect(await me.json()).toMatchObject({
      user: { email: 'ann@example.com', role: 'admin' },
      sites: [{ domain: 'example.com', receiving: false }],
    });
  });

  test('is the only one that a link makes', async () => {
    const reply = await send('POST', '/api/setup', {
      ...setup,
      token: server.setupToken,
      email: 'eve@example.com',
    });
    expect(reply.status).toBe(409);
  });
});

describe('signing in', () => {
  test('gives a cookie that scripts and other sites cannot use', async () => {
    const reply = await send('POST', '/api/login', { email: 'ann@example.com', password });
    expect(reply.status).toBe(200);
    expect(reply.headers.get('set-cookie')).toMatch(/^footfall_session=[\w-]{43}; .*HttpOnly/);
    expect(reply.headers.get('set-cookie')).toMatch(/SameSite=Lax/);
  });

  test('tells a wrong password and an unknown address apart for nobody', async () => {
    const known = await send('POST', '/api/login', { email: 'ann@example.com', password: 'wrong password' });
    const unknown = await send('POST', '/api/login', {
      email: 'nobody@example.com',
      password: 'wrong password',
    });
    expect([known.status, await known.text()]).toEqual([unknown.status, await unknown.text()]);
    expect(known.status).toBe(401);
  });

  test('ends with signing out', async () => {
    const cookie = await signIn('ann@example.com');
    expect((await send('POST', '/api/v2/query', question('example.com'), { cookie })).status).toBe(200);
    expect((await send('POST', '/api/logout', undefined, { cookie })).status).toBe(204);
    expect((await send('POST', '/api/v2/query', question('example.com'), { cookie })).status).toBe(401);
  });

  test('is refused after ten wrong guesses, also with the right password, and only for that name', async () => {
    await footfall(folder, ['user', 'add', 'target@example.com', '--role', 'admin'], `${password}\n`);
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess += 1)
      statuses.push(
        (await send('POST', '/api/login', { email: 'target@example.com', password: `guess number ${guess}` }))
          .status,
      );
    expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429]);
    const refused = await send('POST', '/api/login', { email: 'target@example.com', password });
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await signIn('ann@example.com')).not.toBe('');
  });

  test('changing the password ends the sessions', async () => {
    await footfall(folder, ['user', 'add', 'carl@example.com', '--role', 'admin'], `${password}\n`);
    const cookie = await signIn('carl@example.com');
    expect((await send('GET', '/api/v2/users', undefined, { cookie })).status).toBe(200);
    expect((await footfall(folder, ['user', 'passwd', 'carl@example.com'], 'another good one\n')).code).toBe(
      0,
    );
    expect((await send('GET', '/api/v2/users', undefined, { cookie })).status).toBe(401);
    expect(await signIn('carl@example.com')).toBe('');
    expect(await signIn('carl@example.com', 'another good one')).not.toBe('');
  });
});

describe('a signed-in browser is not an instrument of other sites', () => {
  test.each([
    ['POST', '/api/v2/sites', { domain: 'csrf.example' }],
    ['POST', '/api/v2/query', question('example.com')],
    ['POST', '/api/v2/keys', { name: 'x' }],
    ['DELETE', '/api/v2/sites/example.com', undefined],
    ['POST', '/api/logout', undefined],
  ])('%s %s from elsewhere, or from nowhere', async (method, path, body) => {
    const cookie = await signIn('ann@example.com');
    expect((await send(method, path, body, { cookie, origin: 'https://evil.example' })).status).toBe(403);
    expect((await send(method, path, body, { cookie, origin: 'null' })).status).toBe(403);
    expect((await send(method, path, body, { cookie, origin: null })).status).toBe(403);
  });

  test('no answer but those to events may be read by other sites', async () => {
    const cookie = await signIn('ann@example.com');
    for (const path of ['/api/me', '/api/v2/sites', '/api/v2/realtime?site_id=example.com', '/metrics'])
      expect(
        (await send('GET', path, undefined, { cookie, origin: 'https://evil.example' })).headers.get(
          'access-control-allow-origin',
        ),
      ).toBeNull();
  });
});

describe('viewers', () => {
  let cookie: string;
  beforeAll(async () => {
    await addSiteAndKey(folder, 'secret.example');
    await footfall(
      folder,
      ['user', 'add', 'vera@example.com', '--role', 'viewer', '--site', 'example.com'],
      `${password}\n`,
    );
    cookie = await signIn('vera@example.com');
  });

  test('and sites made on the command line are noticed', async () => {
    // The server notices what the command line changed within a second or so.
    const admin = await signIn('ann@example.com');
    await expect
      .poll(
        async () => (await send('GET', '/api/v2/sites/secret.example', undefined, { cookie: admin })).status,
        { timeout: 20_000 },
      )
      .toBe(200);
  });

  test('read their sites', async () => {
    expect((await send('POST', '/api/v2/query', question('example.com'), { cookie })).status).toBe(200);
    expect((await send('GET', '/api/v2/realtime?site_id=example.com', undefined, { cookie })).status).toBe(
      200,
    );
  });

  test.each([
    ['POST', '/api/v2/query', question('secret.example'), 404],
    ['POST', '/api/v2/query', [question('example.com'), question('secret.example')], 404],
    ['GET', '/api/v2/realtime?site_id=secret.example', undefined, 404],
    ['GET', '/api/v2/sites/secret.example', undefined, 404],
    ['POST', '/api/v2/sites', { domain: 'new.example' }, 403],
    ['PATCH', '/api/v2/sites/example.com', { timezone: 'UTC' }, 403],
    ['DELETE', '/api/v2/sites/example.com', undefined, 403],
    ['GET', '/api/v2/users', undefined, 403],
    ['POST', '/api/v2/users', { email: 'x@example.com', password, role: 'admin' }, 403],
    ['GET', '/api/v2/keys', undefined, 403],
    ['POST', '/api/v2/keys', { name: 'x' }, 403],
  ])('may not %s %s %j', async (method, path, body, status) => {
    expect((await send(method, path, body, { cookie })).status).toBe(status);
  });

  test('do not see which networks are excluded', async () => {
    const admin = await signIn('ann@example.com');
    const networks = { settings: { excludedNetworks: ['203.0.113.0/24'] } };
    expect((await send('PATCH', '/api/v2/sites/example.com', networks, { cookie: admin })).status).toBe(200);
    for (const path of ['/api/v2/sites', '/api/v2/sites/example.com', '/api/me']) {
      expect(await (await send('GET', path, undefined, { cookie: admin })).text()).toContain(
        '203.0.113.0/24',
      );
      expect(await (await send('GET', path, undefined, { cookie })).text()).not.toContain('203.0.113.0/24');
    }
  });

  test('do not see that other sites exist', async () => {
    const sites = (await (await send('GET', '/api/v2/sites', undefined, { cookie })).json()) as {
      sites: { domain: string }[];
    };
    expect(sites.sites.map(({ domain }) => domain)).toEqual(['example.com']);
    const [hidden, missing] = await Promise.all(
      ['secret.example', 'absent.example'].map(async (site) =>
        (await send('POST', '/api/v2/query', question(site), { cookie })).text(),
      ),
    );
    expect(hidden?.replace('secret', 'absent')).toBe(missing);
  });
});

describe('keys', () => {
  test('do what their scopes say, until they are revoked', async () => {
    const made = await footfall(folder, ['key', 'add', '--name', 'grafana', '--scope', 'stats']);
    expect(made.out).toMatch(/^ff_[\w-]{43}\n$/);
    const key = made.out.trim();
    expect((await send('POST', '/api/v2/query', question('example.com'), { key, origin: null })).status).toBe(
      200,
    );
    expect((await send('POST', '/api/v2/sites', { domain: 'k.example' }, { key })).status).toBe(403);
    expect((await send('GET', '/api/v2/keys', undefined, { key })).status).toBe(403);
    expect((await footfall(folder, ['key', 'revoke', 'grafana'])).code).toBe(0);
    expect((await send('POST', '/api/v2/query', question('example.com'), { key })).status).toBe(401);
  });

  test('with the scope sites manage sites, and read no figures', async () => {
    const key = (await footfall(folder, ['key', 'add', '--name', 'deploy', '--scope', 'sites'])).out.trim();
    expect(
      (await send('POST', '/api/v2/sites', { domain: 'k.example', timezone: 'Asia/Tokyo' }, { key })).status,
    ).toBe(201);
    expect((await send('POST', '/api/v2/sites', { domain: 'k.example' }, { key })).status).toBe(409);
    expect((await send('POST', '/api/v2/query', question('k.example'), { key })).status).toBe(403);
    const changed = await send(
      'PATCH',
      '/api/v2/sites/k.example',
      { timezone: 'UTC', settings: { goals: [{ name: 'Signup', event: 'Signup' }] } },
      { key },
    );
    expect(await changed.json()).toMatchObject({
      site: { timezone: 'Asia/Tokyo', nextTimezone: 'UTC', settings: { goals: [{ name: 'Signup' }] } },
    });
    expect((await send('DELETE', '/api/v2/sites/k.example', undefined, { key })).status).toBe(204);
    expect((await send('DELETE', '/api/v2/sites/k.example', undefined, { key })).status).toBe(404);
  });

  test.each(['nonsense', 'ff_', `ff_${'A'.repeat(43)}`])('%s is none', async (key) => {
    expect((await send('GET', '/api/v2/sites', undefined, { key })).status).toBe(401);
  });
});

describe('pages', () => {
  test('carry a strict policy and no inline script', async () => {
    const reply = await send('GET', '/');
    const html = await reply.text();
    expect(reply.headers.get('content-security-policy')).toMatch(
      /default-src 'none'; script-src 'self'; style-src 'self';/,
    );
    expect(reply.headers.get('content-security-policy')).not.toMatch(/unsafe/);
    expect(reply.headers.get('x-content-type-options')).toBe('nosniff');
    expect(html).not.toMatch(/<script(?![^>]*\bsrc=)/);
    expect(html).not.toMatch(/\son\w+=|\sstyle=/);
  });

  test('a link that signs in is worth nothing without its token', async () => {
    const reply = await fetch(`${server.url}/api/enter?token=${'x'.repeat(43)}`, { redirect: 'manual' });
    expect([reply.status, reply.headers.get('location'), reply.headers.get('set-cookie')]).toEqual([
      302,
      '/login',
      null,
    ]);
  });

  test('the practice page says when it is not counted', async () => {
    expect(await (await send('GET', '/practice?site=example.com')).text()).toMatch(/Not counted/);
    expect((await send('GET', '/practice?site=absent.example')).status).toBe(404);
  });

  test.each(['footfall.js', 'footfall.returning.js', 'opt-out.js'])(
    '%s has a name for today and one for ever',
    async (name) => {
      const today = await send('GET', `/js/${name}`);
      expect(today.status).toBe(200);
      expect(today.headers.get('cache-control')).toBe('public, max-age=86400');
      const forever = await send('GET', today.headers.get('content-location') ?? '');
      expect(forever.headers.get('cache-control')).toMatch(/immutable/);
      expect(await forever.text()).toBe(await today.text());
      expect((await send('GET', '/js/footfall.000000000000.js')).status).toBe(404);
    },
  );

  test('the description of the API names no route that is not there', async () => {
    const document = (await (await send('GET', '/api/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, object>;
    };
    expect(document.openapi).toBe('3.1.0');
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const method of Object.keys(methods)) {
        const reply = await send(
          method.toUpperCase(),
          path.replace('{domain}', 'absent.example').replace('{id}', '999'),
        );
        expect([path, method, reply.status]).not.toEqual([path, method, 500]);
        if (reply.status === 404 && reply.headers.get('content-type')?.includes('json'))
          expect(((await reply.json()) as { error: { code: string } }).error.code).not.toBe('not_found');
      }
    }
  });
});

describe('the command line', () => {
  test.each<[string[], RegExp]>([
    [['site', 'add', 'https://example.com'], /without http/],
    [['site', 'add', 'new.example', '--timezone', 'Berlin'], /Europe\/Berlin/],
    [['site', 'add', 'example.com'], /already/],
    [
      ['site', 'add', 'kids.example', '--audience', 'children', '--returning', 'on'],
      /nobody has an identifier \(the audience is children\). Set returning to off/,
    ],
    [['site', 'change', 'example.com', '--identify', 'off', '--returning', 'consent'], /identify is off/],
    [['site', 'add', 'new.example', '--opted-out', 'never'], /Allowed choices are count, ignore/],
    [['site', 'snippet', 'absent.example'], /no site "absent.example"/],
    [['site', 'remove', 'example.com'], /--yes/],
    [['site', 'remove', 'absent.example', '--yes'], /no site "absent.example"/],
    [['user', 'add', 'nonsense'], /e-mail/],
    [['user', 'add', 'x@example.com', '--role', 'king'], /role/],
    [['user', 'passwd', 'absent@example.com'], /no user/],
    [['key', 'add', '--name', 'x', '--scope', 'all'], /scopes/],
    [['key', 'revoke', 'absent'], /no key "absent"/],
    [['nonsense'], /unknown command/],
  ])('%j is refused in words', async (args, words) => {
    const { code, err } = await footfall(folder, args, `${password}\n`);
    expect(err).toMatch(words);
    expect(err).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  });

  test('never prints a password', async () => {
    for (const args of [
      ['user', 'add', 'p@example.com', '--role', 'king'],
      ['user', 'add', 'p@example.com', '--site', 'absent.example'],
      ['user', 'passwd', 'absent@example.com'],
    ]) {
      const { out, err } = await footfall(folder, args, 'hunter2-hunter2\n');
      expect(out + err).not.toContain('hunter2');
    }
    const short = await footfall(folder, ['user', 'add', 'p@example.com'], 'hunter2\n');
    expect([short.code, short.out + short.err]).toEqual([1, expect.not.stringContaining('hunter2')]);
  });

  test('changes a site', async () => {
    expect((await footfall(folder, ['site', 'change', 'example.com'])).err).toMatch(
      /--timezone, --hostname, --dnt/,
    );
    expect(
      (
        await footfall(folder, [
          'site',
          'change',
          'example.com',
          '--hostname',
          'localhost',
          '--timezone',
          'UTC',
        ])
      ).code,
    ).toBe(0);
    const [site] = JSON.parse((await footfall(folder, ['site', 'list', '--json'])).out) as {
      nextTimezone: string;
      settings: { hostnames: string[] };
    }[];
    expect(site).toMatchObject({ nextTimezone: 'UTC', settings: { hostnames: ['localhost'] } });
  });

  test('changes what a site promises, and prints the snippet where that has changed', async () => {
    const alone = newFolder();
    const run = async (...args: string[]): Promise<string> => {
      const { code, out, err } = await footfall(alone, ['site', ...args]);
      expect([code, err]).toEqual([0, expect.not.stringContaining('footfall:')]);
      return out;
    };
    const base = 'http://127.0.0.1:3000/js';
    expect(await run('add', 'a.example', '--timezone', 'Europe/Berlin')).toBe(
      `<script defer data-domain="a.example" src="${base}/footfall.js"></script>\n`,
    );
    // What it changes is for the server alone.
    expect(await run('change', 'a.example', '--dnt', 'off', '--identify', 'off')).toBe('');
    const ignoring = `<script defer data-domain="a.example" data-opted-out="ignore" src="${base}/footfall.js"></script>\n`;
    expect(await run('change', 'a.example', '--opted-out', 'ignore')).toBe(ignoring);
    expect(await run('snippet', 'a.example')).toBe(ignoring);
    const returning = await run(
      'change',
      'a.example',
      '--identify',
      'on',
      '--returning',
      'consent',
      '--dnt',
      'on',
    );
    expect(returning).toContain('data-dnt="1" data-returning="consent" data-timezone="Europe/Berlin"');
    expect(returning).toContain(`${base}/footfall.returning.js`);
    expect(await run('snippet', 'a.example', '--opt-out')).toContain(`${base}/opt-out.js`);
    const [site] = JSON.parse(await run('list', '--json')) as { settings: object }[];
    expect(site?.settings).toMatchObject({
      dnt: true,
      optedOut: 'ignore',
      identify: true,
      audience: 'general',
      returning: 'consent',
    });
    removeFolder(alone);
  });

  test('does not remove the last admin, or make two keys of one name, by mistake', async () => {
    const alone = newFolder();
    await footfall(alone, ['user', 'add', 'only@example.com', '--role', 'admin'], `${password}\n`);
    expect((await footfall(alone, ['user', 'remove', 'only@example.com'])).err).toMatch(/last admin/);
    expect((await footfall(alone, ['user', 'remove', 'only@example.com', '--yes'])).code).toBe(0);
    expect((await footfall(alone, ['key', 'add', '--name', 'k'])).code).toBe(0);
    expect((await footfall(alone, ['key', 'add', '--name', 'k'])).err).toMatch(/already/);
    removeFolder(alone);
  });

  test.each([['--help'], ['serve', '--help'], ['site', 'add', '--help'], ['demo', '--help']])(
    '%s %s %s',
    async (...args) => {
      const { code, out } = await footfall(
        folder,
        args.filter((arg) => arg !== undefined),
      );
      expect([code, out]).toEqual([0, expect.stringMatching(/Usage: footfall/)]);
    },
  );

  test('lists as JSON', async () => {
    expect(JSON.parse((await footfall(folder, ['site', 'list', '--json'])).out)).toEqual(
      expect.arrayContaining([expect.objectContaining({ domain: 'example.com' })]),
    );
    expect((await footfall(folder, ['user', 'list'])).out).toMatch(
      /vera@example\.com\s+viewer\s+example\.com/,
    );
  });
});
