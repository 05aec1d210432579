import { timingSafeEqual } from 'node:crypto';
import type { Clock } from '../time/clock.ts';
import type { Random } from './random.ts';
import { digest, newSecret } from './secrets.ts';

const lifetime = 60 * 60 * 1_000;

/** The token of a link that works once: 256 bits, one hour, in memory only, dead once it was used. */
export function createOneTimeToken(clock: Clock, random: Random) {
  const token = newSecret(random);
  const expires = clock() + lifetime;
  let used = false;
  return {
    token,
    valid: (given: string): boolean =>
      !used && clock() < expires && timingSafeEqual(Buffer.from(digest(given)), Buffer.from(digest(token))),
    use(): void {
      used = true;
    },
  };
}
export type OneTimeToken = ReturnType<typeof createOneTimeToken>;
