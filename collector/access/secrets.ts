import { createHash, scrypt as scryptCallback, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import type { Random } from './random.ts';

const scrypt: (password: string, salt: Uint8Array, size: number, options: object) => Promise<Buffer> =
  promisify(scryptCallback);

/** OWASP Password Storage Cheat Sheet: scrypt with N = 2^15, r = 8, p = 3 (32 MiB). */
const cost = { log2n: 15, r: 8, p: 3 };

const derive = (
  password: string,
  salt: Uint8Array,
  size: number,
  log2n: number,
  r: number,
  p: number,
): Promise<Buffer> =>
  scrypt(password.normalize('NFKC'), salt, size, { N: 2 ** log2n, r, p, maxmem: 256 * 2 ** log2n * r });

/** `scrypt$log2N$r$p$salt$hash`, so that the cost can rise without breaking old passwords. */
export async function hashPassword(password: string, random: Random): Promise<string> {
  const salt = random(16);
  const hash = await derive(password, salt, 32, cost.log2n, cost.r, cost.p);
  return [
    'scrypt',
    cost.log2n,
    cost.r,
    cost.p,
    Buffer.from(salt).toString('base64url'),
    hash.toString('base64url'),
  ].join('$');
}

/** What an unknown e-mail address is checked against, so that it takes as long as a known one. */
const nobody = [
  'scrypt',
  cost.log2n,
  cost.r,
  cost.p,
  'AAAAAAAAAAAAAAAAAAAAAA',
  Buffer.alloc(32).toString('base64url'),
].join('$');

export async function verifyPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [scheme, log2n, r, p, salt = '', hash = ''] = (stored ?? nobody).split('$');
  if (scheme !== 'scrypt') return false;
  const expected = Buffer.from(hash, 'base64url');
  const actual = await derive(
    password,
    Buffer.from(salt, 'base64url'),
    expected.length,
    Number(log2n),
    Number(r),
    Number(p),
  );
  return timingSafeEqual(actual, expected) && stored !== undefined;
}

/** A secret of 256 bits, as text. */
export const newSecret = (random: Random): string => Buffer.from(random(32)).toString('base64url');

/** How sessions and keys are stored: they are random, so one round of SHA-256 is enough. */
export const digest = (secret: string): string => createHash('sha256').update(secret).digest('base64url');
