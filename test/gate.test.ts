import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createAgents } from '../collector/gate/agents.ts';
import { createGate, type GateParts } from '../collector/gate/gate.ts';
import { openPlaces } from '../collector/gate/places.ts';
import { createSalts } from '../collector/gate/salts.ts';
import { parseBody } from '../collector/parse/parse.ts';
import { profiles } from '../schema/profiles.ts';
import { Site, SiteSettings } from '../schema/site.ts';

const site = (settings: object = {}, timezone = 'Europe/Berlin'): Site =>
  Site.parse({
    id: 7,
    domain: 'example.com',
    timezone,
    nextTimezone: null,
    nextTimezoneFrom: null,
    createdAt: 0,
    settings: SiteSettings.parse(settings),
  });

const noon = Date.parse('2026-03-10T12:00:00+01:00');
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const [places, agents] = [openPlaces(), createAgents(profiles.standard)];
const counted = () => {
  let calls = 0;
  return (bytes: number) => {
    calls += 1;
    return new Uint8Array(bytes).fill(calls);
  };
};

interface Sent {
  readonly event?: object;
  readonly headers?: Record<string, string | undefined>;
  readonly settings?: object;
  readonly peer?: string;
  readonly domain?: string;
  readonly at?: number;
  readonly parts?: Partial<GateParts>;
}
function pass({
  event,
  headers,
  settings,
  peer = '81.2.69.142',
  domain = 'example.com',
  at = noon,
  parts,
}: Sent = {}) {
  const one = site(settings);
  const gate = createGate({
    sites: { find: (name) => (name === 'example.com' ? one : undefined) },
    salts: createSalts(counted()),
    places,
    agents,
    trustProxy: 'loopback',
    profile: profiles.standard,
    ...parts,
  });
  const all: Record<string, string | undefined> = {
    'user-agent': chrome,
    'accept-language': 'de-AT,de;q=0.9',
    ...headers,
  };
  const [submitted] = parseBody(
    JSON.stringify({ n: 'pageview', u: 'https://www.example.com/a', w: 1280, z: 60, ...event }),
  );
  if (!submitted) throw new Error('nothing parsed');
  return gate(submitted, domain, { peer, header: (name) => all[name] }, at);
}

it('lets an ordinary pageview in, without what it must forget', () => {
  const admitted = pass();
  expect(admitted).toMatchObject({
    name: 'pageview',
    place: { city: 'London, England, GB' },
    agent: { browser_version: 'Chrome 126' },
    language: 'de',
    screen: '1024–1439',
    utc_offset: '+01:00',
  });
  expect(JSON.stringify(admitted)).not.toMatch(/81\.2\.69|Mozilla/);
});

describe('drops', () => {
  const ignore = { optedOut: 'ignore' };
  it.each<[string, Sent]>([
    ['unknown_site', { domain: 'other.example' }],
    ['wrong_host', { event: { u: 'https://copy.example/a', d: 'example.com' } }],
    ['wrong_host', { headers: { origin: 'https://copy.example' } }],
    ['wrong_host', { headers: { origin: 'nonsense' } }],
    ['prefetch', { headers: { 'sec-purpose': 'prefetch;prerender' } }],
    ['prefetch', { headers: { purpose: 'prefetch' } }],
    ['prefetch', { headers: { 'x-moz': 'prefetch' } }],
    ['bot', { headers: { 'user-agent': 'Googlebot/2.1' } }],
    ['bot', { headers: { 'user-agent': undefined } }],
    ['excluded_network', { settings: { excludedNetworks: ['81.2.69.128/25'] } }],
    ['excluded_country', { settings: { excludedCountries: ['GB'] } }],
    ['excluded_country', { settings: { ...ignore, excludedCountries: ['GB'] }, headers: { 'sec-gpc': '1' } }],
  ])('%s: %j', (dropped, sent) => {
    expect(pass(sent)).toEqual({ dropped });
  });

  it.each<[string | null, Sent]>([
    ['opted_out_ignored', { settings: ignore, headers: { 'sec-gpc': '1' } }],
    ['opted_out_ignored', { settings: ignore, event: { n: 'engagement', e: 5_000, o: 1 } }],
    ['opted_out_engagement', { event: { n: 'engagement', e: 5_000, o: 1 } }],
    ['opted_out_engagement', { event: { n: 'engagement', e: 5_000 }, settings: { identify: false } }],
    [null, { event: { n: 'engagement', e: 5_000 }, settings: ignore }],
    [null, { headers: { 'sec-gpc': '1' } }],
  ])('%s, but only once the rules of the page were asked: %j', (unheard, sent) => {
    expect(pass(sent)).toMatchObject({ unheard });
  });

  it('in their order', () => {
    const all: Sent = {
      event: { n: 'engagement', e: 1, u: 'https://copy.example/', d: 'example.com' },
      headers: { 'sec-purpose': 'prefetch', 'user-agent': 'curl/8', 'sec-gpc': '1' },
      settings: { ...ignore, excludedNetworks: ['81.2.69.142'], excludedCountries: ['GB'] },
    };
    const ours = { ...all, event: { n: 'engagement', e: 1 } };
    const seen = { ...ours, headers: { ...ours.headers, 'sec-purpose': undefined } };
    const human = { ...seen, headers: { 'sec-gpc': '1' } };
    const elsewhere = { ...human, peer: '81.2.69.1', settings: { ...all.settings, excludedNetworks: [] } };
    const reasons = [all, ours, seen, human, elsewhere].map((sent) => Object.values(pass(sent))[0]);
    expect(reasons).toEqual(['wrong_host', 'prefetch', 'bot', 'excluded_network', 'excluded_country']);
    expect(pass({ ...elsewhere, settings: ignore })).toMatchObject({ unheard: 'opted_out_ignored' });
  });
});

