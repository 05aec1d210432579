import Database from 'better-sqlite3';
import { storedSums } from '../../collector/rollups/stored.ts';
import { addMonths, monthOf as firstOfMonth } from '../../collector/time/calendar.ts';
import type { Fact } from '../../collector/track/fact.ts';
import type { DimensionName } from '../../schema/dimensions.ts';
import { type Column, columns } from '../../schema/measures.ts';
import { monthOf, type Rollup, rollups } from '../../schema/rollups.ts';

/** What a site's past looks like once the job has run: counted from the facts and folded by the simplest rule. */

export interface Cell {
  readonly values: Readonly<Partial<Record<DimensionName, string>>>;
  readonly sums: Partial<Record<Column, number>>;
}
/** A day or a month of one rollup. */
export interface Bucket {
  readonly cells: readonly Cell[];
  /** Visitors in all, and those who are not under their own values any more. */
  readonly total: number;
  readonly folded: number;
}

export interface World {
  readonly facts: readonly Fact[];
  readonly today: number;
  readonly firstDay: number;
  readonly pairDays: number;
  readonly keepDays: number;
  readonly k: number;
  /** Months that begin before it are folded. */
  readonly monthsUntil: number | null;
  /** Days before it are folded where they are pairs; null where the days are left alone. */
  readonly daysUntil: number | null;
}

export const days = (from: number, until: number): number[] =>
  Array.from({ length: Math.max(0, until - from) }, (_, index) => from + index);

/** Under k, the second value goes up to “above”; where these are still under k, both are `(other)`. */
function fold(cells: readonly Cell[], dims: readonly DimensionName[], k: number): Bucket {
  const [first, second] = dims;
  const people = (some: readonly Cell[]) => some.reduce((sum, cell) => sum + (cell.sums.visitors ?? 0), 0);
  if (!first || !second) return { cells, total: people(cells), folded: 0 };
  const few = (cell: Cell) => (cell.sums.visitors ?? 0) < k;
  const small = cells.filter(few);
  const raised = merged(small.map((cell) => ({ ...cell, values: { ...cell.values, [second]: 'above' } })));
  const rest = merged(
    raised
      .filter(few)
      .map((cell) => ({ ...cell, values: { [first]: '(other)', [second]: '(other)' } as Cell['values'] })),
  );
  return {
    cells: [...cells.filter((cell) => !few(cell)), ...raised.filter((cell) => !few(cell)), ...rest],
    total: people(cells),
    folded: people(small),
  };
}

/** Cells of equal values as one. */
function merged(cells: readonly Cell[]): Cell[] {
  const by = new Map<string, Cell>();
  for (const { values, sums } of cells) {
    const key = JSON.stringify(Object.entries(values).sort());
    const cell = by.get(key) ?? { values, sums: {} };
    by.set(key, cell);
    for (const column of columns)
      if (sums[column]) cell.sums[column] = (cell.sums[column] ?? 0) + sums[column];
  }
  return [...by.values()];
}

/** One rollup's cells from the facts of some days. */
function counted(rollup: Rollup, facts: readonly Fact[]): Cell[] {
  const of = facts.filter(
    ({ scope, dims, optedOut }) =>
      scope === rollup.scope &&
      !(optedOut && rollup.dims.length === 2) &&
      rollup.dims.every((dim) => dims[dim] !== undefined),
  );
  return merged(
    of.map(({ dims, amounts }) => ({
      values: Object.fromEntries(rollup.dims.map((dim) => [dim, dims[dim]])),
      sums: Object.fromEntries(
        columns.map((column) => {
          const amount = rollup.measured[column] ?? (column === 'visitors' ? rollup.people : null);
          return [column, (amount && amounts[amount]) ?? 0];
        }),
      ),
    })),
  ).filter(({ sums }) => Object.values(sums).some((sum) => sum > 0));
}

export interface Kept {
  readonly days: ReadonlyMap<number, Bucket>;
  readonly months: ReadonlyMap<number, Bucket>;
}

