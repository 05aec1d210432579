import type { DimensionName } from '../../schema/dimensions.ts';
import { type Column, measuresOf } from '../../schema/measures.ts';
import { Metric } from '../../schema/query.ts';
import { type BrowserCounts, fitsBrowsers, isOfBrowsers } from './browsers.ts';

/** The counters that each metric is made of. */
export const columnsOf = {
  visitors: ['visitors'],
  visits: ['visits'],
  pageviews: ['pageviews'],
  events: ['pageviews', 'custom'],
  bounces: ['bounces'],
  views_per_visit: ['views', 'closed'],
  bounce_rate: ['bounces', 'closed'],
  visit_duration: ['duration', 'closed'],
  time_on_page: ['engaged', 'visits'],
  engaged_time: ['engaged'],
  scroll_depth: ['scroll', 'visits'],
  conversion_rate: ['visitors'],
  percentage: ['visitors'],
  total_revenue: ['revenue'],
  bytes: ['bytes'],
  browsers: ['browsers'],
  new_browsers: ['browsers'],
  active_days: ['browsers'],
  opens: ['opens'],
  clicks: ['clicks'],
  unique_opens: ['unique_opens'],
  unique_clicks: ['unique_clicks'],
  dropped: ['dropped'],
} as const satisfies Record<Metric, Column[]>;

/** The metrics that have a meaning for a set of dimensions. */
export function metricsOf(set: readonly DimensionName[]): Metric[] {
  const measured = measuresOf(set);
  return Metric.options.filter(
    (metric) =>
      columnsOf[metric].every((column) => measured[column] !== undefined) &&
      (metric !== 'conversion_rate' || set.includes('goal')) &&
      (!isOfBrowsers(metric) || fitsBrowsers(metric, set)),
  );
}

/** Sums of one row, and what it is measured against. */
export interface Counted {
  readonly sum: (column: Column) => number;
  /** Visitors of the same question without its goal, of this row. */
  readonly base: number;
  /** Visitors of the question without dimensions. */
  readonly total: number;
  /** Minor units and how many of them (as a power of ten) make a major one. */
  readonly revenue: { readonly minor: number; readonly digits: number };
  readonly browsers: BrowserCounts;
}

const per = (part: number, whole: number, scale = 1): number | null =>
  whole === 0 ? null : Math.round((scale * part) / whole) / scale;
/** Percent with one decimal; a share of visitors never passes 100, though the flags of its two sides may differ. */
const percent = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.min(100, Math.round((1_000 * part) / whole) / 10);

/** A metric's figure: counts as they are, ratios rounded half up, null where nothing divides them. */
export function figure(metric: Metric, { sum, base, total, revenue, browsers }: Counted): number | null {
  switch (metric) {
    case 'events':
      return sum('pageviews') + sum('custom');
    case 'views_per_visit':
      return per(sum('views'), sum('closed'), 100);
    case 'bounce_rate':
      return percent(sum('bounces'), sum('closed'));
    case 'visit_duration':
      return per(sum('duration'), sum('closed') * 1_000);
    case 'time_on_page':
      return per(sum('engaged'), sum('visits') * 1_000);
    case 'engaged_time':
      return Math.round(sum('engaged') / 1_000);
    case 'scroll_depth':
      return per(sum('scroll'), sum('visits'));
    case 'conversion_rate':
      return percent(sum('visitors'), base);
    case 'percentage':
      return percent(sum('visitors'), total);
    case 'total_revenue':
      return revenue.minor / 10 ** revenue.digits;
    case 'browsers':
      return browsers.distinct;
    case 'new_browsers':
      return browsers.fresh;
    case 'active_days':
      return per(browsers.days, browsers.distinct, 100);
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
      return sum(metric);
  }
}
