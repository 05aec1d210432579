import { mailLimits } from '../../schema/mail.ts';

/** No host has any of these; `%` and `@` are how a foreign one is dressed up as another. */
const absolute = /^https?:\/\/[^/?#@%\\]+(?:[/?#]|$)/i;
/** What a `Location` header carries as it is. A backslash is a slash to browsers and none to other programs. */
const printable = /^[\x21-\x5b\x5d-\x7e]*$/;

/** Why a click must not lead there, in words, or null: only a plain http(s) address is a target. */
export function unsafe(target: string): string | null {
  if (target.length > mailLimits.target) return `is longer than ${mailLimits.target} characters`;
  if (target.includes('\\')) return 'holds a backslash';
  if (!printable.test(target))
    return 'holds control characters, spaces or letters that an address has to encode';
  if (!/^https?:/i.test(target)) return 'is not http or https';
  if (/^https?:\/\/[^/?#]*@/i.test(target)) return 'holds a user name';
  if (!absolute.test(target) || !URL.canParse(target)) return 'is not an absolute address';
  const { protocol, username, password, hostname } = new URL(target);
  const plain = (protocol === 'http:' || protocol === 'https:') && username === '' && password === '';
  return plain && hostname !== '' ? null : 'is not a plain web address';
}

/** The address as it was given, fit for a `Location` header, or null. It is checked when signing and when reading. */
export const safeTarget = (text: string): string | null => (unsafe(text) === null ? text : null);

/**
 * An address as browsers read it from an attribute (https://url.spec.whatwg.org/#concept-basic-url-parser): without
 * spaces around it and line breaks within, and everything that is not ASCII encoded. All else keeps its spelling.
 */
export function asciiAddress(href: string): string {
  const trimmed = strippedAddress(href).replace(/\p{Surrogate}/gu, '\ufffd');
  const [, scheme = '', host = '', rest = ''] = /^(https?:\/\/)([^/?#]*)(.*)$/is.exec(trimmed) ?? [];
  if (scheme === '') return trimmed;
  const foreign = /[^\x20-\x7e]/.test(host) && URL.canParse(`${scheme}${host}`);
  return `${scheme}${foreign ? new URL(`${scheme}${host}`).host : host}${rest.replace(/[ \x80-\u{10ffff}]+/gu, encodeURIComponent)}`;
}

/** As browsers read it, before anything is encoded. */
export function strippedAddress(href: string): string {
  // No expression finds the end of a run of spaces in less than the square of its length.
  let [start, end] = [0, href.length];
  while (start < end && href.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && href.charCodeAt(end - 1) <= 0x20) end -= 1;
  return href.slice(start, end).replace(/[\t\n\r]+/g, '');
}
