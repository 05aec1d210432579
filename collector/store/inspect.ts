import type { keptFor } from '../../schema/retention.ts';
import { storedRollups } from '../../schema/rollups.ts';
import type { Site } from '../../schema/site.ts';
import { shapes } from '../rollups/stored.ts';
import { type Db, openReadOnly, rollupIdsByName } from './database.ts';
import { type Oldest, oldestOf } from './oldest.ts';
import { listSites } from './operations/sites.ts';
import { keyColumns } from './upsert.ts';

type Periods = Parameters<typeof keptFor>[1];

/** Cells of a folded month that too few visitors share, though they have a value. */
interface Unfolded {
  readonly site: string;
  readonly rollup: string;
  readonly cells: number;
}

/** What an auditor asks of a database, read without changing it. */
export interface Inspection {
  readonly sites: readonly Site[];
  readonly oldest: readonly Oldest[];
  readonly unfolded: readonly Unfolded[];
  /** Rows of folded months that were looked at. */
  readonly monthCells: number;
  readonly strings: number;
  /** Strings that nothing refers to. */
  readonly orphans: number;
  /** What stands in the dictionary and looks like a trace of a person, by kind; the values themselves are not told. */
  readonly suspicious: ReadonlyMap<string, number>;
  /** Batches that are in no rollup yet. */
  readonly waiting: number;
}

/** Written anew here, and not those that the collector scrubs with: a mistake there must not hide itself. */
const traces: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ['an e-mail address', /[^\s@/]+@[^\s@/]+\.[a-z]{2,}/i],
  ['an IPv4 address', /(?:^|[^\d.])(?:\d{1,3}\.){3}\d{1,3}(?:$|[^\d.])/],
  ['an IPv6 address', /(?:[0-9a-f]{1,4}:){4,7}[0-9a-f]{1,4}/i],
  ['a user agent', /Mozilla\/\d|AppleWebKit\/\d/],
  ['a token', /eyJ[\w-]{10,}\.[\w-]{6,}/],
];

/** Reads a database beside whoever else uses it. `now` in ms since 1970. */
export function inspect(path: string, now: number, periods: Periods, k: number): Inspection {
  const db = openReadOnly(path);
  try {
    return db.transaction(() => inspectWithin(db, now, periods, k))();
  } finally {
    db.close();
  }
}

function inspectWithin(db: Db, now: number, periods: Periods, k: number): Inspection {
  const sites = listSites(db);
  const counted = (sql: string, ...bound: unknown[]): number =>
    Number(
      db
        .prepare(sql)
        .pluck()
        .get(...bound),
    );
  const [unfolded, monthCells] = unfoldedIn(db, sites, k);
  const used = shapes.flatMap((shape) =>
    keyColumns(shape)
      .filter((column) => column.startsWith('v'))
      .map((column) => `SELECT ${column} FROM ${shape}`),
  );
  return {
    sites,
    oldest: sites.flatMap((site) => oldestOf(db, site, now, periods)),
    unfolded,
    monthCells,
    strings: counted('SELECT count(*) FROM string'),
    orphans: counted(`SELECT count(*) FROM string WHERE id > 1 AND id NOT IN (${used.join(' UNION ')})`),
    suspicious: suspiciousIn(db),
    waiting: counted('SELECT count(*) FROM journal'),
  };
}

function unfoldedIn(db: Db, sites: readonly Site[], k: number): [Unfolded[], number] {
  const ids = rollupIdsByName(db);
  const count = db.prepare<[number, number, number], [number, number]>(
    'SELECT count(*), coalesce(sum(visitors < ? AND NOT (v1 = 1 AND v2 = 1)), 0) FROM pair WHERE site = ? AND rollup = ?',
  );
  count.raw();
  let looked = 0;
  const unfolded: Unfolded[] = [];
  for (const site of sites)
    for (const { name, grain, shape } of storedRollups) {
      if (grain !== 'month' || shape !== 'pair') continue;
      const [all = 0, cells = 0] = count.get(k, site.id, ids.get(name) ?? -1) ?? [];
      looked += all;
      if (cells > 0) unfolded.push({ site: site.domain, rollup: name, cells });
    }
  return [unfolded, looked];
}

function suspiciousIn(db: Db): Map<string, number> {
  const found = new Map<string, number>();
  for (const value of db.prepare<[], string>('SELECT value FROM string').pluck().iterate())
    for (const [kind, pattern] of traces)
      if (pattern.test(value)) found.set(kind, (found.get(kind) ?? 0) + 1);
  return found;
}
