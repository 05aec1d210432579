import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import type { Key, User } from '../../schema/access.ts';
import { type DimensionName, propSeparator } from '../../schema/dimensions.ts';
import type { keptFor } from '../../schema/retention.ts';
import type { Site } from '../../schema/site.ts';
import { localDay, zoneOf } from '../time/calendar.ts';
import {
  type Db,
  foreignTables,
  newestVersion,
  openUnchanged,
  rollupIdsByName,
  versionOf,
} from './database.ts';
import { type Oldest, oldestOf } from './oldest.ts';
import { listKeys } from './operations/keys.ts';
import { listSites } from './operations/sites.ts';
import { listUsers } from './operations/users.ts';

/** Days back in which properties are looked at. */
const recentDays = 30;

/** A property that a site has sent. */
export interface SentProperty {
  readonly site: string;
  readonly key: string;
  /** A value of it was an IP address. */
  readonly address: boolean;
}

/** What a check-up asks of a database that is up to date. */
export interface Examined {
  readonly state: 'current';
  readonly version: number;
  /** Bytes of the database and of its write-ahead log. */
  readonly bytes: number;
  readonly logBytes: number;
  readonly sites: readonly Site[];
  readonly users: readonly User[];
  readonly keys: readonly Key[];
  /** Batches that are in no rollup yet. */
  readonly waiting: number;
  readonly oldest: readonly Oldest[];
  /** How far the jobs have come: buckets before `until` (a local day) are done. */
  readonly marks: readonly { readonly site: string; readonly job: string; readonly until: number }[];
  /** The newest local hour in which anything was counted. */
  readonly newest: readonly { readonly site: string; readonly hour: number }[];
  /** Tables that this program has not made. */
  readonly foreign: readonly string[];
  readonly properties: readonly SentProperty[];
  /** The longest time between two visits that a browser has told, in days. */
  readonly longestAway: readonly { readonly site: string; readonly days: number }[];
  readonly notice: { readonly version: string; readonly effective: string } | null;
}

/** A database that the next start of this program will bring up to date. */
interface Outdated {
  readonly state: 'old';
  readonly version: number;
  readonly newestVersion: number;
}

/** Reads a database beside whoever else uses it, and changes nothing. Throws UnusableDatabase, or SQLite's error. */
export function examine(
  path: string,
  now: number,
  periods: Parameters<typeof keptFor>[1],
): Examined | Outdated {
  const db = openUnchanged(path);
  try {
    const version = versionOf(db);
    const newest = newestVersion();
    if (version < newest) return { state: 'old', version, newestVersion: newest };
    return db.transaction(() => within(db, path, now, periods))();
  } finally {
    db.close();
  }
}

function within(db: Db, path: string, now: number, periods: Parameters<typeof keptFor>[1]): Examined {
  const sites = listSites(db);
  const ids = rollupIdsByName(db);
  const mark = db.prepare<[number], { job: string; until: number }>(
    'SELECT job, until FROM job_mark WHERE site = ?',
  );
  const newest = db
    .prepare<[number, number], number | null>('SELECT max(bucket) FROM trend WHERE site = ? AND rollup = ?')
    .pluck();
  return {
    state: 'current',
    version: versionOf(db),
    bytes: sizeOf(path),
    logBytes: sizeOf(`${path}-wal`),
    sites,
    users: listUsers(db),
    keys: listKeys(db),
    waiting: Number(db.prepare('SELECT count(*) FROM journal').pluck().get()),
    oldest: sites.flatMap((site) => oldestOf(db, site, now, periods)),
    marks: sites.flatMap(({ id, domain }) => mark.all(id).map((one) => ({ site: domain, ...one }))),
    newest: sites.flatMap(({ id, domain }) => {
      const hour = newest.get(id, ids.get('trend') ?? -1);
      return hour == null ? [] : [{ site: domain, hour }];
    }),
    foreign: foreignTables(db),
    properties: sites.flatMap((site) => propertiesOf(site, valuesOf(db, ids, site, 'prop', now))),
    longestAway: sites.flatMap((site) => {
      const days = valuesOf(db, ids, site, 'last_visit', now).map(Number).filter(Number.isFinite);
      return days.length === 0 ? [] : [{ site: site.domain, days: Math.max(...days) }];
    }),
    notice:
      db
        .prepare<[], { version: string; effective: string }>(
          'SELECT version, effective FROM notice ORDER BY published_at DESC LIMIT 1',
        )
        .get() ?? null,
  };
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/** The different values that a dimension had lately at a site. */
function valuesOf(
  db: Db,
  ids: ReadonlyMap<string, number>,
  site: Site,
  dimension: DimensionName,
  now: number,
): string[] {
  const from = localDay(zoneOf(site, now), now) - recentDays;
  return db
    .prepare<[number, number, number], string>(
      'SELECT value FROM string WHERE id IN (SELECT v1 FROM single WHERE site = ? AND rollup = ? AND bucket >= ?)',
    )
    .pluck()
    .all(site.id, ids.get(dimension) ?? -1, from);
}

function propertiesOf({ domain }: Site, stored: readonly string[]): SentProperty[] {
  const addressed = new Map<string, boolean>();
  for (const text of stored) {
    const [key = '', value = ''] = text.split(propSeparator);
    addressed.set(key, (addressed.get(key) ?? false) || isIP(value) !== 0);
  }
  return [...addressed].map(([key, address]) => ({ site: domain, key, address }));
}
