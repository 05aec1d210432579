import { mailLimits } from '../../../schema/mail.ts';
import { localHour, zoneOf } from '../../time/calendar.ts';
import type { Db } from '../database.ts';
import { type SiteContext, type Task, writeFor } from './task.ts';

const dayMs = 86_400_000;

/** Mails of a site whose curve goes on after its first hours, and the hour from which on it is not kept. */
function overdue({ db, site, rollupIds }: SiteContext): { id: number; until: number }[] {
  const rollup = rollupIds.get('mail curve') ?? -1;
  const rows = db
    .prepare<unknown[], { id: number; first: number; last: number; sentAt: number | null }>(
      `SELECT v1 AS id, min(bucket) AS first, max(bucket) AS last,
              (SELECT sent_at FROM campaign JOIN string ON value = name WHERE campaign.site = mail.site AND string.id = v1) AS sentAt
       FROM mail WHERE site = ? AND rollup = ? GROUP BY v1`,
    )
    .all(site.id, rollup);
  return rows.flatMap(({ id, first, last, sentAt }) => {
    const begin = sentAt === null ? first : Math.max(first, localHour(zoneOf(site, sentAt), sentAt));
    const until = begin + mailLimits.curveHours;
    return last >= until ? [{ id, until }] : [];
  });
}

/** Deletes what mails have by hour after their first hours; by day it stays. */
export function trimCurves(context: SiteContext): Task | null {
  const { db, site, rollupIds } = context;
  const rollup = rollupIds.get('mail curve') ?? -1;
  const due = overdue(context);
  if (due.length === 0) return null;
  const rows = 'FROM mail WHERE site = ? AND rollup = ? AND v1 = ? AND bucket >= ?';
  const count = () =>
    due.reduce(
      (sum, { id, until }) => sum + numberOf(db, `SELECT count(*) ${rows}`, site.id, rollup, id, until),
      0,
    );
  return {
    step: 'delete later hours of mails',
    site,
    size: due.length,
    count,
    *work() {
      const remove = db.prepare(`DELETE ${rows}`);
      for (const { id, until } of due)
        yield writeFor(context, () => remove.run(site.id, rollup, id, until).changes);
    },
  };
}

/** Templates and delivered numbers of mails of which no counter is kept any more. */
export function expireCampaigns(context: SiteContext): Task | null {
  const { db, site, now, keeping } = context;
  const rows = 'FROM campaign WHERE site = ? AND max(coalesce(prepared_at, 0), coalesce(sent_at, 0)) < ?';
  const bound = [site.id, now - keeping.KEEP_DAYS * dayMs];
  const count = () => numberOf(db, `SELECT count(*) ${rows}`, ...bound);
  if (count() === 0) return null;
  return {
    step: 'delete old mail templates',
    site,
    size: 1,
    count,
    *work() {
      yield writeFor(context, () => db.prepare(`DELETE ${rows}`).run(...bound).changes);
    },
  };
}

const numberOf = (db: Db, sql: string, ...bound: unknown[]): number =>
  Number(
    db
      .prepare(sql)
      .pluck()
      .get(...bound),
  );
