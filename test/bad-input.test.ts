import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../schema/limits.ts';
import {
  addSiteAndKey,
  ask,
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

interface Refusal {
  error: { code: string; message: string; path?: string };
}
const count = async (): Promise<number> => {
  await settled(server);
  return (await ask(server, key, { site_id: domain })).results[0]?.metrics[0] ?? Number.NaN;
};

describe('an event that is malformed is refused in words, and leaves nothing behind', () => {
  const props = Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`key${index}`, 'value']));

  test.each<[string, unknown, number, string]>([
    ['no JSON', '{"n":', 400, ''],
    ['an empty body', '', 400, ''],
    ['a number', '7', 400, ''],
    ['null', 'null', 400, ''],
    ['an empty array', '[]', 400, ''],
    ['51 events', Array.from({ length: 51 }, () => view), 400, ''],
    ['no name', { u: view.u, d: domain }, 400, 'name'],
    ['a name of 121 characters', { ...view, n: 'x'.repeat(121) }, 400, 'n'],
    ['a name that is a number', { ...view, n: 5 }, 400, 'n'],
    ['no url', { n: 'pageview', d: domain }, 400, 'url'],
    ['a url that is none', { ...view, u: 'not a url' }, 400, 'u'],
    ['a data: url', { ...view, u: 'data:text/html,x' }, 400, 'u'],
    ['a javascript: url', { ...view, u: 'javascript:alert(1)' }, 400, 'u'],
    ['a url of 2,001 characters', { ...view, u: `https://example.com/${'x'.repeat(1_981)}` }, 400, 'u'],
    ['props that are a number', { ...view, p: 3 }, 400, 'p'],
    ['a currency that is none', { ...view, $: { currency: 'EURO', amount: 1 } }, 400, '$.currency'],
    ['an engagement that says nothing', { ...view, n: 'engagement' }, 400, 'e'],
    ['a bad event among good ones', [view, { ...view, u: 5 }, view], 400, '[1].u'],
    [
      'a body of more than 16 KiB',
      { ...view, p: Object.fromEntries(Array.from({ length: 30 }, (_, i) => [`k${i}`, 'x'.repeat(1_000)])) },
      413,
      '',
    ],
    ['an array of more than 64 KiB', JSON.stringify([view]) + ' '.repeat(limits.batchBody), 413, ''],
  ])('%s', async (_name, body, status, path) => {
    const before = await count();
    const reply = await sendEvent(server, body);
    const refusal = (await reply.json()) as Refusal;
    expect({ status: reply.status, path: refusal.error.path ?? '' }).toEqual({ status, path });
    expect(refusal.error.message.length).toBeGreaterThan(10);
    expect(reply.headers.get('access-control-allow-origin')).toBe('*');
    expect(await count()).toBe(before);
  });

  test('invalid UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('{"n":"pageview","d":"example.com","u":"https://example.com/'),
      Buffer.from([0xff, 0xfe]),
      Buffer.from('"}'),
    ]);
    const reply = await fetch(`${server.url}/api/event`, {
      method: 'POST',
      body,
      headers: { 'user-agent': realBrowser },
    });
    expect(reply.status).toBe(400);
    expect(((await reply.json()) as Refusal).error.code).toBe('invalid_utf8');
  });

  test('a body without length that never ends is cut off at the limit', async () => {
    const socket = connect(server.port, '127.0.0.1');
    let reply = '';
    socket.on('data', (chunk) => {
      reply += chunk;
    });
    socket.write('POST /api/event HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n');
    const chunk = `1000\r\n${'x'.repeat(0x1000)}\r\n`;
    // 20 chunks of 4 KiB pass the limit of 64 KiB; the last, empty one is never sent.
    for (let sent = 0; sent < 20; sent += 1) socket.write(chunk);
    await new Promise<void>((done) => {
      socket.on('data', () => reply.includes('\r\n\r\n') && done());
      socket.on('close', () => done());
      socket.on('error', () => done());
    });
    socket.destroy();
    expect(reply).toMatch(/^HTTP\/1\.1 413 /);
  });

  test('31 props: the first 30 are kept', async () => {
    expect((await sendEvent(server, { ...view, n: 'Props', p: props })).status).toBe(202);
    await settled(server);
    const events = async (name: string) =>
      (await ask(server, key, { site_id: domain, metrics: ['events'], dimensions: [`event:props:${name}`] }))
        .results;
    expect(await events('key29')).toEqual([{ dimensions: ['value'], metrics: [1] }]);
    expect(await events('key30')).toEqual([]);
  });

  test('a 20 KiB path in the request line neither counts nor hurts', async () => {
    const before = await count();
    const reply = await fetch(`${server.url}/${'x'.repeat(20_480)}`);
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(await count()).toBe(before);
  });

  test('unknown fields and nulls are as if they were not there', async () => {
    const before = await count();
    expect(
      (await sendEvent(server, { ...view, r: null, p: null, o: null, ip: '1.2.3.4', timestamp: 1 })).status,
    ).toBe(202);
    expect(await count()).toBe(before + 1);
  });
});

