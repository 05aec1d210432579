import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PrivacyStatus } from '../schema/privacy.ts';
import { openReplay, type Replay } from './support/replay.ts';
import { formOf, get, ownOrigin, post, press } from './support/rights.ts';
import { realBrowser } from './support/server.ts';

/** Visitors' rights over HTTP, in the whole app with a clock of its own. The collector stands at 127.0.0.1 and, by Host, at stats.example.com. */
const noon = Date.UTC(2026, 5, 10, 12);
const domain = 'example.com';
const elsewhere = 'elsewhere.test';
const browser = { 'user-agent': realBrowser };
const own = 'http://stats.example.com';
const shared = { headers: { ...browser, host: 'stats.example.com', origin: own } };
let replay: Replay;
let now = noon;

const setSite = (name: string, settings: object): Promise<unknown> =>
  replay.manage('PATCH', `/api/v2/sites/${name}`, { settings });
const advance = (ms: number): void => {
  now += ms;
  replay.setClock(now);
};
const statusOf = async (site: string, headers: Record<string, string> = {}): Promise<PrivacyStatus> =>
  PrivacyStatus.parse(await (await get(replay, `/api/privacy/status?site=${site}`, { headers })).json());
const nonceOf = async (action = 'opt-out', site = domain): Promise<string> =>
  (await formOf(replay, action, { site }))?.get('nonce') ?? '';
const cookies = (reply: Response): string[] => reply.headers.getSetCookie();
const location = (reply: Response): string => reply.headers.get('location') ?? '';

beforeAll(async () => {
  replay = await openReplay(noon);
  await replay.manage('POST', '/api/v2/sites', {
    domain,
    timezone: 'Europe/Berlin',
    settings: { hostnames: ['blog.example.com', 'example.net'] },
  });
  await replay.manage('POST', '/api/v2/sites', { domain: elsewhere, timezone: 'UTC' });
});
afterAll(() => replay.close());

describe('GET /api/privacy/status', () => {
  test.each<[string, Record<string, string>, string | null]>([
    ['nothing', {}, null],
    ['Sec-GPC: 1', { 'sec-gpc': '1' }, 'gpc'],
    ['several lines of Sec-GPC', { 'sec-gpc': '0, 1' }, 'gpc'],
    ['Sec-GPC: true', { 'sec-gpc': 'true' }, null],
    ['DNT: 1', { dnt: '1' }, 'dnt'],
    ['the cookie', { cookie: 'a=b; footfall_optout=1' }, 'cookie'],
    ['a cookie of a similar name', { cookie: 'not_footfall_optout=1' }, null],
    ['all of them', { cookie: 'footfall_optout=1', dnt: '1', 'sec-gpc': '1' }, 'gpc'],
  ])('%s', async (_, headers, by) => {
    expect(await statusOf(domain, { ...shared.headers, ...headers })).toEqual({
      site: domain,
      optedOut: by !== null,
      by,
      counted: by === null ? 'visits' : 'pageviews',
      returning: 'off',
      page: `${ownOrigin}/privacy?site=${domain}`,
    });
  });

  test('a mark that another site’s visitors left here says nothing about a site on another domain', async () => {
    const cookie = { ...shared.headers, cookie: 'footfall_optout=1' };
    expect(await statusOf(elsewhere, cookie)).toMatchObject({ optedOut: false, by: null });
    const html = await (await get(replay, `/privacy?site=${elsewhere}`, { headers: cookie })).text();
    expect(html).toContain('unless opted out there');
    expect(html).not.toContain('nothing is held');
    for (const action of ['opt-out', 'opt-in', 'erase']) expect(html).toContain(`/api/privacy/${action}"`);
  });

  test('follows the site’s decisions', async () => {
    await setSite(elsewhere, { identify: false });
    expect(await statusOf(elsewhere)).toMatchObject({ optedOut: true, by: 'site', counted: 'pageviews' });
    await setSite(elsewhere, { identify: true, audience: 'children' });
    expect(await statusOf(elsewhere)).toMatchObject({ by: 'children', counted: 'pageviews' });
    expect(await statusOf(elsewhere, { 'sec-gpc': '1' })).toMatchObject({ by: 'gpc' });
    await setSite(elsewhere, { audience: 'general', optedOut: 'ignore', returning: 'consent' });
    expect(await statusOf(elsewhere)).toMatchObject({ by: null, counted: 'visits', returning: 'consent' });
    expect(await statusOf(elsewhere, { 'sec-gpc': '1' })).toMatchObject({ by: 'gpc', counted: 'nothing' });
    await setSite(elsewhere, { optedOut: 'count', returning: 'off' });
  });

  test('is open to every origin, without credentials, and never cached', async () => {
    const headers = { origin: 'https://example.com', cookie: 'footfall_session=x' };
    const reply = await get(replay, `/api/privacy/status?site=www.EXAMPLE.com`, { headers });
    expect(reply.headers.get('access-control-allow-origin')).toBe('*');
    expect(reply.headers.get('access-control-allow-credentials')).toBeNull();
    expect(reply.headers.get('cache-control')).toBe('no-store');
    expect(reply.headers.getSetCookie()).toEqual([]);
  });

  test.each([
    ['', 400],
    ['?site=', 400],
    ['?site=absent.example', 404],
    [`?site=${'x'.repeat(10_000)}`, 404],
    ['?site=%00%ff', 404],
    ['?site[]=a', 400],
  ])('%s is refused in words', async (query, status) => {
    const reply = await get(replay, `/api/privacy/status${query}`, {});
    expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([status, '*']);
    expect(await reply.text()).not.toContain(domain.replace('com', 'net'));
  });
});

