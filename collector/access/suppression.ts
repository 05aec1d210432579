import { createHmac } from 'node:crypto';

/**
 * What the suppression list keeps of a mail recipient: HMAC-SHA-256 (RFC 2104) of the recipient token under a key of this
 * instance, so that the list alone tells nobody who is on it.
 */
export const suppressionHash = (key: Uint8Array, token: string): Uint8Array =>
  Uint8Array.from(createHmac('sha256', key).update(`recipient\0${token}`).digest());

/** Bytes of the key. */
export const suppressionKeyBytes = 32;
