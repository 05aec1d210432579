import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatAddress,
  inNetwork,
  networkOf,
  parseAddress,
  parseNetwork,
} from '../collector/gate/address.ts';
import { clientAddress, trustedProxies } from '../collector/gate/forwarded.ts';

const spelled = (text: string): string | undefined => {
  const address = parseAddress(text);
  return address && formatAddress(address);
};

describe('addresses', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['::', '::'],
    ['fe80::1%eth0', 'fe80::1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['256.1.1.1', undefined],
    ['1.2.3', undefined],
    ['example.com', undefined],
    ['', undefined],
  ])('%s is %s', (text, canonical) => {
    expect(spelled(text)).toBe(canonical);
  });

  it('reads exactly what Node calls an address, and spells each in one way', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (text) => {
        const canonical = spelled(text);
        expect(canonical !== undefined).toBe(isIP(text) !== 0);
        if (canonical === undefined) return;
        expect(spelled(canonical)).toBe(canonical);
        // The standard's own spelling of the same address.
        if (canonical.includes(':')) expect(new URL(`http://[${text}]`).hostname).toBe(`[${canonical}]`);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['203.0.113.255', '203.0.113.0'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1::'],
    ['255.255.255.255', '255.255.255.0'],
  ])('the network of %s is %s', (text, network) => {
    const address = parseAddress(text);
    expect(address && networkOf(address)).toBe(network);
  });

  it.each([
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['203.0.113.7', '0.0.0.0/0', true],
    ['192.0.2.128', '192.0.2.128/25', true],
    ['192.0.2.127', '192.0.2.128/25', false],
    ['192.0.2.1', '192.0.2.1', true],
    ['::ffff:10.0.0.1', '10.0.0.0/8', true],
    ['10.0.0.1', '::ffff:10.0.0.0/104', true],
    ['2001:db8:1:8000::', '2001:db8:1:8000::/49', true],
    ['2001:db8:1:7fff::', '2001:db8:1:8000::/49', false],
    ['2001:db8::1', '::/0', true],
    ['10.0.0.1', '::/0', false],
  ])('%s in %s: %s', (text, range, inside) => {
    const [address, network] = [parseAddress(text), parseNetwork(range)];
    expect(address && network && inNetwork(address, network)).toBe(inside);
  });
});

describe('the client behind proxies', () => {
  it.each([
    ['none', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['loopback', '203.0.113.7', '198.51.100.1', '203.0.113.7'],
    ['loopback', '127.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['loopback', '::ffff:127.0.0.1', '6.6.6.6, 198.51.100.1', '198.51.100.1'],
    ['loopback, 10.0.0.0/8', '127.0.0.1', '6.6.6.6, 198.51.100.1, 10.1.1.1', '198.51.100.1'],
    ['10.0.0.0/8', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['loopback', '127.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['loopback', '::1', '[2001:db8::7]:443', '2001:db8::7'],
    ['loopback', '::1', '"[2001:db8::7]"', '2001:db8::7'],
    ['loopback', '::1', '2001:DB8::7', '2001:db8::7'],
    ['loopback', '127.0.0.1', '198.51.100.1, unknown', '127.0.0.1'],
    ['loopback', '127.0.0.1', undefined, '127.0.0.1'],
    ['loopback', '', '198.51.100.1', undefined],
  ])('trusting %s, peer %s, header %s: %s', (setting, peer, header, client) => {
    const address = clientAddress(peer, header, trustedProxies(setting));
    expect(address && formatAddress(address)).toBe(client);
  });

  it('never believes what an untrusted peer says', () => {
    fc.assert(
      fc.property(fc.string(), fc.ipV4(), (header, forged) => {
        const address = clientAddress(
          '203.0.113.7',
          `${header}, ${forged}`,
          trustedProxies('loopback, 10.0.0.0/8'),
        );
        expect(address && formatAddress(address)).toBe('203.0.113.7');
      }),
    );
  });

  it('names the setting that is wrong', () => {
    expect(() => trustedProxies('loopback, 10.0.0.0/64')).toThrow(/FOOTFALL_TRUST_PROXY.*10\.0\.0\.0\/64/);
  });
});
