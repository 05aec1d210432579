import { weekOf } from '../collector/time/calendar.ts';
import type { Fact } from '../collector/track/fact.ts';
import { columns } from '../schema/measures.ts';
import { detailAmounts, monthOf, type Rollup, rollups } from '../schema/rollups.ts';
import { bruteK, type From, type Plain } from './fold-brute.ts';
import { type Row, rowsOf } from './store-brute.ts';

export interface Kept {
  readonly K: number;
  readonly PROFILE: 'standard' | 'strict';
  readonly DETAIL_HOURS: number;
  readonly PAIR_DAYS: number;
  readonly KEEP_DAYS: number;
}

/** What the database must hold of a site when a job was run at a moment, from the facts alone; as {@link lineOf} writes it. */
export function expected(
  facts: readonly Fact[],
  site: number,
  zone: string,
  now: number,
  kept: Kept,
): string[] {
  const { day: today, hour } = wall(zone, now);
  const lines: string[] = [];
  const rowsIn = (rollup: Rollup): Row[] =>
    rowsOf(
      facts.filter((fact) => fact.site === site),
      rollup,
    );
  const tell = (rollup: Rollup, bucket: number, cells: readonly Plain[]) => {
    for (const { values, sums } of cells) lines.push(lineOf(rollup.name, site, bucket, values, sums));
  };
  const closed = (day: number): boolean => day + 1 < today;
  const strict = kept.PROFILE === 'strict';

  const fromOf = (rows: readonly Row[][]): From => ({
    withReferrer: plain(rows[0] ?? [], byName('source+referrer')),
    withChannel: plain(rows[1] ?? [], byName('source+channel')),
  });
  const telling = [byName('source+referrer'), byName('source+channel')].map(rowsIn);
  /** The cells of a pair and day when it is closed. */
  const closedDay = (rollup: Rollup, day: number, rows: readonly Row[]): Plain[] => {
    const cells = plain(rows, rollup);
    if (!strict || !closed(day)) return cells;
    const from = fromOf(telling.map((all) => all.filter(({ bucket }) => bucket === day)));
    return bruteK(cells, rollup.dims, kept.K, from);
  };
  const peopleOf = (cells: readonly Plain[]): number =>
    cells.reduce((sum, { sums }) => sum + (sums[0] ?? 0), 0);
  const days = new Map<string, Plain[]>();
  const cached = (rollup: Rollup, day: number, rows: readonly Row[]): Plain[] => {
    const name = `${rollup.name} ${day}`;
    const known = days.get(name) ?? closedDay(rollup, day, rows);
    days.set(name, known);
    return known;
  };

  const months = new Map<number, Map<string, Plain[]>>();
  for (const rollup of rollups) {
    const byBucket = groupBy(rowsIn(rollup), ({ bucket }) => bucket);
    for (const [bucket, rows] of byBucket) {
      if (rollup.shape === 'detail') {
        if (kept.DETAIL_HOURS > 0 && bucket >= hour - kept.DETAIL_HOURS)
          tell(rollup, bucket, plain(rows, rollup));
        continue;
      }
      const day = rollup.grain === 'hour' ? Math.floor(bucket / 24) : bucket;
      let cells = plain(rows, rollup);
      if (rollup.shape === 'pair') cells = cached(rollup, day, rows);
      if (rollup.name === 'city' && strict && closed(day))
        cells = bruteK(cells, ['city'], kept.K, { withReferrer: [], withChannel: [] });
      if (rollup.name === 'first_week' && weekOf(day) + 7 < today) {
        const ofWeek = plain(
          rowsIn(rollup).filter((row) => weekOf(row.bucket) === weekOf(day)),
          rollup,
        );
        const large = new Set(
          ofWeek.filter(({ sums }) => (sums[0] ?? 0) >= kept.K).map(({ values }) => values[0]),
        );
        cells = merge(
          cells.map(({ values, sums }) => ({ values: large.has(values[0]) ? values : ['(other)'], sums })),
        );
      }
      if (day > today - kept.KEEP_DAYS && !(rollup.shape === 'pair' && day < today - kept.PAIR_DAYS)) {
        tell(rollup, bucket, cells);
        if (rollup.shape === 'pair') noteFold(rollup, bucket, plain(rows, rollup), cells);
      }
      const first = firstOf(day);
      // The second day after the month's end.
      if (!monthOf(rollup) || firstOf(first + 31) + 1 > today || first <= today - kept.KEEP_DAYS) continue;
      const month = months.get(first) ?? new Map<string, Plain[]>();
      months.set(first, month);
      month.set(rollup.name, [...(month.get(rollup.name) ?? []), ...cells]);
    }
  }
  for (const [first, month] of months) {
    const from: From = {
      withReferrer: merge(month.get('source+referrer') ?? []),
      withChannel: merge(month.get('source+channel') ?? []),
    };
    for (const [name, cells] of month) {
      const rollup = byName(name);
      const by = monthOf(rollup) as Rollup;
      const whole = merge(cells);
      const folded = rollup.shape === 'pair' ? bruteK(whole, rollup.dims, kept.K, from) : whole;
      tell(by, first, folded);
      if (rollup.shape !== 'pair') continue;
      const rows = rowsIn(rollup).filter(({ bucket }) => firstOf(bucket) === first);
      // Days that were folded are counted day by day.
      const moved = [...groupBy(rows, ({ bucket }) => bucket)].reduce(
        (sum, [day, ofDay]) => sum + movedBetween(plain(ofDay, rollup), cached(rollup, day, ofDay)),
        movedBetween(whole, folded),
      );
      lines.push(
        JSON.stringify(['fold', site, by.name, first, peopleOf(folded), Math.min(peopleOf(folded), moved)]),
      );
    }
  }
  return lines.sort();

  function noteFold(rollup: Rollup, bucket: number, before: readonly Plain[], after: readonly Plain[]): void {
    const same = (a: readonly Plain[]) => JSON.stringify(a.map((cell) => JSON.stringify(cell)).sort());
    if (same(merge(before)) !== same(merge(after)))
      lines.push(
        JSON.stringify(['fold', site, rollup.name, bucket, peopleOf(after), movedBetween(before, after)]),
      );
  }

  /** People whose cell was under K: those step on, the others stay. */
  function movedBetween(before: readonly Plain[], after: readonly Plain[]): number {
    const same = (a: readonly Plain[]) => JSON.stringify(a.map((cell) => JSON.stringify(cell)).sort());
    if (same(merge(before)) === same(merge(after))) return 0;
    return merge(before).reduce(
      (sum, { values, sums }) =>
        (sums[0] ?? 0) < kept.K && values.some((value) => value !== '(other)') ? sum + (sums[0] ?? 0) : sum,
      0,
    );
  }
}

