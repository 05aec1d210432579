import type { Random } from '../access/random.ts';
import type { Rational } from './decimal.ts';

/**
 * Exact samples by whole numbers alone: floating-point noise betrays what it was added to by its last bits (Mironov,
 * On Significance of the Least Significant Bits for Differential Privacy, 2012). The algorithms are those of Canonne, Kamath
 * and Steinke, The Discrete Gaussian for Differential Privacy, 2020 (arXiv:2004.00010), section 5.
 */
export interface Noise {
  /**
   * The two-sided geometric distribution, or discrete Laplace: a whole number z with a chance proportional to
   * exp(−|z| ÷ scale).
   */
  geometric(scale: Rational): bigint;
}

/** Bytes fetched at once, because each fetch asks the system. */
const pool = 4_096;
const byteValues = 256n;

/** Noise from a cryptographic source. */
export function noiseFrom(random: Random): Noise {
  let bytes: Uint8Array = new Uint8Array();
  let used = 0;

  function byte(): bigint {
    if (used === bytes.length) {
      bytes = random(pool);
      used = 0;
    }
    return BigInt(bytes[used++] as number);
  }

  /** 0 to `below` − 1, each alike: numbers past the largest multiple of `below` are drawn again. */
  function uniform(below: bigint): bigint {
    let values = 1n;
    while (values < below) values *= byteValues;
    const fair = values - (values % below);
    for (;;) {
      let drawn = 0n;
      for (let size = 1n; size < values; size *= byteValues) drawn = drawn * byteValues + byte();
      if (drawn < fair) return drawn % below;
    }
  }

  /** True with the chance exp(−top ÷ bottom), for a fraction of at most 1 (algorithm 1). */
  function decaysWithin(top: bigint, bottom: bigint): boolean {
    let turn = 1n;
    while (uniform(bottom * turn) < top) turn += 1n;
    return turn % 2n === 1n;
  }

  /** Algorithm 2: a discrete Laplace of scale `top` ÷ `bottom`. */
  function geometric({ top, bottom }: Rational): bigint {
    for (;;) {
      const rest = uniform(top);
      if (!decaysWithin(rest, top)) continue;
      let wholes = 0n;
      while (decaysWithin(1n, 1n)) wholes += 1n;
      const size = (rest + top * wholes) / bottom;
      const negative = uniform(2n) === 1n;
      // Otherwise zero would come from both sides, twice as often as it should.
      if (negative && size === 0n) continue;
      return negative ? -size : size;
    }
  }

  return { geometric };
}
