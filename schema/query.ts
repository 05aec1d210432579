import { z } from 'zod';
import { dimensions } from './dimensions.ts';
import { limits } from './limits.ts';

/** Plausible's Stats API v2 shape, over what is stored here. */

export const metrics = {
  visitors: { label: 'Visitors', unit: 'count' },
  visits: { label: 'Visits', unit: 'count' },
  pageviews: { label: 'Pageviews', unit: 'count' },
  events: { label: 'Events', unit: 'count' },
  bounces: { label: 'Bounces', unit: 'count' },
  views_per_visit: { label: 'Views per visit', unit: 'ratio' },
  bounce_rate: { label: 'Bounce rate', unit: 'percent' },
  visit_duration: { label: 'Visit duration', unit: 'seconds' },
  time_on_page: { label: 'Time on page', unit: 'seconds' },
  /** All of it together, in seconds; by page only, like the two around it. */
  engaged_time: { label: 'Engaged time', unit: 'seconds' },
  scroll_depth: { label: 'Scroll depth', unit: 'percent' },
  conversion_rate: { label: 'Conversion rate', unit: 'percent' },
  percentage: { label: 'Share of visitors', unit: 'percent' },
  total_revenue: { label: 'Revenue', unit: 'money' },
  bytes: { label: 'Bytes', unit: 'bytes' },
  /** Where the site measures returning browsers, without dimensions and filters; `browsers` also by when they were here before. */
  browsers: { label: 'Browsers', unit: 'count' },
  new_browsers: { label: 'New browsers', unit: 'count' },
  active_days: { label: 'Active days per browser', unit: 'ratio' },
  /** Of mails, with their dimensions only. */
  opens: { label: 'Opens', unit: 'count' },
  clicks: { label: 'Clicks', unit: 'count' },
  unique_opens: { label: 'Unique opens', unit: 'count' },
  unique_clicks: { label: 'Unique clicks', unit: 'count' },
  /** With the dimension `event:drop_reason` only. */
  dropped: { label: 'Filtered out', unit: 'count' },
} as const;
export const Metric = z.enum(Object.keys(metrics) as [keyof typeof metrics]);
export type Metric = z.infer<typeof Metric>;

export const TimeDimension = z.enum(['time', 'time:hour', 'time:day', 'time:week', 'time:month']);
export type TimeDimension = z.infer<typeof TimeDimension>;

const plain: ReadonlySet<string> = new Set(
  Object.values(dimensions)
    .map((dimension) => dimension.api)
    .filter((api) => api !== dimensions.prop.api),
);
const isDimension = (name: string): boolean => plain.has(name) || /^event:props:\P{Cc}{1,300}$/u.test(name);
const unknown = (known: string) => (issue: { input?: unknown }) =>
  `"${String(issue.input)}" is not a dimension; known are ${known}${[...plain].join(', ')} and event:props:<key>`;

const AnyDimension = z.string().refine(isDimension, { error: unknown('') });
const QueryDimension = z
  .string()
  .refine((name) => isDimension(name) || TimeDimension.safeParse(name).success, {
    error: unknown(`${TimeDimension.options.join(', ')}, `),
  });

export const FilterOperator = z.enum(['is', 'is_not', 'contains', 'contains_not', 'matches', 'matches_not']);
export type FilterOperator = z.infer<typeof FilterOperator>;
export const FilterLeaf = z.tuple([
  FilterOperator,
  AnyDimension,
  z.array(z.string().max(limits.propValue)).min(1).max(limits.filterValues),
]);
export type FilterLeaf = z.infer<typeof FilterLeaf>;

/** `["is", dimension, values]`, `["and" | "or", filters]`, `["not", filter]`. */
export type Filter = FilterLeaf | ['and' | 'or', Filter[]] | ['not', Filter];
export const Filter: z.ZodType<Filter> = z.lazy(() =>
  z.union([
    FilterLeaf,
    z.tuple([z.enum(['and', 'or']), z.array(Filter).min(1).max(limits.filters)]),
    z.tuple([z.literal('not'), Filter]),
  ]),
);

