import type { Site } from '../../schema/site.ts';

type Pattern = readonly string[];

/** A changed site is a new object, so what was made of the old one goes with it. */
const compiled = new WeakMap<Site, readonly Pattern[]>();

/** Whether the site does not count this path; patterns as `/admin/*`, where `*` stands for any characters, also slashes. */
export function isExcluded(site: Site, path: string): boolean {
  let patterns = compiled.get(site);
  if (!patterns) {
    patterns = site.settings.excludedPaths.map((pattern) => pattern.split('*'));
    compiled.set(site, patterns);
  }
  return patterns.some((pattern) => matches(pattern, path));
}

/** Not a regular expression: `*a*a*a*b` would make one backtrack for ever, and greedy left to right is exact here. */
function matches(parts: Pattern, text: string): boolean {
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, from);
    if (found === -1) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}
