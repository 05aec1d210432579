import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAgents } from '../collector/gate/agents.ts';
import { languageOf } from '../collector/gate/language.ts';
import { openPlaces } from '../collector/gate/places.ts';
import { offsetOf, screenOf } from '../collector/gate/screen.ts';
import { Lru } from '../collector/memory/lru.ts';
import { profiles } from '../schema/profiles.ts';

const agents = createAgents(profiles.standard, 50);
const agent = (headers: Record<string, string>) => agents((name) => headers[name]);
const windows =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const android = 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0';

describe('agents', () => {
  it.each([
    [windows, ['Desktop', 'Chrome', 'Chrome 126', 'Windows', 'Windows 10']],
    [`${windows} Edg/126.0.0.0`, ['Desktop', 'Edge', 'Edge 126', 'Windows', 'Windows 10']],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      ['Mobile', 'Safari', 'Safari 17', 'iOS', 'iOS 17.5'],
    ],
    [
      'Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      ['Tablet', 'Safari', 'Safari 17', 'iOS', 'iOS 17.5'],
    ],
    [
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
      ['Desktop', 'Safari', 'Safari 17', 'macOS', 'macOS 10.15'],
    ],
    [
      'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
      ['Desktop', 'Firefox', 'Firefox 127', 'Ubuntu', 'Ubuntu'],
    ],
    [`${android} Mobile Safari/537.36`, ['Mobile', 'Chrome', 'Chrome 126', 'Android', 'Android 10']],
    [
      'Mozilla/5.0 (PlayStation; PlayStation 5/2.26) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.0 Safari/605.1.15',
      ['Other', 'Safari', 'Safari 13', 'PlayStation', 'PlayStation 5'],
    ],
  ])('%s', (userAgent, [device, browser, browser_version, os, os_version]) => {
    expect(agent({ 'user-agent': userAgent })).toEqual({ device, browser, browser_version, os, os_version });
  });

  it.each([
    [
      {
        'sec-ch-ua': '"Not/A)Brand";v="8", "Chromium";v="126", "Brave";v="125"',
        'sec-ch-ua-platform': '"Windows"',
        'sec-ch-ua-platform-version': '"15.0.0"',
      },
      { browser_version: 'Brave 125', os_version: 'Windows 11' },
    ],
    [
      {
        'sec-ch-ua': '"Google Chrome";v="126", "Vivaldi";v="6"',
        'sec-ch-ua-platform': '"Windows"',
        'sec-ch-ua-platform-version': '"10.0.0"',
      },
      { browser_version: 'Vivaldi 6', os_version: 'Windows 10' },
    ],
    [{ 'sec-ch-ua': '"Not;A=Brand";v="99", "Chromium";v="126"' }, { browser_version: 'Chrome 126' }],
    [
      { 'sec-ch-ua-full-version-list': '"Chromium";v="126.0.1.2", "Opera";v="111.0.5168.43"' },
      { browser_version: 'Opera 111' },
    ],
    [
      { 'sec-ch-ua-platform': '"macOS"', 'sec-ch-ua-platform-version': '"14.5.0"' },
      { os: 'macOS', os_version: 'macOS 14.5', device: 'Desktop' },
    ],
    [
      {
        'user-agent': `${android} Safari/537.36`,
        'sec-ch-ua-mobile': '?0',
        'sec-ch-ua-platform': '"Android"',
        'sec-ch-ua-platform-version': '"14.0.0"',
      },
      { device: 'Tablet', os_version: 'Android 14.0' },
    ],
    [
      { 'sec-ch-ua-mobile': '?1', 'sec-ch-ua-platform': '"Android"' },
      { device: 'Mobile', os: 'Android', os_version: 'Android' },
    ],
    [{ 'sec-ch-ua-platform': '"constructor"' }, { os: 'Windows' }],
    [{ 'sec-ch-ua-platform': '"__proto__"', 'sec-ch-ua': '"toString";v="1"' }, { os: 'Windows' }],
  ])('client hints %j', (hints, expected) => {
    expect(agent({ 'user-agent': windows, ...hints })).toMatchObject(expected);
  });

  it.each([
    '',
    '   ',
    'curl/8.0',
    'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
    `Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/126.0.0.0`,
  ])('"%s" is a bot', (userAgent) => {
    expect(agent({ 'user-agent': userAgent })).toBe('bot');
  });
});

