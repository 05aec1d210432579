import { type DimensionName, dimensionNames } from '../../schema/dimensions.ts';
import { amounts } from '../../schema/measures.ts';
import { rollups } from '../../schema/rollups.ts';
import type { Fact } from '../track/fact.ts';
import { amountOf, type Shape, storedSums } from './stored.ts';

export const dimensionIndex: ReadonlyMap<string, number> = new Map(
  dimensionNames.map((name, index) => [name, index]),
);
export const amountIndex: ReadonlyMap<string, number> = new Map(amounts.map((name, index) => [name, index]));
/** Sets of dimensions and of amounts are sums of these: whole numbers of up to 52 bits, which a double holds exactly. */
export const bit: readonly number[] = Array.from({ length: 52 }, (_, index) => 2 ** index);
if (dimensionNames.length > bit.length || amounts.length > bit.length)
  throw new Error('more than 52 dimensions or amounts: the sets need two numbers');
const has = (mask: number, index: number): boolean => Math.floor(mask / (bit[index] as number)) % 2 === 1;

/** How one kind of fact feeds one rollup. */
export interface Step {
  /** Index in `rollups`. */
  readonly rollup: number;
  readonly shape: Shape;
  readonly hourly: boolean;
  readonly dims: readonly number[];
  /** Which of the stored sums grow, each by which amount. */
  readonly sums: readonly number[];
  readonly amounts: readonly number[];
}

const indexOf = (name: DimensionName): number => dimensionIndex.get(name) ?? -1;

const all = rollups.map((rollup, index) => {
  const dims = rollup.dims.map(indexOf);
  const feeds = storedSums[rollup.shape].flatMap((sum, at) => {
    const amount = amountIndex.get(amountOf(rollup, sum) ?? '');
    return amount === undefined ? [] : [{ at, amount }];
  });
  return { rollup, index, dims, needed: rollup.shape === 'detail' ? [] : dims, feeds };
});

function kept<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

type Kind = Pick<Fact, 'scope' | 'optedOut'>;
const plans = new Map<string, Map<number, Map<number, readonly Step[]>>>();

/**
 * The rollups that a fact feeds: those over its scope whose dimensions it has (`detail` takes any), but no pairs and no
 * detail of visitors who opted out. Amounts that are zero leave no cell. Facts come in few kinds, so plans are kept.
 */
export function planOf(kind: Kind, dimMask: number, amountMask: number): readonly Step[] {
  const name = kind.optedOut ? `${kind.scope}, opted out` : kind.scope;
  const byDims = kept(plans, name, () => new Map<number, Map<number, readonly Step[]>>());
  const byAmounts = kept(byDims, dimMask, () => new Map<number, readonly Step[]>());
  return kept(byAmounts, amountMask, () => stepsOf(kind, dimMask, amountMask));
}

function stepsOf(kind: Kind, dimMask: number, amountMask: number): readonly Step[] {
  return all.flatMap(({ rollup, index, dims, needed, feeds }) => {
    const joint = rollup.shape === 'pair' || rollup.shape === 'detail';
    if (rollup.scope !== kind.scope || (joint && kind.optedOut)) return [];
    if (!needed.every((dim) => has(dimMask, dim))) return [];
    const fed = feeds.filter(({ amount }) => has(amountMask, amount));
    if (fed.length === 0) return [];
    const step: Step = {
      rollup: index,
      shape: rollup.shape,
      hourly: rollup.grain === 'hour',
      dims,
      sums: fed.map(({ at }) => at),
      amounts: fed.map(({ amount }) => amount),
    };
    return [step];
  });
}
