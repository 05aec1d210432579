import type { Goal, Site } from '../../schema/site.ts';
import type { Enriched } from '../enrich/enriched.ts';

/** Whether the path matches a pattern in which `*` stands for any characters. Linear in both: a pattern must not stall events. */
export function matchesPattern(pattern: string, path: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return path === first;
  if (!path.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return path.length - last.length >= at && path.endsWith(last);
}

type Rule = (event: Enriched) => boolean;

const ruleOf = (goal: Goal): Rule =>
  'event' in goal
    ? (event) => event.event === goal.event
    : (event) => event.kind === 'pageview' && matchesPattern(goal.path, event.page);

const compiled = new WeakMap<Site, ReadonlyMap<string, Rule[]>>();

/** Compiled once a site, as long as its settings stand. */
function rulesOf(site: Site): ReadonlyMap<string, Rule[]> {
  const known = compiled.get(site);
  if (known) return known;
  const rules = new Map<string, Rule[]>();
  for (const goal of site.settings.goals)
    rules.set(goal.name, [...(rules.get(goal.name) ?? []), ruleOf(goal)]);
  compiled.set(site, rules);
  return rules;
}

/** Names of the site's goals that a pageview or custom event reaches, each once, however many of its rules match. */
export function goalsOf(event: Enriched): string[] {
  if (event.site.settings.goals.length === 0) return [];
  const reached: string[] = [];
  for (const [name, rules] of rulesOf(event.site)) if (rules.some((rule) => rule(event))) reached.push(name);
  return reached;
}
