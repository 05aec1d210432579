import { LedgerEntry } from '../../../schema/release.ts';
import { dateOfDay } from '../../time/calendar.ts';
import type { Db } from '../database.ts';

interface Row {
  id: number;
  at: number;
  domain: string | null;
  kind: string;
  first_day: number;
  until_day: number;
  epsilon: string;
  delta: string;
  rows: number;
}

const select =
  'SELECT release.id, at, domain, kind, first_day, until_day, epsilon, delta, rows FROM release LEFT JOIN site ON site.id = release.site';
const entryOf = ({ domain, first_day, until_day, ...row }: Row): LedgerEntry =>
  LedgerEntry.parse({ ...row, site: domain, from: dateOfDay(first_day), to: dateOfDay(until_day - 1) });

/** All private releases, in the order they were made. */
export const listReleases = (db: Db): LedgerEntry[] =>
  db.prepare<[], Row>(`${select} ORDER BY release.id`).all().map(entryOf);

/**
 * Writes a private release down, unless the site has released one of its days before and `again` is not set. Gives whether
 * it did, and all releases that share a day with it.
 */
export function spendRelease(
  db: Db,
  now: number,
  spending: {
    readonly site: number;
    readonly kind: string;
    readonly first: number;
    readonly until: number;
    readonly epsilon: string;
    readonly delta: string;
    readonly rows: number;
    readonly again: boolean;
  },
): { written: boolean; entries: LedgerEntry[] } {
  const { site, kind, first, until, epsilon, delta, rows, again } = spending;
  const overlapping = (): LedgerEntry[] =>
    db
      .prepare<[number, number, number], Row>(
        `${select} WHERE release.site = ? AND first_day < ? AND until_day > ? ORDER BY release.id`,
      )
      .all(site, until, first)
      .map(entryOf);
  if (!again && overlapping().length > 0) return { written: false, entries: overlapping() };
  db.prepare(
    'INSERT INTO release (at, site, kind, first_day, until_day, epsilon, delta, rows) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  ).run(now, site, kind, first, until, epsilon, delta, rows);
  return { written: true, entries: overlapping() };
}
