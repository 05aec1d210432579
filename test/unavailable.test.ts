import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
} from './support/server.ts';

const domain = 'example.com';
const view = { n: 'pageview', d: domain, u: 'https://example.com/' };
let folder: string;
let server: Server;
let key: string;

beforeAll(async () => {
  folder = newFolder();
  key = await addSiteAndKey(folder, domain);
  server = await startServer(folder);
});
afterAll(async () => {
  await server.stop();
  removeFolder(folder);
});

test('an event is never answered with 2xx while it cannot be written, and leaves no trace', async () => {
  expect((await sendEvent(server, view)).status).toBe(202);
  // Somebody else holds the database for writing.
  const other = new Database(join(folder, 'data/footfall.db'));
  other.exec('BEGIN IMMEDIATE');
  const [refused, pixel] = await Promise.all([
    sendEvent(server, view, { 'user-agent': `${realBrowser} Refused` }),
    fetch(`${server.url}/api/pixel.gif?d=${domain}&u=${encodeURIComponent(view.u)}`, {
      headers: { 'user-agent': realBrowser },
    }),
  ]);
  expect(refused.status).toBe(503);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.headers.get('access-control-allow-origin')).toBe('*');
  expect(refused.headers.get('access-control-expose-headers')).toMatch(/retry-after/);
  expect([pixel.status, pixel.headers.get('content-type')]).toEqual([200, 'image/gif']);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/reason="unstored"\} 1\n/);
  other.exec('ROLLBACK');
  other.close();

  // The refused visitor comes back, and is a new visitor and a new visit, once.
  expect((await sendEvent(server, view, { 'user-agent': `${realBrowser} Refused` })).status).toBe(202);
  await settled(server);
  expect(
    (await ask(server, key, { site_id: domain, metrics: ['visitors', 'visits', 'pageviews'] })).results[0]
      ?.metrics,
  ).toEqual([2, 2, 2]);
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});

test('a wrong setting stops the start with the variable, the value and an example', async () => {
  await expect(startServer(folder, { FOOTFALL_TRUST_PROXY: 'everybody' })).rejects.toThrow(
    /FOOTFALL_TRUST_PROXY .*"everybody".*Example: FOOTFALL_TRUST_PROXY=/,
  );
  // Those that are noticed later: in a folder that no other server has.
  const other = newFolder();
  await expect(startServer(other, { FOOTFALL_GEO_CITY_V4: '/nowhere.mmdb' })).rejects.toThrow(
    /FOOTFALL_GEO_CITY_V4.*\/nowhere\.mmdb/,
  );
  await expect(startServer(other, { FOOTFALL_PORT: String(server.port) })).rejects.toThrow(/FOOTFALL_PORT=/);
  removeFolder(other);
});

test('a stop does not wait for a request that never ends', async () => {
  const other = newFolder();
  await addSiteAndKey(other, domain);
  const stopping = await startServer(other);
  expect((await sendEvent(stopping, view)).status).toBe(202);
  const socket = connect(stopping.port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST /api/event HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{');
  await once(socket, 'connect');
  expect(await stopping.stop('SIGTERM')).toBe(0);
  socket.destroy();
  // The visit that was open has ended.
  const again = await startServer(other);
  const key = (await footfall(other, ['key', 'add', '--name', 'again'])).out.trim();
  await settled(again);
  expect(
    (await ask(again, key, { site_id: domain, metrics: ['visits', 'bounce_rate'] })).results[0]?.metrics,
  ).toEqual([1, 100]);
  await again.stop();
  removeFolder(other);
});

test('the memory-backed folder may not be in the data folder, or open to others', async () => {
  const inside = join(folder, 'data', 'runtime');
  await expect(startServer(folder, { FOOTFALL_RUNTIME_DIR: inside })).rejects.toThrow(
    /lies in the data folder/,
  );
  const open = newFolder();
  chmodSync(open, 0o755);
  await expect(startServer(folder, { FOOTFALL_RUNTIME_DIR: open })).rejects.toThrow(/chmod 700/);
  removeFolder(open);
});

test('a database of a newer version is refused in words', async () => {
  const newer = newFolder();
  await addSiteAndKey(newer, domain);
  const database = new Database(join(newer, 'data/footfall.db'));
  database.pragma('user_version = 999');
  database.close();
  await expect(startServer(newer)).rejects.toThrow(/999/);
  const { code, err } = await footfall(newer, ['site', 'list']);
  expect(code).toBe(1);
  expect(err).toMatch(/newer/);
  removeFolder(newer);
});
