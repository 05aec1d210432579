import type { DimensionName } from '../../schema/dimensions.ts';
import { valueMatcher } from '../query/condition.ts';
import type { Condition } from '../query/read.ts';
import type { Db } from './database.ts';

/** A piece of SQL with the values that are bound to its question marks. */
export interface Sql {
  readonly text: string;
  readonly bound: readonly (string | number)[];
}

type Leaf = Extract<Condition, { readonly dim: DimensionName }>;
type Holds = (value: string) => boolean;

/**
 * Filters that SQL cannot express: SQLite asks {@link holdsFunction} about each distinct string, which answers by the
 * meaning that query/condition.ts gives them (patterns are RE2's, so none takes longer than linear time).
 */
export class Filters {
  #holds: Holds[] = [];

  constructor(db: Db) {
    db.function(holdsFunction, (filter: unknown, value: unknown) =>
      this.#holds[Number(filter)]?.(String(value)) ? 1 : 0,
    );
  }

  /** The number under which SQL refers to the filter, until {@link clear}. */
  add(leaf: Leaf): number {
    return this.#holds.push(valueMatcher(leaf)) - 1;
  }

  clear(): void {
    this.#holds = [];
  }
}

const holdsFunction = 'footfall_holds';

/** What a leaf is asked about: the column, and the rows whose distinct values can occur in it. */
export interface Scan {
  column(dim: DimensionName): string;
  /** `SELECT DISTINCT <column> …`. */
  distinct(column: string): Sql;
}

const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');
const joined = (parts: readonly Sql[], by: string, empty: string): Sql => ({
  text: parts.length === 0 ? empty : `(${parts.map(({ text }) => text).join(by)})`,
  bound: parts.flatMap(({ bound }) => bound),
});

/** A condition as SQL over the ids in the rows; nothing of what was asked is in its text. */
export function conditionSql(condition: Condition, scan: Scan, filters: Filters): Sql {
  if ('dim' in condition) return leafSql(condition, scan, filters);
  if (condition.op === 'not') {
    const one = conditionSql(condition.one, scan, filters);
    return { text: `NOT ${one.text}`, bound: one.bound };
  }
  const all = condition.all.map((one) => conditionSql(one, scan, filters));
  return condition.op === 'and' ? joined(all, ' AND ', '1') : joined(all, ' OR ', '0');
}

function leafSql(leaf: Leaf, scan: Scan, filters: Filters): Sql {
  const column = scan.column(leaf.dim);
  if (leaf.op === 'is' || leaf.op === 'is_not') {
    const text = `(${column} ${leaf.op === 'is' ? 'IN' : 'NOT IN'} (SELECT id FROM string WHERE value IN (${marks(leaf.values.length)})))`;
    return { text, bound: leaf.values };
  }
  const distinct = scan.distinct(column);
  return {
    text: `(${column} IN (SELECT id FROM string WHERE id IN (${distinct.text}) AND ${holdsFunction}(?, value)))`,
    bound: [...distinct.bound, filters.add(leaf)],
  };
}
