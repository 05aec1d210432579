import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Malformed } from '../collector/parse/malformed.ts';
import { parseBody, parsePixel } from '../collector/parse/parse.ts';
import { bareHost, cut, visible } from '../collector/parse/text.ts';
import { limits } from '../schema/limits.ts';

const base = { n: 'pageview', u: 'https://www.Example.com/a', d: 'example.com' };
const parse = (event: object) => {
  const [submitted] = parseBody(JSON.stringify(event));
  if (!submitted) throw new Error('nothing parsed');
  return submitted;
};
const refusal = (body: unknown): Malformed => {
  try {
    parseBody(typeof body === 'string' ? body : JSON.stringify(body));
  } catch (error) {
    if (error instanceof Malformed) return error;
    throw error;
  }
  throw new Error('was not refused');
};

describe('one event', () => {
  it('reads short and long names alike', () => {
    const short = parse({
      n: 'Signup',
      u: 'https://example.com/a',
      d: 'example.com',
      r: 'https://t.co/x',
      h: 1,
      p: { a: 1 },
      $: { currency: 'eur', amount: '1.5' },
      i: false,
    });
    const long = parse({
      name: 'Signup',
      url: 'https://example.com/a',
      domain: 'example.com',
      referrer: 'https://t.co/x',
      hashMode: true,
      props: { a: 1 },
      revenue: { currency: 'EUR', amount: 1.5 },
      interactive: false,
    });
    expect({ ...short, url: short.url.href }).toEqual({ ...long, url: long.url.href });
    expect(short).toMatchObject({
      name: 'Signup',
      domains: ['example.com'],
      hashMode: true,
      interactive: false,
      revenue: { currency: 'EUR', minor: 150 },
      props: [['a', '1']],
    });
  });

  it('takes null as absent and ignores what it does not know', () => {
    const event = parse({
      ...base,
      r: null,
      p: null,
      $: null,
      e: null,
      w: null,
      i: null,
      ip: '203.0.113.7',
      extra: { deep: [1] },
    });
    expect(event).toMatchObject({ referrer: null, props: [], revenue: null, width: null, interactive: true });
    expect(JSON.stringify(event)).not.toContain('203.0.113.7');
  });

  it.each([
    [undefined, ['example.com']],
    ['www.Example.com', ['example.com']],
    ['a.example, www.b.example,,a.example', ['a.example', 'b.example']],
  ])('sites of d = %s', (d, domains) => {
    expect(parse({ ...base, d }).domains).toEqual(domains);
  });

  it.each([
    [
      { w: 1280.4, z: 120, st: 404, by: 5_000 },
      { width: 1280, utcMinutes: 120, status: 404, bytes: 5_000 },
    ],
    [
      { w: -1, z: 5_000, st: 999, by: -4 },
      { width: null, utcMinutes: null, status: null, bytes: 0 },
    ],
    [{ by: 1e300 }, { bytes: limits.bytes }],
    [
      { n: 'engagement', e: 1e12, sd: 250 },
      { engaged: limits.engagement, scroll: 100 },
    ],
    [
      { n: 'engagement', sd: 40 },
      { engaged: 0, scroll: 40 },
    ],
    [
      { e: 500, sd: 40 },
      { engaged: 0, scroll: 0 },
    ],
    [{ o: 1 }, { optedOut: true }],
    [{ r: `https://x.example/${'a'.repeat(5_000)}` }, { referrer: `https://x.example/${'a'.repeat(1_982)}` }],
    [{ u: 'app://Some.Host/x', d: undefined }, { domains: ['some.host'] }],
  ])('bounds %j', (sent, read) => {
    expect(parse({ ...base, ...sent })).toMatchObject(read);
  });

  it('keeps the first 30 scalar properties, cut to size, also from JSON text and under other names', () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, index]));
    const props = parse({ ...base, p: { skipped: null, list: [1], object: {}, yes: true, ...many } }).props;
    expect(props).toHaveLength(30);
    expect(props.slice(0, 2)).toEqual([
      ['yes', 'true'],
      ['k0', '0'],
    ]);
    expect(parse({ ...base, m: JSON.stringify({ plan: 'pro' }) }).props).toEqual([['plan', 'pro']]);
    expect(parse({ ...base, meta: { plan: 'pro' } }).props).toEqual([['plan', 'pro']]);
    const [[key, value] = ['', '']] = parse({ ...base, p: { ['k'.repeat(400)]: 'v'.repeat(3_000) } }).props;
    expect([key.length, value.length]).toEqual([300, 2_000]);
  });

  it.each([
    ['JPY', 1_200, 1_200],
    ['EUR', 12.5, 1_250],
    ['KWD', '1.234', 1_234],
    ['USD', 1.005, 101],
    ['EUR', 0, 0],
  ])('revenue in minor units: %s %s', (currency, amount, minor) => {
    expect(parse({ ...base, $: { currency, amount } }).revenue).toEqual({ currency, minor });
    expect(parse({ ...base, revenue: JSON.stringify({ currency, amount }) }).revenue).toEqual({
      currency,
      minor,
    });
  });

  it('survives any text in any field', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const event = parse({ ...base, n: `x${text}`.slice(0, 100), r: text, p: { [text]: text } });
        expect(visible(event.name)).toBe(event.name);
      }),
    );
    expect(parse({ ...base, n: 'a\ud800b\u202ec\u0000' }).name).toBe('abc');
  });
});

