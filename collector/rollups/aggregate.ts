import { coreDimensions, type DimensionName, dimensionNames } from '../../schema/dimensions.ts';
import { amounts } from '../../schema/measures.ts';
import { dayOfHour } from '../time/calendar.ts';
import type { Fact } from '../track/fact.ts';
import { CellTable } from './cells.ts';
import { amountIndex, bit, dimensionIndex, planOf } from './plan.ts';
import { mailValues, type Shape, storedSums } from './stored.ts';

/** The id of a value of a dimension, for one site and local day; the same id for all that is folded into `(other)`. */
export type ValueIds = (dim: DimensionName, value: string) => number;
/** Gives a site's ids of one local day. */
export type IdsOfDay = (site: number, day: number) => ValueIds;

/** One table a shape. Keys are index in `rollups`, site id, bucket, and the ids of the rollup's dimensions in its order. */
export type Cells = Readonly<Record<Shape, CellTable>>;

/** The id of a dimension that a fact does not have: that of the empty string. */
const missing = 0;

const keyHead = 3;
const tableOf = (shape: Shape, values: number) => new CellTable(keyHead + values, storedSums[shape].length);

/** Sums facts into the cells of every rollup they feed (the rule stands at `planOf`), of `detail` only where it is kept. */
export function aggregate(facts: Iterable<Fact>, idsOfDay: IdsOfDay, detail = true): Cells {
  const cells: Cells = {
    trend: tableOf('trend', 0),
    single: tableOf('single', 1),
    pair: tableOf('pair', 2),
    detail: tableOf('detail', coreDimensions.length),
    mail: tableOf('mail', mailValues),
  };
  const ids = new Int32Array(dimensionNames.length);
  const given = new Float64Array(amounts.length);
  const key = new Int32Array(keyHead + coreDimensions.length);
  let site = -1;
  let day = -1;
  let idOf: ValueIds = () => missing;

  for (const fact of facts) {
    const factDay = dayOfHour(fact.hour);
    if (fact.site !== site || factDay !== day) {
      site = fact.site;
      day = factDay;
      idOf = idsOfDay(site, day);
    }
    const dimMask = readDims(fact, idOf, ids);
    const amountMask = readAmounts(fact, given);
    key[1] = site;
    for (const step of planOf(fact, dimMask, amountMask)) {
      if (!detail && step.shape === 'detail') continue;
      key[0] = step.rollup;
      key[2] = step.hourly ? fact.hour : day;
      const { dims } = step;
      if (step.shape === 'mail') key.fill(missing, keyHead);
      for (let index = 0; index < dims.length; index++)
        key[keyHead + index] = ids[dims[index] as number] as number;
      const table = cells[step.shape];
      const start = table.at(key);
      const { sums } = table;
      for (let index = 0; index < step.sums.length; index++)
        sums[start + (step.sums[index] as number)] =
          (sums[start + (step.sums[index] as number)] as number) +
          (given[step.amounts[index] as number] as number);
    }
  }
  return cells;
}

function readDims(fact: Fact, idOf: ValueIds, ids: Int32Array): number {
  ids.fill(missing);
  let mask = 0;
  for (const name in fact.dims) {
    const index = dimensionIndex.get(name);
    const value = fact.dims[name as DimensionName];
    if (index === undefined || value === undefined) continue;
    ids[index] = idOf(name as DimensionName, value);
    mask += bit[index] as number;
  }
  return mask;
}

function readAmounts(fact: Fact, given: Float64Array): number {
  let mask = 0;
  for (const name in fact.amounts) {
    const index = amountIndex.get(name);
    const amount = fact.amounts[name as keyof typeof fact.amounts];
    if (index === undefined || !amount) continue;
    given[index] = amount;
    mask += bit[index] as number;
  }
  return mask;
}
