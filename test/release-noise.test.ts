import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Random } from '../collector/access/random.ts';
import { decimal, less, plus, type Rational, textOf } from '../collector/release/decimal.ts';
import { noiseFrom } from '../collector/release/noise.ts';
import { thresholdFor } from '../collector/release/threshold.ts';

/** The same bytes for the same seed: SHA-256 of a counter. */
function seededBytes(seed: string): Random {
  let count = 0;
  return (size) => {
    const blocks: Buffer[] = [];
    for (let length = 0; length < size; length += 32)
      blocks.push(createHash('sha256').update(`${seed} ${count++}`).digest());
    return Buffer.concat(blocks).subarray(0, size);
  };
}

const rational = (text: string): Rational => {
  const found = decimal(text);
  if (!found) throw new Error(`${text} is no number`);
  return found;
};
const floatOf = ({ top, bottom }: Rational): number => Number(top) / Number(bottom);

/** The exact chance of `size` under the two-sided geometric distribution of this scale. */
function chanceOf(size: number, scale: Rational): number {
  const alpha = Math.exp(-1 / floatOf(scale));
  return ((1 - alpha) / (1 + alpha)) * alpha ** Math.abs(size);
}

describe('the noise', () => {
  const samples = 20_000;

  test.each([
    ['ten', { top: 10n, bottom: 1n }],
    ['one and a half', { top: 3n, bottom: 2n }],
    ['a seventh', { top: 1n, bottom: 7n }],
    // 256 is no multiple of it: numbers that were not drawn again would come twice as often below 56.
    ['two hundred', { top: 200n, bottom: 1n }],
    ['four point three one', { top: 431n, bottom: 100n }],
  ] as const)('of scale %s follows its distribution (chi-square)', (name, scale) => {
    const noise = noiseFrom(seededBytes(name));
    // Bins of one number each in the middle, of at least 20 expected samples; the tails are one bin each.
    let reach = 0;
    while (samples * chanceOf(reach + 1, scale) >= 20) reach += 1;
    const seen = new Map<number, number>();
    for (let count = 0; count < samples; count++) {
      const drawn = Number(noise.geometric(scale));
      const bin = Math.max(-reach - 1, Math.min(reach + 1, drawn));
      seen.set(bin, (seen.get(bin) ?? 0) + 1);
    }
    let chiSquare = 0;
    let bins = 0;
    const alpha = Math.exp(-1 / floatOf(scale));
    for (let bin = -reach - 1; bin <= reach + 1; bin++) {
      const tail = Math.abs(bin) > reach;
      const expected = samples * (tail ? alpha ** (reach + 1) / (1 + alpha) : chanceOf(bin, scale));
      if (expected < 1) continue;
      chiSquare += ((seen.get(bin) ?? 0) - expected) ** 2 / expected;
      bins += 1;
    }
    // Wilson and Hilferty: the value that one in ten thousand right samplers would pass.
    const degrees = bins - 1;
    const limit = degrees * (1 - 2 / (9 * degrees) + 3.719 * Math.sqrt(2 / (9 * degrees))) ** 3;
    expect(chiSquare, `${bins} bins`).toBeLessThan(limit);
  });

  test('has the mean absolute size that its scale says, and no side', () => {
    const scale = { top: 10n, bottom: 1n };
    const noise = noiseFrom(seededBytes('mean'));
    const drawn = Array.from({ length: samples }, () => Number(noise.geometric(scale)));
    const alpha = Math.exp(-0.1);
    const size = drawn.reduce((sum, one) => sum + Math.abs(one), 0) / samples;
    expect(Math.abs(size - (2 * alpha) / (1 - alpha * alpha))).toBeLessThan(0.35);
    expect(Math.abs(drawn.reduce((sum, one) => sum + one, 0) / samples)).toBeLessThan(0.5);
  });

  test('comes from the given source alone: the same bytes, the same noise', () => {
    const draw = (seed: string) => {
      const noise = noiseFrom(seededBytes(seed));
      return Array.from({ length: 50 }, () => noise.geometric({ top: 10n, bottom: 1n }));
    };
    expect(draw('a')).toEqual(draw('a'));
    expect(draw('a')).not.toEqual(draw('b'));
  });

  test('is made without floating-point numbers and without Math', () => {
    for (const file of ['noise.ts', 'threshold.ts', 'decimal.ts']) {
      const code = readFileSync(resolve(import.meta.dirname, '../collector/release', file), 'utf8')
        .replace(/\/\*[\s\S]*?\*\//g, '')
        .replace(/\/\/.*/g, '');
      expect(code, file).not.toMatch(/\bMath\b|\bNumber\b|parseFloat|parseInt|\d\.\d|toFixed/);
      if (file !== 'decimal.ts')
        expect(code, file).not.toMatch(/: number|(?<![\w.])\d+(?![\dn])(?!\])\s*[-+*/%]/);
    }
  });
});

