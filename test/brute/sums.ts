import {
  coreDimensions,
  type DimensionName,
  dimensionNames,
  dimensions,
  propSeparator,
} from '../../schema/dimensions.ts';
import { type Column, type Measured, measuresOf } from '../../schema/measures.ts';
import {
  type DateRange,
  type Filter,
  type FilterLeaf,
  type Metric,
  TimeDimension,
} from '../../schema/query.ts';
import { type FactScope, rollupOver } from '../../schema/rollups.ts';
import type { Entries, Entry } from './entries.ts';
import { type Grain, type Hours, labelOf } from './ranges.ts';
import { type History, zoneAt } from './walk.ts';
import { addHours, hourLabel, wall } from './wall.ts';

/** The part of a query that decides about figures. */
export interface Question {
  readonly site_id: string;
  readonly metrics: readonly Metric[];
  readonly date_range: DateRange;
  readonly dimensions: readonly string[];
  readonly filters: readonly Filter[];
}

/** One site's past as it stands at a moment. */
export interface Past {
  readonly history: History;
  readonly entries: Entries;
  readonly now: number;
}

/** One counter by the rows of a question. */
export type Sums = ReadonlyMap<string, number>;

/** Hours that the core dimensions are kept jointly. */
const detailHours = 168;

const propPrefix = dimensions.prop.api;
const names = new Map<string, DimensionName>(dimensionNames.map((name) => [dimensions[name].api, name]));
function nameOf(api: string): DimensionName {
  const found = api.startsWith(propPrefix) ? 'prop' : names.get(api);
  if (!found) throw new Error(`no dimension ${api}`);
  return found;
}
const times: readonly string[] = TimeDimension.options;
export const isTime = (api: string): api is TimeDimension => times.includes(api);

export function leavesOf(filter: Filter): FilterLeaf[] {
  switch (filter[0]) {
    case 'not':
      return leavesOf(filter[1]);
    case 'and':
    case 'or':
      return filter[1].flatMap(leavesOf);
    default:
      return [filter];
  }
}

/** What the question groups and filters by, besides time. */
const askedOf = ({ dimensions: by, filters }: Question): string[] => [
  ...by.filter((api) => !isTime(api)),
  ...filters.flatMap(leavesOf).map(([, api]) => api),
];
export const setOf = (question: Question): DimensionName[] => [...new Set(askedOf(question).map(nameOf))];

/**
 * One counter by the question's dimensions; null where it is not kept by them. `anew`: where nothing but time is asked,
 * visitors are counted in each hour anew.
 */
export function sumBy(
  column: Column,
  question: Question,
  hours: Hours,
  grain: Grain | null,
  past: Past,
  anew = hours.byHour || grain === 'hour',
): Sums | null {
  const asked = askedOf(question);
  if (new Set(asked.filter((api) => api.startsWith(propPrefix))).size > 1) return null;
  const set = setOf(question);
  const kept = keptFor(set, hours, grain, past);
  const amount =
    kept && (column === 'visitors' && anew && set.length === 0 ? 'hour_first' : kept.measured[column]);
  if (!amount) return null;
  const sums = new Map<string, number>();
  for (const entry of past.entries[kept.scope]) {
    if (entry.optedOut && kept.jointly) continue;
    if (entry.hour < hours.from || entry.hour > hours.to) continue;
    const counted = entry.amounts[amount] ?? 0;
    if (counted === 0) continue;
    if (!asked.every((api) => valueIn(entry, api) !== undefined)) continue;
    if (!question.filters.every((filter) => holds(filter, entry))) continue;
    const key = question.dimensions
      .map((api) => (isTime(api) ? labelOf(grain ?? 'day', entry.hour) : valueIn(entry, api)))
      .join('|');
    sums.set(key, (sums.get(key) ?? 0) + counted);
  }
  if (question.dimensions.length === 0 && sums.size === 0) sums.set('', 0);
  return sums;
}

interface Kept {
  readonly scope: FactScope;
  readonly measured: Measured;
  /** By several dimensions at once, where opted-out visitors are not counted. */
  readonly jointly: boolean;
}

/** What is kept of these dimensions together: by hour the trend and, for some days, the core dimensions; else what the schema lists. */
function keptFor(set: readonly DimensionName[], hours: Hours, grain: Grain | null, past: Past): Kept | null {
  const byHour = hours.byHour || grain === 'hour';
  const rollup = byHour && set.length > 0 ? undefined : rollupOver(set);
  if (rollup) return { scope: rollup.scope, measured: rollup.measured, jointly: set.length > 1 };
  const ofMails: readonly DimensionName[][] = byHour
    ? [['message', 'opener']]
    : [
        ['message', 'link', 'opener'],
        ['message', 'rule'],
      ];
  if (set.length > 0 && ofMails.some((dims) => set.every((name) => dims.includes(name))))
    return { scope: 'mail', measured: measuresOf(set), jointly: true };
  const core = set.every((name) => (coreDimensions as readonly DimensionName[]).includes(name));
  if (!core || hours.from < detailFrom(past)) return null;
  return { scope: 'web', measured: measuresOf(set), jointly: true };
}

/** The first hour of which the core dimensions are kept jointly. */
function detailFrom({ history, now }: Past): string {
  const { date, hour } = wall(zoneAt(history.site, now), now);
  return addHours(hourLabel(date, hour), -detailHours);
}

/** The value that an entry has for a dimension as the API names it; undefined if it has none. */
function valueIn(entry: Entry, api: string): string | undefined {
  const value = entry.dims[nameOf(api)];
  if (value === undefined || !api.startsWith(propPrefix)) return value;
  const prefix = api.slice(propPrefix.length) + propSeparator;
  return value.startsWith(prefix) ? value.slice(prefix.length) : undefined;
}

function holds(filter: Filter, entry: Entry): boolean {
  switch (filter[0]) {
    case 'not':
      return !holds(filter[1], entry);
    case 'and':
      return filter[1].every((part) => holds(part, entry));
    case 'or':
      return filter[1].some((part) => holds(part, entry));
  }
  const [operator, api, values] = filter;
  const value = valueIn(entry, api) ?? '';
  switch (operator) {
    case 'is':
      return values.includes(value);
    case 'is_not':
      return !values.includes(value);
    case 'contains':
      return values.some((part) => value.includes(part));
    case 'contains_not':
      return !values.some((part) => value.includes(part));
    case 'matches':
      return values.some((pattern) => new RegExp(pattern).test(value));
    case 'matches_not':
      return !values.some((pattern) => new RegExp(pattern).test(value));
  }
}
