import { asciiAddress, strippedAddress, unsafe } from '../target.ts';
import { holdsPlainTag } from './tags.ts';
import { addressSaysUnsubscribe, tagSaysUnsubscribe, wordsSayUnsubscribe } from './unsubscribe.ts';

/** What is known of a link of a template. */
export interface Seen {
  /** Decoded, as it stood there. */
  readonly href: string;
  /** Whether a tag of a template language lies in it. */
  readonly tagged: boolean;
  /** What the link says, or what stands before it. */
  readonly words: string;
}

const schemes: Readonly<Record<string, string>> = {
  mailto: 'writes a mail',
  tel: 'calls a number',
  sms: 'writes a message',
};

/**
 * Why a link stays as it is, in words that continue “left, because it …”, or null: it is a web address that can be
 * signed. `own` is where our own addresses begin, `unsubscribe` the sender's own address.
 */
export function reasonToLeave(seen: Seen, own: string, unsubscribe: string | undefined): string | null {
  const href = strippedAddress(seen.href);
  if (unsubscribe !== undefined && href === unsubscribe) return 'is the sender’s own unsubscribe link';
  if (href.startsWith(own)) return 'was prepared already';
  const scheme = schemeOf(href);
  if (scheme !== undefined && schemes[scheme] !== undefined) return schemes[scheme];
  if (seen.tagged || holdsPlainTag(href))
    return tagSaysUnsubscribe(href)
      ? 'is the mail system’s own unsubscribe or preferences link'
      : 'holds a template tag: only an address that is known now can be signed';
  const refused = notWeb(href, scheme);
  if (refused) return refused;
  if (/@TrackLink$/i.test(href))
    return 'is tracked by Listmonk itself: take "@TrackLink" away to have it counted here';
  // Behind “?” an address may speak of another one.
  const [place = ''] = href.replace(/^https?:\/\//i, '').split(/[?#]/);
  const query = /^[^?#]*\?([^#]*)/.exec(href)?.[1] ?? '';
  const address = decoded(/:\/\/|%3a%2f%2f/i.test(query) ? place : `${place}?${query}`);
  if (addressSaysUnsubscribe(address) || wordsSayUnsubscribe(seen.words))
    return 'is an unsubscribe or preferences link';
  return unsafe(asciiAddress(href));
}

const schemeOf = (href: string): string | undefined =>
  /^([a-z][a-z0-9+.-]*):/i.exec(href)?.[1]?.toLowerCase();

function notWeb(href: string, scheme: string | undefined): string | null {
  if (href === '') return 'is empty';
  if (href.startsWith('#')) return 'leads to a place in the mail itself';
  if (scheme === undefined)
    return /^[/\\]{2}/.test(href)
      ? 'has no "https:" before it, which mail programs do not add'
      : 'is relative: mail programs do not know to what';
  return scheme === 'http' || scheme === 'https' ? null : `is not a web address but "${scheme}:"`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