describe('refusals name the field and the fix', () => {
  it.each([
    ['', 'invalid_json', undefined],
    ['{"n":', 'invalid_json', undefined],
    [7, 'invalid_event', undefined],
    [null, 'invalid_event', undefined],
    [[], 'invalid_event', undefined],
    [Array.from({ length: 51 }, () => base), 'too_many_events', undefined],
    [{ u: base.u }, 'invalid_event', 'name'],
    [{ ...base, n: '' }, 'invalid_event', 'n'],
    [{ ...base, n: '\u200b' }, 'invalid_event', 'n'],
    [{ ...base, n: 'x'.repeat(121) }, 'invalid_event', 'n'],
    [{ ...base, n: 5 }, 'invalid_event', 'n'],
    [{ n: 'pageview' }, 'invalid_event', 'url'],
    [{ ...base, u: 'not an address' }, 'invalid_event', 'u'],
    [{ ...base, u: 'data:text/html,x' }, 'invalid_event', 'u'],
    [{ ...base, u: 'file:///etc/passwd' }, 'invalid_event', 'u'],
    [{ ...base, u: 'app:nowhere' }, 'invalid_event', 'u'],
    [{ ...base, u: `https://example.com/${'a'.repeat(20_000)}` }, 'invalid_event', 'u'],
    [{ name: 'pageview', url: 'nope' }, 'invalid_event', 'url'],
    [{ ...base, d: 'a,b,c,d,e,f' }, 'invalid_event', 'd'],
    [{ ...base, n: 'engagement' }, 'invalid_event', 'e'],
    [{ ...base, p: 'no json' }, 'invalid_event', 'p'],
    [{ ...base, props: '[1]' }, 'invalid_event', 'props'],
    [{ ...base, $: { currency: 'XXZ', amount: 1 } }, 'invalid_event', '$.currency'],
    [{ ...base, $: { currency: 'EUR', amount: -1 } }, 'invalid_event', '$.amount'],
    [{ ...base, revenue: { currency: 'EUR', amount: 1e12 } }, 'invalid_event', 'revenue.amount'],
    [{ ...base, revenue: '{' }, 'invalid_event', 'revenue'],
    [[base, base, base, { n: 'pageview', url: 'nope' }], 'invalid_event', '[3].url'],
    [[base, 7], 'invalid_event', '[1]'],
  ])('%#: %j', (body, code, path) => {
    const error = refusal(body);
    expect(error).toMatchObject({ code, path });
    expect(error.message).toMatch(/^\S.*\.$/);
  });

  it('does not repeat the body, which may hold anything', () => {
    expect(refusal('{"secret@example.com').message).not.toContain('secret');
  });
});

it('reads arrays of up to 50, and a byte order mark', () => {
  expect(parseBody(`\ufeff${JSON.stringify(Array.from({ length: 50 }, () => base))}`)).toHaveLength(50);
});

it('reads the pixel', () => {
  const query = new URLSearchParams({ d: 'example.com', u: 'https://example.com/x', r: '' });
  expect(parsePixel(query)).toMatchObject({ name: 'pageview', domains: ['example.com'], referrer: null });
  expect(() => parsePixel(new URLSearchParams('d=example.com'))).toThrow(Malformed);
});

it('cuts between characters', () => {
  expect(cut('ab😀', 3)).toBe('ab');
  expect(cut('ab😀', 4)).toBe('ab😀');
});

it.each([
  ['WWW.Example.COM.', 'example.com'],
  ['example.com', 'example.com'],
  ['www.www.de', 'www.de'],
])('bare host of %s', (host, bare) => {
  expect(bareHost(host)).toBe(bare);
});
