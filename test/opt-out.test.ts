import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { serve } from '@hono/node-server';
import Database from 'better-sqlite3';
import { Hono } from 'hono';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientOf, type Env } from '../collector/api/client.ts';
import { hasOptedOut } from '../collector/gate/signals.ts';
import { SiteSettings } from '../schema/site.ts';
import { openReplay, type Replay } from './support/replay.ts';
import { realBrowser } from './support/server.ts';
import { aSite } from './support/site.ts';

/**
 * P4: whoever opted out, by whichever road, is counted without a key, one coarse dimension at a time, or not at all; and is
 * answered like everybody else.
 */

const noon = Date.UTC(2026, 5, 10, 12);

interface Road {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly settings?: object;
}
const roads: Readonly<Record<string, Road>> = {
  'Sec-GPC': { headers: { 'sec-gpc': '1' } },
  'two lines of Sec-GPC': { headers: { 'sec-gpc': '0, 1' } },
  DNT: { headers: { dnt: '1' } },
  'the cookie': { headers: { cookie: 'theme=dark; footfall_optout=1' } },
  'the mark': { body: { o: 1 } },
  'the site-wide switch': { settings: { identify: false } },
  'an audience of children': { settings: { audience: 'children' } },
};
const signals = Object.entries(roads).filter(([, { settings }]) => !settings);

/** All that an honest tracker could say. */
const said = (domain: string, name: string, path = '/pricing') => ({
  n: name,
  d: domain,
  u: `https://${domain}${path}?utm_source=news&utm_medium=email&utm_campaign=spring&utm_term=a&utm_content=b`,
  r: 'https://www.google.com/',
  p: { plan: 'pro' },
  $: { currency: 'EUR', amount: 12.5 },
  e: 5_000,
  sd: 60,
  w: 1_200,
  z: 120,
  st: 200,
  by: 4_000,
  dy: Math.floor(noon / 86_400_000),
  fv: Math.floor(noon / 86_400_000) - 2,
});
const names = ['pageview', 'Signup', 'engagement'];

let replay: Replay;
beforeAll(async () => {
  replay = await openReplay(noon);
});
afterAll(() => replay.close());

const addSite = (domain: string, settings: object = {}): Promise<unknown> =>
  replay.manage('POST', '/api/v2/sites', {
    domain,
    timezone: 'UTC',
    settings: {
      goals: [
        { name: 'Signed up', event: 'Signup' },
        { name: 'Saw prices', path: '/pricing' },
      ],
      excludedPaths: ['/admin'],
      excludedCountries: ['GB'],
      ...settings,
    },
  });

/** Status, headers but the date, and the body. */
async function send(body: object, headers: Readonly<Record<string, string>> = {}, peer = '91.65.0.17') {
  const reply = await replay.send('POST', '/api/event', {
    peer,
    headers: { 'user-agent': realBrowser, 'accept-language': 'de', ...headers },
    body,
  });
  return [
    reply.status,
    [...reply.headers].filter(([name]) => name !== 'date').sort(),
    await reply.text(),
  ] as const;
}

/** What is stored of a site: `rollup: values` and the sums that are not 0. */
async function stored(domain: string): Promise<Record<string, Record<string, number>>> {
  await replay.tick();
  await replay.flush();
  const db = new Database(join(replay.folder, 'footfall.db'), { readonly: true });
  try {
    const found: Record<string, Record<string, number>> = {};
    for (const table of ['trend', 'single', 'pair', 'detail']) {
      const rows = db
        .prepare<[string], Record<string, number | string>>(
          `SELECT t.*, r.name AS name FROM ${table} t JOIN rollup r ON r.id = t.rollup JOIN site s ON s.id = t.site WHERE s.domain = ?`,
        )
        .all(domain);
      const value = db.prepare<[unknown], string>('SELECT value FROM string WHERE id = ?').pluck();
      for (const { site: _, rollup: __, bucket: ___, name, ...row } of rows) {
        const values = Object.keys(row).filter((column) => /^v\d+$/.test(column));
        const sums = Object.entries(row).filter(([column, sum]) => !/^v\d+$/.test(column) && sum !== 0);
        const key = [table, name, ...values.map((column) => value.get(row[column]))].join(' ');
        found[key] = Object.fromEntries(sums) as Record<string, number>;
      }
    }
    return found;
  } finally {
    db.close();
  }
}

const slug = (road: string): string => road.toLowerCase().replaceAll(/[^a-z]+/g, '-');

