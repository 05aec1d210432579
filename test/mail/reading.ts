import { parse, parseFragment, type DefaultTreeAdapterTypes as Tree } from 'parse5';
import { expect } from 'vitest';
import { scrubText } from '../../collector/enrich/scrub.ts';
import { prepare } from '../../collector/mail/prepare/prepare.ts';
import { createMailTokens } from '../../collector/mail/token.ts';
import { type Prepared, PrepareOptions } from '../../schema/mail.ts';

/** Reads a prepared mail back, by other means than it was prepared with. */

export const publicUrl = 'https://stats.example';
export const tokens = createMailTokens([{ id: 1, secret: new Uint8Array(32).fill(1) }]);
export const context = {
  tokens,
  siteId: 5,
  preparedAt: null,
  publicUrl,
  scrub: scrubText,
};

export const optionsOf = (html: string, more: Partial<PrepareOptions> = {}): PrepareOptions =>
  PrepareOptions.parse({ site_id: 'example.com', campaign: 'spring-26', html, ...more });
export const prepared = (html: string, more: Partial<PrepareOptions> = {}): Prepared =>
  prepare(optionsOf(html, more), context);

/** What was put in place of a link: its quotes, its token, and what the mail system fills in. */
const change = /(["']?)https:\/\/stats\.example\/m\/([cu])\/([\w-]+)(\?r=[^"'\s]*(?: [^"'\s]+)* ?)?\1/g;
const addition =
  /(?:<p style="[^"]*"><a href=(["'])https:\/\/stats\.example\/m\/u\/[^<>]*?\1 style="[^"]*">[^<]*<\/a><\/p>)?(?:<div aria-hidden="true"[^>]*><a [^>]*><\/a><\/div>)?<img src=(["'])https:\/\/stats\.example\/m\/o\/[\w-]+\.gif.*?\2 width="1" height="1" alt="" style="[^"]*">/;
const raw = /"[^"]*"|'[^']*'|[^\s>]+/y;

/** The prepared template without what was added at its end. */
export function withoutAddition(html: string): string {
  expect(html.match(addition)?.length).toBeGreaterThan(0);
  return html.replace(addition, '');
}

const decodedAttribute = (written: string): string =>
  (parseFragment(`<a href=${written}>`).childNodes[0] as Tree.Element).attrs[0]?.value ?? '';

/** Both are the same but for the links that are listed as changed, and those lead where the list says. */
export function expectOnlyListedChanges(original: string, { html, links }: Prepared): void {
  const rest = withoutAddition(html);
  const listed = links.filter(({ where, target }) => where === 'html' && target !== null);
  let [from, at, nth] = [0, 0, 0];
  for (const found of rest.matchAll(change)) {
    const same = rest.slice(from, found.index);
    expect(original.slice(at, at + same.length)).toBe(same);
    at += same.length;
    raw.lastIndex = at;
    const written = raw.exec(original)?.[0] ?? '';
    at += written.length;
    from = found.index + found[0].length;
    const token = tokens.read(found[3] ?? '');
    if (found[2] === 'u') {
      expect(token?.kind).toBe('optout');
      continue;
    }
    const link = listed[nth];
    nth += 1;
    expect(decodedAttribute(written)).toBe(link?.href);
    expect(token).toEqual({
      kind: 'click',
      site: 5,
      message: 'spring-26',
      link: link?.label,
      target: link?.target,
      decoy: false,
    });
  }
  expect(original.slice(at)).toBe(rest.slice(from));
  expect(nth).toBe(listed.length);
}

type Flat = [depth: number, name: string, ...rest: string[]];

/** A tree as a list, texts joined; `ours` stands for each address of ours and for what was there before it. */
export function flattened(html: string, ours: ReadonlySet<string>): Flat[] {
  const flat: Flat[] = [];
  const value = (name: string, text: string): string =>
    /(?:href|formaction)$/.test(name) && (text.startsWith(`${publicUrl}/m/`) || ours.has(text)) ? '…' : text;
  const visit = (node: Tree.Node, depth: number): void => {
    if (isAdded(node)) return;
    if ('attrs' in node)
      flat.push([
        depth,
        node.nodeName,
        ...node.attrs.map((one) => `${one.name}=${value(one.name, one.value)}`),
      ]);
    else if (node.nodeName === '#text') {
      const last = flat.at(-1);
      // What we added may have stood in the middle of a text.
      if (last?.[1] === '#text' && last[0] === depth) last[2] += (node as Tree.TextNode).value;
      else flat.push([depth, '#text', (node as Tree.TextNode).value]);
    } else if (node.nodeName === '#comment') {
      const { data } = node as Tree.CommentNode;
      flat.push([depth, '#comment', data.startsWith('[if') ? '[if' : data]);
    } else flat.push([depth, node.nodeName]);
    if ('content' in node) visit(node.content, depth + 1);
    if ('childNodes' in node) for (const child of node.childNodes) visit(child, depth + 1);
  };
  visit(parse(html, { scriptingEnabled: false }), 0);
  return flat;
}

/** The line with the opt-out, the decoy, and the pixel. */
function isAdded(node: Tree.Node): boolean {
  if (!('attrs' in node)) return false;
  const [first] = node.childNodes;
  const leads = node.attrs.some(({ name, value }) => name === 'src' && value.startsWith(`${publicUrl}/m/o/`));
  const holds =
    node.childNodes.length === 1 &&
    first !== undefined &&
    'attrs' in first &&
    first.attrs.some(({ name, value }) => name === 'href' && value.startsWith(`${publicUrl}/m/`));
  const styled = node.attrs.some(
    ({ name, value }) => name === 'style' && /^margin:0;padding:12px|mso-hide/.test(value),
  );
  return (node.nodeName === 'img' && leads) || (styled && holds && node.nodeName !== 'a');
}

/** Every link of the tree that leads to the web, as parse5 reads it. */
export function webLinks(html: string): string[] {
  const found: string[] = [];
  const visit = (node: Tree.Node): void => {
    if ('attrs' in node && ['a', 'area', 'button'].includes(node.nodeName))
      for (const { name, value } of node.attrs)
        if (['href', 'formaction'].includes(name) && /^\s*https?:/i.test(value)) found.push(value);
    if ('content' in node) visit(node.content);
    if ('childNodes' in node) node.childNodes.forEach(visit);
  };
  visit(parse(html, { scriptingEnabled: false }));
  return found;
}
