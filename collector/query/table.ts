import { minorDigits } from '../../schema/currency.ts';
import type { Column } from '../../schema/measures.ts';
import type { Metric } from '../../schema/query.ts';
import { labelOf, type TimeGrain } from './labels.ts';
import { figure } from './metrics.ts';
import type { Question } from './question.ts';
import type { Sums } from './read.ts';
import type { Ask, SpanPlan } from './reads.ts';
import { type Rounding, roundingTo } from './rounding.ts';

/** Where a row stands: its time label, if the question has time, and its values in the order of the question's groups. */
export interface Place {
  readonly label: string | null;
  readonly values: readonly string[];
}

/** What was read for one span, by row. */
export interface Table {
  readonly places: readonly Place[];
  /** The figures of a row, zeros and nulls where nothing was counted. */
  readonly figures: (place: Place) => (number | null)[];
  /** The currencies that revenue came in; without the dimension, rows are only right where there is one. */
  readonly currencies: readonly string[];
}

const keyOf = ({ label, values }: Place): string => JSON.stringify([label, ...values]);

type Cells = ReadonlyMap<string, { readonly place: Place; readonly sums: readonly number[] }>;

/** Adds up the groups of a read to rows: weeks and months are sums of days. */
function cellsOf(groups: readonly Sums[], grain: TimeGrain | null): Cells {
  const cells = new Map<string, { place: Place; sums: number[] }>();
  for (const { time, values, sums } of groups) {
    if (sums.every((sum) => sum === 0)) continue;
    const place = { label: grain === null || time === null ? null : labelOf(grain, time), values };
    const key = keyOf(place);
    const cell = cells.get(key);
    if (cell) for (const [index, sum] of sums.entries()) cell.sums[index] = (cell.sums[index] ?? 0) + sum;
    else cells.set(key, { place, sums: [...sums] });
  }
  return cells;
}

/**
 * A span's reads as rows. `answered` gives what the store said to an ask. Where counts are rounded, rows of which nothing
 * is left are left out.
 */
export function tableOf(
  question: Question,
  { main, revenue, base, total }: SpanPlan,
  grain: TimeGrain | null,
  answered: (ask: Ask) => readonly Sums[],
  rounding: Rounding = roundingTo(null),
): Table {
  const cells = (ask: Ask | null, by: TimeGrain | null): Cells =>
    ask ? cellsOf(answered(ask), by) : new Map();
  const mains = cells(main, grain);
  const bases = cells(base, grain);
  const totals = cells(total, null);
  const money = moneyOf(question, cells(revenue, grain), rounding);
  const goal = question.groups.indexOf('goal');
  const places = new Map(
    [...mains.values(), ...money.cells.values()].map(({ place }) => [keyOf(place), place]),
  );
  const visitorsIn = (where: Cells, place: Place) =>
    rounding.sum('visitors', where.get(keyOf(place))?.sums[0] ?? 0);
  const figures = (place: Place) => {
    const sums = mains.get(keyOf(place))?.sums;
    const sum = (column: Column) => rounding.sum(column, sums?.[main?.columns.indexOf(column) ?? -1] ?? 0);
    const beside = { ...place, values: place.values.filter((_, index) => index !== goal) };
    const counted = {
      sum,
      base: visitorsIn(bases, beside),
      total: visitorsIn(totals, { label: null, values: [] }),
      revenue: money.cells.get(keyOf(place)) ?? { minor: 0, digits: 0 },
    };
    return question.query.metrics.map((metric: Metric) => figure(metric, counted));
  };
  const anything = (place: Place): boolean => {
    const sums = mains.get(keyOf(place))?.sums ?? [];
    const left = sums.some((sum, index) => rounding.sum(main?.columns[index] ?? 'visitors', sum) !== 0);
    return left || (money.cells.get(keyOf(place))?.minor ?? 0) !== 0;
  };
  return { places: [...places.values()].filter(anything), figures, currencies: money.currencies };
}

interface Money {
  readonly cells: ReadonlyMap<string, { place: Place; minor: number; digits: number }>;
  readonly currencies: readonly string[];
}

/** Revenue by row; its read is grouped by currency behind or among the question's own groups. */
function moneyOf({ groups }: Question, cells: Cells, rounding: Rounding): Money {
  const own = groups.indexOf('currency');
  const at = own === -1 ? groups.length : own;
  const read = [...cells.values()].map(({ place, sums }) => ({
    place,
    currency: place.values[at] ?? '',
    minor: sums[0] ?? 0,
  }));
  const currencies = [...new Set(read.map(({ currency }) => currency))].sort();
  const rows = read.map(({ place, currency, minor }) => {
    const row = { label: place.label, values: own === -1 ? place.values.slice(0, -1) : place.values };
    const digits = minorDigits(currency);
    return [keyOf(row), { place: row, minor: rounding.money(minor, digits), digits }] as const;
  });
  return { cells: new Map(rows), currencies };
}
