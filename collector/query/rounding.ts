import type { Column } from '../../schema/measures.ts';

/** What one step of a rounded counter is worth in the unit it is kept in: a second, a KiB, otherwise one. */
const unitOf: Partial<Record<Column, number>> = { duration: 1_000, engaged: 1_000, bytes: 1_024 };

/** The nearest multiple, half up: with 10, everything from 5 to 14 becomes 10. */
export const nearest = (count: number, step: number): number =>
  Math.floor((2 * count + step) / (2 * step)) * step;

/** Takes the last digits off what figures are made of, so that ratios are those of rounded counts. */
export interface Rounding {
  /** A counter, in its own unit: durations to so many seconds, bytes to so many KiB, all else to so many. */
  readonly sum: (column: Column, sum: number) => number;
  /** Minor units, of which ten to the power of `digits` make a major one, to so many major ones. */
  readonly money: (minor: number, digits: number) => number;
}

/** `step` null: everything stays as it is. */
export function roundingTo(step: number | null): Rounding {
  if (step === null) return { sum: (_, sum) => sum, money: (minor) => minor };
  return {
    sum: (column, sum) => nearest(sum, step * (unitOf[column] ?? 1)),
    money: (minor, digits) => nearest(minor, step * 10 ** digits),
  };
}

/** For the reader of rounded figures. */
export const roundedNote = (step: number): string =>
  `Counts are rounded ${step === 10 ? 'to tens' : `to multiples of ${step}`}, and rates and averages come from rounded counts: 0 may be up to ${Math.ceil(step / 2) - 1}.`;
