import { matcher } from '../../collector/query/condition.ts';
import type { FoldReader, Read, Reader, Sums } from '../../collector/query/read.ts';
import { monthOf } from '../../collector/time/calendar.ts';
import type { Fact } from '../../collector/track/fact.ts';
import { type DimensionName, propSeparator } from '../../schema/dimensions.ts';
import { type Amount, type Amounts, columns } from '../../schema/measures.ts';

/** As if every month that is over were there, and nothing in it folded. */
const unfolded: FoldReader = {
  monthsUntil: async () => Number.MAX_SAFE_INTEGER,
  folds: async (_site, groups) => groups.map(() => ({ visitors: 0, folded: 0 })),
};

/** How a planner is asked over a memory reader, with the periods of the retention table. */
export const kept = { folds: unfolded, pairDays: 60, keepDays: 759, k: 10 };

/** Answers reads from a list of facts, by the declaration in schema/rollups.ts; `calls` counts how often it is asked. */
export function memoryReader(facts: readonly Fact[]): { read: Reader; calls: Read[][] } {
  const calls: Read[][] = [];
  const read: Reader = async (reads) => {
    calls.push([...reads]);
    return reads.map((one) => scan(facts, one));
  };
  return { read, calls };
}

function scan(facts: readonly Fact[], read: Read): Sums[] {
  const groups = new Map<string, { time: number | null; values: string[]; sums: number[] }>();
  const holds = read.where ? matcher(read.where) : () => true;
  const prefix = read.propKey === undefined ? '' : read.propKey + propSeparator;
  for (const fact of facts) {
    const bucket = bucketOf(fact, read);
    if (fact.site !== read.site || bucket < read.from || bucket >= read.until || !feeds(fact, read)) continue;
    const value = (dim: DimensionName) => fact.dims[dim] ?? '';
    if (!holds(value) || !value('prop').startsWith(prefix)) continue;
    const time = read.time === null ? null : read.time === 'day' ? Math.floor(fact.hour / 24) : bucket;
    const values = read.groups.map((dim) => (dim === 'prop' ? value(dim).slice(prefix.length) : value(dim)));
    const key = JSON.stringify([time, values]);
    const group = groups.get(key) ?? { time, values, sums: read.sums.map(() => 0) };
    groups.set(key, group);
    for (const [index, sum] of read.sums.entries())
      group.sums[index] = (group.sums[index] ?? 0) + amountIn(fact.amounts, read, sum);
  }
  return [...groups.values()];
}

function bucketOf({ hour }: Fact, { rollup }: Read): number {
  if (rollup.grain === 'hour') return hour;
  const day = Math.floor(hour / 24);
  return rollup.grain === 'month' ? monthOf(day) : day;
}

function feeds(fact: Fact, { rollup }: Read): boolean {
  if (fact.scope !== rollup.scope) return false;
  if (fact.optedOut && (rollup.shape === 'pair' || rollup.shape === 'detail')) return false;
  return rollup.shape === 'detail' || rollup.dims.every((dim) => fact.dims[dim] !== undefined);
}

/** What one fact adds to a sum. Throws for a sum that the rollup does not keep, as a store would. */
function amountIn(given: Amounts, { rollup }: Read, sum: Read['sums'][number]): number {
  const column = columns.find((name) => name === sum);
  const kept =
    rollup.shape === 'detail' || (rollup.shape === 'trend' && sum === 'hour_first')
      ? (sum as Amount)
      : column && rollup.measured[column];
  if (kept === undefined) throw new Error(`${rollup.name} does not keep ${sum}`);
  return given[kept] ?? 0;
}
