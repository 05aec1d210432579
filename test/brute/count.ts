import { dimensions } from '../../schema/dimensions.ts';
import type { Column } from '../../schema/measures.ts';
import type { Filter, Metric } from '../../schema/query.ts';
import { type Grain, grainOf, type Hours, hoursOf, labelsOf } from './ranges.ts';
import { minorUnits } from './sites.ts';
import { isTime, leavesOf, type Past, type Question, type Sums, setOf, sumBy } from './sums.ts';

export interface Figures {
  /** By the values of the dimensions, joined by `|`. */
  readonly rows: ReadonlyMap<string, readonly (number | null)[]>;
  readonly labels: readonly string[] | null;
}

/** The same figures, counted from the list; null where by the rules of the schema nothing is kept that could answer. */
export function countBrute(question: Question, past: Past): Figures | null {
  const hours = hoursOf(question.date_range, past.history, past.now);
  const time = question.dimensions.find(isTime);
  const grain = time ? grainOf(time, hours) : null;
  // Plain `time` leaves the grain to the answer: a day of what is not kept by hour is one point.
  return (
    figuresBy(grain, question, hours, past) ??
    (time === 'time' && grain === 'hour' && !hours.byHour ? figuresBy('day', question, hours, past) : null)
  );
}

function figuresBy(grain: Grain | null, question: Question, hours: Hours, past: Past): Figures | null {
  const columns = question.metrics.map((metric) => columnOf(metric, question, hours, grain, past));
  if (!columns.every((column) => column !== null)) return null;
  const keys = new Set(columns.flatMap(({ keys }) => keys));
  const rows = new Map([...keys].map((key) => [key, columns.map(({ at }) => at(key))]));
  return { rows, labels: grain && labelsOf(grain, hours, past.history, past.now) };
}

/** One metric: the rows in which something was counted for it, and its figure in any row. */
interface MetricByRow {
  readonly keys: readonly string[];
  readonly at: (key: string) => number | null;
}

const countOf = (sums: Sums | null): MetricByRow | null =>
  sums && { keys: [...sums.keys()], at: (key) => sums.get(key) ?? 0 };

function columnOf(
  metric: Metric,
  question: Question,
  hours: Hours,
  grain: Grain | null,
  past: Past,
): MetricByRow | null {
  const sum = (column: Column, asked: Question = question) => sumBy(column, asked, hours, grain, past);
  const ratio = (
    parts: Sums | null,
    wholes: Sums | null,
    by: (part: number, whole: number) => number | null,
  ): MetricByRow | null =>
    parts &&
    wholes && {
      keys: [...parts.keys(), ...wholes.keys()],
      at: (key) => by(parts.get(key) ?? 0, wholes.get(key) ?? 0),
    };
  switch (metric) {
    case 'visitors':
    case 'visits':
    case 'pageviews':
    case 'bounces':
    case 'bytes':
    case 'opens':
    case 'clicks':
    case 'unique_opens':
    case 'unique_clicks':
    case 'dropped':
      return countOf(sum(metric));
    case 'events': {
      const [views, custom] = [sum('pageviews'), sum('custom')];
      return (
        views &&
        custom && {
          keys: [...views.keys(), ...custom.keys()],
          at: (key) => (views.get(key) ?? 0) + (custom.get(key) ?? 0),
        }
      );
    }
    case 'views_per_visit':
      return ratio(sum('views'), sum('closed'), (views, visits) => divide(views * 100, visits, 100));
    case 'bounce_rate':
      return ratio(sum('bounces'), sum('closed'), share);
    case 'visit_duration':
      return ratio(sum('duration'), sum('closed'), (ms, visits) => divide(ms, visits * 1_000, 1));
    case 'time_on_page':
      return ratio(sum('engaged'), sum('visits'), (ms, visits) => divide(ms, visits * 1_000, 1));
    case 'engaged_time': {
      const engaged = sum('engaged');
      return (
        engaged && { keys: [...engaged.keys()], at: (key) => Math.round((engaged.get(key) ?? 0) / 1_000) }
      );
    }
    case 'scroll_depth':
      return ratio(sum('scroll'), sum('visits'), (percent, visits) => divide(percent, visits, 1));
    case 'percentage': {
      // Of the last 24 hours, the visitors of all hours are a whole only to what is itself counted by hour.
      const anew = hours.byHour && setOf(question).length === 0;
      const [visitors, total] = [
        sum('visitors'),
        sumBy('visitors', { ...question, dimensions: [] }, hours, null, past, anew),
      ];
      return (
        visitors &&
        total && {
          keys: [...visitors.keys()],
          at: (key) => share(visitors.get(key) ?? 0, total.get('') ?? 0),
        }
      );
    }
    case 'conversion_rate':
      return conversionOf(question, sum);
    case 'total_revenue':
      return countOf(revenueOf(question, sum));
    // No site of this test measures returning browsers: browsers.test.ts has its own simulation.
    case 'browsers':
    case 'new_browsers':
    case 'active_days':
      return null;
  }
}

