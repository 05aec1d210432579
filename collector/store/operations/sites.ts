import {
  contradictionIn,
  type NewSite,
  type Site,
  type SiteChange,
  SiteSettings,
} from '../../../schema/site.ts';
import { storedSums } from '../../rollups/stored.ts';
import { nextMidnight, zoneOf } from '../../time/calendar.ts';
import type { Db } from '../database.ts';
import { Conflict, NotFound } from '../failures.ts';
import { deleteUnusedStrings } from '../jobs/dictionary.ts';

interface Row {
  id: number;
  domain: string;
  timezone: string;
  next_timezone: string | null;
  next_timezone_from: number | null;
  created_at: number;
  settings: string;
}

const siteOf = (row: Row): Site => ({
  id: row.id,
  domain: row.domain,
  timezone: row.timezone,
  nextTimezone: row.next_timezone,
  nextTimezoneFrom: row.next_timezone_from,
  createdAt: row.created_at,
  settings: SiteSettings.parse(JSON.parse(row.settings)),
});

function siteById(db: Db, id: number): Site {
  const row = db.prepare<[number], Row>('SELECT * FROM site WHERE id = ?').get(id);
  if (!row) throw new NotFound(`There is no site with the number ${id}.`);
  return siteOf(row);
}

export const listSites = (db: Db): Site[] =>
  db.prepare<[], Row>('SELECT * FROM site ORDER BY domain').all().map(siteOf);

/** Whether anything but drops was ever counted for the site. */
export const receiving = (db: Db, id: number): boolean =>
  db.prepare('SELECT 1 FROM trend WHERE site = ? LIMIT 1').get(id) !== undefined;

/** All settings, from some. Throws a {@link Conflict} for those that contradict each other. */
function settingsOf(some: NonNullable<SiteChange['settings']>): SiteSettings {
  const settings = SiteSettings.parse(some);
  const contradiction = contradictionIn(settings);
  if (contradiction !== null) throw new Conflict(contradiction);
  return settings;
}

/** Throws a {@link Conflict} for a domain that is there, and for settings that contradict each other. */
export function addSite(db: Db, now: number, { domain, timezone, settings }: NewSite): Site {
  if (db.prepare('SELECT 1 FROM site WHERE domain = ?').get(domain))
    throw new Conflict(`There is a site "${domain}" already.`);
  const { lastInsertRowid } = db
    .prepare('INSERT INTO site (domain, timezone, created_at, settings) VALUES (?, ?, ?, ?)')
    .run(domain, timezone, now, JSON.stringify(settingsOf(settings)));
  return siteById(db, Number(lastInsertRowid));
}

/** Settings that the change does not name stay; a timezone applies from the next local midnight, as every bucket has one zone. */
export function changeSite(db: Db, now: number, id: number, change: SiteChange): Site {
  const site = siteById(db, id);
  const settings = settingsOf({ ...site.settings, ...change.settings });
  db.prepare('UPDATE site SET settings = ? WHERE id = ?').run(JSON.stringify(settings), id);
  if (change.timezone !== undefined) {
    const current = zoneOf(site, now);
    const next = change.timezone === current ? null : change.timezone;
    db.prepare('UPDATE site SET timezone = ?, next_timezone = ?, next_timezone_from = ? WHERE id = ?').run(
      current,
      next,
      next === null ? null : nextMidnight(current, now),
      id,
    );
  }
  return siteById(db, id);
}

/** Removes the site, all that was counted for it, and the strings that nothing else uses. */
export function removeSite(db: Db, _now: number, id: number): void {
  siteById(db, id);
  const shapes = Object.keys(storedSums) as (keyof typeof storedSums)[];
  for (const shape of shapes) db.prepare(`DELETE FROM ${shape} WHERE site = ?`).run(id);
  for (const table of ['fold', 'job_mark']) db.prepare(`DELETE FROM ${table} WHERE site = ?`).run(id);
  db.prepare('DELETE FROM site WHERE id = ?').run(id);
  deleteUnusedStrings(db);
}
