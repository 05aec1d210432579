import type { PrepareOptions } from '../../../schema/mail.ts';
import type { MailToken } from '../token.ts';
import { ownAddress, type PrepareContext } from './context.ts';
import { tagsIn } from './tags.ts';
import { TemplateError } from './template-error.ts';

/** What the mail system fills in after us, and so outside of the signature: the recipient, and the time of sending. */
type Filled = Pick<PrepareOptions, 'token' | 'send_time'>;

const folders = { open: 'o', click: 'c', optout: 'u' } as const;

/** Our addresses as they are put into a mail; the mail system's tags in them stay as they were given. */
export function addresses(options: PrepareOptions, context: PrepareContext) {
  const address = (token: MailToken, suffix: string, filled: Filled, and: string): string => {
    const values = [
      ...(filled.token === undefined ? [] : [`r=${filled.token}`]),
      ...(filled.send_time === undefined ? [] : [`t=${filled.send_time}`]),
    ];
    const path = `${ownAddress(context)}${folders[token.kind]}/${context.tokens.sign(token)}${suffix}`;
    return values.length > 0 ? `${path}?${values.join(and)}` : path;
  };
  const common = { site: context.siteId, message: options.campaign };
  const recipient: Filled = { token: options.token };
  return {
    click: (link: string, target: string, and: string, decoy = false): string =>
      address({ kind: 'click', ...common, link, target, decoy }, '', options, and),
    open: (): string => address({ kind: 'open', ...common }, '.gif', recipient, ''),
    optOut: (): string => address({ kind: 'optout', ...common }, '', recipient, ''),
  };
}
export type Addresses = ReturnType<typeof addresses>;

/** What stands between two values of an address inside of HTML, and inside of text. */
export const ampersand = { html: '&amp;', text: '&' } as const;

/**
 * An attribute's value in the quotes it had, in others if a tag in it holds those, and without any if it had none and
 * nothing is filled in.
 */
export function quoted(value: string, quote: '"' | "'" | ''): string {
  if (quote === '' && /^[\w:/.-]+$/.test(value)) return value;
  const wanted = quote === '' ? '"' : quote;
  const fitting = [wanted, '"', "'"].find((one) => !value.includes(one));
  if (fitting === undefined)
    throw new TemplateError(
      'A tag to be filled in holds both kinds of quotes, and so it cannot stand in an attribute.',
      'Write it with one kind of quotes.',
    );
  return `${fitting}${value}${fitting}`;
}

/** Words as HTML, the mail system's tags in them as they are. */
export function escapedWords(words: string): string {
  const tags = tagsIn(words);
  const escaped = (text: string): string =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  if (tags.length === 0) return escaped(words);
  const parts = tags.map(({ start, end }, index) => [
    escaped(words.slice(tags[index - 1]?.end ?? 0, start)),
    words.slice(start, end),
  ]);
  return [...parts.flat(), escaped(words.slice(tags.at(-1)?.end))].join('');
}
