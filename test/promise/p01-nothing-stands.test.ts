import { createHmac } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addressCanary, bytesCanary, type Canary, textCanary } from '../../collector/prove/canary.ts';
import { type Place, search } from '../../collector/prove/search.ts';
import { type Call, send } from '../../collector/prove/visitor.ts';
import type { Prepared } from '../../schema/mail.ts';
import { filesBelow } from '../support/files.ts';
import { filled, type Mail, mailIn, recipientTag, timeTag } from '../support/mails.ts';
import {
  addSiteAndKey,
  ask,
  footfall,
  newFolder,
  removeFolder,
  type Server,
  settled,
  startServer,
} from '../support/server.ts';

/**
 * P1: no address, user agent, visit key, e-mail address or token of a visitor stands anywhere after it was received.
 * Canaries go through every endpoint of the built server; it is stopped; every byte that it wrote is searched.
 */

const domain = 'example.com';
/** A server with it crashes on SIGUSR2: an error that nobody catches, with all that Node.js prints of it. */
const crashing = pathToFileURL(join(import.meta.dirname, '../support/preload/crash.mjs')).href;
const agent =
  'Mozilla/5.0 (X11; Linux x86_64; Canary/77.31) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.7731.55 Safari/537.36 CanaryAgentQ7';
/** The last octets of addresses that the server gets to see by its peer, and by headers true and forged. */
const peer = '127.83.191.207';
const forwarded = ['203.0.113.199', '81.2.69.171', '2a02:8108:4ac0:6b3f:9d41:c7e5:18ba:f2d6'] as const;
const forged = ['198.51.100.213', '198.51.100.214', '198.51.100.215'] as const;
const email = 'canary.person+q7@mailbox-canary.example';
const token = 'eyJhbGciOiJIUzI1NiJ9.eyJjYW5hcnkiOiJxN3oxIn0.c2lnbmF0dXJlY2FuYXJ5cTd6MXg';
/** What mail systems fill in for their recipients: one who is counted, and one who objects. */
const recipient = '7b1f4c02-canary-4d9a-recipient-e83c55';
const objector = 'objector+Canary/93kd02mMvZq==';
const campaign = 'spring-26';
const session = 'a7Fq93KcanaryZ0xVb81mTq2PzLw55Yt';
const password = 'canary password of a user';

const canaries: readonly Canary[] = [
  ...[peer, ...forwarded, ...forged].map(addressCanary),
  textCanary('user agent', agent),
  textCanary('end of the user agent', 'CanaryAgentQ7'),
  textCanary('full version of the agent', '141.0.7731.55'),
  textCanary('client hint', 'CanaryPhone Z9'),
  textCanary('e-mail address', email),
  textCanary('name in the e-mail address', 'canary.person'),
  textCanary('token', token),
  textCanary('middle of the token', 'eyJjYW5hcnkiOiJxN3oxIn0'),
  textCanary('recipient', recipient),
  textCanary('recipient who objects', objector),
  textCanary('session', session),
  textCanary('password', password),
  textCanary('query', 'canaryquery93'),
  textCanary('referrer’s query', 'canarysearch41'),
];

/** What an honest tracker could send from a page that is careless with its addresses. */
const carelessEvent = (name: string) => ({
  n: name,
  d: domain,
  u: `https://${domain}/account/${email}/${token}/orders;jsessionid=${session}?secret=canaryquery93&mail=${encodeURIComponent(email)}&utm_source=${encodeURIComponent(email)}&utm_campaign=${token}#${token}`,
  r: `https://search.example/${encodeURIComponent(email)}/${token}?q=canarysearch41`,
  p: { mail: email, token, link: `https://${domain}/?t=${token}`, text: `write to ${email} soon` },
  e: 4_000,
  sd: 50,
});

interface Sent extends Partial<Call> {
  readonly path: string;
  /** The address that it is sent from. */
  readonly from?: string;
}

