import type { Metric, QueryResult } from '../../schema/query.ts';
import { units } from '../format.ts';
import { beforeOf, type Comparison } from '../questions.ts';

/** One figure over time, bucket by bucket. */
export interface Trend {
  readonly labels: readonly string[];
  readonly values: readonly (number | null)[];
  /** The same buckets of the period that it is compared with; null without comparison. */
  readonly before: readonly (number | null)[] | null;
  readonly beforeLabels: readonly (string | undefined)[];
  /** Index of the bucket that is not over yet, or -1. Later buckets have no values. */
  readonly partial: number;
}

/** Takes one metric out of an answer by time. Buckets without rows had nothing to count: counts are 0, rates unknown. */
export function trendOf(
  answer: QueryResult,
  metrics: readonly Metric[],
  metric: Metric,
  comparison: Comparison,
): Trend {
  const { meta, results } = answer;
  const rows = new Map(results.map((row) => [row.dimensions[0] ?? '', row]));
  const labels = meta.time_labels ?? [...rows.keys()];
  const at = metrics.indexOf(metric);
  const nothing = units[metric] === 'count' ? 0 : null;
  const partial = meta.partial_time_label === undefined ? -1 : labels.indexOf(meta.partial_time_label);
  const known = at >= 0;
  const values = labels.map((label, index) => {
    if (!known || (partial >= 0 && index > partial)) return null;
    const row = rows.get(label);
    return row ? (row.metrics[at] ?? null) : nothing;
  });
  const before =
    known && results.some((row) => typeof beforeOf(comparison, row.comparison?.metrics[at]) === 'number')
      ? labels.map((label) => beforeOf(comparison, rows.get(label)?.comparison?.metrics[at]))
      : null;
  const beforeLabels = labels.map(
    (label, index) => rows.get(label)?.comparison?.dimensions[0] ?? meta.comparison_time_labels?.[index],
  );
  return { labels, values, before, beforeLabels, partial };
}
