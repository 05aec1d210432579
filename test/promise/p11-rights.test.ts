import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  addSiteAndKey,
  ask,
  footfall,
  newFolder,
  realBrowser,
  removeFolder,
  type Server,
  sendEvent,
  settled,
  startServer,
} from '../support/server.ts';

const domain = 'example.com';
/** Where browsers reach the collector: on the site's own domain, so that both see one mark. */
const origin = 'http://stats.example.com';
const view = (path: string) => ({ n: 'pageview', d: domain, u: `https://${domain}${path}` });

describe('P11: a visitor, or the operator for one, can see, object and erase', () => {
  let folder: string;
  let server: Server;
  let key: string;

  const page = async (headers: Record<string, string> = {}): Promise<string> =>
    (
      await fetch(`${server.url}/privacy?site=${domain}`, {
        headers: { 'user-agent': realBrowser, ...headers },
      })
    ).text();
  /** Presses a button of the page, as a browser without script does; gives the reply, not followed. */
  async function press(action: string, headers: Record<string, string> = {}): Promise<Response> {
    const form =
      new RegExp(`action="/api/privacy/${action}">(.*?)</form>`, 's').exec(await page(headers))?.[1] ?? '';
    const fields = [...form.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [
      name,
      value,
    ]);
    return fetch(`${server.url}/api/privacy/${action}`, {
      method: 'POST',
      redirect: 'manual',
      headers: {
        'user-agent': realBrowser,
        origin,
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: new URLSearchParams(fields as [string, string][]),
    });
  }
  const figures = async (): Promise<(number | null)[]> => {
    await settled(server);
    const { results } = await ask(server, key, { site_id: domain, metrics: ['visitors', 'pageviews'] });
    return results[0]?.metrics ?? [];
  };

  beforeAll(async () => {
    folder = newFolder();
    key = await addSiteAndKey(folder, domain);
    server = await startServer(folder, { FOOTFALL_PUBLIC_URL: origin });
  });
  afterAll(async () => {
    await server.stop();
    removeFolder(folder);
  });

  test('P11: the page says how this browser stands, and by which signal', async () => {
    expect(await page()).toMatch(/action="\/api\/privacy\/opt-out"/);
    const honoured = await page({ 'sec-gpc': '1' });
    expect(honoured).toContain('Opt-Out Request Preference Signal Honored');
    expect(honoured).not.toMatch(/action="\/api\/privacy\/opt-(out|in)"/);
    const status = await (
      await fetch(`${server.url}/api/privacy/status?site=${domain}`, { headers: { 'sec-gpc': '1' } })
    ).json();
    expect(status).toMatchObject({ optedOut: true, by: 'gpc' });
  });

  test('P11: erased, today’s visit ends, and the visitor is not counted until midnight', async () => {
    expect((await sendEvent(server, view('/before'))).status).toBe(202);
    expect(await figures()).toEqual([1, 1]);
    const reply = await press('erase');
    expect(reply.status).toBe(303);
    const told = await sendEvent(server, view('/after'));
    expect([told.status, told.headers.get('x-footfall-dropped')]).toEqual([202, null]);
    expect(await figures()).toEqual([1, 1]);
    // Somebody else is counted as ever.
    expect((await sendEvent(server, view('/after'), { 'user-agent': `${realBrowser} other` })).status).toBe(
      202,
    );
    expect(await figures()).toEqual([2, 2]);
  });

  test('P11: opted out by the page, the browser says so from then on; opted back in, it does not', async () => {
    const agent = { 'user-agent': `${realBrowser} third` };
    const out = await press('opt-out', agent);
    expect(out.status).toBe(303);
    const [cookie = ''] = out.headers.getSetCookie();
    expect(cookie).toMatch(/^footfall_optout=1;/);
    expect(cookie).not.toMatch(/httponly/i);
    const [before] = await figures();
    await sendEvent(server, view('/third'), { ...agent, cookie: cookie.split(';')[0] ?? '' });
    expect((await figures())[0]).toBe(before);
    const back = await press('opt-in', { ...agent, cookie: 'footfall_optout=1' });
    expect(back.headers.getSetCookie().join()).toMatch(
      /footfall_optout=;|Max-Age=0|Expires=Thu, 01 Jan 1970/i,
    );
  });

  test('P11: nobody can be opted out or erased from another page', async () => {
    for (const action of ['opt-out', 'opt-in', 'erase']) {
      const reply = await press(action, { origin: 'https://evil.example' });
      expect([action, reply.status]).toEqual([action, 403]);
      expect(reply.headers.getSetCookie()).toEqual([]);
    }
  });

  test.each(['access', 'correct', 'erase', 'limit', 'object'])(
    'P11: a request to %s is answered, given a reference and a due date, and logged without an identity',
    async (kind) => {
      const { code, out, err } = await footfall(folder, ['privacy', 'request', '--kind', kind, '--agent']);
      expect([code, err]).toEqual([0, expect.anything()]);
      const due = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
      expect(out).toContain(due);
      const list = await footfall(folder, ['privacy', 'requests', '--json']);
      const logged = (JSON.parse(list.out) as Record<string, unknown>[]).find((one) => one.kind === kind);
      expect(out).toContain(String(logged?.reference));
      const { code: closed } = await footfall(folder, [
        'privacy',
        'request',
        '--done',
        String(logged?.reference),
      ]);
      expect(closed).toBe(0);
    },
  );
});
