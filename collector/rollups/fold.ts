import { values as special } from '../../schema/dimensions.ts';
import type { Parent } from './parents.ts';

/** Counters under the values of one or two dimensions. */
export interface FoldCell {
  readonly values: readonly string[];
  readonly sums: readonly number[];
}

export interface Folded {
  /** In no particular order; every sum over all of them is what it was. */
  readonly cells: readonly FoldCell[];
  /** People in all, and those who no longer stand under their own values. */
  readonly total: number;
  readonly folded: number;
}

interface Cell {
  values: readonly string[];
  readonly sums: number[];
  /** People who came here from other values. */
  moved: number;
}

export interface Rule {
  /** Of each dimension. */
  readonly parents: readonly Parent[];
  /** Which of the sums says how many people share a cell. */
  readonly people: number;
}

/**
 * Folds every cell that fewer than `k` people share: the last dimension's value is replaced by its parent, step by step to
 * `(other)`, then that of the dimension before it; equal cells are one after each step. All that are too small step
 * together, so the order of the cells does not matter. A cell that is `(other)` throughout may stay small: it says nothing.
 */
export function foldToK(cells: Iterable<FoldCell>, rule: Rule, k: number): Folded {
  const table = tableOf(cells);
  let small = [...table.values()].filter((cell) => peopleIn(cell, rule) < k && !isTop(cell));
  while (small.length > 0) {
    const reached = climb(table, small, rule);
    small = [...reached].filter((cell) => peopleIn(cell, rule) < k && !isTop(cell));
  }
  return result(table, rule);
}

/** Keeps at most `most` cells, those with the most people (of equals the first by their values); the rest step by step as in {@link foldToK}. */
export function foldToMost(cells: Iterable<FoldCell>, rule: Rule, most: number): Folded {
  const table = tableOf(cells);
  while (table.size > most) {
    const ranked = [...table.values()].filter((cell) => !isTop(cell)).sort((a, b) => byPeople(a, b, rule));
    climb(table, ranked.slice(most - (table.size - ranked.length)), rule);
  }
  return result(table, rule);
}

const keyOf = (values: readonly string[]): string => `${values[0]?.length} ${values.join(' ')}`;
const peopleIn = (cell: Cell, { people }: Rule): number => cell.sums[people] ?? 0;
const isTop = ({ values }: Cell): boolean => values.every((value) => value === special.other);

function tableOf(cells: Iterable<FoldCell>): Map<string, Cell> {
  const table = new Map<string, Cell>();
  for (const { values, sums } of cells) put(table, { values, sums: [...sums], moved: 0 });
  return table;
}

function put(table: Map<string, Cell>, cell: Cell): Cell {
  const key = keyOf(cell.values);
  const there = table.get(key);
  if (!there) {
    table.set(key, cell);
    return cell;
  }
  for (const [index, sum] of cell.sums.entries()) there.sums[index] = (there.sums[index] ?? 0) + sum;
  there.moved += cell.moved;
  return there;
}

/** One step for each of the cells; gives where they came to. */
function climb(table: Map<string, Cell>, cells: readonly Cell[], rule: Rule): Set<Cell> {
  for (const cell of cells) table.delete(keyOf(cell.values));
  const reached = new Set<Cell>();
  for (const cell of cells) {
    cell.values = above(cell.values, rule.parents);
    cell.moved = peopleIn(cell, rule);
    reached.add(put(table, cell));
  }
  return reached;
}

function above(values: readonly string[], parents: readonly Parent[]): readonly string[] {
  const at = values.findLastIndex((value) => value !== special.other);
  return values.map((value, index) => (index === at ? (parents[index]?.(value) ?? special.other) : value));
}

function byPeople(one: Cell, other: Cell, rule: Rule): number {
  const difference = peopleIn(other, rule) - peopleIn(one, rule);
  if (difference !== 0) return difference;
  for (const [index, value] of one.values.entries()) {
    const beside = other.values[index] ?? '';
    if (value !== beside) return value < beside ? -1 : 1;
  }
  return 0;
}

function result(table: Map<string, Cell>, rule: Rule): Folded {
  let total = 0;
  let folded = 0;
  for (const cell of table.values()) {
    total += peopleIn(cell, rule);
    folded += cell.moved;
  }
  return { cells: [...table.values()], total, folded };
}
