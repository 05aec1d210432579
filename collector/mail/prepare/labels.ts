import { domainToUnicode } from 'node:url';
import { mailLimits } from '../../../schema/mail.ts';
import type { Link } from './links.ts';

/**
 * The links with what the report calls them. Each place in the HTML has a label of its own. What only Outlook sees is
 * the twin of a link that all others see, and so it has its label: of the next one with the same target, or else the last.
 * A link of the text part has the label of the first one with the same target.
 */
export function labelled(links: readonly Link[], scrub: (text: string) => string): Link[] {
  const next = labels(scrub);
  const visible = new Map<string, { start: number; label: string }[]>();
  const shared = new Map<string, string>();
  const shown = links.map((link) => {
    if (link.target === null || !link.html || link.html.element.hidden) return link;
    const label = next(link.target);
    const twins = visible.get(link.target) ?? [];
    visible.set(link.target, [...twins, { start: link.written.start, label }]);
    return { ...link, label };
  });
  return shown.map((link) => {
    if (link.target === null || link.label !== null) return link;
    const twins = visible.get(link.target) ?? [];
    const twin = link.html
      ? (twins.find(({ start }) => start > link.written.start) ?? twins.at(-1))
      : twins[0];
    const label = twin?.label ?? shared.get(link.target) ?? next(link.target);
    shared.set(link.target, label);
    return { ...link, label };
  });
}

/** Gives each target it is asked for a label that was not given before: `example.com/sale`, `example.com/sale (2)`. */
function labels(scrub: (text: string) => string): (target: string) => string {
  const given = new Set<string>();
  const times = new Map<string, number>();
  return (target) => {
    const base = stable(scrub(bare(target, scrub)), scrub);
    for (let nth = (times.get(base) ?? 0) + 1; ; nth += 1) {
      const label = numbered(base, nth);
      times.set(base, nth);
      if (given.has(label)) continue;
      given.add(label);
      return label;
    }
  };
}

/** A label that scrubbing would change again, with its number, would be another one in the report. */
function stable(base: string, scrub: (text: string) => string): string {
  const label = `${base} (2)`;
  return base !== '' && scrub(label) === label ? base : 'link';
}

function numbered(base: string, nth: number): string {
  const suffix = nth === 1 ? '' : ` (${nth})`;
  const most = mailLimits.link - suffix.length;
  const cut = base.length <= most ? base : base.slice(0, most).replace(/\p{Surrogate}$/u, '');
  return `${cut.trim()}${suffix}`;
}

/**
 * Host and path as people read them: the query may say more about a reader than about the link. A secret in the path
 * takes its own segment only.
 */
function bare(target: string, scrub: (text: string) => string): string {
  const { hostname, port, pathname } = new URL(target);
  const host = `${domainToUnicode(hostname) || hostname}${port && `:${port}`}`.replace(/^www\./, '');
  const path = pathname === '/' ? '' : readable(pathname);
  const [, ...segments] = path.split('/').map((segment) => scrub(segment));
  return [host, ...segments].join('/');
}

function readable(path: string): string {
  try {
    const decoded = decodeURI(path);
    return /\p{C}/u.test(decoded) ? path : decoded;
  } catch {
    return path;
  }
}
