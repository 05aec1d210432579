import { type Metric, metrics } from '../../schema/query.ts';

/**
 * How figures changed, one decimal: of percentages the difference in points, of everything else percent of the figure
 * before; null where there is nothing to compare with.
 */
export function changesOf(
  asked: readonly Metric[],
  now: readonly (number | null)[],
  before: readonly (number | null)[],
): (number | null)[] {
  return asked.map((metric, index) => {
    const [after, base] = [now[index] ?? null, before[index] ?? null];
    if (after === null || base === null) return null;
    if (metrics[metric].unit === 'percent') return Math.round((after - base) * 10) / 10;
    return base === 0 ? null : Math.round((1_000 * (after - base)) / base) / 10;
  });
}