function groupBy<Item>(items: readonly Item[], of: (item: Item) => number): Map<number, Item[]> {
  const groups = new Map<number, Item[]>();
  for (const item of items) {
    const group = groups.get(of(item));
    if (group) group.push(item);
    else groups.set(of(item), [item]);
  }
  return groups;
}

const byName = (name: string): Rollup => rollups.find((rollup) => rollup.name === name) as Rollup;
const firstOf = (day: number): number => {
  const date = new Date(day * 86_400_000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / 86_400_000;
};

/** Local day and hour since 1970, by Intl alone. */
export function wall(zone: string, at: number): { day: number; hour: number } {
  const parts = new Intl.DateTimeFormat('sv', {
    timeZone: zone,
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(at);
  const local = Date.parse(`${parts.replace(' ', 'T')}Z`);
  return { day: Math.floor(local / 86_400_000), hour: Math.floor(local / 3_600_000) };
}

/** `sums[0]` is how many people share the cell. */
const plain = (rows: readonly Row[], rollup: Rollup): Plain[] =>
  merge(rows.map((row) => ({ values: row.values, sums: sumsOf(rollup).map((name) => row.sums[name] ?? 0) })));

function merge(cells: readonly Plain[]): Plain[] {
  const found = new Map<string, { values: readonly string[]; sums: number[] }>();
  for (const { values, sums } of cells) {
    const key = JSON.stringify(values);
    const there = found.get(key);
    if (there) for (const [at, sum] of sums.entries()) there.sums[at] = (there.sums[at] ?? 0) + sum;
    else found.set(key, { values, sums: [...sums] });
  }
  return [...found.values()];
}

/** Names of a rollup's sums, first those that count people. */
export const sumsOf = (rollup: Rollup): string[] =>
  rollup.shape === 'detail'
    ? [...detailAmounts]
    : rollup.name === 'first_week'
      ? ['browsers']
      : [...columns.filter((column) => column !== 'browsers' || rollup.shape === 'single'), 'hour_first'];

export const lineOf = (
  rollup: string,
  site: number,
  bucket: number,
  values: readonly string[],
  sums: readonly number[],
): string => JSON.stringify([rollup, site, bucket, values, sums]);