describe.each(Object.entries(roads))(
  'opted out by %s',
  (road, { headers = {}, body = {}, settings = {} }) => {
    const domain = `${slug(road)}.example`;

    test('no key, five dimensions one at a time, and the answer of everybody', async () => {
      await addSite(domain, settings);
      await addSite(`other.${domain}`);
      for (const name of names) {
        const identified = await send(said(`other.${domain}`, name));
        expect(await send({ ...said(domain, name), ...body }, headers)).toEqual(identified);
        expect(identified[0]).toBe(202);
      }
      const counts = { pageviews: 1, custom: 1 };
      expect(await stored(domain)).toEqual({
        'trend trend': counts,
        'single page /pricing': counts,
        'single source news': counts,
        'single channel Email': counts,
        'single country DE': counts,
        'single device Desktop': counts,
        'single visitor opted-out': counts,
        'single reason opted_out_engagement': { dropped: 1 },
      });
      // The same said by somebody who has not opted out is in many more.
      const all = Object.keys(await stored(`other.${domain}`));
      for (const shape of ['single city', 'single browser', 'single prop', 'pair ', 'detail '])
        expect(all.some((key) => key.startsWith(shape))).toBe(true);
    });
  },
);

describe.each(signals)(
  'opted out by %s at a site that ignores who has',
  (road, { headers = {}, body = {} }) => {
    const domain = `quiet-${slug(road)}.example`;

    test('nothing is counted, and the answer is that of everybody, also where other rules drop the event', async () => {
      await addSite(domain, { optedOut: 'ignore' });
      await addSite(`other.${domain}`, { optedOut: 'ignore' });
      const cases: [object, object, string?][] = [
        ...names.map((name): [object, object] => [said(domain, name), said(`other.${domain}`, name)]),
        [said(domain, 'pageview', '/admin'), said(`other.${domain}`, 'pageview', '/admin')],
        [
          { ...said(domain, 'pageview'), r: 'http://free.semalt.com/' },
          { ...said(`other.${domain}`, 'pageview'), r: 'http://free.semalt.com/' },
        ],
        [said(domain, 'pageview'), said(`other.${domain}`, 'pageview'), '81.2.69.160'],
      ];
      for (const [mine, theirs, peer] of cases)
        expect(await send({ ...mine, ...body }, headers, peer)).toEqual(await send(theirs, {}, peer));
      const [own, others] = [await stored(domain), await stored(`other.${domain}`)];
      expect(own).toEqual({
        'single reason opted_out_ignored': { dropped: 3 },
        'single reason excluded_path': { dropped: 1 },
        'single reason spam_referrer': { dropped: 1 },
        'single reason excluded_country': { dropped: 1 },
      });
      expect(others).toMatchObject({ 'single page /pricing': { pageviews: 1 } });
    });
  },
);

describe('what counts as a signal, as it comes over a real socket', () => {
  let server: ReturnType<typeof serve>;
  let socket: Socket;
  let port = 0;

  beforeAll(async () => {
    const app = new Hono<Env>().get('/', (c) => {
      const dnt = c.req.query('dnt') !== 'off';
      const out = hasOptedOut(false, aSite({ settings: SiteSettings.parse({ dnt }) }), clientOf(c).header);
      return c.text(String(out));
    });
    server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
    await once(server, 'listening');
    port = (server.address() as { port: number }).port;
  });
  afterAll(() => {
    socket?.destroy();
    server.close();
  });

  async function heard(lines: readonly string[], path = '/'): Promise<boolean> {
    socket = connect(port, '127.0.0.1');
    socket.end([`GET ${path} HTTP/1.1`, 'Host: x', 'Connection: close', ...lines, '', ''].join('\r\n'));
    let text = '';
    for await (const chunk of socket) text += chunk;
    expect(text).toMatch(/^HTTP\/1.1 200/);
    return /\r\n\r\n(?:\S+\r\n)?true/.test(text);
  }

  test.each<[boolean, string[], string?]>([
    [true, ['Sec-GPC: 1']],
    [true, ['sec-gpc:1']],
    [true, ['Sec-GPC: 0', 'Sec-GPC: 1']],
    [true, ['Sec-GPC: 1', 'Sec-GPC: 0', 'Sec-GPC: x']],
    [false, ['Sec-GPC: 0']],
    [false, ['Sec-GPC: 01']],
    [false, ['Sec-GPC: 11']],
    [false, ['Sec-GPC: true']],
    [false, ['Sec-GPC: ?1']],
    [false, ['Sec-GPC: 1;x']],
    [false, ['Sec-GPC: "1"']],
    [false, ['Sec-GPC: 01', 'Sec-GPC: 1;x']],
    [false, ['Sec-GPC:']],
    [true, ['DNT: 1']],
    [false, ['DNT: 1'], '/?dnt=off'],
    [false, ['DNT: 0']],
    [true, ['Cookie: a=b; footfall_optout=1']],
    [true, ['Cookie: a=b', 'Cookie: footfall_optout=0']],
    [true, ['Cookie: footfall_optout=']],
    [false, ['Cookie: a=footfall_optout; xfootfall_optout=1']],
    [false, ['X-Sec-GPC: 1']],
    [false, []],
  ])('%s: %j %s', async (out, lines, path) => {
    expect(await heard(lines, path)).toBe(out);
  });
});