describe('the page', () => {
  test('needs no script, loads nothing from elsewhere, is not stored, and may be found', async () => {
    const reply = await get(replay, `/privacy?site=${domain}`, { headers: shared.headers });
    const html = await reply.text();
    const policy = reply.headers.get('content-security-policy') ?? '';
    expect([reply.status, reply.headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(policy).toMatch(/default-src 'none'; style-src 'self'/);
    expect(policy).not.toMatch(/script|unsafe|\*/);
    expect(html).not.toMatch(/<script|<style|\sstyle=|\son\w+=|noindex/);
    expect(reply.headers.get('x-robots-tag')).toBeNull();
    expect([...html.matchAll(/(?:src|href|action)="([^"]+)"/g)].map(([, to]) => to)).toEqual([
      '/privacy/style.css',
      '/api/privacy/opt-out',
      '/api/privacy/erase',
      'https://example.com/',
    ]);
    const style = await get(replay, '/privacy/style.css', {});
    expect([style.status, style.headers.get('content-type')]).toEqual([200, 'text/css; charset=utf-8']);
    expect(await style.text()).not.toMatch(/url\(|@import/);
  });

  test('says by which signal, and offers a button only where no signal decides', async () => {
    const look = async (headers: Record<string, string>) => {
      const at = { ...shared.headers, ...headers };
      const html = await (await get(replay, `/privacy?site=${domain}`, { headers: at })).text();
      return {
        honored: html.includes('Opt-Out Request Preference Signal Honored'),
        buttons: [...html.matchAll(/action="\/api\/privacy\/([\w-]+)"/g)].map(([, action]) => action),
      };
    };
    expect(await look({})).toEqual({ honored: false, buttons: ['opt-out', 'erase'] });
    expect(await look({ 'sec-gpc': '1' })).toEqual({ honored: true, buttons: [] });
    expect(await look({ dnt: '1' })).toEqual({ honored: false, buttons: [] });
    expect(await look({ cookie: 'footfall_optout=1' })).toEqual({ honored: false, buttons: ['opt-in'] });
    await setSite(domain, { audience: 'children' });
    expect(await look({})).toEqual({ honored: false, buttons: [] });
    expect(await look({ 'sec-gpc': '1' })).toEqual({ honored: true, buttons: [] });
    await setSite(domain, { audience: 'general' });
  });

  test('a slash more leads to the page, and what is not well known is not found', async () => {
    const reply = await get(replay, `/privacy/?site=${domain}`, {});
    expect([reply.status, location(reply)]).toEqual([308, `/privacy?site=${domain}`]);
    for (const path of ['/.well-known/dnt', '/.well-known/security.txt'])
      expect([path, (await get(replay, path, {})).status]).toEqual([path, 404]);
  });

  test('without a site it helps, and names none', async () => {
    for (const [path, status] of [
      ['/privacy', 200],
      ['/privacy?site=', 200],
      ['/privacy?site=absent.test', 404],
      ['/privacy?site=%3Cscript%3E', 404],
      [`/privacy?site=${'x'.repeat(12_000)}`, 404],
    ] as const) {
      const reply = await get(replay, path, {});
      const html = await reply.text();
      expect([path, reply.status]).toEqual([path, status]);
      expect(html).toMatch(/\/privacy\?site=example\.com/);
      expect(html).not.toMatch(/elsewhere\.test|<script/);
    }
  });

  test('says that something was done only if it was done here', async () => {
    const reply = await press(replay, 'opt-out', { site: domain, ...shared });
    const done = location(reply);
    const cookie = { cookie: 'footfall_optout=1' };
    const shown = async (path: string): Promise<boolean> =>
      /role="status"/.test(await (await get(replay, path, { headers: cookie })).text());
    expect(await shown(done)).toBe(true);
    expect(await shown(done.replace('done=opt-out', 'done=erase'))).toBe(false);
    expect(await shown(`/privacy?site=${domain}&done=erase`)).toBe(false);
    advance(3_700_000);
    expect(await shown(done)).toBe(false);
  });
});

describe('opting out and back in', () => {
  test('where the collector shares the site’s domain, one cookie serves both, and the page is shown again', async () => {
    const out = await press(replay, 'opt-out', { site: domain, ...shared });
    expect(cookies(out)).toEqual([
      `footfall_optout=1; Max-Age=${400 * 86_400}; Domain=example.com; Path=/; SameSite=Lax`,
    ]);
    expect(location(out)).toMatch(/^\/privacy\?site=example\.com&/);
    const back = await press(replay, 'opt-in', {
      site: domain,
      headers: { ...shared.headers, cookie: 'footfall_optout=1' },
    });
    expect(cookies(back)).toEqual([
      'footfall_optout=; Max-Age=0; Path=/',
      'footfall_optout=; Max-Age=0; Domain=example.com; Path=/',
    ]);
  });

  test('where it is on another domain, the visitor is sent to the site with a word in the fragment', async () => {
    const out = await press(replay, 'opt-out', { site: elsewhere, ...shared });
    expect(location(out)).toBe('https://elsewhere.test/#footfall-optout');
    // Its own pages keep the mark: one here would say something about other sites.
    expect(cookies(out)).toEqual([]);
    const back = await press(replay, 'opt-in', {
      site: elsewhere,
      headers: { ...shared.headers, cookie: 'footfall_optout=1' },
      back: 'https://www.elsewhere.test/pricing?token=secret#x',
    });
    expect(location(back)).toBe('https://www.elsewhere.test/pricing#footfall-optin');
  });

  test('a further host on another domain gets its own mark', async () => {
    const out = await press(replay, 'opt-out', { site: domain, ...shared, back: 'https://example.net/a' });
    expect(location(out)).toBe('https://example.net/a#footfall-optout');
    expect(cookies(out).join()).toMatch(/Domain=example\.com/);
  });

  test('under an address no mark is left, and the site keeps it', async () => {
    const out = await press(replay, 'opt-out', { site: domain, headers: browser });
    expect(cookies(out)).toEqual([]);
    expect(location(out)).toBe('https://example.com/#footfall-optout');
  });

  test('erases today’s visit as well, so that nothing is held', async () => {
    const who = { peer: '203.0.113.40', headers: shared.headers };
    const body = { n: 'pageview', d: domain, u: `https://${domain}/` };
    const event = { ...who, headers: browser, body };
    await replay.send('POST', '/api/event', event);
    await press(replay, 'opt-out', { site: domain, ...who });
    const dropped = async (): Promise<string> =>
      /dropped_total\{reason="erased"\} (\d+)/.exec(
        await (await replay.send('GET', '/metrics')).text(),
      )?.[1] ?? '';
    const before = Number(await dropped());
    await replay.send('POST', '/api/event', event);
    expect(Number(await dropped())).toBe(before + 1);
    await replay.send('POST', '/api/event', { ...event, body: { ...body, o: 1 } });
    expect(Number(await dropped())).toBe(before + 1);
  });
});

describe('nobody is sent anywhere else', () => {
  test.each([
    'https://evil.test/',
    'https://example.com.evil.test/',
    'https://example.com@evil.test/',
    'https://user:pass@example.net/',
    '//evil.test/',
    '/\\evil.test',
    'javascript:alert(1)//example.com',
    'data:text/html,example.com',
    'https://evil.test\\@example.com/',
    'https://evil.test/?x=example.com',
    'example.com',
    '',
    `https://example.com/${'a'.repeat(1_000)}\u0000`,
    'https://[::1]/',
    'ftp://example.com/',
  ])('%s', async (back) => {
    const form = new URLSearchParams({ site: elsewhere, back, nonce: await nonceOf('opt-out', elsewhere) });
    const reply = await post(replay, 'opt-out', form, {});
    expect([reply.status, location(reply)]).toEqual([303, 'https://elsewhere.test/#footfall-optout']);
    const page = await get(replay, `/privacy?site=${domain}&back=${encodeURIComponent(back)}`, {});
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/form-action 'self' https:\/\/example\.com$/);
    expect(await page.text()).not.toMatch(/evil|javascript:|user:pass/);
  });
});

describe('forms from elsewhere', () => {
  test.each<[string, Record<string, string>]>([
    ['another origin', { origin: 'https://evil.test' }],
    ['an opaque origin', { origin: 'null' }],
    ['a page of the site itself', { origin: 'https://example.com' }],
  ])('%s is refused on a page', async (_, headers) => {
    const form = new URLSearchParams({ site: domain, nonce: await nonceOf() });
    const reply = await post(replay, 'opt-out', form, { headers });
    expect([reply.status, cookies(reply)]).toEqual([403, []]);
    expect(await reply.text()).toMatch(/href="\/privacy\?site=example\.com"/);
  });

  test('a browser that says nothing of where it comes from is refused too', async () => {
    const body = String(new URLSearchParams({ site: domain, nonce: await nonceOf() }));
    const bare = await replay.send('POST', '/api/privacy/opt-out', { body });
    expect(bare.status).toBe(403);
    const told = await replay.send('POST', '/api/privacy/opt-out', {
      body,
      headers: { 'sec-fetch-site': 'same-origin' },
    });
    expect(told.status).toBe(303);
  });

  test('a nonce is good for its action, its site and an hour', async () => {
    const nonce = await nonceOf('opt-out');
    const send = (action: string, site: string, given: string) =>
      post(replay, action, new URLSearchParams({ site, nonce: given }), {});
    expect((await send('erase', domain, nonce)).status).toBe(403);
    expect((await send('opt-out', elsewhere, nonce)).status).toBe(403);
    const [at = '', mac = ''] = nonce.split('.');
    for (const forged of [
      '',
      'x',
      `${at}.`,
      `${at}.${'A'.repeat(43)}`,
      `${(now + 60_000).toString(36)}.${mac}`,
      `NaN.${mac}`,
      `${nonce}x`,
      `${nonce}.`,
    ])
      expect([forged, (await send('opt-out', domain, forged)).status]).toEqual([forged, 403]);
    advance(3_599_000);
    expect((await send('opt-out', domain, nonce)).status).toBe(303);
    advance(2_000);
    const late = await send('opt-out', domain, nonce);
    expect([late.status, cookies(late)]).toEqual([403, []]);
    expect(await late.text()).toMatch(/more than an hour/);
  });

  test('a restart makes a new key', async () => {
    const nonce = await nonceOf();
    await replay.restart(false);
    expect((await post(replay, 'opt-out', new URLSearchParams({ site: domain, nonce }), {})).status).toBe(
      403,
    );
  });
});

describe('bad input', () => {
  test.each<[string, string, number]>([
    ['nothing', '', 400],
    ['JSON', '{"site":"example.com"}', 400],
    ['another site', 'site=absent.test&nonce=x', 400],
    ['a list', 'site=example.com&site=elsewhere.test', 403],
    ['too much', `site=example.com&nonce=${'x'.repeat(9_000)}`, 413],
    ['broken escapes', 'site=%E0%A4%A&nonce=%', 400],
    ['a prototype', '__proto__=1&constructor=2', 400],
  ])('%s is answered in words', async (_, body, status) => {
    for (const action of ['opt-out', 'opt-in', 'erase']) {
      const reply = await post(replay, action, body, {});
      const html = await reply.text();
      expect([action, reply.status]).toEqual([action, status]);
      expect(html).toMatch(/<h1>Not done<\/h1>/);
      expect([...reply.headers].map(([name]) => name)).not.toContain('set-cookie');
    }
  });

  test('bytes that are no text are refused', async () => {
    const reply = await replay.send('POST', '/api/privacy/erase', {
      headers: { origin: ownOrigin },
      body: 'site=\ud800',
    });
    expect([400, 403]).toContain(reply.status);
  });

  test('an unknown action is nothing', async () => {
    expect((await post(replay, 'forget-all', '', {})).status).toBe(404);
  });

  test('very long headers change nothing', async () => {
    const headers = {
      cookie: `a=${'x'.repeat(12_000)}; footfall_optout=1`,
      referer: `https://example.com/${'y'.repeat(3_000)}`,
    };
    const reply = await get(replay, `/privacy?site=${domain}`, { headers });
    expect(reply.status).toBe(200);
    expect(await reply.text()).toMatch(/Opted out/);
    expect([...reply.headers].join().length).toBeLessThan(6_000);
  });
});

describe('the well-known files say what is done', () => {
  const json = async (path: string): Promise<Record<string, unknown>> =>
    (await (await get(replay, path, {})).json()) as Record<string, unknown>;
  /** How a pageview with these headers is counted: by the visitors it adds, of a visitor who was not here yet. */
  let visitor = 60;
  async function isIdentified(headers: Record<string, string>): Promise<boolean> {
    visitor += 1;
    const count = async () => {
      await replay.flush();
      const [answer] = await replay.ask([{ site_id: elsewhere, metrics: ['visitors'], date_range: 'day' }]);
      return answer && 'results' in answer ? Number(answer.results[0]?.metrics[0]) : Number.NaN;
    };
    const before = await count();
    await replay.send('POST', '/api/event', {
      peer: `203.0.113.${visitor}`,
      headers: { ...browser, ...headers },
      body: { n: 'pageview', d: elsewhere, u: `https://${elsewhere}/` },
    });
    return (await count()) > before;
  }

  test('gpc.json: honoured, whatever is set', async () => {
    expect(await json('/.well-known/gpc.json')).toEqual({ gpc: true });
    expect(await isIdentified({})).toBe(true);
    for (const settings of [{ dnt: false }, { optedOut: 'ignore' }, { optedOut: 'count', dnt: true }]) {
      await setSite(elsewhere, settings);
      expect(await isIdentified({ 'sec-gpc': '1' })).toBe(false);
    }
  });

  test('dnt: follows the setting, as the counting does', async () => {
    const tracking = async (query = `?site=${elsewhere}`) =>
      (await json(`/.well-known/dnt/${query}`)).tracking;
    expect([await tracking(), await tracking(''), await isIdentified({ dnt: '1' })]).toEqual([
      'N',
      'N',
      false,
    ]);
    await setSite(elsewhere, { dnt: false });
    expect([await tracking(), await tracking(''), await isIdentified({ dnt: '1' })]).toEqual([
      'D',
      '?',
      true,
    ]);
    await setSite(elsewhere, { audience: 'children' });
    expect([await tracking(), await isIdentified({ dnt: '1' })]).toEqual(['N', false]);
    await setSite(elsewhere, { audience: 'general', dnt: true });
    const reply = await get(replay, `/.well-known/dnt/?site=${elsewhere}`, {});
    expect(reply.headers.get('content-type')).toBe('application/tracking-status+json');
    expect(await reply.json()).toEqual({
      tracking: 'N',
      policy: `${ownOrigin}/privacy?site=${elsewhere}`,
      config: `${ownOrigin}/privacy?site=${elsewhere}`,
      'same-party': [elsewhere],
    });
    expect((await get(replay, '/.well-known/dnt/?site=absent.test', {})).status).toBe(404);
  });
});