const call = (server: Server, { from = '127.0.0.1', method = 'POST', ...rest }: Sent) =>
  send(new URL(server.url), { agent, address: from }, { method, ...rest });

const tokensOfRecipients = [recipient, objector, email, token];

/** Where a mail of the site points to, as its sender's system would send it. */
async function prepared(server: Server, key: string): Promise<Mail> {
  const { text } = await call(server, {
    path: '/api/v2/mail/prepare',
    body: JSON.stringify({
      site_id: domain,
      campaign,
      html: `<html><body><a href="https://${domain}/offer">Offer</a></body></html>`,
      token: recipientTag,
      send_time: timeTag,
      decoy: true,
    }),
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
  });
  return mailIn((JSON.parse(text.slice(text.indexOf('}') + 1)) as Prepared).html);
}

/** The endpoints of mails: as who is counted, who objects, and with addresses that are none of ours. */
async function readMails(
  mail: Mail,
  headers: Record<string, string>,
  tell: (one: Sent) => Promise<number>,
  formOf: (one: Sent) => Promise<string>,
): Promise<void> {
  const links = [mail.clicks[0] ?? '', mail.decoy ?? ''];
  const statuses = { o: 200, c: 307, u: 200 };
  for (const one of tokensOfRecipients) {
    const mine = { recipient: encodeURIComponent(one), sentAt: '2026-06-10T12:00:00Z' };
    for (const [kind, address] of [
      ['o', mail.open],
      ...links.map((link) => ['c', link]),
      ['u', mail.optOut],
    ] as const)
      expect(await tell({ method: 'GET', path: filled(address ?? '', mine), headers })).toBe(
        statuses[kind as keyof typeof statuses],
      );
    for (const path of [`/m/c/${one}`, `/m/u/${encodeURIComponent(one)}?r=${one}`])
      expect(await tell({ method: 'GET', path, headers })).toBe(404);
    expect(await tell({ method: 'GET', path: `/m/o/${encodeURIComponent(one)}.gif?r=${one}`, headers })).toBe(
      200,
    );
    const form = { 'content-type': 'application/x-www-form-urlencoded', ...headers };
    expect(await tell({ path: filled(mail.optOut, mine), body: `nonce=${one}`, headers: form })).toBe(403);
  }
  const page = filled(mail.optOut, { recipient: encodeURIComponent(objector) });
  const body = new URLSearchParams({
    nonce: await formOf({ method: 'GET', path: page, headers }),
    r: email,
  }).toString();
  expect(await tell({ path: page, body, headers: { ...headers, origin: 'null' } })).toBe(200);
  expect(await tell({ method: 'GET', path: page, headers })).toBe(200);
}

