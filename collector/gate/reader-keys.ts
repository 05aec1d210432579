import { createHmac } from 'node:crypto';

/** How long one key is used, in ms. A burst of clicks lasts ten seconds; one that meets a new key is not seen as one. */
const lifetime = 10 * 60_000;

/** Tells the clicks of one reader from those of another, for seconds: HMAC-SHA-256 under a random key that soon changes. */
export type ReaderKeys = (at: number, parts: readonly string[]) => string;

/** @param random gives that many bytes, from a cryptographic source */
export function createReaderKeys(random: (bytes: number) => Uint8Array): ReaderKeys {
  let key = random(32);
  let until = Number.NEGATIVE_INFINITY;
  return (at, parts) => {
    if (at >= until) {
      key = random(32);
      until = at + lifetime;
    }
    return createHmac('sha256', key).update(JSON.stringify(parts)).digest('base64').slice(0, 22);
  };
}
