import type { DimensionName } from '../schema/dimensions.ts';
import { type Column, measuresOf } from '../schema/measures.ts';
import type { Metric } from '../schema/query.ts';

/** One tab: the dimension whose values are its rows, and what may stand in its first column, best first. */
export interface Tab {
  readonly dimension: string;
  readonly metrics: readonly Metric[];
  /** Stands beside the first column, where it has a meaning. */
  readonly extra?: Metric;
}

const visitors = ['visitors', 'visits', 'pageviews', 'events'] as const satisfies Metric[];
const visits = ['visits', 'visitors', 'pageviews', 'events'] as const satisfies Metric[];
const by = (dimension: string): Tab => ({ dimension, metrics: visitors });

/** The breakdowns, in reading order; the first tab of each is open. */
const panels = {
  pages: {
    top: by('event:page'),
    entry: { dimension: 'visit:entry_page', metrics: visits },
    exit: { dimension: 'visit:exit_page', metrics: visits },
  },
  sources: {
    channel: by('visit:channel'),
    source: by('visit:source'),
    referrer: by('visit:referrer'),
    campaign: by('visit:utm_campaign'),
  },
  places: { country: by('visit:country'), region: by('visit:region'), city: by('visit:city') },
  devices: {
    device: by('visit:device'),
    browser: by('visit:browser'),
    os: by('visit:os'),
    screen: by('visit:screen'),
    language: by('visit:language'),
  },
  goals: {
    goal: { dimension: 'event:goal', metrics: ['visitors', 'events'], extra: 'conversion_rate' },
    event: { dimension: 'event:name', metrics: ['visitors', 'events'], extra: 'events' },
  },
} as const satisfies Record<string, Record<string, Tab>>;

export type PanelName = keyof typeof panels;
export const panelNames = Object.keys(panels) as PanelName[];
/** The source that names people best is open first, not the coarsest group. */
export const firstTabs: Readonly<Record<PanelName, string>> = {
  pages: 'top',
  sources: 'source',
  places: 'country',
  devices: 'device',
  goals: 'goal',
};

export function tabsOf(panel: PanelName): Readonly<Record<string, Tab>> {
  return panels[panel];
}
export function tabOf(panel: PanelName, name: string): Tab {
  const tabs = tabsOf(panel);
  return tabs[name] ?? tabs[firstTabs[panel]] ?? by('event:page');
}

/** The figures at the head of the page. */
export const headline = [
  'visitors',
  'visits',
  'pageviews',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
] as const satisfies Metric[];
export type Headline = (typeof headline)[number];

/** The counters that a metric is made of. */
const madeOf: Partial<Record<Metric, readonly Column[]>> = {
  visitors: ['visitors'],
  visits: ['visits'],
  pageviews: ['pageviews'],
  events: ['pageviews', 'custom'],
  views_per_visit: ['views', 'closed'],
  bounce_rate: ['bounces', 'closed'],
  visit_duration: ['duration', 'closed'],
  conversion_rate: ['visitors'],
  percentage: ['visitors'],
};

/** Dimensions of an address may be unknown; a name that is not in the schema takes no meaning away, the API refuses it in words. */
const nameOf = (api: string): DimensionName =>
  (api.startsWith('event:props:')
    ? 'prop'
    : api === 'event:name'
      ? 'event'
      : api.replace(/^\w+:/, '')) as DimensionName;

/** Which of the metrics have a meaning for a question over these dimensions (its own and its filters'). */
export function meaningful<M extends Metric>(metrics: readonly M[], dimensions: readonly string[]): M[] {
  const measured = measuresOf(dimensions.map(nameOf));
  return metrics.filter((metric) => madeOf[metric]?.every((column) => column in measured));
}
