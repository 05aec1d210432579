import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dimensionNames, dimensions } from '../../schema/dimensions.ts';
import {
  addSiteAndKey,
  ask,
  footfall,
  newFolder,
  realBrowser,
  removeFolder,
  type Server,
  settled,
  startServer,
} from '../support/server.ts';

/** Everything that an event can carry, so that whatever is kept of it has something to be kept. */
const rich = (name: string, domain: string, more: object = {}) => ({
  n: name,
  d: domain,
  u: `https://${domain}/pricing?utm_source=news&utm_medium=mail&utm_campaign=spring&utm_term=a&utm_content=b`,
  r: 'https://www.google.com/search',
  p: { plan: 'pro' },
  $: { currency: 'EUR', amount: 12.5 },
  w: 1_280,
  z: 120,
  st: 200,
  by: 4_000,
  e: 9_000,
  sd: 80,
  ...more,
});
const headers = { 'accept-language': 'de-DE,de;q=0.9', 'x-forwarded-for': '84.130.12.7' };

interface Road {
  readonly domain: string;
  readonly settings?: object;
  readonly headers?: Record<string, string>;
  readonly body?: object;
}

/** Every road by which somebody is opted out. */
const roads: Record<string, Road> = {
  'Sec-GPC': { domain: 'gpc.example', headers: { 'sec-gpc': '1' } },
  DNT: { domain: 'dnt.example', headers: { dnt: '1' } },
  'the cookie': { domain: 'cookie.example', headers: { cookie: 'a=b; footfall_optout=1' } },
  'the wire’s flag': { domain: 'flag.example', body: { o: 1 } },
  'the site’s switch': { domain: 'switch.example', settings: { identify: false } },
  'an audience of children': { domain: 'children.example', settings: { audience: 'children' } },
};
const quiet: Road = {
  domain: 'quiet.example',
  settings: { optedOut: 'ignore' },
  headers: { 'sec-gpc': '1' },
};
const open: Road = { domain: 'open.example' };

describe('P4: opted-out visitors have no identifier', () => {
  let folder: string;
  let server: Server;
  let key: string;

  /** Sends pageview, event and engagement; gives all that was answered, but for the date. */
  async function send(road: Road): Promise<string[]> {
    const replies: string[] = [];
    for (const name of ['pageview', 'Purchase', 'engagement']) {
      const reply = await fetch(`${server.url}/api/event`, {
        method: 'POST',
        headers: { 'user-agent': realBrowser, 'content-type': 'text/plain', ...headers, ...road.headers },
        body: JSON.stringify(rich(name, road.domain, road.body)),
      });
      const own = [...reply.headers].filter(([header]) => header !== 'date');
      replies.push(JSON.stringify([reply.status, own, await reply.text()]));
    }
    return replies;
  }

  /** The rollups that have anything of a site, drops aside. */
  function kept(domain: string): string[] {
    const db = new Database(join(folder, 'data/footfall.db'), { readonly: true });
    const names = ['trend', 'single', 'pair', 'detail', 'mail'].flatMap((table) =>
      db
        .prepare<[string], string>(
          `SELECT DISTINCT rollup.name FROM ${table} JOIN rollup ON rollup.id = rollup JOIN site ON site.id = site WHERE domain = ?`,
        )
        .pluck()
        .all(domain),
    );
    db.close();
    return names.filter((name) => name !== 'reason').sort();
  }

  beforeAll(async () => {
    folder = newFolder();
    key = await addSiteAndKey(folder, open.domain);
    for (const { domain } of [...Object.values(roads), quiet])
      expect((await footfall(folder, ['site', 'add', domain])).code).toBe(0);
    server = await startServer(folder, { FOOTFALL_TRUST_PROXY: 'loopback' });
    for (const { domain, settings } of [...Object.values(roads), quiet]) {
      const reply = await fetch(`${server.url}/api/v2/sites/${domain}`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ settings: settings ?? {} }),
      });
      expect(reply.status).toBe(200);
    }
  });
  afterAll(async () => {
    await server.stop();
    removeFolder(folder);
  });

  test('P4: an identified visitor is kept by all that an event carries', async () => {
    await send(open);
    await settled(server);
    expect(kept(open.domain).length).toBeGreaterThan(60);
  });

  test.each(Object.entries(roads))(
    'P4: by %s: plain pageviews and events, by five dimensions and by being opted out, one at a time',
    async (_road, road) => {
      await send(road);
      await settled(server);
      const allowed = dimensionNames.filter(
        (name) => dimensions[name].optedOut && dimensions[name].scope !== 'mail',
      );
      expect([...allowed].sort()).toEqual(['channel', 'country', 'device', 'page', 'source', 'visitor']);
      expect(kept(road.domain)).toEqual([...allowed, 'trend'].sort());
      const metrics = ['pageviews', 'events', 'visitors', 'visits', 'bytes', 'total_revenue'] as const;
      const { results } = await ask(server, key, { site_id: road.domain, metrics: [...metrics] });
      expect(results[0]?.metrics).toEqual([1, 2, 0, 0, 0, 0]);
    },
  );

  test('P4: ignored, they are not counted at all', async () => {
    await send(quiet);
    await settled(server);
    expect(kept(quiet.domain)).toEqual([]);
  });

  test('P4: the reply tells nobody: same status, headers and size either way', async () => {
    const told = await send(open);
    expect(new Set(told).size).toBe(1);
    for (const road of [...Object.values(roads), quiet]) expect(await send(road), road.domain).toEqual(told);
  });

  test.each(['0', '01', 'true', '1;x', '', ' 0'])('P4: Sec-GPC: "%s" is no objection', async (value) => {
    await settled(server);
    const before = await ask(server, key, {
      site_id: open.domain,
      metrics: ['pageviews'],
      dimensions: ['visit:visitor'],
    });
    await send({ ...open, headers: { 'sec-gpc': value } });
    await settled(server);
    const after = await ask(server, key, {
      site_id: open.domain,
      metrics: ['pageviews'],
      dimensions: ['visit:visitor'],
    });
    expect(after.results.map(({ dimensions: [name] }) => name)).toEqual(['identified']);
    expect(after.results[0]?.metrics[0]).toBe((before.results[0]?.metrics[0] ?? 0) + 1);
  });
});
