import { Lru } from '../memory/lru.ts';
import type { Clock } from '../time/clock.ts';

/** Names remembered at once; who tries under more than these is held back by the other bucket, of the address. */
const most = 10_000;

/** A token bucket per name, in memory: `burst` tries at once, then one every `everyMs`. */
export function createAttempts(burst: number, everyMs: number, clock: Clock) {
  const buckets = new Lru<string, { tokens: number; at: number }>(most);
  return {
    /** Takes one try. Gives 0, or the seconds until the next one is allowed. */
    take(name: string): number {
      const now = clock();
      const bucket = buckets.get(name);
      const tokens = bucket ? Math.min(burst, bucket.tokens + (now - bucket.at) / everyMs) : burst;
      if (tokens < 1) return Math.ceil(((1 - tokens) * everyMs) / 1_000);
      buckets.set(name, { tokens: tokens - 1, at: now });
      return 0;
    },
    /** A success gives the tries back. */
    clear(name: string): void {
      buckets.set(name, { tokens: burst, at: clock() });
    },
  };
}
