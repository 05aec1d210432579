import type { Clock } from '../time/clock.ts';

/**
 * A token bucket per name, in memory: `burst` tries at once, then one every `everyMs`. Full buckets are forgotten, so
 * the table holds only who tried lately.
 */
export function createAttempts(burst: number, everyMs: number, clock: Clock) {
  const buckets = new Map<string, { tokens: number; at: number }>();
  const level = (name: string): number => {
    const bucket = buckets.get(name);
    return bucket ? Math.min(burst, bucket.tokens + (clock() - bucket.at) / everyMs) : burst;
  };
  return {
    /** Takes one try. Gives 0, or the seconds until the next one is allowed. */
    take(name: string): number {
      const tokens = level(name);
      if (tokens < 1) return Math.ceil(((1 - tokens) * everyMs) / 1_000);
      buckets.set(name, { tokens: tokens - 1, at: clock() });
      if (buckets.size > 10_000) for (const [old] of buckets) if (level(old) >= burst) buckets.delete(old);
      return 0;
    },
    /** A success gives the tries back. */
    clear(name: string): void {
      buckets.delete(name);
    },
  };
}
