import type { DimensionName } from '../../schema/dimensions.ts';
import { retention } from '../../schema/retention.ts';
import type { Rollup } from '../../schema/rollups.ts';
import { dateOfDay } from '../time/calendar.ts';
import type { TimeGrain } from './labels.ts';
import { type Context, firstByDay, firstKept, nearestPairs, piecesOf } from './pieces.ts';
import type { Span } from './ranges.ts';
import { list, nameOf, type Refusal, unanswerable } from './refuse.ts';

/** How far back days and months reach, in words, and the refusals of what lies further back. */

/** For how long anything is kept, in words. */
export const keptPeriod = ({ keepDays }: Pick<Context, 'keepDays'>): string =>
  keepDays === retention.long.longest ? '25 months' : `${keepDays} days`;

/** All that is asked for was deleted. */
export const expired = (context: Context): Refusal =>
  unanswerable(
    `Figures are kept for ${keptPeriod(context)}`,
    `ask for ${dateOfDay(firstKept(context))} and later`,
  );

/** A pair is asked for in a way that looks into months which are kept as a whole only. */
export function notInsideMonths(
  pair: Rollup,
  set: readonly DimensionName[],
  span: Span,
  grain: TimeGrain | null,
  context: Context,
  propKey?: string,
): Refusal {
  const names = list(set.map((dim) => nameOf(dim, propKey)));
  const why = `${names} are kept together by day for ${context.pairDays} days, before that by calendar month`;
  const byMonth = grain !== null && grain !== 'month' && piecesOf(pair, span, 'month', context) !== null;
  const near = nearestPairs(span, grain, pair, context);
  const from = dateOfDay(near ? near.from : firstByDay(context));
  const change =
    near && near.until !== span.until
      ? `ask for ${from} to ${dateOfDay(near.until - 1)}`
      : `ask ${byMonth ? 'by month, or ' : ''}from ${from} on`;
  return unanswerable(
    why,
    change,
    `one of them at a time reaches back ${keptPeriod(context)} by day`,
  ).offering(
    near || byMonth
      ? {
          ...(near ? { date_range: [dateOfDay(near.from), dateOfDay(near.until - 1)] } : {}),
          ...(byMonth ? { time: 'time:month' } : {}),
        }
      : undefined,
  );
}
