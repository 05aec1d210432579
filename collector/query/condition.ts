import { type DimensionName, propSeparator } from '../../schema/dimensions.ts';
import { pattern } from './pattern.ts';
import type { Condition } from './read.ts';

export type Values = (dim: DimensionName) => string;
type Leaf = Extract<Condition, { readonly dim: DimensionName }>;

/** What a condition means, for stores that cannot say it in their own language, and for tests. */
export function matcher(condition: Condition): (values: Values) => boolean {
  if ('dim' in condition) {
    const holds = valueMatcher(condition);
    return (values) => holds(values(condition.dim));
  }
  if (condition.op === 'not') {
    const one = matcher(condition.one);
    return (values) => !one(values);
  }
  const all = condition.all.map(matcher);
  return condition.op === 'and'
    ? (values) => all.every((holds) => holds(values))
    : (values) => all.some((holds) => holds(values));
}

/** A leaf's test of one stored value. A pattern that is not one matches nothing; the planner has refused it before. */
export function valueMatcher(leaf: Leaf): (value: string) => boolean {
  const negative = leaf.op.endsWith('_not');
  const test = positive(leaf);
  return negative ? (value) => !test(value) : test;
}

function positive({ op, values, propKey }: Leaf): (value: string) => boolean {
  if (op === 'is' || op === 'is_not') {
    const wanted = new Set(values);
    return (value) => wanted.has(value);
  }
  const own = propKey === undefined ? (value: string) => value : ownValue(propKey);
  if (op === 'contains' || op === 'contains_not')
    return (value) => values.some((part) => own(value).includes(part));
  const patterns = values.map((text) => pattern(text) ?? (() => false));
  return (value) => patterns.some((matches) => matches(own(value)));
}

/** The value behind a property's key; of another key, nothing. */
function ownValue(key: string): (value: string) => string {
  const prefix = key + propSeparator;
  return (value) => (value.startsWith(prefix) ? value.slice(prefix.length) : '');
}
