/** Uniform numbers in [0, 1) from a seed (mulberry32), so that every demo is the same. */
export type Uniform = () => number;

export function seeded(seed: number): Uniform {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the entries, as often as its weight says. */
export function pick<T>(entries: readonly (readonly [weight: number, value: T])[], uniform: Uniform): T {
  let left = uniform() * entries.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, value] of entries) {
    left -= weight;
    if (left < 0) return value;
  }
  const last = entries.at(-1);
  if (!last) throw new RangeError('nothing to pick from');
  return last[1];
}

/** Normal deviate (Box–Muller). */
export const normal = (uniform: Uniform): number =>
  Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());

/** How often something happens whose mean is known: Knuth below 30, the normal approximation above. */
export function poisson(mean: number, uniform: Uniform): number {
  if (mean > 30) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(uniform)));
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = uniform(); product > limit; product *= uniform()) count += 1;
  return count;
}
