import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeTarget } from '../../collector/mail/target.ts';
import { createMailTokens, type MailToken } from '../../collector/mail/token.ts';
import { mailLimits } from '../../schema/mail.ts';

const key = (id: number, fill = id) => ({ id, secret: new Uint8Array(32).fill(fill) });
const tokens = createMailTokens([key(7)]);
const common = { site: 3, message: 'spring-26' };
const click: MailToken = {
  kind: 'click',
  ...common,
  link: 'example.com/größe (2)',
  target: 'https://example.com/a?b=%0d%0a&c=1#d',
  decoy: false,
};
const all: MailToken[] = [
  click,
  { ...click, decoy: true },
  { kind: 'open', ...common },
  { kind: 'optout', ...common },
];

describe('a token', () => {
  test.each(all)('says what was signed: $kind', (token) => {
    const text = tokens.sign(token);
    expect(text).toMatch(/^[\w-]+$/);
    expect(tokens.read(text)).toEqual(token);
  });

  test('is one thing only', () => {
    expect(new Set(all.map((token) => tokens.sign(token))).size).toBe(all.length);
  });

  test.each(all)('altered by any one bit is nobody’s: $kind', (token) => {
    const text = tokens.sign(token);
    const bytes = Buffer.from(text, 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped.writeUInt8(flipped.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(tokens.read(flipped.toString('base64url')), `bit ${bit}`).toBeNull();
    }
    for (let bit = 0; bit < text.length * 8; bit += 1) {
      const spelled = Buffer.from(text, 'latin1');
      spelled.writeUInt8(spelled.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(tokens.read(spelled.toString('latin1')), `bit ${bit} of the spelling`).toBeNull();
    }
  });

  test.each(all)('cut or made longer is nobody’s: $kind', (token) => {
    const text = tokens.sign(token);
    for (let length = 0; length < text.length; length += 1) {
      expect(tokens.read(text.slice(0, length))).toBeNull();
      expect(tokens.read(text.slice(text.length - length))).toBeNull();
    }
    for (const more of ['A', 'AA', 'AAAA', text]) expect(tokens.read(text + more)).toBeNull();
  });

  test('has one spelling', () => {
    const lengths = new Set<number>();
    for (let more = 0; more < 4; more += 1) {
      const text = tokens.sign({ kind: 'open', site: 3, message: 'spring-26'.slice(0, 9 - more) });
      lengths.add(text.length % 4);
      const others = [
        `${text}=`,
        `${text}==`,
        ` ${text}`,
        `${text}\n`,
        `${text.slice(0, 9)}\n${text.slice(9)}`,
        text.replaceAll('-', '+').replaceAll('_', '/'),
        `${text}.`,
        encodeURIComponent(`${text}=`),
        [...text].map((char) => `%${char.charCodeAt(0).toString(16)}`).join(''),
      ].filter((other) => other !== text);
      for (const other of others) expect(tokens.read(other), other).toBeNull();
      // The last character may have bits that decoders ignore.
      for (const last of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_')
        if (last !== text.at(-1)) expect(tokens.read(text.slice(0, -1) + last)).toBeNull();
    }
    expect(lengths.size).toBeGreaterThan(2);
  });

  test('of whatever else is nobody’s', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.uint8Array({ maxLength: 200 })), (text) => {
        const spelled = typeof text === 'string' ? text : Buffer.from(text).toString('base64url');
        expect(tokens.read(spelled)).toBeNull();
      }),
    );
    for (const none of ['', '.', 'A'.repeat(40), 'A'.repeat(10_000_000), '\0', 'é'.repeat(60)])
      expect(tokens.read(none)).toBeNull();
  });

  test('carries the longest that is allowed', () => {
    const target = `https://example.com/${'a'.repeat(mailLimits.target - 20)}`;
    const token: MailToken = {
      ...click,
      message: '€'.repeat(mailLimits.campaign),
      link: '€'.repeat(mailLimits.link),
      target,
    };
    expect(tokens.read(tokens.sign(token))).toEqual(token);
  });

  test.each<[string, Partial<MailToken & { kind: 'click' }>]>([
    ['a target too long', { target: `https://example.com/${'a'.repeat(mailLimits.target - 19)}` }],
    ['no campaign', { message: '' }],
    ['a campaign too long', { message: 'a'.repeat(mailLimits.campaign + 1) }],
    ['half a character', { message: '\ud800' }],
    ['no label', { link: '' }],
    ['a label too long', { link: 'a'.repeat(mailLimits.link + 1) }],
    ['no site', { site: 0 }],
    ['half a site', { site: 1.5 }],
    ['a site too large', { site: 2 ** 32 }],
    ['a script as target', { target: 'javascript:alert(1)' }],
  ])('is not signed with %s', (_, part) => {
    expect(() => tokens.sign({ ...click, ...part })).toThrow(RangeError);
  });
});

