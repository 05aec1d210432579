import { type Token, Tokenizer, TokenizerMode } from 'parse5';
import { masked, type Range, unfilled } from './tags.ts';

/** One attribute as it stands in the template; `value` is decoded. */
export interface Attribute {
  readonly name: string;
  readonly value: string;
  /** Of the value with its quotes; behind the name where it has none. */
  readonly written: Range;
  /** `null`: there is no `=`. */
  readonly quote: '"' | "'" | '' | null;
}

/** A start tag, and what it leads to. */
export interface Element {
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly start: number;
  /** Behind the name, where an attribute can be put. */
  readonly nameEnd: number;
  readonly startTagEnd: number;
  /** Behind its end tag; the end of the start tag where there is none. */
  end: number;
  /** What its `alt`, `title` and `aria-label` say, and of `a` and `button` the beginning of their words. */
  text: string;
  /** Within a conditional comment: only Outlook sees it. */
  readonly hidden: boolean;
}

export interface Elements {
  readonly elements: readonly Element[];
  /** Where something can be added as the last thing of the body. */
  readonly tail: number;
}

/** What no HTML stands in (https://html.spec.whatwg.org/#parsing-main-inhead). Mail programs run no scripts: `noscript` is HTML. */
const textModes = new Map<string, (typeof TokenizerMode)[keyof typeof TokenizerMode]>([
  ...(['title', 'textarea'] as const).map((name) => [name, TokenizerMode.RCDATA] as const),
  ...(['style', 'xmp', 'iframe', 'noembed', 'noframes'] as const).map(
    (name) => [name, TokenizerMode.RAWTEXT] as const,
  ),
  ['script', TokenizerMode.SCRIPT_DATA],
  ['plaintext', TokenizerMode.PLAINTEXT],
]);
const wordsKept = 200;

/**
 * The elements of a template by parse5's tokenizer, with their places in the text as it was given. Its tree is not built:
 * a tree corrects misnested tags by moving and repeating elements, at a cost that grows with their square, and mails need
 * neither. Conditional comments are read as the HTML that Outlook finds in them
 * (https://learn.microsoft.com/previous-versions/windows/internet-explorer/ie-developer/compatibility/ms537512(v=vs.85)).
 */
export function elementsOf(html: string, tags: readonly Range[]): Elements {
  return scan({ source: html, text: masked(html, tags), base: 0, hidden: false });
}

interface Part {
  /** The whole template, and the part of it to be read, tags filled, which begins at `base`. */
  readonly source: string;
  readonly text: string;
  readonly base: number;
  readonly hidden: boolean;
}

function scan({ source, text, base, hidden }: Part): Elements {
  const elements: Element[] = [];
  let link: Element | null = null;
  let raw: { name: string; start: number } | null = null;
  let clean = base;
  let unclosed: number | null = null;
  const ends = new Map<string, number>();

  const place = ({ location }: { location: Token.Location | null }): Range => ({
    start: base + (location?.startOffset ?? 0),
    end: base + (location?.endOffset ?? 0),
  });
  const says = (token: Token.CharacterToken): void => {
    clean = place(token).end;
    if (!link || link.text.length >= wordsKept) return;
    const { start, end } = place(token);
    const words = unfilled(token.chars) === token.chars ? token.chars : source.slice(start, end);
    link.text += words.slice(0, wordsKept);
  };
  const tokenizer = new Tokenizer(
    { sourceCodeLocationInfo: true },
    {
      onStartTag(token) {
        const { start, end } = place(token);
        clean = end;
        const name = unfilled(token.tagName);
        const element: Element = {
          name,
          attributes: token.attrs.map((attr) => attributeOf(attr, token, source, base)),
          start,
          nameEnd: start + 1 + token.tagName.length,
          startTagEnd: end,
          end,
          text: described(token.attrs),
          hidden,
        };
        elements.push(element);
        // A button within a link says what the link says.
        if (name === 'a' || (name === 'button' && !link)) link = element;
        if (name === 'img' && link) link.text += ` ${attributeNamed(element, 'alt')?.value ?? ''}`;
        const mode = textModes.get(name);
        if (mode !== undefined) {
          tokenizer.state = mode;
          raw = { name, start };
        }
      },
      onEndTag(token) {
        const { start, end } = place(token);
        clean = end;
        const name = unfilled(token.tagName);
        ends.set(name, start);
        if (raw?.name === name) raw = null;
        if (name === link?.name && link) {
          link.end = end;
          link = null;
        }
      },
      onComment(token) {
        const { start, end } = place(token);
        clean = end;
        if (source[end - 1] !== '>') unclosed = start;
        if (hidden || !text.startsWith('<!--[if', start - base)) return;
        const inside = text.slice(start - base + 4, end - base);
        elements.push(...scan({ source, text: inside, base: start + 4, hidden: true }).elements);
      },
      onCharacter: says,
      onNullCharacter: says,
      onWhitespaceCharacter: says,
      onDoctype: (token) => {
        clean = place(token).end;
      },
      onEof: () => {},
    },
  );
  tokenizer.write(text, true);
  const open = raw as { start: number } | null;
  const tail = ends.get('body') ?? ends.get('html') ?? Math.min(open?.start ?? clean, unclosed ?? clean);
  return { elements, tail };
}

/** What is said of an element that has no words of its own, or another one than them. */
const described = (attributes: readonly Token.Attribute[]): string =>
  attributes
    .flatMap(({ name, value }) => (['alt', 'title', 'aria-label'].includes(name) ? [value] : []))
    .map((words) => `${words} `)
    .join('')
    .slice(0, wordsKept);

function attributeOf(
  { name, value }: Token.Attribute,
  token: Token.TagToken,
  source: string,
  base: number,
): Attribute {
  const place = token.location?.attrs?.[name];
  const start = base + (place?.startOffset ?? 0) + name.length;
  const end = base + (place?.endOffset ?? 0);
  const equals = /^\s*=\s*/.exec(source.slice(start, end));
  const from = start + (equals?.[0].length ?? 0);
  const first = source[from];
  const quote = !equals ? null : first === '"' || first === "'" ? first : '';
  return {
    name: unfilled(name),
    value,
    written: { start: equals ? from : start, end: equals ? end : start },
    quote,
  };
}

export const attributeNamed = (element: Element, name: string): Attribute | undefined =>
  element.attributes.find((attribute) => attribute.name === name);
