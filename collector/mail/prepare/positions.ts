import type { PrepareOptions } from '../../../schema/mail.ts';
import { checkOptions } from './check.ts';
import type { FindContext } from './context.ts';
import { findLinks } from './links.ts';

/** Where a link stands in the template as it was given; offsets in UTF-16 units. */
export interface LinkPosition {
  /** As the report calls it. */
  readonly label: string;
  readonly start: number;
  readonly startTagEnd: number;
  /** Behind its end tag; the end of its start tag if it has none. */
  readonly end: number;
}

/**
 * The links of the HTML part that are counted and that a browser shows, in the order of the template, with the labels
 * that preparing it gives them. Throws TemplateError as preparing does.
 */
export function linksIn(options: PrepareOptions, context: FindContext): LinkPosition[] {
  checkOptions(options, context);
  return findLinks(options, context).links.flatMap(({ html, label }) =>
    html && label !== null && !html.element.hidden
      ? [{ label, start: html.element.start, startTagEnd: html.element.startTagEnd, end: html.element.end }]
      : [],
  );
}
