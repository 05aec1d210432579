import type { FilterLeaf, Metric } from '../schema/query.ts';
import type { Answer, Question, SiteInfo } from './api.ts';
import { dayIn } from './dates.ts';
import {
  type Headline,
  headline,
  meaningful,
  type PanelName,
  panelNames,
  type Tab,
  tabOf,
} from './panels.ts';
import { dateRangeOf, type Grain, grainsOf } from './period.ts';
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
}

const include = (view: View): Partial<NonNullable<Question['include']>> =>
  view.compare === 'none' || view.period === 'all'
    ? {}
    : { comparisons: { mode: view.compare === 'year' ? 'year_over_year' : 'previous_period' } };

const dimensionsOf = (filters: readonly FilterLeaf[]): string[] => filters.map((filter) => filter[1]);

/** The metrics of a tab under the filters; the first column is always asked for, so that a refusal comes in the server's words. */
function columnsOf(tab: Tab, filters: readonly FilterLeaf[]): Metric[] {
  const dimensions = [tab.dimension, ...dimensionsOf(filters)];
  const first = meaningful(tab.metrics, dimensions)[0] ?? tab.metrics[0] ?? 'visitors';
  const share: Metric[] = first === 'visitors' && !tab.extra ? ['percentage'] : [];
  return [first, ...share, ...(tab.extra ? meaningful([tab.extra], dimensions) : [])];
}

/** What to ask for a view of a site at a moment (ms since 1970). */
export function lookAt(site: SiteInfo, view: View, now: number): Look {
  const today = dayIn(site.timezone, now);
  const grains = grainsOf(view.period, today, dayIn(site.timezone, site.createdAt));
  const grain = view.by && grains.includes(view.by) ? view.by : grains[0];
  const metrics = meaningful(headline, dimensionsOf(view.filters));
  const range = { site_id: site.domain, date_range: dateRangeOf(view.period, today) };
  const filtered = { ...range, filters: [...view.filters] };

  const panels = (view.list ? [view.list] : panelNames).map((panel): PanelQuestion => {
    const tab = tabOf(panel, view.tabs[panel]);
    return { panel, tab, metrics: columnsOf(tab, view.filters) };
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
    questions: [
      { ...filtered, metrics, include: include(view) },
      {
        ...filtered,
        metrics,
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
