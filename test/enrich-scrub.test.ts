import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scrubPath, scrubText } from '../collector/enrich/scrub.ts';

const redacted = ':redacted';

describe('texts', () => {
  it.each([
    ['spring-26', 'spring-26'],
    ['  Größe: 12 €  ', 'Größe: 12 €'],
    ['a\u0000b\u202ec\u200bd\ud800', 'abcd'],
    ['write to jane.doe+x@example.co.uk now', `write to ${redacted} now`],
    ['jane%40example.com', redacted],
    ['jane%2540example.com', redacted],
    ['%250a%40example.com', redacted],
    ['jane@ex\u200bample.com', redacted],
    ['jörg@müller.de', redacted],
    ['@jane', '@jane'],
    ['jane＠example.com', redacted],
    ['jane&#64;example.com', redacted],
    ['jane@localhost', redacted],
    ['from 203.0.113.77', `from ${redacted}`],
    ['2001:db8::1234', redacted],
    ['2a02:8108:4ac0:6b3f:9d41:c7e5:18ba:f2d6', redacted],
    ['version 1.2.3', 'version 1.2.3'],
    ['a::b', 'a::b'],
    ['lodash@4.17.21', 'lodash@4.17.21'],
    ['deadbeefdeadbeef', redacted],
    ['deadbeef', 'deadbeef'],
    ['550e8400-e29b-41d4-a716-446655440000', redacted],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.dozjgNryP4J3jVmNHl0w5N', redacted],
    ['dGhpc2lzYXRva2VuMTIzNDU2', redacted],
    ['dGhpc-2lzX3-Rva2Vu-MTIz', redacted],
    ['how-to-build-10-great-landing-pages-in-2024', 'how-to-build-10-great-landing-pages-in-2024'],
    ['iphone15-galaxy24-pixel9-compare', 'iphone15-galaxy24-pixel9-compare'],
    ['+49 170 123 45 67', redacted],
    ['4111 1111 1111 1111', redacted],
    ['order 123456789', `order ${redacted}`],
    ['12345678', '12345678'],
    ['2024-05-01 12:30:00', '2024-05-01 12:30:00'],
    ['state=1&access_token=xyz&b=2', `state=1&access_token=${redacted}&b=2`],
    ['100 % sure', '100 % sure'],
    ['', ''],
  ])('%j becomes %j', (text, scrubbed) => {
    expect(scrubText(text)).toBe(scrubbed);
  });

  it('ends at the limit', () => {
    expect(scrubText('é'.repeat(700))).toHaveLength(500);
  });
});

describe('paths', () => {
  it.each([
    ['/', '/'],
    ['/a/b/', '/a/b/'],
    ['//a///b', '/a/b'],
    ['/m%C3%BCnchen/caf%C3%A9', '/münchen/café'],
    ['/a%2Fb/100%25/%zz/%FF', '/a%2Fb/100%25/%zz/%FF'],
    ['/shop;jsessionid=1A2B/cart', '/shop/cart'],
    ['/app/(S(lit3py55t21z5v55vlm25s55))/x', `/app/${redacted}/x`],
    ['/u/jane@example.com/edit', `/u/${redacted}/edit`],
    ['/u/jane%40example.com', `/u/${redacted}`],
    ['/u/jane%252540example.com', `/u/${redacted}`],
    ['/reset/9f86d081884c7d659a2feaa0c55ad015', `/reset/${redacted}`],
    ['/files/report-123456789.pdf', `/files/${redacted}`],
    ['/2024/05/01/title', '/2024/05/01/title'],
    ['/@jane/post', '/@jane/post'],
    ['/x/%E2%80%AEcod', '/x/cod'],
  ])('%s becomes %s', (path, scrubbed) => {
    expect(scrubPath(path)).toBe(scrubbed);
  });
});

const encodings: readonly ((text: string) => string)[] = [
  (text) => text,
  encodeURIComponent,
  (text) => encodeURIComponent(encodeURIComponent(text)),
  (text) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
  (text) => `\u200b${text.replace('@', '\u2060@')}`,
];
/** Texts of what scrubbing is about: escapes, invisible marks, separators, secrets in pieces. */
const tricky = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '%',
        '%4',
        '%40',
        '%2',
        '25',
        '@',
        '/',
        ';sid=',
        '\u200b',
        '%E2%80%8B',
        '\ud83d',
        'a',
        '1',
        'dead',
        '12345',
        '.com',
        ' ',
        '=',
        '-',
        'token=',
        ':redacted',
        'eyJ',
      ),
      fc.string(),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''));

/** In a path, `a/@example.com` is no address: a slash ends what stands before the @. */
const mailbox = fc.emailAddress().filter((email) => !email.includes('/@'));

describe('whatever comes', () => {
  it('no e-mail address survives', () => {
    fc.assert(
      fc.property(
        mailbox,
        fc.constantFrom(...encodings),
        fc.string(),
        fc.string(),
        (email, encode, before, after) => {
          const domain = email.slice(email.lastIndexOf('@'));
          const wrapped = `${before} ${encode(email)} ${after}`;
          for (const scrubbed of [
            scrubText(wrapped, 5_000),
            scrubPath(`/${encode(email)}/x`),
            scrubPath(`/x-${encode(email)}`),
          ]) {
            let seen = scrubbed;
            for (let layer = 0; layer < 4; layer += 1) {
              expect(seen).not.toContain(domain);
              seen = seen.replace(/%[0-7][0-9a-f]/gi, (byte) => decodeURIComponent(byte));
            }
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  it('scrubbing twice is scrubbing once', () => {
    fc.assert(
      fc.property(fc.oneof(tricky, fc.string({ unit: 'binary', maxLength: 600 })), (text) => {
        const [once, path] = [scrubText(text, 60), scrubPath(`/${text}`, 60)];
        expect(scrubText(once, 60)).toBe(once);
        expect(scrubPath(path, 60)).toBe(path);
        expect(once.length).toBeLessThanOrEqual(60);
        expect(path.length).toBeLessThanOrEqual(60);
      }),
      { numRuns: 5_000 },
    );
  });
});
