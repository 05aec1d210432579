import type { FilterLeaf, FilterOperator } from '../schema/query.ts';
import { firstTabs, type Headline, headline, type PanelName, panelNames, tabsOf } from './panels.ts';
import { type Grain, grains, type Period, parsePeriod, writePeriod } from './period.ts';

export const comparisons = ['previous', 'year', 'none'] as const;
export type Compare = (typeof comparisons)[number];
export const operators = ['is', 'is_not', 'contains', 'contains_not'] as const satisfies FilterOperator[];

/** What the reader looks at. The address holds all of it, so that it can be bookmarked, sent and gone back to. */
export interface View {
  readonly period: Period;
  readonly compare: Compare;
  /** Width of the chart's buckets; null is what suits the period. */
  readonly by: Grain | null;
  readonly metric: Headline;
  readonly filters: readonly FilterLeaf[];
  readonly tabs: Readonly<Record<PanelName, string>>;
  /** The panel that is open as a long list. */
  readonly list: PanelName | null;
}

const known = <T extends string>(among: readonly T[], text: string | undefined): T | undefined =>
  among.find((each) => each === text);

/** Colons and slashes stay readable; a comma inside a value is percent-encoded, so that it does not part it. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll('%3A', ':').replaceAll('%2F', '/').replaceAll('%20', '+');

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

/** `is,visit:source,Google,Bing`; mail programs that encode the commas are forgiven. */
export function parseFilter(raw: string): FilterLeaf | null {
  const parts = raw.includes(',') ? raw.split(',').map(decode) : decode(raw).split(',');
  const [operator, dimension, ...values] = parts;
  const op = known<FilterOperator>([...operators, 'matches', 'matches_not'], operator);
  return op && dimension && values.length > 0 ? [op, dimension, values] : null;
}
export const writeFilter = ([operator, dimension, values]: FilterLeaf): string =>
  [operator, dimension, ...values].map(encode).join(',');

/** Reads the part of an address after `?`. What it does not understand it leaves out. */
export function parseView(search: string, defaultPeriod: Period): View {
  const pairs = search
    .replace(/^\?/, '')
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? ([pair, ''] as const) : ([pair.slice(0, at), pair.slice(at + 1)] as const);
    });
  const one = (key: string): string | undefined => {
    const found = pairs.find(([name]) => name === key);
    return found ? decode(found[1]) : undefined;
  };
  const tabs = { ...firstTabs };
  for (const panel of panelNames)
    tabs[panel] = known(Object.keys(tabsOf(panel)), one(panel)) ?? firstTabs[panel];
  return {
    period: parsePeriod(one('period') ?? '') ?? defaultPeriod,
    compare: known(comparisons, one('compare')) ?? 'previous',
    by: known(grains, one('by')) ?? null,
    metric: known(headline, one('metric')) ?? 'visitors',
    filters: pairs
      .filter(([name]) => name === 'f')
      .map(([, raw]) => parseFilter(raw))
      .filter((filter) => filter !== null),
    tabs,
    list: known(panelNames, one('all')) ?? null,
  };
}

/** The part of an address after the path; what is as usual is left out. */
export function writeView(view: View, defaultPeriod: Period): string {
  const pairs: string[] = [];
  if (writePeriod(view.period) !== writePeriod(defaultPeriod))
    pairs.push(`period=${writePeriod(view.period)}`);
  if (view.compare !== 'previous') pairs.push(`compare=${view.compare}`);
  if (view.by) pairs.push(`by=${view.by}`);
  if (view.metric !== 'visitors') pairs.push(`metric=${view.metric}`);
  for (const filter of view.filters) pairs.push(`f=${writeFilter(filter)}`);
  for (const panel of panelNames)
    if (view.tabs[panel] !== firstTabs[panel]) pairs.push(`${panel}=${encode(view.tabs[panel])}`);
  if (view.list) pairs.push(`all=${view.list}`);
  return pairs.length > 0 ? `?${pairs.join('&')}` : '';
}

/** The filters after a click on a row: it takes the place of what was asked of its dimension, a second click takes it away. */
export function toggleFilter(
  filters: readonly FilterLeaf[],
  dimension: string,
  value: string,
): readonly FilterLeaf[] {
  const others = filters.filter((filter) => filter[1] !== dimension);
  return isFiltered(filters, dimension, value) ? others : [...others, ['is', dimension, [value]]];
}

/** The filters with one more: a further value of what `is` already asked for stands beside the others, `Google or Bing`. */
export function addFilter(filters: readonly FilterLeaf[], added: FilterLeaf): readonly FilterLeaf[] {
  const [operator, dimension, values] = added;
  if (filters.some((filter) => writeFilter(filter) === writeFilter(added))) return filters;
  const there = filters.find((filter) => operator === 'is' && filter[0] === 'is' && filter[1] === dimension);
  if (!there) return [...filters, added];
  const both: FilterLeaf = ['is', dimension, [...new Set([...there[2], ...values])]];
  return filters.map((filter) => (filter === there ? both : filter));
}

export const isFiltered = (filters: readonly FilterLeaf[], dimension: string, value: string): boolean =>
  filters.some(
    ([operator, name, values]) =>
      operator === 'is' && name === dimension && values.length === 1 && values[0] === value,
  );
