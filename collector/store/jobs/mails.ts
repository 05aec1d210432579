import { mailLimits } from '../../../schema/mail.ts';
import { localHour, zoneOf } from '../../time/calendar.ts';
import type { Db } from '../database.ts';
import { type SiteContext, type Task, writeFor } from './task.ts';

const dayMs = 86_400_000;

/** A mail with hours of which it is kept no longer how many opens and clicks they had. */
interface Overdue {
  readonly message: number;
  /** Local hours from which on so many are kept: the first with an open or a click, and that of the sending. */
  readonly first: number;
  readonly sent: number;
}

const laterHours = `FROM mail WHERE site = ? AND rollup = ? AND v1 = ? AND bucket >= ?
  AND NOT bucket BETWEEN ? AND ?`;

/** What {@link laterHours} is to be bound to. */
const boundTo = ({ site, rollupIds }: SiteContext, { message, first, sent }: Overdue): unknown[] => [
  site.id,
  rollupIds.get('mail curve'),
  message,
  first + mailLimits.curveHours,
  sent,
  sent + mailLimits.curveHours - 1,
];

const countLater = (context: SiteContext, mail: Overdue): number =>
  numberOf(context.db, `SELECT count(*) ${laterHours}`, ...boundTo(context, mail));

function overdue(context: SiteContext): Overdue[] {
  const { db, site, rollupIds } = context;
  const mails = db
    .prepare<unknown[], { message: number; first: number; sentAt: number | null }>(
      `SELECT v1 AS message, min(bucket) AS first,
              (SELECT sent_at FROM campaign JOIN string ON value = name
               WHERE campaign.site = mail.site AND string.id = v1) AS sentAt
       FROM mail WHERE site = ? AND rollup = ? GROUP BY v1`,
    )
    .all(site.id, rollupIds.get('mail curve'));
  return mails
    .map(({ message, first, sentAt }) => ({
      message,
      first,
      sent: sentAt === null ? first : localHour(zoneOf(site, sentAt), sentAt),
    }))
    .filter((mail) => countLater(context, mail) > 0);
}

/**
 * Deletes what mails have by hour after their first hours; by day it stays. Those from the first open on stay too where
 * the sending is said to be of another time: what is said may be wrong, and be said again.
 */
export function trimCurves(context: SiteContext): Task | null {
  const { db, site } = context;
  const due = overdue(context);
  if (due.length === 0) return null;
  return {
    step: 'delete later hours of mails',
    site,
    size: due.length,
    count: () => due.reduce((sum, mail) => sum + countLater(context, mail), 0),
    *work() {
      const remove = db.prepare(`DELETE ${laterHours}`);
      for (const mail of due) yield writeFor(context, () => remove.run(...boundTo(context, mail)).changes);
    },
  };
}

/** Templates and delivered numbers of mails that were prepared and sent longer ago than anything is kept. */
export function expireCampaigns(context: SiteContext): Task | null {
  const { db, site, now, keeping } = context;
  const rows = 'FROM campaign WHERE site = ? AND max(said_at, coalesce(sent_at, 0)) < ?';
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
