import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { dimensions } from '../../schema/dimensions.ts';
import { retention } from '../../schema/retention.ts';
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

const domain = 'example.com';

describe('P10: notice, inventory, register and well-known files are those of the code that runs', () => {
  let folder: string;
  let server: Server;
  let key: string;
  const print = async (...args: string[]): Promise<string> => {
    const { code, out, err } = await footfall(folder, ['privacy', ...args]);
    if (code !== 0) throw new Error(err);
    return out;
  };
  const change = async (settings: object): Promise<void> => {
    const reply = await fetch(`${server.url}/api/v2/sites/${domain}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ settings }),
    });
    expect(reply.status).toBe(200);
  };

  beforeAll(async () => {
    folder = newFolder();
    key = await addSiteAndKey(folder, domain);
    server = await startServer(folder);
  });
  afterAll(async () => {
    await server.stop();
    removeFolder(folder);
  });

  test.each(['notice', 'inventory', 'register'])(
    'P10: the %s comes as Markdown, HTML and JSON',
    async (what) => {
      const [md, html, json] = [
        await print(what, '--format', 'md'),
        await print(what, '--format', 'html'),
        await print(what, '--format', 'json'),
      ];
      expect(md).toMatch(/^# /m);
      expect(html).toMatch(/^<!doctype html>/i);
      expect(JSON.parse(json)).toBeTypeOf('object');
    },
  );

  test('P10: the inventory names every dimension and every period that the schema declares', async () => {
    const inventory = await print('inventory', '--format', 'md');
    for (const { label } of Object.values(dimensions)) expect(inventory).toContain(label);
    for (const { label } of Object.values(retention)) expect(inventory).toContain(label);
  });

  test('P10: what the well-known files say is what the collector does', async () => {
    const gpc = await (await fetch(`${server.url}/.well-known/gpc.json`)).json();
    expect(gpc).toMatchObject({ gpc: true });
    const visitors = async (headers: Record<string, string>): Promise<number> => {
      const before = await ask(server, key, { site_id: domain, metrics: ['visitors'] });
      await fetch(`${server.url}/api/event`, {
        method: 'POST',
        headers: { 'user-agent': `${realBrowser} ${Math.random()}`, ...headers },
        body: JSON.stringify({ n: 'pageview', d: domain, u: `https://${domain}/` }),
      });
      await settled(server);
      const after = await ask(server, key, { site_id: domain, metrics: ['visitors'] });
      return (after.results[0]?.metrics[0] ?? 0) - (before.results[0]?.metrics[0] ?? 0);
    };
    const tracking = async (): Promise<unknown> =>
      ((await (await fetch(`${server.url}/.well-known/dnt/?site=${domain}`)).json()) as { tracking: unknown })
        .tracking;
    expect(await visitors({ 'sec-gpc': '1' })).toBe(0);
    expect([await tracking(), await visitors({ dnt: '1' })]).toEqual(['N', 0]);
    await change({ dnt: false });
    expect([await tracking(), await visitors({ dnt: '1' })]).toEqual(['D', 1]);
    await change({ dnt: true });
    expect([await tracking(), await visitors({ dnt: '1' })]).toEqual(['N', 0]);
  });

  test('P10: a changed setting makes another version, and doctor says that the published one is out of date', async () => {
    const version = async (): Promise<unknown> =>
      (JSON.parse(await print('notice', '--format', 'json')) as { version: unknown }).version;
    const first = await version();
    await print('notice', '--publish', '--effective', '2026-12-01');
    const gpc = await (await fetch(`${server.url}/.well-known/gpc.json`)).json();
    expect(gpc).toMatchObject({ lastUpdate: '2026-12-01' });
    await change({ returning: 'consent' });
    expect(await version()).not.toBe(first);
    const { out } = await footfall(folder, ['doctor', '--json'], '', { FOOTFALL_PORT: String(server.port) });
    expect(out).toContain(String(await version()));
  });
});