export const IsoDate = z.iso.date('must be a date such as 2026-01-31');
export const rangePresets = [
  'day',
  '24h',
  '7d',
  '28d',
  '30d',
  '91d',
  'month',
  'year',
  '6mo',
  '12mo',
  'all',
] as const;
export const DateRange = z.union([z.enum(rangePresets), z.tuple([IsoDate, IsoDate])], {
  error: `must be one of ${rangePresets.join(', ')}, or two dates such as ["2026-01-01", "2026-01-31"]`,
});
export type DateRange = z.infer<typeof DateRange>;

const Comparison = z.union([
  z.strictObject({ mode: z.enum(['previous_period', 'year_over_year']) }),
  z.strictObject({ mode: z.literal('custom'), date_range: z.tuple([IsoDate, IsoDate]) }),
]);

export const Query = z.strictObject({
  site_id: z.string().min(1).max(253),
  metrics: z.array(Metric).min(1).max(20),
  date_range: DateRange,
  dimensions: z.array(QueryDimension).max(3).default([]),
  filters: z.array(Filter).max(limits.filters).default([]),
  order_by: z
    .array(z.tuple([z.string(), z.enum(['asc', 'desc'])]))
    .max(5)
    .optional(),
  include: z
    .strictObject({
      comparisons: Comparison.optional(),
      time_labels: z.boolean().default(false),
      total_rows: z.boolean().default(false),
      imports: z.boolean().optional(),
    })
    .default({ time_labels: false, total_rows: false }),
  pagination: z
    .strictObject({
      limit: z.number().int().min(1).max(limits.rows).default(10_000),
      offset: z.number().int().min(0).default(0),
    })
    .default({ limit: 10_000, offset: 0 }),
});
export type Query = z.infer<typeof Query>;

export const QueryBody = z.union([Query, z.array(Query).min(1).max(limits.questions)]);

const figure = z.number().nullable();
export const ResultRow = z.object({
  dimensions: z.array(z.string()),
  metrics: z.array(figure),
  comparison: z
    .object({ dimensions: z.array(z.string()), metrics: z.array(figure), change: z.array(figure) })
    .optional(),
});
export type ResultRow = z.infer<typeof ResultRow>;

/**
 * How a figure came about: counted once; or summed, from several values (pages, sources) of each of which a visitor
 * counts, or from days or hours in which a returning visitor counts anew.
 */
export const Exactness = z.enum(['exact', 'sum_of_values', 'sum_of_days', 'sum_of_hours']);
export type Exactness = z.infer<typeof Exactness>;

export const QueryResult = z.object({
  results: z.array(ResultRow),
  meta: z.object({
    timezone: z.string(),
    /** First and last local date (or hour, for `24h`) that the answer covers. */
    from: z.string(),
    to: z.string(),
    /** The rollups that were read. */
    rollups: z.array(z.string()),
    exactness: z.partialRecord(Metric, Exactness),
    /** Of `total_revenue`, whose figures are major units (12.5 for 12 euro 50); absent where rows name theirs. */
    currency: z.string().optional(),
    /**
     * Where pairs were folded: visitors of what was read who stand under a coarser value (a region, a folder, `(other)`),
     * and their percentage. With filters it is that of the unfiltered pair. Absent where nobody does.
     */
    folded: z.object({ visitors: z.number().int(), share: z.number() }).optional(),
    /** What a reader should know, in words. */
    notes: z.array(z.string()),
    time_labels: z.array(z.string()).optional(),
    /** The bucket that is not over yet. */
    partial_time_label: z.string().optional(),
    comparison_time_labels: z.array(z.string()).optional(),
    total_rows: z.number().int().optional(),
  }),
  query: z.unknown(),
});
export type QueryResult = z.infer<typeof QueryResult>;

/** `GET /api/v2/realtime`: visits with a signal in the last 5 minutes, and the last 30 minutes, oldest first. */
export const Realtime = z.object({
  visits: z.number().int(),
  minutes: z.array(z.object({ pageviews: z.number().int(), events: z.number().int() })).length(30),
  /** Any event was ever counted for this site. */
  receiving: z.boolean(),
});
export type Realtime = z.infer<typeof Realtime>;