it.each<Sent>([
  { headers: { origin: 'https://www.example.com:8443' } },
  { headers: { origin: 'null' } },
  { event: { u: 'https://shop.example/', d: 'example.com' }, settings: { hostnames: ['shop.example'] } },
  { event: { u: 'app://example.com/screen' } },
  { settings: { excludedNetworks: ['81.2.69.0/25'], excludedCountries: ['DE'] } },
])('lets in %j', (sent) => {
  expect(pass(sent)).toHaveProperty('identity');
});

describe('opting out', () => {
  it.each<[boolean, Sent]>([
    [true, { headers: { 'sec-gpc': '1' } }],
    [true, { headers: { 'sec-gpc': '0, 1' } }],
    [false, { headers: { 'sec-gpc': '11' } }],
    [false, { headers: { 'sec-gpc': 'true' } }],
    [true, { headers: { dnt: '1' } }],
    [false, { headers: { dnt: '0' } }],
    [false, { headers: { dnt: '1' }, settings: { dnt: false } }],
    [true, { headers: { cookie: 'a=b; footfall_optout=1' } }],
    [true, { headers: { cookie: 'footfall_optout' } }],
    [false, { headers: { cookie: 'not_footfall_optout=1; a=footfall_optout' } }],
    [true, { event: { o: 1 } }],
    [true, { settings: { identify: false } }],
    // Nobody has objected there, so nobody is left out.
    [true, { settings: { identify: false, optedOut: 'ignore' } }],
    [false, {}],
  ])('%s: %j', (out, sent) => {
    const admitted = pass(sent);
    expect(admitted).toHaveProperty('identity');
    if ('dropped' in admitted) return;
    expect(admitted.identity === null).toBe(out);
  });

  it('leaves nothing but page, source, country and kind of device, and asks for no salt', () => {
    const salts = createSalts(() => {
      throw new Error('a salt was made');
    });
    const admitted = pass({
      event: { n: 'Buy', o: 1, by: 5, st: 404, p: { a: 'b' }, $: { currency: 'EUR', amount: 1 } },
      parts: { salts },
    });
    expect(admitted).toMatchObject({
      identity: null,
      props: [],
      status: null,
      bytes: 0,
      revenue: null,
      place: { country: 'GB', region: '(unknown)', city: '(unknown)' },
      agent: { device: 'Desktop', browser: '(unknown)', os_version: '(unknown)' },
      language: '(unknown)',
      screen: '(unknown)',
      utc_offset: '(unknown)',
    });
  });
});

