import type { Db } from '../database.ts';

/**
 * How far a job has come at a site. `days`: all days before are closed; `months`: all months that begin before are folded;
 * `pairs`: day pairs before are deleted, so a month with such a day cannot be folded again, whatever the settings say now.
 */
type Mark = 'days' | 'months' | 'pairs';

export const readMark = (db: Db, site: number, mark: Mark): number | undefined =>
  db
    .prepare<[number, string], number>('SELECT until FROM job_mark WHERE site = ? AND job = ?')
    .pluck()
    .get(site, mark);

/** Marks only go forward. */
export function writeMark(db: Db, site: number, mark: Mark, until: number): void {
  db.prepare(
    'INSERT INTO job_mark (site, job, until) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET until = max(until, excluded.until)',
  ).run(site, mark, until);
}