/** Every endpoint, with canaries wherever a client can put something. Gives all that was answered. */
async function visitEverything(server: Server, key: string): Promise<Place[]> {
  const hints = {
    'sec-ch-ua-model': '"CanaryPhone Z9"',
    'sec-ch-ua-full-version-list': '"Chromium";v="141.0.7731.55"',
    'sec-ch-ua-platform': '"Android"',
  };
  const replies: Place[] = [];
  const tell = async (one: Sent): Promise<number> => {
    const { status, text } = await call(server, one);
    replies.push({
      name: `reply to ${one.method ?? 'POST'} ${one.path.slice(0, 40)}`,
      bytes: Buffer.from(text),
    });
    return status;
  };
  const event = (name: string, more: object = {}): string =>
    JSON.stringify({ ...carelessEvent(name), ...more });
  const mail = await prepared(server, key);
  // Once somebody has objected, their page has no form any more.
  let nonce = '';
  const formOf = async (one: Sent): Promise<string> => {
    nonce = /name=\\?"nonce\\?" value=\\?"([^"\\]+)/.exec((await call(server, one)).text)?.[1] ?? nonce;
    return nonce;
  };

  for (const address of forwarded) {
    const headers = {
      ...hints,
      'x-forwarded-for': `${forged[0]}, ${address}`,
      'x-real-ip': forged[1],
      'cf-connecting-ip': forged[2],
      forwarded: `for=${forged[0]}`,
      cookie: `session=${session}`,
      referer: `https://${domain}/?mail=${encodeURIComponent(email)}`,
    };
    expect(await tell({ path: '/api/event', body: event('pageview'), headers })).toBe(202);
    expect(await tell({ path: '/api/event', body: event('engagement'), headers })).toBe(202);
    expect(await tell({ path: '/api/event', body: event(`Wrote ${email}`), headers })).toBe(202);
    expect(await tell({ path: '/api/event', body: `[${event('pageview')},${event('Two')}]`, headers })).toBe(
      202,
    );
    expect(
      await tell({ path: '/api/event', body: event('pageview'), headers: { ...headers, 'sec-gpc': '1' } }),
    ).toBe(202);
    expect(
      await tell({
        path: '/api/event',
        body: event('pageview', { u: `https://${email.replace('@', '.')}/` }),
        headers,
      }),
    ).toBe(202);
    expect(
      await tell({ path: '/api/event', body: event('pageview', { d: 'unknown.example' }), headers }),
    ).toBe(404);
    expect(await tell({ path: '/api/event', body: `{"n":"pageview","u":"${email} ${token}`, headers })).toBe(
      400,
    );
    expect(await tell({ path: '/api/event', body: event(email.repeat(9)), headers })).toBe(400);
    expect(
      await tell({ path: '/api/event', body: event('pageview', { x: token.repeat(900) }), headers }),
    ).toBe(413);
    const pixel = new URLSearchParams({
      d: domain,
      u: carelessEvent('pageview').u,
      r: carelessEvent('pageview').r,
    });
    expect(await tell({ method: 'GET', path: `/api/pixel.gif?${pixel}`, headers })).toBe(200);
    expect(
      await tell({ method: 'GET', path: `/api/nothing/${encodeURIComponent(email)}?${token}`, headers }),
    ).toBe(404);
    expect(await tell({ method: 'GET', path: `/js/${token}.js`, headers })).toBe(404);
    const rights = `site=${domain}&back=${encodeURIComponent(carelessEvent('pageview').u)}`;
    expect(await tell({ method: 'GET', path: `/privacy?${rights}`, headers })).toBe(200);
    expect(await tell({ method: 'GET', path: `/api/privacy/status?${rights}`, headers })).toBe(200);
    expect(await tell({ method: 'GET', path: `/.well-known/dnt/?site=${domain}&q=${token}`, headers })).toBe(
      200,
    );
    await readMails(mail, headers, tell, formOf);
    for (const action of ['opt-out', 'opt-in', 'erase'])
      expect(
        await tell({
          path: `/api/privacy/${action}`,
          body: new URLSearchParams({ site: domain, nonce: token, back: email }).toString(),
          headers: { ...headers, origin: server.url, 'content-type': 'application/x-www-form-urlencoded' },
        }),
      ).toBe(403);
  }
  // Without the header the peer itself is the client, even if it is a trusted hop.
  expect(await tell({ path: '/api/event', body: event('pageview'), from: peer })).toBe(202);
  expect(await tell({ path: '/api/event', body: event('Signup'), from: peer })).toBe(202);

  const origin = { origin: server.url, 'content-type': 'application/json', 'x-forwarded-for': forwarded[0] };
  expect(await tell({ path: '/api/login', body: JSON.stringify({ email, password }), headers: origin })).toBe(
    401,
  );
  expect(
    await tell({
      path: '/api/setup',
      body: JSON.stringify({ email, password, token, domain, timezone: 'UTC' }),
      headers: origin,
    }),
  ).toBe(403);
  expect(
    await tell({ method: 'GET', path: '/api/me', headers: { cookie: `footfall_session=${session}` } }),
  ).toBe(200);
  for (const path of [
    '/healthz',
    '/readyz',
    '/metrics',
    '/api/openapi.json',
    '/',
    '/js/footfall.js',
    `/practice?site=${domain}`,
  ])
    expect([path, await tell({ method: 'GET', path })]).toEqual([path, 200]);
  const asked = (dimension: string, metric = 'events'): string =>
    JSON.stringify({ site_id: domain, metrics: [metric], date_range: 'all', dimensions: [dimension] });
  const authorized = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  await settled(server);
  for (const dimension of [
    'event:page',
    'event:name',
    'visit:referrer',
    'visit:source',
    'visit:utm_campaign',
    'visit:browser_version',
    'visit:city',
    'event:props:mail',
    'event:props:link',
    'event:props:text',
  ])
    expect(await tell({ path: '/api/v2/query', body: asked(dimension), headers: authorized })).toBe(200);
  expect(
    await tell({
      path: '/api/v2/mail/suppressed',
      body: JSON.stringify({ tokens: tokensOfRecipients }),
      headers: authorized,
    }),
  ).toBe(200);
  for (const dimension of ['mail:message', 'mail:link', 'mail:rule'])
    expect(await tell({ path: '/api/v2/query', body: asked(dimension, 'clicks'), headers: authorized })).toBe(
      200,
    );
  expect(
    await tell({
      method: 'GET',
      path: `/api/v2/mail/campaign?site_id=${domain}&campaign=${campaign}`,
      headers: authorized,
    }),
  ).toBe(200);
  expect(await tell({ method: 'GET', path: `/api/v2/realtime?site_id=${domain}`, headers: authorized })).toBe(
    200,
  );
  expect(await tell({ method: 'GET', path: '/api/v2/sites', headers: authorized })).toBe(200);
  // Again, so that a kill finds facts that are in the journal and not yet counted.
  expect(
    await tell({ path: '/api/event', body: event('pageview'), headers: { 'x-forwarded-for': forwarded[1] } }),
  ).toBe(202);
  return replies;
}

