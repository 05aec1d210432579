import { mailLimits } from '../../schema/mail.ts';

/** What a mail's picture or link was asked with, once its token is known to be ours. Nothing else in it is trusted. */
export interface MailSubmitted {
  readonly kind: 'open' | 'click';
  /** Site id, campaign, and of a click the link's label: as the sender's own template was signed. */
  readonly site: number;
  readonly message: string;
  readonly link: string | null;
  /** The click was on the link that no reader can see. */
  readonly decoy: boolean;
  /** What the mail system filled in for the recipient. */
  readonly recipient: string | null;
  /** When it sent the mail, ms since 1970. */
  readonly sentAt: number | null;
}

/**
 * Marks of template languages: a tag that no mail system has filled in is nobody's token. All recipients would be one, and
 * one who objects would object for all.
 */
const unfilled =
  /\{\{|\}\}|\{%|%\}|\*\||\|\*|<%|%>|\[%|%\]|\[\[|\]\]|%%|##|\$\{|@@|^\{.*\}$|^\[.*\]$|^%.*%$|^-[\w.]+-$|^\$/;
const earliest = Date.parse('2000-01-01T00:00:00Z');

/**
 * What a mail system has filled in, as it did: a plus sign in a token or in a time zone is no space, because most systems
 * fill in without encoding for an address.
 *
 * @param url the address that was asked for
 */
export const filledIn = (url: string): URLSearchParams =>
  new URLSearchParams(new URL(url).search.replaceAll('+', '%2B'));

/** The recipient's token of a mail's address; null where there is none, or where the tag was not filled in. */
export function recipientOf(query: URLSearchParams): string | null {
  const given = query.get('r')?.trim() ?? '';
  return given === '' || given.length > mailLimits.recipient || unfilled.test(given) ? null : given;
}

/** A date and a time of day; without an offset it is in UTC. */
const dateTime = /^(\d{4}-\d\d-\d\d)[T +](\d\d:\d\d(?::\d\d(?:\.\d+)?)?) ?(Z|[+-]\d\d:?\d\d)?$/;

/** When the mail was sent, in ms since 1970: seconds or milliseconds since 1970, or ISO 8601. Null for anything else. */
export function sentAtOf(query: URLSearchParams): number | null {
  const given = query.get('t')?.trim() ?? '';
  const at = /^\d{9,13}(\.\d+)?$/.test(given) ? sinceEpoch(Number(given)) : ofDateTime(given);
  return at >= earliest ? Math.round(at) : null;
}

const sinceEpoch = (number: number): number => (number < 1e11 ? number * 1_000 : number);

function ofDateTime(given: string): number {
  const [, date, time, offset = 'Z'] = dateTime.exec(given) ?? [];
  return Date.parse(`${date}T${time}${offset.replace(/^([+-]\d\d)(\d\d)$/, '$1:$2')}`);
}