describe('decimals', () => {
  test.each([
    ['1', 1n, 1n, '1'],
    ['0.5', 1n, 2n, '0.5'],
    ['1e-6', 1n, 1_000_000n, '0.000001'],
    ['2.50', 5n, 2n, '2.5'],
    ['1.1e1', 11n, 1n, '11'],
    ['0', 0n, 1n, '0'],
    ['0.1', 1n, 10n, '0.1'],
  ])('%s is exact', (text, top, bottom, again) => {
    expect(rational(text)).toEqual({ top, bottom });
    expect(textOf(rational(text))).toBe(again);
  });

  test.each([
    '',
    ' 1',
    '1,5',
    '-1',
    '+1',
    '.5',
    '1.',
    'one',
    'Infinity',
    'NaN',
    '0x10',
    '1e',
    '1e9999',
    '1_000',
  ])('“%s” is none', (text) => {
    expect(decimal(text)).toBeNull();
  });

  test('add up and compare exactly, as floating-point numbers do not', () => {
    expect(textOf(plus(rational('0.1'), rational('0.2')))).toBe('0.3');
    expect(less(rational('1e-400'), rational('1e-399'))).toBe(true);
    fc.assert(
      fc.property(fc.nat(1e9), fc.nat(1e9), fc.nat(9), (one, other, places) => {
        const text = (number: number) => textOf({ top: BigInt(number), bottom: 10n ** BigInt(places) });
        expect(plus(rational(text(one)), rational(text(other)))).toEqual(rational(text(one + other)));
        expect(less(rational(text(one)), rational(text(other)))).toBe(one < other);
      }),
    );
  });
});

describe('the threshold', () => {
  /** The chance that one of ten pages of a single visitor and day is shown, at most. */
  const chanceAt = (threshold: number, epsilon: number, bound = 10): number => {
    const alpha = Math.exp(-epsilon / bound);
    return (bound * alpha ** (threshold - 1)) / (1 + alpha);
  };

  test.each([
    ['1', '1e-6', 156n],
    ['0.5', '1e-6', 310n],
    ['2', '1e-6', 79n],
    ['10', '0.001', 10n],
  ])('for epsilon %s and delta %s', (epsilon, delta, expected) => {
    expect(thresholdFor(rational(epsilon), rational(delta), 10n)).toBe(expected);
  });

  test('is the smallest that keeps the chance of a lone visitor’s pages within delta', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 3, max: 30 }),
        fc.integer({ min: 1, max: 9 }),
        (thousandths, exponent, digit) => {
          const epsilon = { top: BigInt(thousandths), bottom: 1_000n };
          const delta = rational(`${digit}e-${exponent + 1}`);
          const threshold = Number(thresholdFor(epsilon, delta, 10n));
          const slack = 1e-9;
          expect(chanceAt(threshold, floatOf(epsilon))).toBeLessThanOrEqual(floatOf(delta) * (1 + slack));
          if (threshold > 2)
            expect(chanceAt(threshold - 1, floatOf(epsilon))).toBeGreaterThan(floatOf(delta) * (1 - slack));
        },
      ),
      { numRuns: 60 },
    );
  });
});
