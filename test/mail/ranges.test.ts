import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type Address,
  formatAddress,
  inNetwork,
  type Network,
  parseAddress,
  parseNetwork,
} from '../../collector/gate/address.ts';
import { createRanges } from '../../collector/gate/ranges.ts';

const network = (text: string): Network => {
  const parsed = parseNetwork(text);
  if (!parsed) throw new Error(`${text} is no network`);
  return parsed;
};
const address = (text: string): Address => {
  const parsed = parseAddress(text);
  if (!parsed) throw new Error(`${text} is no address`);
  return parsed;
};

// Few different bits, at both ends of each word, so that ranges overlap, touch and lie side by side.
const byte = fc.constantFrom(0, 1, 2, 127, 128, 254, 255);
const group = fc.constantFrom(0, 1, 0x7fff, 0x8000, 0xfffe, 0xffff);
const v4 = fc.tuple(byte, byte, byte, byte).map((bytes) => bytes.join('.'));
const v6 = fc
  .array(group, { minLength: 8, maxLength: 8 })
  .map((groups) => groups.map((one) => one.toString(16)).join(':'));
const mapped = v4.map((text) => `::ffff:${text}`);
const networks = fc.array(
  fc.oneof(
    fc.tuple(v4, fc.integer({ min: 0, max: 32 })),
    fc.tuple(mapped, fc.integer({ min: 96, max: 128 })),
    fc.tuple(v6, fc.integer({ min: 0, max: 128 })),
  ),
  { maxLength: 12 },
);

/** The addresses at both edges of a network and those just outside, as far as the family goes. */
function edges({ address: inside, prefix }: Network): Address[] {
  const bits = inside.version === 4 ? 32n : 128n;
  const value =
    inside.version === 4
      ? BigInt(inside.bits)
      : inside.groups.reduce((sum, one) => (sum << 16n) + BigInt(one), 0n);
  const free = bits - BigInt(prefix);
  const first = (value >> free) << free;
  const last = first + (1n << free) - 1n;
  return [first - 1n, first, last, last + 1n]
    .filter((one) => one >= 0n && one < 1n << bits)
    .map((one) =>
      inside.version === 4
        ? { version: 4, bits: Number(one) }
        : {
            version: 6,
            groups: Array.from({ length: 8 }, (_, at) => Number((one >> BigInt(112 - 16 * at)) & 0xffffn)),
          },
    );
}

describe('ranges', () => {
  test('hold exactly the addresses that one of their networks holds', () => {
    fc.assert(
      fc.property(networks, fc.array(fc.oneof(v4, mapped, v6), { maxLength: 6 }), (given, asked) => {
        const list = given.map(([host, prefix]) => network(`${host}/${prefix}`));
        const ranges = createRanges(list);
        expect(ranges.size).toBeLessThanOrEqual(list.length);
        for (const one of [...asked.map(address), ...list.flatMap(edges)])
          expect(
            ranges.has(one),
            `${formatAddress(one)} in ${given.map((each) => each.join('/')).join(' ')}`,
          ).toBe(list.some((each) => inNetwork(one, each)));
      }),
      { numRuns: 1_500 },
    );
  });

  test.each([
    ['that overlap', ['198.51.100.0/24', '198.51.100.128/25', '198.51.0.0/16'], 1],
    ['that touch', ['198.51.100.0/25', '198.51.100.128/25', '2001:db8::/65', '2001:db8::8000:0:0:0/65'], 2],
    ['that lie apart', ['198.51.100.0/25', '198.51.101.0/25', '2001:db8::/64', '2001:db8:0:2::/64'], 4],
    ['of everything', ['0.0.0.0/0', '255.255.255.255', '::/0', 'ffff::/16'], 2],
    ['that are none', [], 0],
  ])('%s are merged', (_, list, size) => {
    expect(createRanges(list.map(network)).size).toBe(size);
  });

  test('take a quarter of a million networks, and find each of them', () => {
    // Every second /64, so that no two touch.
    const groups = (index: number): number[] => [
      0x2a02,
      0x26f7,
      index >>> 15,
      (index & 0x7fff) * 2,
      0,
      0,
      0,
      0,
    ];
    const ranges = createRanges(
      Array.from({ length: 250_000 }, (_, index) => ({
        // From both ends, so that they come in no order.
        address: { version: 6, groups: groups(index % 2 === 0 ? index : 250_000 - index) } as const,
        prefix: 64,
      })),
    );
    expect(ranges.size).toBe(250_000);
    for (let index = 0; index < 250_000; index += 997) {
      const inside = groups(index);
      expect(ranges.has({ version: 6, groups: inside.with(7, 0xffff) })).toBe(true);
      expect(ranges.has({ version: 6, groups: inside.with(3, (inside[3] ?? 0) + 1) })).toBe(false);
    }
  });
});
