import type { PrepareOptions } from '../../../schema/mail.ts';
import { type Edit, edited } from './edits.ts';
import { defaultWords } from './html-part.ts';
import type { Found } from './links.ts';
import { type Addresses, ampersand } from './written.ts';

/** Where a text wants the address of the opt-out. */
const placeholder = '[footfall:opt-out]';

/** The text part with its addresses changed, and with the opt-out where it has a place for it, or else as its last line. */
export function preparedText(
  text: string,
  options: PrepareOptions,
  found: Found,
  addresses: Addresses,
): string {
  const edits: Edit[] = [];
  for (const { html, label, target, written } of found.links)
    if (!html && label !== null && target !== null)
      edits.push({ ...written, text: addresses.click(label, target, ampersand.text) });
  const place = text.indexOf(placeholder);
  if (place >= 0) edits.push({ start: place, end: place + placeholder.length, text: addresses.optOut() });
  else {
    const line = /\r\n|\n/.exec(text)?.[0] ?? '\n';
    const gap = text.endsWith('\n') ? line : `${line}${line}`;
    const words = options.opt_out_words ?? defaultWords;
    edits.push({
      start: text.length,
      end: text.length,
      text: `${gap}${words}: ${addresses.optOut()}${line}`,
    });
  }
  return edited(text, edits);
}
