import { createHmac, timingSafeEqual } from 'node:crypto';
import { mailLimits } from '../../schema/mail.ts';
import { safeTarget } from './target.ts';

/** `id` from 1 to 2^31 − 1, `secret` of 32 bytes. */
export interface MailKey {
  readonly id: number;
  readonly secret: Uint8Array;
}

/** `site` is the site's number, `message` the campaign, `link` the label that the report shows. */
export type MailToken =
  | { readonly kind: 'open'; readonly site: number; readonly message: string }
  | {
      readonly kind: 'click';
      readonly site: number;
      readonly message: string;
      readonly link: string;
      readonly target: string;
      readonly decoy: boolean;
    }
  | { readonly kind: 'optout'; readonly site: number; readonly message: string };

export interface MailTokens {
  /** Base64url. Throws a RangeError where a part does not fit, or the target is none that a click may lead to. */
  sign(token: MailToken): string;
  /** null: not ours, cut, altered, of an unknown key, or not the one spelling. */
  read(text: string): MailToken | null;
}

/** Version in the upper half, kind in the lower. */
const kinds = { open: 0x11, click: 0x12, decoy: 0x13, optout: 0x14 } as const;
/** HMAC-SHA-256 cut to 128 bits (RFC 2104, section 5). */
const tagBytes = 16;
/** Kind, key, site; after them the message with its length, for clicks also the link with its own, and the target. */
const headBytes = 1 + 4 + 4;
const lengthBytes = 2;
/** A UTF-16 unit takes up to three bytes of UTF-8; targets are ASCII. */
const mostBytes =
  headBytes + 2 * lengthBytes + 3 * (mailLimits.campaign + mailLimits.link) + mailLimits.target + tagBytes;
const mostCharacters = Math.ceil((mostBytes * 4) / 3);
const leastBytes = headBytes + lengthBytes + 1 + tagBytes;

/** Signs with the key of the highest id; all of them verify. Throws where there is none, or one is no key. */
export function createMailTokens(keys: readonly MailKey[]): MailTokens {
  const secrets = new Map(keys.map(({ id, secret }) => [checkedId(id), checkedSecret(secret)]));
  const current = Math.max(...secrets.keys());
  const secret = secrets.get(current);
  if (!secret || secrets.size !== keys.length)
    throw new RangeError('Signing mails takes at least one key, each with an id of its own.');
  return {
    sign(token) {
      const signed = encode(token, current);
      return Buffer.concat([signed, tagOf(secret, signed)]).toString('base64url');
    },
    read(text) {
      if (text.length > mostCharacters) return null;
      const bytes = Buffer.from(text, 'base64url');
      // Decoders forgive a foreign alphabet, padding and spare bits: a token has one spelling.
      if (bytes.length < leastBytes || bytes.toString('base64url') !== text) return null;
      const signed = bytes.subarray(0, -tagBytes);
      const verifying = secrets.get(signed.readUInt32BE(1));
      if (!verifying || !timingSafeEqual(tagOf(verifying, signed), bytes.subarray(-tagBytes))) return null;
      return decode(signed);
    },
  };
}

const tagOf = (secret: Uint8Array, signed: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(signed).digest().subarray(0, tagBytes);

function checkedId(id: number): number {
  if (!Number.isInteger(id) || id < 1 || id > 2 ** 31 - 1) throw new RangeError(`${id} is no id of a key.`);
  return id;
}

function checkedSecret(secret: Uint8Array): Uint8Array {
  if (secret.length !== 32) throw new RangeError('The secret of a key has 32 bytes.');
  return secret;
}

function encode(token: MailToken, key: number): Buffer {
  const refused = unfit(token);
  if (refused) throw new RangeError(`This cannot be signed: ${refused}.`);
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(token.kind === 'click' && token.decoy ? kinds.decoy : kinds[token.kind], 0);
  head.writeUInt32BE(key, 1);
  head.writeUInt32BE(token.site, 5);
  const click = token.kind === 'click' ? [...counted(token.link), Buffer.from(token.target, 'latin1')] : [];
  return Buffer.concat([head, ...counted(token.message), ...click]);
}

/** A text behind its length. */
function counted(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt16BE(bytes.length);
  return [length, bytes];
}

/** What was signed was fit once, but limits and rules may have become stricter since. */
function decode(signed: Buffer): MailToken | null {
  const kind = signed.readUInt8(0);
  const site = signed.readUInt32BE(5);
  const message = textAt(signed, headBytes);
  if (message === null) return null;
  const token = tokenOf(kind, site, message.text, signed.subarray(message.end));
  return token && unfit(token) === null ? token : null;
}

function tokenOf(kind: number, site: number, message: string, rest: Buffer): MailToken | null {
  if (kind === kinds.open || kind === kinds.optout)
    return rest.length === 0 ? { kind: kind === kinds.open ? 'open' : 'optout', site, message } : null;
  const link = textAt(rest, 0);
  if (!link || (kind !== kinds.click && kind !== kinds.decoy)) return null;
  const target = rest.toString('latin1', link.end);
  return { kind: 'click', site, message, link: link.text, target, decoy: kind === kinds.decoy };
}

function textAt(bytes: Buffer, start: number): { text: string; end: number } | null {
  if (start + lengthBytes > bytes.length) return null;
  const from = start + lengthBytes;
  const end = from + bytes.readUInt16BE(start);
  return end > bytes.length ? null : { text: bytes.toString('utf8', from, end), end };
}

/** Why a token says what it must not, or null. */
function unfit(token: MailToken): string | null {
  if (!Number.isInteger(token.site) || token.site < 1 || token.site >= 2 ** 32)
    return 'the number of the site';
  if (!fits(token.message, mailLimits.campaign)) return 'the name of the campaign';
  if (token.kind !== 'click') return null;
  if (!fits(token.link, mailLimits.link)) return 'the label of the link';
  return safeTarget(token.target) === null ? 'the target of the link' : null;
}

const fits = (text: string, most: number): boolean =>
  text !== '' && text.length <= most && !/\p{Surrogate}/u.test(text);
