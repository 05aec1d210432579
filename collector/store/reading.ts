import type { Statement } from 'better-sqlite3';
import { type DimensionName, propSeparator } from '../../schema/dimensions.ts';
import type { Read, Sums } from '../query/read.ts';
import { storedSums } from '../rollups/stored.ts';
import { conditionSql, Filters, type Scan, type Sql } from './conditions.ts';
import { type Db, rollupIdsByName } from './database.ts';
import { StoreError } from './failures.ts';

/** Statements kept compiled: dashboards ask the same few dozen over and over. */
const statementsKept = 500;

/** Answers scans on one read-only connection. */
export class Reading {
  readonly #db: Db;
  readonly #filters: Filters;
  readonly #ids: ReadonlyMap<string, number>;
  readonly #statements = new Map<string, Statement<unknown[]>>();

  constructor(db: Db) {
    this.#db = db;
    this.#filters = new Filters(db);
    this.#ids = rollupIdsByName(db);
  }

  /** All scans see the same snapshot. Without groups and time a scan gives one row, of zeros where nothing was counted. */
  read(reads: readonly Read[]): Sums[][] {
    return this.#db.transaction(() => reads.map((read) => this.#one(read)))();
  }

  #one(read: Read): Sums[] {
    try {
      const { text, bound } = scanSql(read, this.#ids.get(read.rollup.name) ?? -1, this.#filters);
      const rows = this.#statement(text).all(...bound) as (string | number | null)[][];
      const begin = read.time === null ? 0 : 1;
      const end = begin + read.groups.length;
      return rows.map((row) => ({
        time: read.time === null ? null : Number(row[0]),
        values: row.slice(begin, end).map(String),
        sums: row.slice(end).map(Number),
      }));
    } finally {
      this.#filters.clear();
    }
  }

  #statement(text: string) {
    let statement = this.#statements.get(text);
    if (!statement) {
      if (this.#statements.size >= statementsKept) this.#statements.clear();
      statement = this.#db.prepare<unknown[]>(text).raw();
      this.#statements.set(text, statement);
    }
    return statement;
  }
}

/** First groups by ids, then looks up the strings of the groups. */
function scanSql(read: Read, rollupId: number, filters: Filters): Sql {
  const { shape, dims, name } = read.rollup;
  const rows = 'site = ? AND rollup = ? AND bucket >= ? AND bucket < ?';
  const range = [read.site, rollupId, read.from, read.until];
  const scan: Scan = {
    column(dim) {
      const index = dims.indexOf(dim);
      if (index < 0) throw new StoreError(`the rollup ${name} has no dimension ${dim}`, 'STORE_READ');
      return `v${index + 1}`;
    },
    distinct: (column) => ({ text: `SELECT DISTINCT ${column} FROM ${shape} WHERE ${rows}`, bound: range }),
  };
  for (const sum of read.sums)
    if (!storedSums[shape].includes(sum))
      throw new StoreError(`the rollup ${name} has no sum ${sum}`, 'STORE_READ');

  const where: Sql[] = [{ text: rows, bound: range }];
  if (read.propKey !== undefined) where.push(keySql(scan.column('prop'), read.propKey));
  if (read.where) where.push(conditionSql(read.where, scan, filters));

  const time =
    read.time === null
      ? []
      : [read.time === 'day' && read.rollup.grain === 'hour' ? 'bucket / 24' : 'bucket'];
  const groups = read.groups.map((dim) => scan.column(dim));
  const by = [
    ...time.map((text) => `${text} AS time`),
    ...groups.map((column, index) => `${column} AS g${index}`),
  ];
  const sums = read.sums.map((sum, index) => `coalesce(sum(${sum}), 0) AS s${index}`);
  const keys = [...time.map(() => 'time'), ...groups.map((_, index) => `g${index}`)];
  const inner = `SELECT ${[...by, ...sums].join(', ') || '1'} FROM ${shape} WHERE ${where.map(({ text }) => text).join(' AND ')}${
    keys.length > 0 ? ` GROUP BY ${keys.join(', ')}` : ''
  }`;

  const strip = read.propKey === undefined ? null : read.propKey + propSeparator;
  const values = read.groups.map((dim, index) => valueSql(dim, index, strip));
  const outer = [
    ...time.map(() => 'time'),
    ...values.map(({ text }) => text),
    ...sums.map((_, index) => `s${index}`),
  ];
  return {
    text: `SELECT ${outer.join(', ') || '1'} FROM (${inner})`,
    bound: [...values.flatMap(({ bound }) => bound), ...where.flatMap(({ bound }) => bound)],
  };
}

/** Values of `prop` begin with their key, so those of one key are neighbours in the dictionary's order. */
function keySql(column: string, key: string): Sql {
  const next = String.fromCharCode(propSeparator.charCodeAt(0) + 1);
  return {
    text: `${column} IN (SELECT id FROM string WHERE value >= ? AND value < ?)`,
    bound: [key + propSeparator, key + next],
  };
}

function valueSql(dim: DimensionName, index: number, strip: string | null): Sql {
  const value = `(SELECT value FROM string WHERE id = g${index})`;
  return dim === 'prop' && strip !== null
    ? { text: `substr(${value}, length(?) + 1)`, bound: [strip] }
    : { text: value, bound: [] };
}
