import { coreDimensions, type DimensionName, dimensionNames, dimensions } from './dimensions.ts';
import { type Amount, isOfMail, type Measured, measuresOf } from './measures.ts';

/** One kind of fact: each feeds only the rollups over it, so that a hit with three goals still is one hit. */
export type FactScope =
  | 'web'
  | 'goal'
  | 'prop'
  | 'revenue'
  | 'drop'
  | 'browser'
  | 'cohort'
  | 'bounded'
  | 'mail';

/** Counters kept by some dimensions and a grain of time. */
export interface Rollup {
  /** Dimensions joined by `+`; the trend is `trend`, the joint of the core dimensions `detail`. */
  readonly name: string;
  readonly scope: FactScope;
  readonly dims: readonly DimensionName[];
  /** Buckets of site-local wall-clock time. */
  readonly grain: 'hour' | 'day' | 'month';
  readonly shape: 'trend' | 'single' | 'pair' | 'detail' | 'mail';
  /** Retention class: how long the buckets are kept as they are. */
  readonly keep: 'long' | 'pairs' | 'detail';
  readonly measured: Measured;
  /**
   * The amount that says how many visitors (each counted once a day) share a cell, in the column `visitors`: cells under K
   * are folded by it. Null where nothing is folded. Where `measured` knows no visitors it is no figure to be asked for.
   */
  readonly people: Amount | null;
}

const scopeOf = (dims: readonly DimensionName[]): FactScope => {
  const scopes = dims.map((name) => dimensions[name].scope);
  for (const scope of ['drop', 'goal', 'revenue', 'prop', 'browser', 'cohort', 'mail'] as const)
    if (scopes.includes(scope)) return scope;
  return 'web';
};

const peopleOf = (dims: readonly DimensionName[], measured: Measured): Amount | null => {
  if (dims.length !== 2) return null;
  if (measured.visitors) return measured.visitors;
  return dims.includes('exit_page') ? 'exit_first' : dims.includes('goal') ? 'goal_first' : 'event_first';
};

const byDay = (dims: readonly DimensionName[]): Rollup => ({
  name: dims.join('+'),
  scope: scopeOf(dims),
  dims,
  grain: 'day',
  shape: dims.length === 1 ? 'single' : 'pair',
  keep: dims.length === 1 ? 'long' : 'pairs',
  measured: measuresOf(dims),
  people: peopleOf(dims, measuresOf(dims)),
});

const trend: Rollup = {
  name: 'trend',
  scope: 'web',
  dims: [],
  grain: 'hour',
  shape: 'trend',
  keep: 'long',
  measured: measuresOf([]),
  people: null,
};

/** The amounts that `detail` and the trend keep apart, because the question decides which of them it sums. */
export const detailAmounts = [
  'day_first',
  'acquisition_first',
  'path_first',
  'event_first',
  'starts',
  'page_visits',
  'event_visits',
  'pageviews',
  'custom',
  'closed',
  'bounces',
  'duration',
  'views',
  'engaged',
  'scroll',
  'bytes',
] as const satisfies Amount[];

const detail: Rollup = {
  name: 'detail',
  scope: 'web',
  dims: coreDimensions,
  grain: 'hour',
  shape: 'detail',
  keep: 'detail',
  measured: {},
  people: null,
};

/** Which others each core dimension meets, besides the other core dimensions. Pages do not meet cities, versions, screens or languages. */
const meets = {
  page: ['hostname', 'status', 'referrer', 'region', 'browser', 'os'],
  event: ['entry_page', 'region', 'browser', 'os'],
  source: [
    'entry_page',
    'exit_page',
    'referrer',
    'utm_medium',
    'region',
    'city',
    'language',
    'browser',
    'os',
    'screen',
  ],
  channel: ['entry_page', 'exit_page', 'referrer', 'utm_medium', 'region', 'browser', 'os'],
  utm_campaign: [
    'entry_page',
    'exit_page',
    'utm_medium',
    'utm_source',
    'utm_term',
    'utm_content',
    'region',
    'city',
    'browser',
  ],
  country: [
    'entry_page',
    'exit_page',
    'referrer',
    'region',
    'city',
    'language',
    'utc_offset',
    'browser',
    'os',
    'screen',
  ],
  device: ['entry_page', 'exit_page', 'region', 'browser', 'browser_version', 'os', 'os_version', 'screen'],
} as const satisfies Record<(typeof coreDimensions)[number], DimensionName[]>;