describe('a token with the right signature that no version of ours would sign', () => {
  const counted = (text: string) => [Buffer.from([0, Buffer.byteLength(text)]), Buffer.from(text)];
  const forged = (kind: number, ...parts: Uint8Array[]): string => {
    const signed = Buffer.concat([Buffer.from([kind, 0, 0, 0, 7, 0, 0, 0, 3]), ...parts]);
    const tag = createHmac('sha256', key(7).secret).update(signed).digest().subarray(0, 16);
    return Buffer.concat([signed, tag]).toString('base64url');
  };
  const message = counted('spring-26');

  test('is read where it says nothing wrong', () => {
    const parts = [...message, ...counted('x'), Buffer.from('https://example.com/')];
    expect(tokens.read(forged(0x12, ...parts))).toMatchObject({ link: 'x', target: 'https://example.com/' });
  });

  test.each([
    ['a script as target', 0x12, [...message, ...counted('x'), Buffer.from('javascript:alert(1)')]],
    ['line breaks', 0x12, [...message, ...counted('x'), Buffer.from('https://example.com/\r\nA: b')]],
    ['no target', 0x12, [...message, ...counted('x')]],
    ['no label', 0x12, message],
    ['a label that ends too late', 0x12, [...message, Buffer.from([0, 9, 120])]],
    ['a message that ends too late', 0x11, [Buffer.from([0, 9, 120])]],
    ['more than it needs', 0x11, [...message, Buffer.from('x')]],
    ['another kind', 0x15, message],
    ['another version', 0x21, message],
  ] as const)('is nobody’s: %s', (_, kind, parts) => {
    expect(tokens.read(forged(kind, ...parts))).toBeNull();
  });
});

describe('keys', () => {
  test('the newest signs and all verify', () => {
    const old = createMailTokens([key(1)]);
    const both = createMailTokens([key(2), key(1)]);
    const signed = both.sign(click);
    expect(old.read(signed)).toBeNull();
    expect(createMailTokens([key(2)]).read(signed)).toEqual(click);
    expect(both.read(old.sign(click))).toEqual(click);
    expect(both.read(signed)).toEqual(click);
  });

  test('one that is gone, or another of the same number, verifies nothing', () => {
    const signed = createMailTokens([key(1)]).sign(click);
    expect(createMailTokens([key(2)]).read(signed)).toBeNull();
    expect(createMailTokens([key(1, 99)]).read(signed)).toBeNull();
  });

  test('what is none is refused', () => {
    expect(() => createMailTokens([])).toThrow(RangeError);
    expect(() => createMailTokens([key(0)])).toThrow(RangeError);
    expect(() => createMailTokens([key(2 ** 31)])).toThrow(RangeError);
    expect(() => createMailTokens([key(1), key(1, 2)])).toThrow(RangeError);
    expect(() => createMailTokens([{ id: 1, secret: new Uint8Array(31) }])).toThrow(RangeError);
    expect(createMailTokens([key(2 ** 31 - 1, 1)]).read(tokens.sign(click))).toBeNull();
  });
});

describe('a target', () => {
  test.each([
    'https://example.com',
    'http://example.com/',
    'HTTPS://Example.com:8443/a%20b?c=d&e=%E2%82%AC#f',
    'https://xn--mller-kva.example/?q=a@b.example',
    'https://[2001:db8::1]/x',
    'https://example.com/%250d%250a',
    'https://example.com/?next=//other.example',
  ])('leads to %s', (target) => {
    expect(safeTarget(target)).toBe(target);
  });

  test.each([
    '',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.com/',
    'mailto:us@example.com',
    '//evil.example/',
    '/path',
    'example.com',
    'https:',
    'https:evil.example',
    'https:/evil.example',
    'https:///evil.example',
    'https://',
    'https://?x',
    '\\\\evil.example',
    'https:\\\\evil.example',
    'https://good.example\\@evil.example',
    'https://evil.example\\.good.example',
    'https://user@evil.example/',
    'https://user:secret@evil.example/',
    'https://good.example%40evil.example/',
    'https://good.example%2f@evil.example/',
    'https%3A%2F%2Fevil.example',
    'https%253A%252F%252Fevil.example',
    'https://exa%6dple.com/',
    'https://exa mple.com/',
    'https://example.com:99999/',
    'https://example.com/\r\nSet-Cookie: a=b',
    'https://example.com/\n',
    'https://example.com/\t',
    'https://example.com/\0',
    'https://example.com/\x7f',
    'https://example.com/\x85',
    'https://example.com/\u2028',
    'https://example.com/a b',
    ' https://example.com/',
    'https://müller.example/',
    'ｈttps://example.com/',
    'https://[::1/',
  ])('does not lead to %j', (target) => {
    expect(safeTarget(target)).toBeNull();
    expect(() => tokens.sign({ ...click, target })).toThrow(RangeError);
  });

  test('whatever it is, browsers go to no other host than its text says', () => {
    fc.assert(
      fc.property(
        fc
          .array(
            fc.constantFrom(
              'https:',
              'http:',
              '/',
              '//',
              '\\',
              '@',
              ':',
              '%40',
              '#',
              '?',
              'a.example',
              '\n',
              ' ',
            ),
            { maxLength: 9 },
          )
          .map((parts) => parts.join('')),
        (text) => {
          const target = safeTarget(text);
          if (target === null) return;
          const host = /^https?:\/\/([^/?#]*)/i.exec(target)?.[1];
          expect(new URL(target, 'https://base.example').host).toBe(host?.replace(/:$/, ''));
          expect(target).toMatch(/^[!-~]+$/);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