type Sum = (column: Column, asked?: Question) => Sums | null;

/** Visitors who reached the goal, of the visitors of the same question without it; null where it asks for no goal. */
function conversionOf(question: Question, sum: Sum): MetricByRow | null {
  const isGoal = (api: string) => api === dimensions.goal.api;
  const besides = question.dimensions.filter((api) => !isGoal(api));
  const parts = question.filters.flatMap(partsOf);
  const goalsIn = (filter: Filter) => leavesOf(filter).filter(([, api]) => isGoal(api)).length;
  // "This goal or that page" has no counterpart without the goal.
  if (parts.some((part) => goalsIn(part) > 0 && goalsIn(part) < leavesOf(part).length)) return null;
  const filters = parts.filter((part) => goalsIn(part) === 0);
  if (besides.length === question.dimensions.length && filters.length === parts.length) return null;
  const [reached, base] = [sum('visitors'), sum('visitors', { ...question, dimensions: besides, filters })];
  const position = question.dimensions.findIndex(isGoal);
  const without = (key: string) =>
    key
      .split('|')
      .filter((_, index) => index !== position)
      .join('|');
  return (
    reached &&
    base && {
      keys: [...reached.keys()],
      at: (key) => share(reached.get(key) ?? 0, base.get(without(key)) ?? 0),
    }
  );
}

/** The filters that each have to hold. */
const partsOf = (filter: Filter): Filter[] => (filter[0] === 'and' ? filter[1].flatMap(partsOf) : [filter]);

/** Units of the one currency; null also where amounts of several would be added up. */
function revenueOf(question: Question, sum: Sum): Sums | null {
  const { currency } = dimensions;
  const byCurrency = Object.entries(minorUnits).map(([code, minor]) => {
    const sums = sum('revenue', {
      ...question,
      filters: [...question.filters, ['is', currency.api, [code]]],
    });
    return (
      sums &&
      [...sums].filter(([, amount]) => amount > 0).map(([key, amount]) => [key, amount / minor] as const)
    );
  });
  if (byCurrency.some((rows) => rows === null)) return null;
  if (
    !question.dimensions.includes(currency.api) &&
    byCurrency.filter((rows) => rows && rows.length > 0).length > 1
  )
    return null;
  return new Map(byCurrency.flatMap((rows) => rows ?? []));
}

/** `part / whole`, rounded half up, over `scale`; exact, in whole numbers. */
function divide(part: number, whole: number, scale: number): number | null {
  if (whole === 0) return null;
  return Number((2n * BigInt(part) + BigInt(whole)) / (2n * BigInt(whole))) / scale;
}
/** Percent with one decimal, never above 100. */
const share = (part: number, whole: number): number | null => {
  const percent = divide(part * 1_000, whole, 10);
  return percent === null ? null : Math.min(100, percent);
};
