import type { Random } from './random.ts';

/** Crockford's base 32: no letter looks like a digit. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A reference of 80 random bits that can be read out: `7H2K-91QV-0ZT4-MMXA`. */
export function newReference(random: Random): string {
  let bits = Array.from(random(10), (byte) => byte.toString(2).padStart(8, '0')).join('');
  let text = '';
  for (; bits !== ''; bits = bits.slice(5)) text += alphabet[Number.parseInt(bits.slice(0, 5), 2)];
  return text.replace(/(.{4})(?=.)/g, '$1-');
}

/** A reference as it was given, from one as somebody typed it. */
export const readReference = (typed: string): string =>
  typed
    .toUpperCase()
    .replace(/[^0-9A-Z]/g, '')
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
    .replace(/(.{4})(?=.)/g, '$1-');
