import type { Prepared, PrepareOptions } from '../../../schema/mail.ts';
import { checkElements, checkOptions } from './check.ts';
import type { PrepareContext } from './context.ts';
import { unsubscribeHeaders } from './headers.ts';
import { preparedHtml } from './html-part.ts';
import { findLinks } from './links.ts';
import { noteOnEarlier, noteOnReach, notesOn } from './notes.ts';
import { preparedText } from './text-part.ts';
import { addresses } from './written.ts';

/**
 * A mail template with signed links, an open pixel and an opt-out, all else byte for byte as it was. Throws
 * TemplateError, with a hint, for what cannot be prepared.
 */
export function prepare(options: PrepareOptions, context: PrepareContext): Prepared {
  checkOptions(options, context);
  const { headers, notes } = unsubscribeHeaders(options.unsubscribe_url);
  const found = findLinks(options, context);
  checkElements(found.elements.elements, context);
  const written = addresses(options, context);
  const html = preparedHtml(options, found, written);
  return {
    html,
    text: options.text === undefined ? null : preparedText(options.text, options, found, written),
    headers,
    links: found.links.map(({ where, element, href, label, target, left }, index) => ({
      number: index + 1,
      where,
      element,
      href,
      label,
      target,
      left,
    })),
    notes: [
      ...notesOn(options, found, html),
      ...notes,
      ...noteOnReach(context.publicUrl),
      ...noteOnEarlier(options, context),
    ],
  };
}