const pairs: Rollup[] = [];
coreDimensions.forEach((core, index) => {
  for (const other of coreDimensions.slice(index + 1)) pairs.push(byDay([core, other]));
  for (const other of meets[core]) pairs.push(byDay([core, other]));
});
for (const core of ['page', 'source', 'channel', 'utm_campaign', 'country', 'device'] as const)
  pairs.push(byDay(['goal', core]));
for (const core of coreDimensions) pairs.push(byDay(['currency', core]));
pairs.push(byDay(['currency', 'goal']), byDay(['event', 'prop']));

/** Pages for the differentially private export: of each visitor and day the first few distinct ones, unfolded. */
export const bounded: Rollup = {
  name: 'bounded',
  scope: 'bounded',
  dims: ['page'],
  grain: 'day',
  shape: 'single',
  keep: 'long',
  measured: { visitors: 'bounded' },
  people: null,
};

const ofMail = (name: string, dims: readonly DimensionName[], grain: Rollup['grain']): Rollup => ({
  name,
  scope: 'mail',
  dims,
  shape: 'mail',
  measured: measuresOf(dims),
  people: null,
  grain,
  keep: 'long',
});
/** Mails: who opened what and which link was followed, by which rule that was told, and the curve of the first hours. */
const mails = [
  ofMail('mail', ['message', 'opener'], 'day'),
  ofMail('mail links', ['message', 'link', 'opener'], 'day'),
  ofMail('mail rules', ['message', 'rule'], 'day'),
  ofMail('mail curve', ['message', 'opener'], 'hour'),
] as const;

/** The rollup over mails that covers a set of their dimensions; undefined where none does, or where it is about others too. */
export function mailRollup(set: readonly DimensionName[], hourly: boolean): Rollup | undefined {
  if (set.length === 0 || !set.every(isOfMail)) return undefined;
  return mails.find(
    ({ dims, grain }) => (grain === 'hour') === hourly && set.every((dim) => dims.includes(dim)),
  );
}

/** Everything that is counted as it comes in. */
export const rollups: readonly Rollup[] = [
  trend,
  ...dimensionNames.map((name) => byDay([name])),
  ...pairs,
  detail,
  bounded,
  ...mails,
];

const months = new Map<Rollup, Rollup>(
  rollups
    .filter(
      ({ grain, scope }) => grain === 'day' && !['browser', 'cohort', 'bounded', 'mail'].includes(scope),
    )
    .map((rollup) => [rollup, { ...rollup, name: `${rollup.name} by month`, grain: 'month', keep: 'long' }]),
);

/**
 * The same counters by calendar month, which a job makes from the days: a bucket is the month's first day. Pairs are folded
 * to K there. Undefined for what has no months.
 */
export const monthOf = (rollup: Rollup): Rollup | undefined => months.get(rollup);

/** Everything that is stored. */
export const storedRollups: readonly Rollup[] = [...rollups, ...months.values()];

/** The rollup over exactly these dimensions, in any order. */
export function rollupOver(dims: readonly DimensionName[]): Rollup | undefined {
  return rollups.find(
    (rollup) =>
      rollup.shape !== 'detail' &&
      rollup.shape !== 'mail' &&
      rollup.scope !== 'bounded' &&
      rollup.dims.length === dims.length &&
      dims.every((name) => rollup.dims.includes(name)),
  );
}
