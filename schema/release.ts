import { z } from 'zod';
import { dimensions } from './dimensions.ts';
import type { Metric } from './query.ts';

/** What leaves the owner's view: which figures, over which periods, and what they promise. */

export const PeriodKind = z.enum(['day', 'week', 'month'], 'must be day, week or month');
export type PeriodKind = z.infer<typeof PeriodKind>;

/** A calendar day, ISO week or calendar month of the site's own time. */
export const Period = z.object({
  kind: PeriodKind,
  from: z.iso.date(),
  to: z.iso.date(),
  timezone: z.string(),
});
export type Period = z.infer<typeof Period>;

interface Panel {
  readonly label: string;
  /** The one dimension that rows are by, in the API's name; null: one row in all. */
  readonly dimension: string | null;
  readonly metrics: readonly Metric[];
}

const ofVisits: readonly Metric[] = [
  'visitors',
  'visits',
  'pageviews',
  'views_per_visit',
  'bounce_rate',
  'visit_duration',
];
const of = (name: keyof typeof dimensions, metrics: readonly Metric[] = ['visitors', 'visits']): Panel => ({
  label: dimensions[name].label,
  dimension: dimensions[name].api,
  metrics,
});

/**
 * All that can be released: totals, days, and single dimensions. No filter, no pair, no city. Each panel's first metric is
 * visitors, because a row stands only where enough of them share it.
 */
export const panels = {
  totals: { label: 'Totals', dimension: null, metrics: ofVisits },
  /** Of weeks and months only. */
  trend: { label: 'Days', dimension: 'time:day', metrics: ['visitors', 'visits', 'pageviews'] },
  pages: of('page', ['visitors', 'pageviews']),
  entry_pages: of('entry_page', ['visitors', 'visits', 'bounce_rate']),
  sources: of('source'),
  channels: of('channel'),
  campaigns: of('utm_campaign'),
  countries: of('country'),
  devices: of('device'),
  browsers: of('browser'),
  systems: of('os'),
  languages: of('language'),
} as const satisfies Record<string, Panel>;
export const PanelName = z.enum(Object.keys(panels) as [keyof typeof panels]);
export type PanelName = z.infer<typeof PanelName>;

/** Rows of one panel. */
export const releasedRows = 100;

/**
 * The smallest rounding that can be released: of a count rounded to twos a 0 would say that nobody came, and of
 * threes and fours a sum of two parts can tell both: 0 and 0 that make 3 or 4 are 1 and 1.
 */
export const leastK = 5;

const Statement = z.object({ protects: z.array(z.string()), doesNot: z.array(z.string()) });
type Statement = z.infer<typeof Statement>;

export const Released = z.object({
  site: z.string(),
  period: Period,
  /** Every count is a multiple of this. */
  k: z.number().int().min(leastK),
  panels: z.array(
    z.object({
      panel: PanelName,
      dimension: z.string().nullable(),
      metrics: z.array(z.string()),
      rows: z.array(z.object({ value: z.string().nullable(), figures: z.array(z.number().nullable()) })),
    }),
  ),
  statement: Statement,
});
export type Released = z.infer<typeof Released>;

/** What rounding to multiples of `k` does for a visitor, and what it does not. */
export function releasedStatement(k: number): Statement {
  const below = Math.ceil(k / 2) - 1;
  return {
    protects: [
      `Every count is rounded to the nearest multiple of ${k}, rates and averages come from rounded counts: one figure never says more than a range of ${k} counts, and 0 may be up to ${below}.`,
      `A value is named only where at least ${below + 1} visitors share it, each counted once a day.`,
      'Days that are over only; fixed days, weeks and months; one dimension at a time; no filters, no cities, no live view.',
    ],
    doesNot: [
      'Rounding is not anonymity against someone who combines many outputs: sums of parts and their rounded total narrow each other, rarely down to one count. Where that matters, release the differentially private table instead.',
      'The same period released with another K narrows the same counts, in the end to one: keep FOOTFALL_K as it is.',
      'It says that values exist which enough visitors shared: the address of a page, the name of a campaign.',
      'Visitors of a week or month are the sum of its days: someone who comes on five days counts five times, also towards the number that names a value.',
    ],
  };
}

/** Bounds of the private export, which the command line checks and the register names. */
export const privacyBudget = {
  epsilon: { least: '0.001', most: '10' },
  delta: { least: '1e-30', most: '0.001', default: '1e-6' },
} as const;

/** One private release, as the ledger keeps it. */
export const LedgerEntry = z.object({
  id: z.number().int(),
  /** ms since 1970. */
  at: z.number().int(),
  /** null: the site was removed. */
  site: z.string().nullable(),
  kind: PeriodKind,
  from: z.iso.date(),
  to: z.iso.date(),
  /** Decimals, as text: they are added up exactly. */
  epsilon: z.string(),
  delta: z.string(),
  rows: z.number().int(),
});
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export const PrivateRelease = z.object({
  format: z.literal(1),
  program: z.string(),
  site: z.string(),
  period: Period,
  released: z.iso.datetime(),
  unit: z.string(),
  epsilon: z.string(),
  delta: z.string(),
  /** Pages of one visitor and day that count. */
  bound: z.number().int(),
  mechanism: z.string(),
  /** The smallest noisy count that is shown. */
  threshold: z.number().int(),
  rounding: z.string(),
  /** The sum of all releases of this site that share a day with this one, itself included. */
  spent: z.object({ releases: z.number().int(), epsilon: z.string(), delta: z.string() }),
  statement: Statement,
  rows: z.array(z.object({ page: z.string(), visitor_days: z.number().int().positive() })),
});
export type PrivateRelease = z.infer<typeof PrivateRelease>;

/** What the noise does for a visitor, and what it does not. */
export function privateStatement(
  given: Pick<PrivateRelease, 'epsilon' | 'delta' | 'bound'> & { readonly days: number },
): Statement {
  const { epsilon, delta, bound, days } = given;
  return {
    protects: [
      `One visitor on one day. Whether that visitor was there at all, and whatever they viewed, changes the chance of any output by at most a factor of e^${epsilon}, but for a chance of ${delta} (differential privacy with ε = ${epsilon}, δ = ${delta}).`,
      `It holds whatever else somebody knows, because of each visitor and day only the first ${bound} distinct pages count, and noise is added for ${bound}.`,
      'Visitors who opted out are not in it at all.',
    ],
    doesNot: [
      `The same person on other days: this period has ${days} days, and someone who visits on n of them is protected with n times ε only, at most ${days} · ${epsilon}.`,
      'One person who counts as several visitors in a day: with another browser or network, or after a restart of a collector that keeps no open visits.',
      'That pages exist which several visitors viewed: their addresses are shown as they are.',
      'What is said elsewhere about the same days: totals, rounded figures, further releases. Each adds to what can be known; of private releases the ledger adds it up.',
      `That the site had no day with more than ${dimensions.page.cap.toLocaleString('en')} pages: then nothing is released, because the bound would not hold.`,
    ],
  };
}
