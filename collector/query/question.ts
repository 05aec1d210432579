import { type DimensionName, dimensionNames, dimensions, propSeparator } from '../../schema/dimensions.ts';
import type { Filter, FilterLeaf, Query, TimeDimension } from '../../schema/query.ts';
import { isTime } from './labels.ts';
import { pattern } from './pattern.ts';
import type { Condition } from './read.ts';
import { few, invalid, list, nameOf, unanswerable } from './refuse.ts';

/** A query in the terms of what is stored. */
export interface Question {
  readonly query: Query;
  readonly time: TimeDimension | null;
  /** What each of the query's dimensions names, in its order. */
  readonly axes: readonly ('time' | DimensionName)[];
  /** The dimensions to group by, each once. */
  readonly groups: readonly DimensionName[];
  /** All of these hold. */
  readonly where: readonly Condition[];
  /** Dimensions and filtered dimensions, each once: what a rollup must keep together. */
  readonly set: readonly DimensionName[];
  /** The one property that the question is about. */
  readonly propKey: string | undefined;
}

const byApi = new Map<string, DimensionName>(dimensionNames.map((name) => [dimensions[name].api, name]));
const propPrefix = dimensions.prop.api;

function named(api: string): { dim: DimensionName; propKey?: string } {
  if (api.startsWith(propPrefix)) return { dim: 'prop', propKey: api.slice(propPrefix.length) };
  const dim = byApi.get(api);
  if (!dim)
    throw invalid(
      'dimensions',
      `"${api}" is not a dimension`,
      `ask ${list(few([...byApi.keys()]), 'or')}, for example`,
    );
  return { dim };
}

/** Throws Refusal for what contradicts itself: two time dimensions, two properties, a broken pattern, an unknown order. */
export function questionOf(query: Query): Question {
  const times = query.dimensions.filter(isTime);
  if (times.length > 1)
    throw invalid('dimensions', `${list(times)} cannot be asked at once`, 'ask one time dimension');
  const axes = query.dimensions.map((api) => (isTime(api) ? null : named(api)));
  const where = query.filters.flatMap((filter, index) => conjuncts(conditionOf(filter, `filters[${index}]`)));
  const groups = unique(axes.flatMap((axis) => (axis ? [axis.dim] : [])));
  const keys = unique([...axes.flatMap((axis) => axis?.propKey ?? []), ...where.flatMap(propKeysOf)]);
  if (keys.length > 1)
    throw unanswerable(
      `${list(few(keys).map((key) => nameOf('prop', key)))} are not kept together`,
      'ask for one property at a time',
    );
  checkOrder(query);
  return {
    query,
    time: times[0] ?? null,
    axes: axes.map((axis) => axis?.dim ?? 'time'),
    groups,
    where,
    set: unique([...groups, ...where.flatMap(dimsOf)]),
    propKey: keys[0],
  };
}

function conditionOf(filter: Filter, path: string): Condition {
  if (!isLeaf(filter)) {
    if (filter[0] === 'not') return { op: 'not', one: conditionOf(filter[1], `${path}[1]`) };
    return { op: filter[0], all: filter[1].map((part, index) => conditionOf(part, `${path}[1][${index}]`)) };
  }
  const [op, api, values] = filter;
  const { dim, propKey } = named(api);
  if (op === 'matches' || op === 'matches_not') checkPatterns(values, path);
  if (propKey === undefined) return { op, dim, values };
  const whole = op === 'is' || op === 'is_not';
  return {
    op,
    dim,
    values: whole ? values.map((value) => propKey + propSeparator + value) : values,
    propKey,
  };
}

const isLeaf = (filter: Filter): filter is FilterLeaf => typeof filter[1] === 'string';

function checkPatterns(values: readonly string[], path: string): void {
  for (const value of values)
    if (pattern(value) === null)
      throw invalid(path, `"${value}" is not a regular expression`, 'ask RE2 syntax, such as "^/blog/.*"');
}

function checkOrder({ order_by, metrics, dimensions: asked }: Query): void {
  const known: string[] = [...metrics, ...asked];
  for (const [index, [by]] of (order_by ?? []).entries())
    if (!known.includes(by))
      throw invalid(
        `order_by[${index}]`,
        `cannot order by "${by}", which is not asked for`,
        `order by ${list(few(known), 'or')}`,
      );
}

/** The parts of a condition that each have to hold. */
const conjuncts = (condition: Condition): Condition[] =>
  condition.op === 'and' ? condition.all.flatMap(conjuncts) : [condition];

export const dimsOf = (condition: Condition): DimensionName[] => leavesOf(condition).map(({ dim }) => dim);
const propKeysOf = (condition: Condition): string[] =>
  leavesOf(condition).flatMap(({ propKey }) => propKey ?? []);

type Leaf = Extract<Condition, { readonly dim: DimensionName }>;
function leavesOf(condition: Condition): Leaf[] {
  if ('dim' in condition) return [condition];
  return condition.op === 'not' ? leavesOf(condition.one) : condition.all.flatMap(leavesOf);
}

export const unique = <T>(items: readonly T[]): T[] => [...new Set(items)];
