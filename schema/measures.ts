import type { DimensionName } from './dimensions.ts';

/**
 * What *track* writes on a fact: whole numbers that only ever add up.
 * `*_first` are the flags by which visitors are counted once: of the key in the hour, in the day, in the day with this
 * acquisition (source and campaign), in the day on this path, in the day for this event, in the day for this goal.
 */
export const amounts = [
  'pageviews',
  /** Custom events; events are pageviews plus these. */
  'custom',
  'hour_first',
  'day_first',
  'acquisition_first',
  'path_first',
  'event_first',
  'goal_first',
  /** The visit began with this fact. */
  'starts',
  /** The visit's first pageview. */
  'entries',
  /** First pageview of this path, first event of this name, first hit of this goal in the visit. */
  'page_visits',
  'event_visits',
  'goal_visits',
  /** Of a visit that ended: 1; 1 if it bounced; last minus first signal in ms; its pageviews. */
  'closed',
  'bounces',
  'duration',
  'views',
  /** The ended visit had a pageview, so it has an exit page; it is also the visitor's first visit of the day. */
  'exits',
  'exit_first',
  /** Engaged ms on a page; percent by which a visit's deepest scroll of a page grew. */
  'engaged',
  'scroll',
  /** Transfer size of a page. */
  'bytes',
  /** Minor units of one currency. */
  'revenue',
  /** Events that were filtered out. */
  'dropped',
  /** A browser's first pageview of the day, or of the week, where returning browsers are measured. */
  'browsers',
  /** One of the first distinct pages of a visitor and day. */
  'bounded',
  /** Of mails; of recipients whom a token tells apart each the first one. Labels that are corrected later make them fall. */
  'opens',
  'clicks',
  'unique_opens',
  'unique_clicks',
] as const;
export type Amount = (typeof amounts)[number];
export type Amounts = Partial<Record<Amount, number>>;

/** The counters of a stored cell. Which amount `visitors` and `visits` sum depends on the cell's dimensions. */
export const columns = [
  'visitors',
  'visits',
  'pageviews',
  'custom',
  'closed',
  'bounces',
  'duration',
  'views',
  'engaged',
  'scroll',
  'bytes',
  'revenue',
  'dropped',
  'browsers',
  'opens',
  'clicks',
  'unique_opens',
  'unique_clicks',
] as const;
export type Column = (typeof columns)[number];

/** Where a question's or a rollup's counters come from: the amount that each of its columns sums. */
export type Measured = Partial<Record<Column, Amount>>;

const acquisition: ReadonlySet<DimensionName> = new Set<DimensionName>([
  'channel',
  'source',
  'referrer',
  'utm_medium',
  'utm_source',
  'utm_campaign',
  'utm_term',
  'utm_content',
]);

const ofMail: ReadonlySet<DimensionName> = new Set<DimensionName>(['message', 'link', 'opener', 'rule']);
export const isOfMail = (name: DimensionName): boolean => ofMail.has(name);

/** Links are clicked, never opened; a recipient counts once a message, whichever link and rule it was. */
function mailMeasures(dims: readonly DimensionName[]): Measured {
  if (!dims.every(isOfMail)) return {};
  if (dims.includes('link')) return { clicks: 'clicks' };
  const all: Measured = { opens: 'opens', clicks: 'clicks' };
  return dims.includes('rule')
    ? all
    : { ...all, unique_opens: 'unique_opens', unique_clicks: 'unique_clicks' };
}

/**
 * The counters that have a meaning for a set of dimensions, and the amount each of them sums.
 * The most specific flag wins: goal, event, page, acquisition, day. Counters that would mislead are left out: the entry
 * measures (closed, bounces, duration, views) have no meaning by page, event or status.
 */
export function measuresOf(dims: readonly DimensionName[]): Measured {
  const has = (name: DimensionName) => dims.includes(name);
  if (has('reason')) return { dropped: 'dropped' };
  if (has('last_visit') || has('first_week')) return dims.length === 1 ? { browsers: 'browsers' } : {};
  if (has('currency')) return { revenue: 'revenue', pageviews: 'pageviews', custom: 'custom' };
  if (dims.some(isOfMail)) return mailMeasures(dims);
  const hits: Measured = { pageviews: 'pageviews', custom: 'custom' };
  if (has('goal')) return { ...hits, visitors: 'goal_first', visits: 'goal_visits' };
  if (has('prop')) return { ...hits, visitors: 'event_first' };
  const closed: Measured = { closed: 'closed', bounces: 'bounces', duration: 'duration', views: 'views' };
  if (has('exit_page')) return { visits: 'exits', ...closed };
  if (has('event')) return { ...hits, visitors: 'event_first', visits: 'event_visits', bytes: 'bytes' };
  if (has('page')) {
    const page: Measured = { ...hits, visitors: 'path_first', visits: 'page_visits', bytes: 'bytes' };
    return has('status') || has('hostname') ? page : { ...page, engaged: 'engaged', scroll: 'scroll' };
  }
  if (has('status')) return { ...hits, bytes: 'bytes' };
  const visitors: Amount = dims.some((name) => acquisition.has(name)) ? 'acquisition_first' : 'day_first';
  if (has('hostname')) return { ...hits, visitors, visits: 'starts', bytes: 'bytes' };
  return { ...hits, visitors, visits: has('entry_page') ? 'entries' : 'starts', bytes: 'bytes', ...closed };
}
