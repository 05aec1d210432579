import { createHmac } from 'node:crypto';

/** The key of one mail's recipients: 32 random bytes. */
interface RecipientKey {
  readonly site: number;
  readonly message: string;
  readonly key: Uint8Array;
}

/**
 * The random keys under which recipient tokens are hashed, one for each mail, in memory. A key dies with its mail's
 * window, and with it whatever a hash could tell.
 */
export interface RecipientKeys {
  /** HMAC-SHA-256 of the token under the mail's key, cut to 64 bits: two 32-bit integers. */
  hash(site: number, message: string, token: string): Int32Array;
  /** Forgets the keys of mails that nobody counts by any more. */
  keep(isLive: (site: number, message: string) => boolean): void;
  /** All that live, for the memory-backed folder. */
  export(): RecipientKey[];
  restore(keys: Iterable<RecipientKey>): void;
}

/** @param random gives that many bytes, from a cryptographic source */
export function createRecipientKeys(random: (bytes: number) => Uint8Array): RecipientKeys {
  const keys = new Map<string, RecipientKey>();
  const nameOf = (site: number, message: string): string => `${site} ${message}`;

  return {
    hash(site, message, token) {
      const name = nameOf(site, message);
      let known = keys.get(name);
      if (!known) {
        known = { site, message, key: random(32) };
        keys.set(name, known);
      }
      const digest = createHmac('sha256', known.key).update(token).digest();
      return new Int32Array([digest.readInt32LE(0), digest.readInt32LE(4)]);
    },
    keep(isLive) {
      for (const [name, { site, message, key }] of keys) {
        if (isLive(site, message)) continue;
        key.fill(0);
        keys.delete(name);
      }
    },
    export: () => [...keys.values()],
    restore(list) {
      for (const { site, message, key } of list)
        keys.set(nameOf(site, message), { site, message, key: Uint8Array.from(key) });
    },
  };
}
