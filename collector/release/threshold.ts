import type { Rational } from './decimal.ts';

/** Bits behind the point of the fixed-point numbers here. */
const bits = 256n;

/** A lower bound of exp(top ÷ bottom) · 2^256: its series, each term rounded down, until nothing is left of them. */
function leastPower(top: bigint, bottom: bigint): bigint {
  let term = 1n << bits;
  let sum = 0n;
  for (let count = 1n; term > 0n; count += 1n) {
    sum += term;
    term = (term * top) / (bottom * count);
  }
  return sum;
}

/**
 * The smallest noisy count that may be shown, so that pages that only one visitor and day viewed appear with a chance of at
 * most `delta` for all `bound` of them together.
 *
 * Such a page counts 1, and appears if its noise is at least τ − 1 =: t. Of the two-sided geometric distribution with scale
 * bound ÷ ε that is a chance of α^t ÷ (1 + α), α = exp(−ε ÷ bound). So `bound` pages together (the union bound) appear with at most
 * bound ÷ (e^(tε÷bound) + e^((t−1)ε÷bound)), which falls as t grows. Both powers are bounded from below, so a τ is never too small.
 *
 * With it the table is (ε, δ)-differentially private although its pages come from the data: pages that another visitor viewed
 * too differ by 1 in at most `bound` counts, which the noise covers with ε, and pages that nobody else viewed are the δ
 * (Korolova et al., Releasing Search Queries and Clicks Privately, 2009; Wilson et al., Differentially Private SQL with Bounded User
 * Contribution, 2020).
 */
export function thresholdFor(epsilon: Rational, delta: Rational, bound: bigint): bigint {
  const bottom = epsilon.bottom * bound;
  const wanted = (bound * delta.bottom) << bits;
  const enough = (noise: bigint): boolean =>
    delta.top * (leastPower(noise * epsilon.top, bottom) + leastPower((noise - 1n) * epsilon.top, bottom)) >=
    wanted;
  let high = 1n;
  while (!enough(high)) high *= 2n;
  let low = 0n;
  while (low + 1n < high) {
    const middle = (low + high) / 2n;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high + 1n;
}