/** The days and folded months that a rollup has left; each world's rollups are counted once. */
export function keptOf(rollup: Rollup, world: World, cache: Map<Rollup, Kept>): Kept {
  const known = cache.get(rollup);
  if (known) return known;
  const { today, firstDay, pairDays, keepDays, k, monthsUntil, daysUntil } = world;
  const byDay = new Map(days(firstDay, today + 1).map((day) => [day, [] as Fact[]]));
  for (const fact of world.facts) byDay.get(Math.floor(fact.hour / 24))?.push(fact);
  const pair = rollup.shape === 'pair';
  const months = new Map<number, Bucket>();
  for (let month = firstOfMonth(firstDay); month < (monthsUntil ?? 0); month = addMonths(month, 1)) {
    const facts = days(month, addMonths(month, 1)).flatMap((day) => byDay.get(day) ?? []);
    if (month > today - keepDays) months.set(month, fold(counted(rollup, facts), rollup.dims, k));
  }
  const own = new Map<number, Bucket>();
  for (const [day, facts] of byDay) {
    if (day <= today - keepDays || (pair && day < today - pairDays)) continue;
    const untouched = !pair || daysUntil === null || day >= daysUntil;
    own.set(day, fold(counted(rollup, facts), rollup.dims, untouched ? 0 : k));
  }
  const kept = { days: own, months };
  cache.set(rollup, kept);
  return kept;
}

/** Does to what the store has counted what the job does: makes months, folds days, deletes what is too old. */
export function writeKept(path: string, world: World, cache: Map<Rollup, Kept>): void {
  const { today, pairDays, keepDays, monthsUntil, daysUntil } = world;
  const db = new Database(path);
  const rollupIds = new Map(db.prepare<[], [string, number]>('SELECT name, id FROM rollup').raw().all());
  const ids = new Map(db.prepare<[], [string, number]>('SELECT value, id FROM string').raw().all());
  const addString = db.prepare('INSERT INTO string (value) VALUES (?)');
  const idOf = (text: string): number => {
    const id = ids.get(text) ?? Number(addString.run(text).lastInsertRowid);
    ids.set(text, id);
    return id;
  };
  const write = ({ shape, dims, name }: Rollup, buckets: Iterable<readonly [number, Bucket]>) => {
    const sums = [...storedSums[shape]] as Column[];
    const into = ['site', 'rollup', 'bucket', ...dims.map((_, index) => `v${index + 1}`), ...sums];
    const insert = db.prepare(
      `INSERT INTO ${shape} (${into.join(', ')}) VALUES (${into.map(() => '?').join(', ')})`,
    );
    const note = db.prepare('INSERT INTO fold (site, rollup, bucket, total, folded) VALUES (1, ?, ?, ?, ?)');
    const id = rollupIds.get(name);
    for (const [bucket, { cells, total, folded }] of buckets) {
      db.prepare(`DELETE FROM ${shape} WHERE rollup = ? AND bucket = ?`).run(id, bucket);
      for (const { values, sums: of } of cells)
        insert.run(
          1,
          id,
          bucket,
          ...dims.map((dim) => idOf(values[dim] ?? '')),
          ...sums.map((column) => of[column] ?? 0),
        );
      if (shape === 'pair') note.run(id, bucket, total, folded);
    }
  };
  db.transaction(() => {
    for (const rollup of rollups) {
      const months = monthOf(rollup);
      if (!months) continue;
      const kept = keptOf(rollup, world, cache);
      write(months, kept.months);
      const pair = rollup.shape === 'pair';
      if (pair && daysUntil !== null)
        write(
          rollup,
          [...kept.days].filter(([day]) => day < daysUntil),
        );
      const first = pair ? Math.max(today - pairDays, today - keepDays + 1) : today - keepDays + 1;
      db.prepare(`DELETE FROM ${rollup.shape} WHERE rollup = ? AND bucket < ?`).run(
        rollupIds.get(rollup.name),
        first,
      );
    }
    const mark = db.prepare('INSERT INTO job_mark (site, job, until) VALUES (1, ?, ?)');
    if (monthsUntil !== null) mark.run('months', monthsUntil);
    if (daysUntil !== null) mark.run('days', daysUntil);
  })();
  db.close();
}
