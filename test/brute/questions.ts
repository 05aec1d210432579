import {
  coreDimensions,
  type DimensionName,
  dimensionNames,
  dimensions,
  values,
} from '../../schema/dimensions.ts';
import { type Column, measuresOf } from '../../schema/measures.ts';
import {
  type DateRange,
  type Filter,
  type FilterOperator,
  Metric,
  rangePresets,
} from '../../schema/query.ts';
import { rollups } from '../../schema/rollups.ts';
import type { Dice } from './random.ts';
import type { Past, Question } from './sums.ts';
import { zoneAt } from './walk.ts';
import { addDays, wall } from './wall.ts';

/** Keys of the properties that the test's visitors send, and one that nobody does. */
const propKeys = ['plan', 'file', 'size', 'big', 'author', 'k0', 'nothing'];
const apisOf = (name: DimensionName): string[] =>
  name === 'prop' ? propKeys.map((key) => `${dimensions.prop.api}${key}`) : [dimensions[name].api];
const allApis = dimensionNames.flatMap(apisOf);
const pairs = rollups.filter(({ shape }) => shape === 'pair').map(({ dims }) => dims);
const metrics = Metric.options;

/** Whether the schema gives the metric a meaning for these dimensions. */
function fits(metric: Metric, names: readonly DimensionName[]): boolean {
  const measured = measuresOf(names);
  if (metric === 'total_revenue') return !names.includes('reason');
  if (metric === 'conversion_rate') return names.includes('goal');
  const part = {
    time_on_page: 'engaged',
    scroll_depth: 'scroll',
    bounces: 'bounces',
    bounce_rate: 'bounces',
    visit_duration: 'duration',
    views_per_visit: 'views',
    percentage: 'visitors',
    events: 'pageviews',
  } as const;
  return measured[metric in part ? part[metric as keyof typeof part] : (metric as Column)] !== undefined;
}

/** Every metric by every dimension over the whole time: one metric at a time, since one refuses a whole question. */
export function allSingles(past: Past): Question[] {
  const site_id = past.history.site.domain;
  return [...allApis.map((api) => [api]), []].flatMap((asked) =>
    metrics.map((metric) => ({
      site_id,
      metrics: [metric],
      date_range: 'all' as const,
      dimensions: asked,
      filters: [],
    })),
  );
}

/** What the joint of the core dimensions can just, or just not, answer. */
export function atTheEdge(past: Past): Question[] {
  const { site } = past.history;
  const today = wall(zoneAt(site, past.now), past.now).date;
  return [6, 7, 8].map((days) => ({
    site_id: site.domain,
    metrics: ['visitors', 'visits', 'pageviews', 'time_on_page'],
    date_range: [addDays(today, -days), today],
    dimensions: ['event:page', 'visit:source', 'visit:device'],
    filters: [],
  }));
}

/** A question at random. Most could be answered; some never can. */
export function someQuestion(past: Past, roll: Dice): Question {
  const form = roll.weighted({ alone: 20, pair: 35, joint: 25, wild: 20 });
  const names = {
    alone: () => [roll.pick(dimensionNames)],
    pair: () => [...roll.pick(pairs)],
    joint: () => roll.some(coreDimensions, roll.whole(1, 4)),
    wild: () => roll.some(dimensionNames, roll.whole(0, 3)),
  }[form]();
  const axes = names.map((name) => roll.pick(apisOf(name)));
  // The dimensions are asked or filtered by; some stand on both sides.
  const asked = axes.filter(() => roll.chance(0.5)).slice(0, 2);
  const filtered = axes.filter((api) => !asked.includes(api) || roll.chance(0.2));
  const fitting = metrics.filter((metric) => fits(metric, names));
  const possible = fitting.length > 0 && roll.chance(0.85) ? fitting : metrics;
  const time = roll.chance(0.3)
    ? [roll.pick(['time', 'time:hour', 'time:day', 'time:week', 'time:month'])]
    : [];
  return {
    site_id: past.history.site.domain,
    metrics: roll.some(possible, roll.chance(0.5) ? 1 : roll.whole(2, 4)),
    date_range: someRange(past, roll, form === 'joint' || time[0] === 'time:hour'),
    dimensions: roll.chance(0.5) ? [...time, ...asked] : [...asked, ...time],
    filters: filtersOver(filtered, past, roll),
  };
}

/** Days around those on which something happened; `recent`: mostly the last week. */
function someRange(past: Past, roll: Dice, recent: boolean): DateRange {
  if (roll.chance(0.3)) return roll.pick(rangePresets);
  const today = wall(zoneAt(past.history.site, past.now), past.now).date;
  if (recent && roll.chance(0.8)) {
    const from = roll.whole(0, 7);
    return [addDays(today, -from), addDays(today, -roll.whole(0, from))];
  }
  const from = addDays(
    past.history.hits.length > 0 ? roll.pick(past.history.hits).date : today,
    roll.whole(-1, 0),
  );
  const to = addDays(from, roll.chance(0.4) ? 0 : roll.pick([1, 2, 3, 30, 200]));
  const [earlier = from] = [to, today].sort();
  return [from, from > today ? from : earlier];
}

function filtersOver(apis: readonly string[], past: Past, roll: Dice): Filter[] {
  const leaves = apis.map((api) => someFilter(api, past, roll));
  if (leaves.length < 2) return leaves;
  const [first, ...rest] = leaves;
  return roll.weighted({ list: 3, and: 1, or: 1 }) === 'list' || !first
    ? leaves
    : [[roll.pick(['and', 'or'] as const), [first, ...rest]]];
}

function someFilter(api: string, past: Past, roll: Dice): Filter {
  const operator: FilterOperator = roll.weighted({
    is: 8,
    is_not: 4,
    contains: 3,
    contains_not: 2,
    matches: 1,
    matches_not: 1,
  });
  const known = valuesOf(api, past);
  const one = () =>
    known.length > 0 && roll.chance(0.93)
      ? roll.pick(known)
      : roll.pick([values.none, values.unknown, 'no such thing']);
  const wanted = Array.from({ length: roll.chance(0.5) ? 1 : roll.whole(2, 4) }, one);
  const part = (value: string) => value.slice(0, Math.max(1, roll.whole(1, value.length)));
  const escaped = (value: string) => `^${value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}`;
  const filter: Filter = [
    operator,
    api,
    operator.startsWith('contains')
      ? wanted.map(part)
      : operator.startsWith('matches')
        ? wanted.map(part).map(escaped)
        : wanted,
  ];
  return roll.chance(0.1) ? ['not', filter] : filter;
}

const cache = new WeakMap<Past, Map<string, string[]>>();

/** What the dimension's values have been so far. */
function valuesOf(api: string, past: Past): string[] {
  let known = cache.get(past);
  if (!known) {
    known = new Map();
    cache.set(past, known);
  }
  let found = known.get(api);
  if (!found) {
    const name = dimensionNames.find((dim) => dimensions[dim].api === api);
    const key = `${api.slice(dimensions.prop.api.length)}\u001f`;
    const all = Object.values(past.entries).flatMap((entries) =>
      entries.flatMap(({ dims }) => {
        if (name) return dims[name] ?? [];
        return dims.prop?.startsWith(key) ? dims.prop.slice(key.length) : [];
      }),
    );
    found = [...new Set(all)].slice(0, 200);
    known.set(api, found);
  }
  return found;
}
