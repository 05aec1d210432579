import type { PrepareOptions } from '../../../schema/mail.ts';
import { type Edit, edited } from './edits.ts';
import { attributeNamed, type Element } from './elements.ts';
import type { Found } from './links.ts';
import { type Addresses, ampersand, escapedWords, quoted } from './written.ts';

/** The words of the opt-out where the template has none. */
export const defaultWords = 'Don’t measure my opens and clicks';

/** The report's name for the link that nobody sees. */
export const decoyLink = '(decoy)';

/** The HTML part with its links changed, and with what is added at the end of its body. */
export function preparedHtml(options: PrepareOptions, found: Found, addresses: Addresses): string {
  const places = found.elements.elements.filter(isOptOut);
  const edits: Edit[] = [
    ...changedLinks(found, addresses),
    ...places.map((element) => optOutPlaced(element, addresses)),
  ];
  const added = [
    // What only Outlook sees is no place for all the others.
    ...(places.some(({ hidden }) => !hidden) ? [] : [optOutLine(options, addresses)]),
    ...(options.decoy ? [decoy(options, addresses)] : []),
    pixel(addresses),
  ].join('');
  const { tail } = found.elements;
  return edited(options.html, [...edits, { start: tail, end: tail, text: added }]);
}

function* changedLinks({ links }: Found, addresses: Addresses): Generator<Edit> {
  for (const { html, label, target, written } of links) {
    if (!html || label === null || target === null) continue;
    const address = addresses.click(label, target, ampersand.html);
    yield { ...written, text: quoted(address, html.attribute.quote ?? '"') };
  }
}

/** `<a data-footfall="opt-out">`: where the template wants the opt-out. */
const isOptOut = (element: Element): boolean =>
  element.name === 'a' && attributeNamed(element, 'data-footfall')?.value.trim().toLowerCase() === 'opt-out';

function optOutPlaced(element: Element, addresses: Addresses): Edit {
  const href = attributeNamed(element, 'href');
  if (!href) {
    const { nameEnd } = element;
    return { start: nameEnd, end: nameEnd, text: ` href=${quoted(addresses.optOut(), '"')}` };
  }
  const text = quoted(addresses.optOut(), href.quote ?? '"');
  return { ...href.written, text: href.quote === null ? `=${text}` : text };
}

function optOutLine(options: PrepareOptions, addresses: Addresses): string {
  const words = escapedWords(options.opt_out_words ?? defaultWords);
  const style = 'margin:0;padding:12px;text-align:center;font:12px/18px Arial,sans-serif;color:#767676';
  return `<p style="${style}"><a href=${quoted(addresses.optOut(), '"')} style="color:#767676">${words}</a></p>`;
}

/** Nothing shows it and nothing reads it out; a program that follows every address follows this one too. */
function decoy(options: PrepareOptions, addresses: Addresses): string {
  const address = addresses.click(decoyLink, `https://${options.site_id}/`, ampersand.html, true);
  return `<div aria-hidden="true" style="display:none;max-height:0;overflow:hidden;mso-hide:all"><a href=${quoted(address, '"')} tabindex="-1" aria-hidden="true" rel="nofollow"></a></div>`;
}

const pixel = (addresses: Addresses): string =>
  `<img src=${quoted(addresses.open(), '"')} width="1" height="1" alt="" style="display:block;width:1px;height:1px;border:0">`;
