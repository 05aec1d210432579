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

/** Marks of template languages: a tag that no mail system has filled in is nobody's token. */
const unfilled = /\{\{|\}\}|\{%|%\}|\*\||\|\*|<%|%>|\[%|%\]|^\{.*\}$/;
const earliest = Date.parse('2000-01-01T00:00:00Z');

/** The recipient's token of a mail's address; null where there is none, or where the tag was not filled in. */
export function recipientOf(query: URLSearchParams): string | null {
  const given = query.get('r')?.trim() ?? '';
  return given === '' || given.length > mailLimits.recipient || unfilled.test(given) ? null : given;
}

/** When the mail was sent, in ms since 1970: seconds or milliseconds since 1970, or ISO 8601. Null for anything else. */
export function sentAtOf(query: URLSearchParams): number | null {
  const given = query.get('t')?.trim() ?? '';
  const number = /^\d{9,13}(\.\d+)?$/.test(given) ? Number(given) : Number.NaN;
  const at = Number.isNaN(number)
    ? /^\d{4}-\d\d-\d\d/.test(given)
      ? Date.parse(given.replace(' ', 'T'))
      : Number.NaN
    : number < 1e11
      ? number * 1_000
      : number;
  return at >= earliest ? Math.round(at) : null;
}
