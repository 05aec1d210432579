/**
 * Characters that nobody sees: controls, formats (soft hyphen, zero-width and bidirectional marks, tags), line separators and
 * halves of surrogate pairs. In a report they make two names look the same, or turn text around.
 */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;
const printable = /^[\x20-\x7e]*$/;

/** The text without invisible characters. */
export const visible = (text: string): string => (printable.test(text) ? text : text.replace(invisible, ''));

/** At most `most` UTF-16 units, never half a surrogate pair. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const last = text.charCodeAt(most - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? most - 1 : most);
}

/** A host as sites are named: lower case, without `www.` and the root's dot. */
export function bareHost(hostname: string): string {
  const host = hostname.toLowerCase();
  const from = host.startsWith('www.') ? 4 : 0;
  return from === 0 && !host.endsWith('.') ? host : host.slice(from, host.endsWith('.') ? -1 : undefined);
}
