import { columns } from '../../schema/measures.ts';
import { detailAmounts, type Rollup, rollups } from '../../schema/rollups.ts';

export type Shape = Rollup['shape'];
export const shapes = ['trend', 'single', 'pair', 'detail', 'mail'] as const satisfies Shape[];

/** Values in the key of a cell of mails; those that its rollup does not have are none. */
export const mailValues = 3;

const measuredBy = (shape: Shape): readonly string[] => {
  const measuring = rollups.filter((rollup) => rollup.shape === shape);
  return columns.filter((column) => measuring.some((rollup) => rollup.measured[column] !== undefined));
};

/**
 * The sums that a cell of each shape stores, in the order of its table's columns. The trend also keeps `hour_first`,
 * for questions by hour; `detail` keeps amounts, because the question decides which of them means visitors and visits.
 */
export const storedSums: Readonly<Record<Shape, readonly string[]>> = {
  trend: [...measuredBy('trend'), 'hour_first'],
  single: measuredBy('single'),
  pair: measuredBy('pair'),
  detail: detailAmounts,
  mail: measuredBy('mail'),
};

/** The amount that a rollup's stored sum adds up; undefined if it has no meaning for its dimensions. */
export function amountOf(rollup: Rollup, sum: string): string | undefined {
  if (rollup.shape === 'detail') return sum;
  if (rollup.shape === 'trend' && sum === 'hour_first') return sum;
  return (
    rollup.measured[sum as keyof Rollup['measured']] ??
    (sum === 'visitors' ? (rollup.people ?? undefined) : undefined)
  );
}