describe('what is dropped is answered like what is counted', () => {
  test('an unknown site is told so', async () => {
    const reply = await sendEvent(server, { ...view, d: 'elsewhere.example' });
    expect(reply.status).toBe(404);
    expect(((await reply.json()) as Refusal).error.code).toBe('unknown_site');
  });

  test.each<[string, object, Record<string, string>]>([
    ['wrong_host', { u: 'https://evil.example/' }, {}],
    ['wrong_host', {}, { origin: 'https://evil.example' }],
    ['bot', {}, { 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' }],
    ['prefetch', {}, { 'sec-purpose': 'prefetch;prerender' }],
  ])('%s', async (reason, body, headers) => {
    const before = await count();
    const reply = await sendEvent(server, { ...view, ...body }, headers);
    expect([reply.status, await reply.text(), reply.headers.get('x-footfall-dropped')]).toEqual([
      202,
      'ok',
      reason,
    ]);
    expect(await count()).toBe(before);
  });

  test('each is counted, with its reason', async () => {
    const dropped = async (): Promise<Map<string, number | null>> => {
      const { results } = await ask(server, key, {
        site_id: domain,
        metrics: ['dropped'],
        dimensions: ['event:drop_reason'],
      });
      return new Map(results.map(({ dimensions, metrics }) => [dimensions[0] ?? '', metrics[0] ?? null]));
    };
    // Sums of what was dropped are written every second.
    await expect.poll(dropped, { timeout: 20_000 }).toEqual(
      new Map([
        ['wrong_host', 2],
        ['bot', 1],
        ['prefetch', 1],
      ]),
    );
  });

  test.each(['HEAD', 'OPTIONS', 'GET', 'PUT'])('%s of /api/event counts nothing', async (method) => {
    const before = await count();
    const reply = await fetch(`${server.url}/api/event`, { method, headers: { 'user-agent': realBrowser } });
    expect(reply.status).toBeLessThan(500);
    expect(await count()).toBe(before);
  });
});

describe('the pixel', () => {
  const pixel = (query: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${server.url}/api/pixel.gif${query}`, {
      ...init,
      headers: { 'user-agent': realBrowser, ...init.headers },
    });

  test('counts a pageview and is 43 bytes', async () => {
    const before = await count();
    const reply = await pixel('?d=example.com&u=https%3A%2F%2Fexample.com%2Fno-script');
    expect([reply.status, reply.headers.get('content-type'), reply.headers.get('cache-control')]).toEqual([
      200,
      'image/gif',
      'no-store',
    ]);
    expect((await reply.arrayBuffer()).byteLength).toBe(43);
    expect(await count()).toBe(before + 1);
  });

  test.each([
    '',
    '?d=example.com',
    '?d=example.com&u=javascript:1',
    '?d=nowhere.example&u=https://nowhere.example/',
  ])('is answered the same for %j, and counts nothing', async (query) => {
    const before = await count();
    const reply = await pixel(query);
    expect([reply.status, (await reply.arrayBuffer()).byteLength]).toEqual([200, 43]);
    expect(await count()).toBe(before);
  });

  test('HEAD counts nothing', async () => {
    const before = await count();
    expect((await pixel('?d=example.com&u=https%3A%2F%2Fexample.com%2F', { method: 'HEAD' })).status).toBe(
      200,
    );
    expect(await count()).toBe(before);
  });
});

describe('questions that make no sense are refused in words', () => {
  const query = async (body: unknown): Promise<[number, Refusal]> => {
    const reply = await fetch(`${server.url}/api/v2/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return [reply.status, (await reply.json()) as Refusal];
  };
  const question = { site_id: domain, metrics: ['visitors'], date_range: '28d' };

  test.each<[string, unknown, number, RegExp]>([
    ['not JSON', '{', 400, /JSON/],
    ['an unknown metric', { ...question, metrics: ['uniques'] }, 400, /metrics\[0\]/],
    ['an unknown dimension', { ...question, dimensions: ['visit:postcode'] }, 400, /visit:city/],
    ['an unknown range', { ...question, date_range: '3w' }, 400, /28d/],
    ['an unknown field', { ...question, limit: 5 }, 400, /limit/],
    ['an unknown operator', { ...question, filters: [['equals', 'event:page', ['/']]] }, 400, /filters/],
    ['an unknown site', { ...question, site_id: 'nowhere.example' }, 404, /nowhere/],
    [
      'bounce rate by page',
      { ...question, metrics: ['bounce_rate'], dimensions: ['event:page'] },
      422,
      /visit:entry_page/,
    ],
    [
      'page by city',
      { ...question, dimensions: ['visit:city'], filters: [['is', 'event:page', ['/']]] },
      422,
      /./,
    ],
    [
      'a pattern that is none',
      { ...question, dimensions: ['event:page'], filters: [['matches', 'event:page', ['(']]] },
      422,
      /./,
    ],
  ])('%s', async (_name, body, status, words) => {
    const [code, refusal] = await query(body);
    expect({ code, error: refusal.error }).toMatchObject({ code: status });
    expect(`${refusal.error.path ?? ''} ${refusal.error.message} ${JSON.stringify(refusal.error)}`).toMatch(
      words,
    );
  });
});

describe('requests that want too much', () => {
  test('a body of a megabyte without length is cut off before anything is asked of it', async () => {
    const headers = {
      origin: server.url,
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
    };
    const status = await new Promise<number | undefined>((done, fail) => {
      const sent = request(`${server.url}/api/login`, { method: 'POST', headers, agent: false }, (reply) =>
        done(reply.statusCode),
      );
      sent.on('error', fail);
      for (let index = 0; index < 64; index += 1) sent.write(' '.repeat(16_384));
    });
    expect(status).toBe(413);
  });

  test('filters that nest a thousandfold', async () => {
    const deep = `${'["not",'.repeat(3_000)}["is","event:page",["/"]]${']'.repeat(3_000)}`;
    const reply = await fetch(`${server.url}/api/v2/query`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: `{"site_id":"${domain}","metrics":["visitors"],"date_range":"28d","filters":[${deep}]}`,
    });
    expect([reply.status, ((await reply.json()) as Refusal).error.code]).toEqual([400, 'too_deep']);
  });

  test('a hint with the name of a method counts like any other', async () => {
    const before = await count();
    const reply = await sendEvent(server, view, { 'sec-ch-ua-platform': '"constructor"' });
    expect(reply.status).toBe(202);
    expect(await count()).toBe(before + 1);
  });
});

test('the process is still up', async () => {
  expect(server.process.exitCode).toBeNull();
  expect(await (await fetch(`${server.url}/healthz`)).json()).toEqual({ ok: true });
  expect(server.printed()).not.toMatch(/"level":"error"/);
});
