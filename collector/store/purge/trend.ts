import type { Amount } from '../../../schema/measures.ts';
import { amountOf, storedSums } from '../../rollups/stored.ts';
import { type Cell, type Cells, cellsOf, combined, type Sums, sumAt } from './cells.ts';
import { inDetail, type Known, trendRollup } from './known.ts';
import type { Separated } from './separate.ts';
import { shareOut } from './share.ts';

/** What each hour loses. */
type Hours = Map<number, Record<string, number>>;

/**
 * The hours of the day without the poison: exact while detail has the day, afterwards each total in proportion to what the
 * hours hold. How many came by hour (`hour_first`) is no part of detail, so it is always taken in proportion to the hits.
 */
export function separateTrend(known: Known, before: Cells): Separated {
  const cells = [...before.values()];
  const less: Hours = new Map(cells.map(({ values }) => [values[0] ?? 0, {}]));
  for (const column of storedSums.trend) {
    const amount = amountOf(trendRollup, column);
    if (column === 'hour_first' || amount === undefined) continue;
    if (known.detail && inDetail(amount)) exactly(known, amount, column, less);
    else {
      const held = cells.map(({ sums }) => sumAt(sums, column));
      const parts = shareOut(known.totals.get(amount as Amount) ?? 0, held, held);
      cells.forEach(({ values }, index) => {
        lose(less, values[0] ?? 0, column, parts[index] ?? 0);
      });
    }
  }
  const after = cells.map((cell): Cell => {
    const lost = less.get(cell.values[0] ?? 0) ?? {};
    return {
      values: cell.values,
      sums: combined(cell.sums, { ...lost, hour_first: comersIn(cell.sums, lost) }, -1),
    };
  });
  return { after: cellsOf(after), how: known.detail ? 'exact' : 'in proportion' };
}

function exactly(known: Known, amount: string, column: string, less: Hours): void {
  for (const { hour, sums } of known.detail ?? []) lose(less, hour, column, sumAt(sums, amount));
}

function lose(less: Hours, hour: number, column: string, sum: number): void {
  const found = less.get(hour) ?? {};
  less.set(hour, found);
  if (sum !== 0) found[column] = (found[column] ?? 0) + sum;
}

/** Who came first in the hour: at least those who came first in the day, and never more than leaves the others theirs. */
function comersIn(held: Sums, lost: Sums): number {
  const hits = sumAt(held, 'pageviews') + sumAt(held, 'custom');
  const lostHits = sumAt(lost, 'pageviews') + sumAt(lost, 'custom');
  const comers = sumAt(held, 'hour_first');
  const share = hits === 0 ? 0 : Math.round(comers * (lostHits / hits));
  const rest = sumAt(held, 'visitors') - sumAt(lost, 'visitors');
  return Math.max(0, Math.min(Math.max(share, sumAt(lost, 'visitors')), comers - rest, comers));
}
