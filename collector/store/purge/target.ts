import type { Site } from '../../../schema/site.ts';

/** What poisoned traffic can be told by. */
export type PurgeDimension = 'source' | 'page' | 'utm_campaign' | 'country';

/** Traffic of one site and local day that has one value of one dimension. */
export interface Poison {
  readonly site: Site;
  /** Site-local day. */
  readonly day: number;
  readonly dim: PurgeDimension;
  readonly value: string;
}

/** What a purge knows of the settings. */
export interface PurgeRules {
  /** Days for which pairs of dimensions are kept by day. */
  readonly pairDays: number;
  /** Visitors that must share a value in the folded months. */
  readonly k: number;
}

/**
 * How a rollup loses its part: `exact`; `in proportion`, where only its total is known; `to (other)`, where the day
 * keeps its totals without their values; `goes`, where not even the total is known. Months of pairs are `as folded`, where
 * what was folded already loses the same, or `folded anew`.
 */
export type How = 'exact' | 'in proportion' | 'to (other)' | 'goes' | 'as folded' | 'folded anew';

export interface RollupLoss {
  readonly rollup: string;
  readonly how: How;
  /** What the rollup’s cells of the day hold less, by stored counter; those without a change are left out. */
  readonly lost: Readonly<Record<string, number>>;
  /** Cells that are written or deleted. */
  readonly cells: number;
}

/** What a purge takes, or would take. The same for a dry run and the purge after it. */
export interface PurgeReport {
  readonly site: string;
  readonly day: string;
  readonly dimension: PurgeDimension;
  readonly value: string;
  /** Taken out of the day’s totals. */
  readonly taken: {
    readonly visitors: number;
    readonly visits: number;
    readonly pageviews: number;
    readonly events: number;
  };
  /** Pageviews and events of this value that stay: of visitors who opted out, or no longer told apart. */
  readonly stays: { readonly pageviews: number; readonly events: number };
  readonly rollups: readonly RollupLoss[];
  /** What cannot be separated or is estimated, in words. */
  readonly notes: readonly string[];
}
