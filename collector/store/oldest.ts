import { keptFor, type RetentionName, retention } from '../../schema/retention.ts';
import { storedRollups } from '../../schema/rollups.ts';
import type { Site } from '../../schema/site.ts';
import { dateOfDay, dayOfHour, localHour, zoneOf } from '../time/calendar.ts';
import { type Db, rollupIdsByName } from './database.ts';

/** The job runs every hour, so what has expired may stand for this long. */
const graceMs = 2 * 3_600_000;

type Periods = Parameters<typeof keptFor>[1];

/** The oldest thing of a retention class at a site. */
export interface Oldest {
  readonly name: RetentionName;
  readonly site: string;
  /** What stands, and what may, as local dates. */
  readonly date: string;
  readonly allowed: string;
  readonly overdue: boolean;
}

/** What stands longest of each retention class at a site; `now` in ms since 1970. */
export function oldestOf(db: Db, site: Site, now: number, periods: Periods): Oldest[] {
  const at = now - graceMs;
  const hour = localHour(zoneOf(site, at), at);
  const today = dayOfHour(hour);
  const ids = rollupIdsByName(db);
  const least = new Map<RetentionName, number>();
  for (const { name, shape, keep, grain } of storedRollups) {
    const bucket = db
      .prepare<[number, number], number | null>(
        `SELECT min(bucket) FROM ${shape} WHERE site = ? AND rollup = ?`,
      )
      .pluck()
      .get(site.id, ids.get(name) ?? -1);
    // Of the long class some count hours, all else days.
    const inHours = keep === 'long' && grain === 'hour';
    const found = bucket == null ? null : inHours ? dayOfHour(bucket) : bucket;
    if (found !== null) least.set(keep, Math.min(found, least.get(keep) ?? found));
  }
  return [...least].map(([name, found]) => {
    const kept = keptFor(name, periods);
    const hourly = retention[name].unit === 'hours';
    const edge = hourly ? hour - kept : name === 'pairs' ? today - kept : today - kept + 1;
    const date = (bucket: number) => dateOfDay(hourly ? dayOfHour(bucket) : bucket);
    return { name, site: site.domain, date: date(found), allowed: date(edge), overdue: found < edge };
  });
}
