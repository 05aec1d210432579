import type { Decide, Link } from './links.ts';
import { anyWithin, masked, tagsIn } from './tags.ts';

/** Any scheme and `//` may stand before a word; a character before it would make it another scheme. */
const address = /(?<![a-z0-9+.-])https?:\/\/[^\s<>"`\p{Cc}]+/giu;
const closing: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** The web addresses of a plain text: bare, in `<…>`, or in parentheses, without the punctuation behind them. */
export function* textLinks(text: string, decide: Decide): Generator<Link> {
  const tags = tagsIn(text);
  let from = 0;
  for (const match of masked(text, tags).matchAll(address)) {
    const start = match.index;
    const written = { start, end: start + trimmed(match[0]) };
    const href = text.slice(start, written.end);
    const words = wordsBefore(text.slice(Math.max(from, start - 200), start));
    const { target, left } = decide({ href, tagged: anyWithin(tags, written), words });
    yield { where: 'text', element: 'text', href, label: null, target, left, html: null, written };
    from = written.end;
  }
}

/** The length of an address without the sentence's punctuation; a closing bracket belongs to it if it was opened there. */
function trimmed(found: string): number {
  const markdown = found.indexOf('](');
  const text = markdown < 0 ? found : found.slice(0, markdown);
  const open = new Map<string, number>();
  for (const char of text) open.set(char, (open.get(char) ?? 0) + 1);
  let end = text.length;
  for (; end > 0; end -= 1) {
    const last = text[end - 1] ?? '';
    const opening = closing[last];
    if (opening !== undefined) {
      const surplus = (open.get(last) ?? 0) - (open.get(opening) ?? 0);
      if (surplus <= 0) break;
      open.set(last, (open.get(last) ?? 0) - 1);
    } else if (!/[.,;:!?'*_~|…’”]/.test(last)) break;
  }
  return end;
}

/** What introduces an address: its line, or the line before if it has one of its own. */
function wordsBefore(before: string): string {
  const lines = before.split(/\r\n|\r|\n/);
  const own = lines.pop() ?? '';
  return /[\p{L}\p{N}]/u.test(own) ? own : `${lines.pop() ?? ''} ${own}`;
}