/** The visit keys of all canary visitors, from the salts in the memory-backed folder, which is the one place for them. */
function visitKeys(runtime: string): Canary[] {
  const state = filesBelow(runtime).map(({ bytes }) => bytes.toString('latin1'));
  const salts = new Set(
    state.flatMap((text) =>
      [...text.matchAll(/\[1,\d+,"([A-Za-z0-9+/]{43}=)"\]/g)].map(([, salt = '']) => salt),
    ),
  );
  expect(salts.size).toBeGreaterThan(0);
  return [...salts].flatMap((salt) => [
    bytesCanary('salt', Buffer.from(salt, 'base64')),
    ...[peer, ...forwarded].map((address) =>
      bytesCanary(
        `visit key of ${address}`,
        createHmac('sha256', Buffer.from(salt, 'base64'))
          .update(`1\0${address}\0${agent}`)
          .digest()
          .subarray(0, 16),
      ),
    ),
  ]);
}

/** The keys under which a mail's recipients are hashed, and the hashes that they predict, as the memory-backed folder has them. */
function recipientHashes(runtime: string): Canary[] {
  const state = filesBelow(runtime).map(({ bytes }) => bytes.toString('latin1'));
  const secrets = new Set(
    state.flatMap((text) => [...text.matchAll(/"key":"([A-Za-z0-9+/]{43}=)"/g)].map(([, key = '']) => key)),
  );
  expect(secrets.size).toBeGreaterThan(0);
  return [...secrets].flatMap((secret) => [
    bytesCanary('key of recipients', Buffer.from(secret, 'base64')),
    ...tokensOfRecipients.map((one) =>
      bytesCanary(
        `hash of ${one}`,
        createHmac('sha256', Buffer.from(secret, 'base64')).update(one).digest().subarray(0, 8),
      ),
    ),
  ]);
}

