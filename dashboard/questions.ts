import type { FilterLeaf, Metric } from '../schema/query.ts';
import type { Answer, Question, SiteInfo } from './api.ts';
import { addDays, dayIn } from './dates.ts';
import {
  type Headline,
  headline,
  meaningful,
  type PanelName,
  panelNames,
  type Tab,
  tabOf,
} from './panels.ts';
import { comparedFrom, dateRangeOf, type Grain, grainsOf, type Period } from './period.ts';
import type { View } from './view.ts';

/** Rows of a panel, and of its long list. */
export const shortRows = 9;
export const longRows = 500;

interface PanelQuestion {
  readonly panel: PanelName;
  readonly tab: Tab;
  /** In the order of the columns: the figure, then what stands beside it. */
  readonly metrics: readonly Metric[];
}

/** One look at a site: everything that its page asks, in one request, and where each answer goes. */
export interface Look {
  readonly questions: readonly Question[];
  readonly grain: Grain;
  readonly metrics: readonly Headline[];
  readonly panels: readonly PanelQuestion[];
  readonly comparison: Comparison;
}

/** Whether there is a period to compare with, and whether the site was counted in all of it. */
export type Comparison = 'none' | 'before the first day' | 'whole';

function comparisonOf(site: SiteInfo, view: View, today: string): Comparison {
  const from = comparedFrom(view.period, view.compare, today);
  if (from === null) return 'none';
  return from < dayIn(site.timezone, site.createdAt) ? 'before the first day' : 'whole';
}

/** The figure that a row or the page is compared with; null where it is not known. A 0 from days before the site's first is none. */
export const beforeOf = (comparison: Comparison, figure: number | null | undefined): number | null =>
  figure === undefined || (figure === 0 && comparison !== 'whole') ? null : figure;

const include = (view: View): Partial<NonNullable<Question['include']>> =>
  view.compare === 'none' || view.period === 'all'
    ? {}
    : { comparisons: { mode: view.compare === 'year' ? 'year_over_year' : 'previous_period' } };

const dimensionsOf = (filters: readonly FilterLeaf[]): string[] => filters.map((filter) => filter[1]);

/** The filters leave custom events only, of which none is a pageview. */
function onlyCustom(filters: readonly FilterLeaf[], site: SiteInfo): boolean {
  const goals = new Set(site.settings.goals.flatMap((goal) => ('event' in goal ? goal.name : [])));
  return filters.some(
    ([operator, dimension, values]) =>
      operator === 'is' &&
      ((dimension === 'event:name' && !values.includes('pageview')) ||
        (dimension === 'event:goal' && values.every((name) => goals.has(name)))),
  );
}

/** Those of the metrics that have a meaning for a dimension (or none) under the filters. */
function possible<M extends Metric>(
  metrics: readonly M[],
  own: readonly string[],
  filters: readonly FilterLeaf[],
  site: SiteInfo,
): M[] {
  const found = meaningful(metrics, [...own, ...dimensionsOf(filters)]);
  return onlyCustom(filters, site) ? found.filter((metric) => metric !== 'pageviews') : found;
}

/** The metrics of a tab under the filters; something is always asked for, so that a refusal comes in the server's words. */
function columnsOf(tab: Tab, filters: readonly FilterLeaf[], site: SiteInfo): [Metric, ...Metric[]] {
  const first = possible(tab.metrics, [tab.dimension], filters, site)[0] ?? tab.metrics[0] ?? 'visitors';
  // A share or a rate needs the visitors that it divides by, who have a dimension less.
  const counted = (dimensions: readonly string[]) => meaningful(['visitors'], dimensions).length > 0;
  const filtered = dimensionsOf(filters);
  if (!tab.extra) return first === 'visitors' && counted(filtered) ? [first, 'percentage'] : [first];
  const extra = possible([tab.extra], [tab.dimension], filters, site).filter((metric) => metric !== first);
  const rate = tab.extra === 'conversion_rate' && !counted(filtered.filter((api) => api !== 'event:goal'));
  return rate ? [first] : [first, ...extra];
}

/** What to ask for a view of a site at a moment (ms since 1970). */
export function lookAt(site: SiteInfo, view: View, now: number): Look {
  const today = dayIn(site.timezone, now);
  const grains = grainsOf(view.period, today, dayIn(site.timezone, site.createdAt));
  const grain = view.by && grains.includes(view.by) ? view.by : grains[0];
  const known = possible(headline, [], view.filters, site);
  const metrics: readonly Headline[] = known.length > 0 ? known : ['visitors'];
  const range = { site_id: site.domain, date_range: dateRangeOf(view.period, today) };
  const filtered = { ...range, filters: [...view.filters] };

  const panels = (view.list ? [view.list] : panelNames).map((panel): PanelQuestion => {
    const tab = tabOf(panel, view.tabs[panel]);
    return { panel, tab, metrics: columnsOf(tab, view.filters, site) };
  });
  const panelQuestions = panels.map(
    ({ tab, metrics: columns }): Question => ({
      ...filtered,
      // A pageview is an event too, but it has a panel of its own.
      filters:
        tab.dimension === 'event:name'
          ? [...view.filters, ['is_not', 'event:name', ['pageview']]]
          : [...view.filters],
      metrics: [...columns],
      dimensions: [tab.dimension],
      order_by: [[columns[0] ?? 'visitors', 'desc']],
      include: { ...include(view), total_rows: true },
      pagination: { limit: view.list ? longRows : shortRows },
    }),
  );
  return {
    grain,
    metrics,
    panels,
    comparison: comparisonOf(site, view, today),
    questions: [
      { ...filtered, metrics: [...metrics], include: include(view) },
      {
        ...filtered,
        metrics: [...metrics],
        dimensions: [`time:${grain}`],
        include: { ...include(view), time_labels: true },
      },
      // Neither of these knows the visit's attributes, so they are asked without filters.
      { ...range, metrics: ['pageviews'], dimensions: ['visit:visitor'] },
      { ...range, metrics: ['dropped'], dimensions: ['event:drop_reason'] },
      ...panelQuestions,
    ],
  };
}

/** Days whose values are offered for a filter: the shown ones; single hours know too few dimensions. */
const daysOf = (period: Period, today: string): Question['date_range'] =>
  period === '24h' ? [addDays(today, -1), today] : dateRangeOf(period, today);

/** What to ask for the values that a filter of a dimension can have, the most frequent first. */
export function valuesQuestion(site: SiteInfo, view: View, dimension: string, now: number): Question {
  const [metric = 'events'] = meaningful(['visitors', 'visits', 'pageviews', 'events'], [dimension]);
  return {
    site_id: site.domain,
    date_range: daysOf(view.period, dayIn(site.timezone, now)),
    metrics: [metric],
    dimensions: [dimension],
    order_by: [[metric, 'desc']],
    pagination: { limit: 50 },
  };
}

/** The figure that goes into the chart: the chosen one, or the first that has a meaning under the filters. */
export const charted = (look: Look, chosen: Headline): Headline =>
  look.metrics.includes(chosen) ? chosen : (look.metrics[0] ?? chosen);

/** The answers of a {@link Look}, each under its name. */
export function answersOf(look: Look, answers: readonly Answer[]) {
  const [totals, trend, identity, dropped, ...rest] = answers;
  return {
    totals,
    trend,
    identity,
    dropped,
    panels: look.panels.map((question, index) => ({ ...question, answer: rest[index] })),
  };
}
export type Answers = ReturnType<typeof answersOf>;
