import type { DimensionName } from '../../schema/dimensions.ts';
import type { Amount, Column } from '../../schema/measures.ts';
import type { FilterOperator } from '../../schema/query.ts';
import type { Rollup } from '../../schema/rollups.ts';

/**
 * A filter over stored dimensions. Of `prop`, `is` and `is_not` compare whole stored values (key, `propSeparator`,
 * value); the other operators look only at what follows the key, and `propKey` names that key. `matcher` in condition.ts
 * says it in code.
 */
export type Condition =
  | {
      readonly op: FilterOperator;
      readonly dim: DimensionName;
      readonly values: readonly string[];
      readonly propKey?: string;
    }
  | { readonly op: 'and' | 'or'; readonly all: readonly Condition[] }
  | { readonly op: 'not'; readonly one: Condition };

/** One scan of one rollup: what the planner asks of a store. */
export interface Read {
  readonly rollup: Rollup;
  readonly site: number;
  /** Buckets of the rollup's grain, the first and the one after the last. */
  readonly from: number;
  readonly until: number;
  /**
   * What to sum. Trend, single and pair name stored columns (the trend also `hour_first`); detail names amounts,
   * because the question decides which of them means visitors and visits.
   */
  readonly sums: readonly (Column | Amount)[];
  /** Dimensions to group by; all are among the rollup's. */
  readonly groups: readonly DimensionName[];
  /** Also group by time: buckets, or the days that hour buckets belong to. */
  readonly time: 'bucket' | 'day' | null;
  readonly where: Condition | null;
  /** Only stored values of `prop` with this key, given back without it. */
  readonly propKey?: string;
}

/** One group of a {@link Read}: its time (bucket or day number) if asked for, its values, its sums, each in the order asked. */
export interface Sums {
  readonly time: number | null;
  readonly values: readonly string[];
  readonly sums: readonly number[];
}

/** Answers scans, each in the order asked, all from one snapshot. */
export type Reader = (reads: readonly Read[]) => Promise<Sums[][]>;

/** Buckets of a rollup, by its name: the first and the one after the last. */
export interface FoldSpan {
  readonly rollup: string;
  readonly from: number;
  readonly until: number;
}

/** Visitors in some buckets, and how many of them no longer stand under their own values. */
export interface Fold {
  readonly visitors: number;
  readonly folded: number;
}

/** What the job that folds has left of a site’s past. */
export interface FoldReader {
  /** Every month whose first day is before this day is folded; null where none is. */
  monthsUntil(site: number): Promise<number | null>;
  /** How much was folded in each group of spans, in the order asked. */
  folds(site: number, groups: readonly (readonly FoldSpan[])[]): Promise<readonly Fold[]>;
}
