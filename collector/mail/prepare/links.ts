import { mailLimits, type PreparedLink, type PrepareOptions } from '../../../schema/mail.ts';
import { asciiAddress, unsafe } from '../target.ts';
import { type FindContext, ownAddress, utmTags } from './context.ts';
import { type Attribute, attributeNamed, type Element, type Elements, elementsOf } from './elements.ts';
import { labelled } from './labels.ts';
import { reasonToLeave, type Seen } from './reason.ts';
import { anyWithin, type Range, tagsIn } from './tags.ts';
import { TemplateError } from './template-error.ts';
import { textLinks } from './text-links.ts';
import { withUtm } from './utm.ts';

/** One link of a template and what becomes of it. */
export interface Link extends Omit<PreparedLink, 'number'> {
  /** Its element and its attribute; null in plain text. */
  readonly html: { readonly element: Element; readonly attribute: Attribute } | null;
  /** Of the address as it is written, with its quotes. */
  readonly written: Range;
}

export interface Found {
  readonly elements: Elements;
  /** The HTML part's, then the text part's. */
  readonly links: readonly Link[];
}

/** All links of both parts, with their labels. Throws TemplateError where there are too many. */
export function findLinks(options: PrepareOptions, context: FindContext): Found {
  const tags = tagsIn(options.html);
  const elements = elementsOf(options.html, tags);
  const decide = (seen: Seen) => decided(seen, options, context);
  const links: Link[] = [];
  for (const link of bothParts(options, elements, tags, decide)) {
    if (links.push(link) > mailLimits.links)
      throw new TemplateError(
        `The template has more than ${mailLimits.links} links.`,
        'Send fewer links, or one that leads to a page of your website with all of them.',
      );
  }
  return { elements, links: labelled(links, context.scrub) };
}

function* bothParts(
  { html, text }: PrepareOptions,
  { elements }: Elements,
  tags: readonly Range[],
  decide: Decide,
): Generator<Link> {
  yield* htmlLinks(html, elements, tags, decide);
  if (text !== undefined) yield* textLinks(text, decide);
}

export type Decide = (seen: Seen) => { target: string | null; left: string | null };

function decided(seen: Seen, options: PrepareOptions, context: FindContext): ReturnType<Decide> {
  const left = reasonToLeave(seen, ownAddress(context), options.unsubscribe_url);
  if (left !== null) return { target: null, left };
  const target = withUtm(asciiAddress(seen.href), utmTags(options));
  const refused = unsafe(target);
  return refused === null ? { target, left: null } : { target: null, left: `${refused}, utm tags included` };
}

/** Elements that lead somewhere, by the attribute that says where. `v:` is VML, Outlook's buttons. */
function leads({ name }: Element): string | null {
  if (name === 'a' || name === 'area' || name.startsWith('v:')) return 'href';
  if (name === 'button' || name === 'input') return 'formaction';
  return name === 'form' ? 'action' : null;
}

function* htmlLinks(
  html: string,
  elements: readonly Element[],
  tags: readonly Range[],
  decide: Decide,
): Generator<Link> {
  for (const element of elements) {
    const leading = leads(element);
    const skip = attributeNamed(element, 'data-footfall')?.value.trim().toLowerCase();
    if (leading === null || skip === 'opt-out') continue;
    for (const attribute of element.attributes) {
      if (attribute.name !== leading || attribute.quote === null) continue;
      const { written, quote } = attribute;
      const tagged = anyWithin(tags, written);
      // A tag is not decoded: it is no HTML yet.
      const href = tagged ? unquoted(html.slice(written.start, written.end), quote) : attribute.value;
      const base = { where: 'html', element: element.name, href, label: null, written } as const;
      const fixed = fixedReason(element, skip);
      const result =
        fixed === null ? decide({ href, tagged, words: element.text }) : { target: null, left: fixed };
      yield { ...base, ...result, html: { element, attribute } };
    }
  }
}

function fixedReason({ name }: Element, skip: string | undefined): string | null {
  if (skip === 'skip') return 'is marked data-footfall="skip"';
  if (name === 'form' || name === 'input')
    return 'is where a form goes, with what was filled in: a redirect would lose it';
  return null;
}

const unquoted = (written: string, quote: string): string => (quote === '' ? written : written.slice(1, -1));
