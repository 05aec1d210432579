/** From its first character to behind its last one. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Longer ones are no tags but braces that happen to be there. */
const mostCharacters = 2_000;

/** Listmonk (Go), Sendgrid, Handlebars, Liquid, Mautic's Twig; Sendgrid's sections; Mailchimp. */
const delimiters = [
  ['{{!--', '--}}'],
  ['{{', '}}'],
  ['{%', '%}'],
  ['<%', '%>'],
  ['[%', '%]'],
  ['*|', '|*'],
] as const;

/**
 * The tags of template languages that may hold what HTML has a meaning for: quotes, `<`, `>`, spaces. In the order of
 * the text, none within another. A pair that opens again before it closes was no tag the first time.
 */
export function tagsIn(text: string): Range[] {
  const found = delimiters.flatMap(([open, close]) => pairs(text, open, close));
  found.sort((a, b) => a.start - b.start || b.end - a.end);
  let end = 0;
  return found.filter((tag) => {
    if (tag.start < end) return false;
    end = tag.end;
    return true;
  });
}

function pairs(text: string, open: string, close: string): Range[] {
  const found: Range[] = [];
  let closing = -1;
  for (let start = text.indexOf(open); start >= 0; ) {
    const inside = start + open.length;
    if (closing < inside) closing = text.indexOf(close, inside);
    if (closing < 0) break;
    const next = text.indexOf(open, inside);
    if (closing - start > mostCharacters || (next >= 0 && next < closing)) {
      start = next;
      continue;
    }
    // `{{{raw}}}`, Handlebars for what is not to be escaped.
    const triple = text.startsWith('{{{', start) && text[closing + close.length] === '}';
    const end = closing + close.length + (triple ? 1 : 0);
    found.push({ start, end });
    start = text.indexOf(open, end);
  }
  return found;
}

const filler = /[\ue000-\uf8ff]+/g;

/**
 * The text with every tag filled with characters that mean nothing to HTML, so that all else keeps its place. Each tag
 * has its own: of two attributes, `{{#if a}}href` and `{{/if}}href`, a parser would drop the second as the same.
 */
export function masked(text: string, tags: readonly Range[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const [index, { start, end }] of tags.entries()) {
    parts.push(text.slice(from, start), String.fromCharCode(0xe000 + (index % 6_400)).repeat(end - start));
    from = end;
  }
  return [...parts, text.slice(from)].join('');
}

/** A name of an element or an attribute without the tags that touch it. */
export const unfilled = (name: string): string => name.replace(filler, '');

/** Whether a tag lies in the range; `tags` is in the order of the text. */
export function anyWithin(tags: readonly Range[], { start, end }: Range): boolean {
  let [low, high] = [0, tags.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tags[middle]?.end ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  return (tags[low]?.start ?? Number.POSITIVE_INFINITY) < end;
}

/** Tags inside of an address that HTML needs no help with: braces, Sendgrid's `-name-`, Mailgun's `%name%`, `%%name%%`. */
const plain = [
  /\{[^{}]+\}/,
  /\$\{|\[\[/,
  /(?:^|[/=])-[a-z_][\w.]*-(?=$|[&/;#])/i,
  /%(?![0-9a-f]{2})[a-z_][\w.]*%/i,
  /\*\|/,
  /\{\{|\{%|<%|\[%/,
];

export const holdsPlainTag = (address: string): boolean => plain.some((tag) => tag.test(address));
