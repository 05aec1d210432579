import { coreDimensions, type DimensionName, dimensionNames, dimensions } from './dimensions.ts';
import { type Amount, type Measured, measuresOf } from './measures.ts';

/** One kind of fact: each feeds only the rollups over it, so that a hit with three goals still is one hit. */
export type FactScope = 'web' | 'goal' | 'prop' | 'revenue' | 'drop';

/** Counters kept by some dimensions and a grain of time. */
export interface Rollup {
  /** Dimensions joined by `+`; the trend is `trend`, the joint of the core dimensions `detail`. */
  readonly name: string;
  readonly scope: FactScope;
  readonly dims: readonly DimensionName[];
  /** Buckets of site-local wall-clock time. */
  readonly grain: 'hour' | 'day';
  readonly shape: 'trend' | 'single' | 'pair' | 'detail';
  /** Retention class: how long the buckets are kept as they are. */
  readonly keep: 'long' | 'pairs' | 'detail';
  readonly measured: Measured;
}

const scopeOf = (dims: readonly DimensionName[]): FactScope => {
  const scopes = dims.map((name) => dimensions[name].scope);
  for (const scope of ['drop', 'goal', 'revenue', 'prop'] as const) if (scopes.includes(scope)) return scope;
  return 'web';
};

const byDay = (dims: readonly DimensionName[]): Rollup => ({
  name: dims.join('+'),
  scope: scopeOf(dims),
  dims,
  grain: 'day',
  shape: dims.length === 1 ? 'single' : 'pair',
  keep: dims.length === 1 ? 'long' : 'pairs',
  measured: measuresOf(dims),
});

const trend: Rollup = {
  name: 'trend',
  scope: 'web',
  dims: [],
  grain: 'hour',
  shape: 'trend',
  keep: 'long',
  measured: measuresOf([]),
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

/** Everything that is stored about visits. */
export const rollups: readonly Rollup[] = [
  trend,
  ...dimensionNames.map((name) => byDay([name])),
  ...pairs,
  detail,
];

/** The rollup over exactly these dimensions, in any order. */
export function rollupOver(dims: readonly DimensionName[]): Rollup | undefined {
  return rollups.find(
    (rollup) =>
      rollup.shape !== 'detail' &&
      rollup.dims.length === dims.length &&
      dims.every((name) => rollup.dims.includes(name)),
  );
}