describe.each(['SIGTERM', 'SIGKILL', 'SIGUSR2'] as const)('P1 after %s', (signal) => {
  let folder: string;
  let runtime: string;
  let server: Server;
  let replies: Place[];
  let keys: Canary[];
  let inMemory: Place[];

  beforeAll(async () => {
    folder = newFolder();
    runtime = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'footfall-promise-'));
    const key = await addSiteAndKey(folder, domain, '--timezone', 'Europe/Berlin');
    server = await startServer(folder, {
      FOOTFALL_TRUST_PROXY: 'loopback',
      FOOTFALL_RUNTIME_DIR: runtime,
      FOOTFALL_LOG_LEVEL: 'debug',
      NODE_OPTIONS: `--import ${crashing}`,
    });
    replies = await visitEverything(server, key);
    expect((await ask(server, key, { site_id: domain, metrics: ['visitors'] })).results[0]?.metrics[0]).toBe(
      4,
    );
    // Each recipient has opened it; their clicks were a burst with the hidden link's.
    const { results } = await ask(server, key, {
      site_id: domain,
      metrics: ['unique_opens', 'unique_clicks'],
      dimensions: ['mail:message'],
    });
    expect(results).toEqual([{ dimensions: [campaign], metrics: [tokensOfRecipients.length, 0] }]);
    await server.stop(signal);
    if (signal === 'SIGUSR2') expect(server.printed()).toContain('crashed on purpose');
    const copy = await footfall(folder, ['backup', join(folder, 'backup.db')]);
    expect([copy.code, existsSync(join(folder, 'backup.db'))]).toEqual([0, true]);
    keys = [...visitKeys(runtime), ...recipientHashes(runtime)];
    inMemory = filesBelow(runtime);
  });
  afterAll(() => {
    removeFolder(folder);
    rmSync(runtime, { recursive: true, force: true });
  });

  test('nothing on disk, in the log or in a reply', () => {
    const places = [
      ...filesBelow(folder),
      { name: 'output', bytes: Buffer.from(server.printed()) },
      ...replies,
    ];
    expect(places.length).toBeGreaterThan(60);
    expect(search(places, [...canaries, ...keys])).toEqual([]);
  });

  test('the memory-backed folder has visit keys and hashes of recipients, and nothing that they were made from', () => {
    expect(search(inMemory, canaries)).toEqual([]);
    const visitors = keys.filter(({ name }) => name.startsWith('visit key'));
    expect(search(inMemory, visitors).filter((found) => found.includes('as raw in'))).toHaveLength(
      visitors.length,
    );
    for (const hash of keys.filter(({ name }) => name.startsWith('hash of')))
      expect([hash.name, search(inMemory, [hash]).length > 0]).toEqual([hash.name, true]);
  });

  test('the search finds each of the values in each of their forms, and what may be kept', () => {
    for (const canary of [...canaries, ...keys]) {
      for (const [form, bytes] of canary.forms) {
        const file = join(folder, 'data', 'planted');
        writeFileSync(file, Buffer.concat([Buffer.from('before'), bytes, Buffer.from('after')]));
        expect(search(filesBelow(folder), [canary]).join()).toContain(
          `${canary.name} as ${form} in data/planted`,
        );
        rmSync(file);
      }
    }
    // The bytes that were searched are those of the database: it holds what was counted.
    const database = filesBelow(folder).filter(({ name }) => name.startsWith('data/footfall.db'));
    for (const kept of ['/account/:redacted', campaign, `${domain}/offer`])
      expect([kept, search(database, [textCanary(kept, kept)]).length > 0]).toEqual([kept, true]);
  });

  test('a copy of the tables of visits and recipients in the data folder would be found', () => {
    const file = join(folder, 'data', 'planted');
    expect(inMemory.map(({ name }) => name.split('.')[0]).sort()).toEqual(['mails', 'visits']);
    for (const { name } of inMemory) {
      writeFileSync(file, readFileSync(join(runtime, name)));
      expect([name, search(filesBelow(folder), keys).length > 0]).toEqual([name, true]);
      rmSync(file);
    }
  });
});