describe('visit keys', () => {
  const keyOf = (sent: Sent) => {
    const admitted = pass(sent);
    return 'dropped' in admitted ? null : Buffer.from(admitted.identity?.today.key ?? []).toString('hex');
  };

  it('are HMAC-SHA-256 of site, address and agent under the day’s salt', () => {
    const digest = createHmac('sha256', new Uint8Array(32).fill(1))
      .update(`7\0${'81.2.69.142'}\0${chrome}`)
      .digest('hex');
    expect(keyOf({})).toBe(digest.slice(0, 32));
  });

  it('are the same for one visitor, however the address is spelled, and differ for others', () => {
    expect(keyOf({ peer: '::ffff:81.2.69.142' })).toBe(keyOf({}));
    expect(keyOf({ peer: '127.0.0.1', headers: { 'x-forwarded-for': '6.6.6.6, 81.2.69.142' } })).toBe(
      keyOf({}),
    );
    expect(keyOf({ peer: '81.2.69.143' })).not.toBe(keyOf({}));
    expect(keyOf({ headers: { 'user-agent': `${chrome} Edg/126` } })).not.toBe(keyOf({}));
  });
});

describe('salts', () => {
  const at = (text: string) => Date.parse(text);
  const berlin = site();

  it('change at local midnight, and yesterday’s goes at four', () => {
    const salts = createSalts(counted());
    const before = salts.at(berlin, at('2026-03-10T23:59:59+01:00'));
    expect(before.yesterday).toBeNull();
    const after = salts.at(berlin, at('2026-03-11T00:00:00+01:00'));
    expect(after.today.day).toBe(before.today.day + 1);
    expect(after.yesterday).toBe(before.today);
    expect(salts.at(berlin, at('2026-03-11T03:59:59+01:00')).yesterday).toBe(before.today);
    expect(salts.at(berlin, at('2026-03-11T04:00:00+01:00'))).toEqual({
      today: after.today,
      yesterday: null,
    });
    expect(before.today.salt).toEqual(new Uint8Array(32));
    expect(salts.export()).toEqual([{ site: 7, day: after.today.day, salt: after.today.salt }]);
  });

  it('are wiped by the sweep where nobody comes', () => {
    const salts = createSalts(counted());
    const { today } = salts.at(berlin, noon);
    salts.sweep([berlin], at('2026-03-11T03:59:00+01:00'));
    expect(salts.export()).toHaveLength(1);
    salts.sweep([berlin], at('2026-03-11T04:00:00+01:00'));
    expect(salts.export()).toEqual([]);
    expect(today.salt).toEqual(new Uint8Array(32));
  });

  it('go with their site', () => {
    const salts = createSalts(counted());
    salts.at(berlin, noon);
    salts.sweep([], noon);
    expect(salts.export()).toEqual([]);
  });

  it('survive a restart, unless their time is over', () => {
    const old = createSalts(counted());
    old.at(berlin, at('2026-03-10T23:00:00+01:00'));
    old.at(berlin, at('2026-03-11T01:00:00+01:00'));
    const saved = old.export();
    expect(saved).toHaveLength(2);
    const fresh = createSalts(() => new Uint8Array(32).fill(99));
    fresh.restore(saved);
    expect(fresh.at(berlin, at('2026-03-11T02:00:00+01:00'))).toEqual(
      old.at(berlin, at('2026-03-11T02:00:00+01:00')),
    );
    const late = createSalts(() => new Uint8Array(32).fill(99));
    late.restore(saved);
    expect(late.at(berlin, at('2026-03-12T02:00:00+01:00'))).toMatchObject({
      today: { salt: new Uint8Array(32).fill(99) },
      yesterday: { day: saved[1]?.day },
    });
  });

  it('keep the day while a change of timezone sets the date back', () => {
    const salts = createSalts(counted());
    const { today } = salts.at(berlin, noon);
    expect(salts.at(site({}, 'Pacific/Pago_Pago'), noon - 3_600_000 * 2).today).toBe(today);
  });
});

describe('P2', () => {
  it.each([
    ['81.2.69.142', '81.2.69.0'],
    ['::ffff:81.2.69.142', '81.2.69.0'],
    ['2a02:8108:4ac0:6b3f:9d41:c7e5:18ba:f2d6', '2a02:8108:4ac0::'],
  ])('the place of %s is looked up by its network %s', (peer, network) => {
    const asked: string[] = [];
    const spy: GateParts['places'] = (text) => {
      asked.push(text);
      return places(text);
    };
    pass({ peer, parts: { places: spy } });
    expect(asked).toEqual([network]);
  });
});