describe('places', () => {
  const places = openPlaces();
  it.each([
    ['81.2.69.0', { country: 'GB', region: 'England, GB', city: 'London, England, GB' }],
    // DB-IP says "Berlin (Bezirk …)": a district is finer than a city.
    [
      '2a02:8109:9240::',
      { country: 'DE', region: 'State of Berlin, DE', city: 'Berlin, State of Berlin, DE' },
    ],
    ['10.0.0.0', { country: '(unknown)', region: '(unknown)', city: '(unknown)' }],
    ['::1', { country: '(unknown)', region: '(unknown)', city: '(unknown)' }],
  ])('%s', (network, place) => {
    expect(places(network)).toEqual(place);
    expect(places(network)).toEqual(place);
  });

  it('reads MaxMind’s nested names', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'footfall-geo-')), 'city.mmdb');
    writeFileSync(
      file,
      cityFile({
        country: { iso_code: 'DE' },
        subdivisions: [{ names: { en: 'Bavaria' } }],
        city: { names: { en: 'Munich' } },
        postal: { code: '80331' },
        location: { latitude: '48.1' },
      }),
    );
    const nested = openPlaces({ cityV4: file, cityV6: file });
    expect(nested('203.0.113.0')).toEqual({
      country: 'DE',
      region: 'Bavaria, DE',
      city: 'Munich, Bavaria, DE',
    });
  });

  it('names setting and file of what it cannot use', () => {
    const broken = join(mkdtempSync(join(tmpdir(), 'footfall-geo-')), 'broken.mmdb');
    writeFileSync(broken, 'not a database');
    expect(() => openPlaces({ cityV4: broken })).toThrow(/FOOTFALL_GEO_CITY_V4.*broken\.mmdb/);
    expect(() => openPlaces({ cityV6: '/nowhere/city.mmdb' })).toThrow(
      /FOOTFALL_GEO_CITY_V6.*\/nowhere\/city\.mmdb/,
    );
  });
});

/** A MaxMind DB of one node, whose record every address has (https://maxmind.github.io/MaxMind-DB/). */
function cityFile(record: object): Buffer {
  const header = (type: number, size: number): Buffer =>
    type <= 7 ? Buffer.from([(type << 5) | size]) : Buffer.from([size, type - 7]);
  const encode = (value: unknown): Buffer => {
    if (typeof value === 'string') return Buffer.concat([header(2, value.length), Buffer.from(value)]);
    if (typeof value === 'number')
      return Buffer.concat([header(6, 4), Buffer.from([value >>> 24, value >>> 16, value >>> 8, value])]);
    if (Array.isArray(value)) return Buffer.concat([header(11, value.length), ...value.map(encode)]);
    const entries = Object.entries(value ?? {});
    return Buffer.concat([
      header(7, entries.length),
      ...entries.flatMap(([key, inner]) => [encode(key), encode(inner)]),
    ]);
  };
  const pointer = Buffer.from([0, 0, 1 + 16, 0, 0, 1 + 16]);
  const metadata = {
    node_count: 1,
    record_size: 24,
    ip_version: 4,
    database_type: 'City',
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1,
    languages: [],
    description: {},
  };
  return Buffer.concat([
    pointer,
    Buffer.alloc(16),
    encode(record),
    Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1'),
    encode(metadata),
  ]);
}

it.each([
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['en;q=0.5, fr-CH;q=0.9', 'fr'],
  ['zh-Hans-CN', 'zh'],
  ['*', '(unknown)'],
  ['*;q=0.5, pt-BR;q=0.4', 'pt'],
  ['en;q=0', '(unknown)'],
  ['<script>', '(unknown)'],
  [undefined, '(unknown)'],
])('language of %s is %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});

it.each([
  [null, '(unknown)'],
  [479, 'under 480'],
  [480, '480–767'],
  [1_919, '1440–1919'],
  [5_000, '1920 and more'],
])('screen of %s', (width, label) => {
  expect(screenOf(width)).toBe(label);
});

it.each([
  [null, '(unknown)'],
  [0, '+00:00'],
  [120, '+02:00'],
  [-210, '-03:30'],
  [345, '+05:45'],
  [121, '+02:00'],
  [-720, '-12:00'],
])('offset of %s', (minutes, label) => {
  expect(offsetOf(minutes)).toBe(label);
});

it('forgets what was not used for longest', () => {
  const lru = new Lru<string, number>(2);
  lru.set('a', 1);
  lru.set('b', 2);
  lru.get('a');
  lru.set('c', 3);
  expect([lru.get('a'), lru.get('b'), lru.get('c'), lru.size]).toEqual([1, undefined, 3, 2]);
});
