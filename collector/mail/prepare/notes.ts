import type { PrepareOptions } from '../../../schema/mail.ts';
import type { PrepareContext } from './context.ts';
import { attributeNamed } from './elements.ts';
import type { Found } from './links.ts';
import { tagsIn } from './tags.ts';
import { utmOf } from './utm.ts';

/** Gmail hides what is longer behind “View entire message”, the pixel at the end with it. */
const clipped = 102 * 1024;

/** What the sender should know of a prepared mail, in words. */
export function notesOn(options: PrepareOptions, found: Found, html: string): string[] {
  const { links } = found;
  const changed = links.filter(({ target }) => target !== null);
  const left = (words: string): number => links.filter((link) => link.left?.includes(words)).length;
  const others = changed.filter(({ target }) => utmOf(target ?? '', 'utm_campaign') !== options.campaign);
  const unsubscribe = options.unsubscribe_url !== undefined || left('unsubscribe') > 0;
  const size = Buffer.byteLength(html);
  const said: [boolean, string][] = [
    [
      true,
      'Footfall’s own opt-out ends the measuring, not the mailing: the mail needs your unsubscribe link as well.',
    ],
    [!unsubscribe, 'No unsubscribe link was found in the template.'],
    [changed.length === 0, 'No link was changed: no click of this mail can be counted.'],
    [
      others.length > 0,
      `${several(others.length)} a utm_campaign of its own, which was kept: what comes after such a click on the website is reported there, not under "${options.campaign}".`,
    ],
    [
      left('prepared already') > 0,
      `${several(left('prepared already'))} been prepared before; nothing was changed there.`,
    ],
    [
      left('template tag:') > 0,
      `${several(left('template tag:'))} an address that the mail system fills in; clicks on it are not counted.`,
    ],
    [
      tagsIn(options.html).some(({ start, end }) => /<a\s[^>]*href/i.test(options.html.slice(start, end))),
      'A template tag holds a link of its own, which was left with it.',
    ],
    [left('form') > 0, 'A form was left as it was: what readers fill in would be lost by a redirect.'],
    [left('"javascript:"') > 0, 'The template has a "javascript:" link, which no mail program follows.'],
    [
      found.elements.elements.some((element) => element.name === 'base' && attributeNamed(element, 'href')),
      'The template has a <base>: most mail programs ignore it, and relative links were left.',
    ],
    [
      size > clipped,
      `The prepared mail has ${Math.ceil(size / 1024)} KiB. Gmail cuts a message at about 102 KiB, and the pixel at its end with it: its opens there will be missing.`,
    ],
    [
      [options.token, options.send_time].some((tag) => tag !== undefined && /^[\p{L}\p{N}]+$/u.test(tag)),
      'The tag for the recipient or the time of sending has no sign of a tag, such as braces: if the mail system does not replace it, all recipients are one.',
    ],
  ];
  return said.flatMap(([applies, words]) => (applies ? [words] : []));
}

/** Where only the sender's own machine would reach the links. */
export function noteOnReach(publicUrl: string): string[] {
  const { hostname } = new URL(publicUrl);
  return /^(?:localhost|127\..*|\[::1?\]|0\.0\.0\.0)$/.test(hostname)
    ? [
        `Links lead to ${publicUrl}, which only this machine reaches. Set FOOTFALL_PUBLIC_URL=https://stats.example.com before you send.`,
      ]
    : [];
}

/** Where a mail of the same name is there already. */
export const noteOnEarlier = (
  { campaign }: PrepareOptions,
  { preparedAt }: Pick<PrepareContext, 'preparedAt'>,
): string[] =>
  preparedAt === null
    ? []
    : [
        `A mail "${campaign}" was prepared on ${new Date(preparedAt).toISOString().slice(0, 10)}: this template takes the place of its message in the report, and what is counted of both stands together. A new mail needs a name of its own.`,
      ];

const several = (count: number): string => (count === 1 ? 'One link has' : `${count} links have each`);
