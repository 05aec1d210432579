import type { FilterLeaf } from '../schema/query.ts';
import { type Answer, refused, type SiteInfo } from './api.ts';
import { format } from './format.ts';
import { shown, special } from './values.ts';

/** A value that a filter can have: as it is read, and as it is stored. */
export interface Choice {
  readonly label: string;
  readonly value: string;
}

/** What is shown of these is not what is stored, so that parts of it mean nothing. */
export const isNamed = (dimension: string): boolean =>
  dimension === 'visit:country' || dimension === 'visit:language';

/** The values of an answer by a dimension, each once; goals also before they were reached. */
export function choicesOf(dimension: string, answer: Answer | undefined, site: SiteInfo): Choice[] {
  const counted = answer && !refused(answer) ? answer.results.map((row) => row.dimensions[0] ?? '') : [];
  const set = dimension === 'event:goal' ? site.settings.goals.map((goal) => goal.name) : [];
  return [...new Set([...counted, ...set])]
    .filter((value) => value !== '')
    .map((value) => ({ label: shown(dimension, value).text, value }));
}

const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
const pairs = letters.flatMap((first) => letters.map((second) => first + second));
/** A code that is not an old one of another: DD names Germany too, but is never stored. */
const isCurrent = (tag: string): boolean => Intl.getCanonicalLocales(tag)[0] === tag;

/** The code of a country's or language's name, or null. */
function codeOf(dimension: string, typed: string): string | null {
  if (!isNamed(dimension)) return null;
  const codes =
    dimension === 'visit:country'
      ? pairs.map((pair) => pair.toUpperCase()).filter((code) => isCurrent(`und-${code}`))
      : pairs.filter(isCurrent);
  return (
    codes.find((code) => same(code, typed)) ??
    codes.find((code) => same(shown(dimension, code).text, typed)) ??
    null
  );
}

const same = (one: string, other: string): boolean =>
  one.localeCompare(other, format.locale, { sensitivity: 'base' }) === 0;

/** The stored value that somebody means who typed a text: `Germany` is DE. What is nowhere known stays as it is. */
export function storedValue(dimension: string, typed: string, choices: readonly Choice[]): string {
  const exact = choices.find(({ label, value }) => label === typed || value === typed);
  const found = exact ?? choices.find(({ label }) => same(label, typed));
  if (found) return found.value;
  const standsFor = Object.entries(special).find(([value, label]) => same(label, typed) || value === typed);
  return codeOf(dimension, typed) ?? standsFor?.[0] ?? typed;
}

/** The filter that a form asks for. Parts of a text are looked for as they were typed. */
export function filterOf(
  operator: FilterLeaf[0],
  dimension: string,
  typed: string,
  choices: readonly Choice[],
): FilterLeaf {
  const whole = operator === 'is' || operator === 'is_not';
  return [operator, dimension, [whole ? storedValue(dimension, typed, choices) : typed]];
}
