import { decodeFacts } from '../../journal/codec.ts';
import { storedSums } from '../../rollups/stored.ts';
import { dateOfDay, dayOfHour, hourOfDay, localHour, zoneOf } from '../../time/calendar.ts';
import type { Db } from '../database.ts';
import { otherId } from '../dictionary.ts';
import { StoreError } from '../failures.ts';
import { soil } from '../jobs/dictionary.ts';
import { readMeta, writeMeta } from '../meta.ts';
import { type Change, combined, loadCells, outrun, sumAt, totalOf, writeChanges } from './cells.ts';
import { markBack } from './months.ts';
import { type PurgePlan, planPurge, type RollupPlan } from './plan.ts';
import type { Poison, PurgeReport, PurgeRules } from './target.ts';

/** A visit may go on four hours after midnight; within the next everything about it is counted. */
const overAt = 5;
/** Plans are made anew where another command has changed the day meanwhile. */
const attempts = 3;

/** The code of the refusal while facts of the day still wait to be counted. */
export const waitingCode = 'STORE_WAITING';

/**
 * Says what a purge would take, and, where `apply`, takes it: all of it in one transaction, or nothing. Reading takes the
 * time, and holds nobody up; writing is short. Throws a {@link StoreError} in words where the day is not over, too long
 * ago, or still waits to be counted ({@link waitingCode}), and where afterwards the rollups would not agree.
 */
export function purge(db: Db, now: number, poison: Poison, rules: PurgeRules, apply: boolean): PurgeReport {
  const firstKept = checkDay(poison, now, rules);
  for (let attempt = 1; ; attempt++) {
    checkJournal(db, poison);
    const plan = db.transaction(() => planPurge(db, poison, firstKept, rules))();
    if (!apply || plan.report.rollups.length === 0) return plan.report;
    try {
      db.transaction(() => carryOut(db, poison, plan)).immediate();
      return plan.report;
    } catch (error) {
      if (error !== outrun) throw error;
      if (attempt === attempts)
        throw new StoreError(
          'another command keeps changing this day. Nothing was purged; try again',
          'STORE_PURGE',
        );
    }
  }
}

/** The first day that is kept by pairs. Throws for a day before it, and for one on which visits may still end. */
function checkDay({ site, day }: Poison, now: number, { pairDays }: PurgeRules): number {
  const hour = localHour(zoneOf(site, now), now);
  const today = dayOfHour(hour);
  const firstKept = today - pairDays;
  if (day >= today || (day === today - 1 && hourOfDay(hour) < overAt))
    throw new StoreError(
      `visits of ${dateOfDay(day)} may still be going on at ${site.domain}. It can be purged from ${dateOfDay(day + 1)} at 05:00 on, in the site’s time`,
      'STORE_PURGE',
    );
  if (day < firstKept)
    throw new StoreError(
      `a purge reaches back ${pairDays} days, as long as two dimensions are kept together by day. The first day it can reach at ${site.domain} is ${dateOfDay(firstKept)}`,
      'STORE_PURGE',
    );
  return firstKept;
}

/** Throws while facts of the site and day stand in the journal: what is not counted cannot be taken out. */
function checkJournal(db: Db, { site, day }: Poison): void {
  const batches = db.prepare<[], string>('SELECT facts FROM journal ORDER BY seq').pluck();
  for (const facts of batches.iterate())
    if (decodeFacts(facts).some((fact) => fact.site === site.id && dayOfHour(fact.hour) === day))
      throw new StoreError(
        `events of ${dateOfDay(day)} still wait to be counted, which the server does about every second. Start footfall serve, and purge again`,
        waitingCode,
      );
}

function carryOut(db: Db, poison: Poison, plan: PurgePlan): void {
  checkJournal(db, poison);
  for (const { place, changes } of plan.rollups) writeChanges(db, place, changes);
  for (const { place, changes } of plan.months) writeChanges(db, place, changes);
  deleteDetail(db, plan);
  noteFolds(db, plan);
  if (plan.anew) markBack({ db, site: poison.site.id, day: poison.day });
  checkAgreement(db, plan);
  soil(db);
  // The server’s caches know values that may be gone.
  writeMeta(db, 'config_version', readMeta(db, 'config_version') + 1);
}

function deleteDetail(db: Db, { detail: { place, at, id, rows } }: PurgePlan): void {
  const { changes } = db
    .prepare(
      `DELETE FROM detail WHERE site = ? AND rollup = ? AND bucket >= ? AND bucket < ? AND v${at + 1} = ?`,
    )
    .run(place.site, place.id, place.from, place.until, id);
  if (changes !== rows) throw outrun;
}

/** How much of a bucket no longer stands under its own values, as folding notes it. */
function noteFolds(db: Db, { rollups, months }: PurgePlan): void {
  const known = db.prepare<number[], { total: number; folded: number }>(
    'SELECT total, folded FROM fold WHERE site = ? AND rollup = ? AND bucket = ?',
  );
  const write = db.prepare(
    'INSERT OR REPLACE INTO fold (site, rollup, bucket, total, folded) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = db.prepare('DELETE FROM fold WHERE site = ? AND rollup = ? AND bucket = ?');
  for (const { place, changes } of [...rollups, ...months]) {
    if (changes.length === 0 || place.rollup.shape === 'trend') continue;
    const bucket = [place.site, place.id, place.from];
    const before = known.get(...bucket);
    const folded = (before?.folded ?? 0) + changes.reduce((sum, change) => sum + grownOther(change), 0);
    if (!before && folded <= 0) continue;
    const total = sumAt(totalOf(loadCells(db, place).values()), 'visitors');
    if (total === 0) remove.run(...bucket);
    else write.run(...bucket, total, Math.max(0, Math.min(total, folded)));
  }
}

/** By how many visitors a cell of `(other)` has grown, or shrunk. */
const grownOther = ({ values, before, after }: Change): number =>
  values.includes(otherId) ? sumAt(after, 'visitors') - sumAt(before, 'visitors') : 0;

/**
 * Every measure has one meaning wherever it is counted by all hits, so every such rollup must have lost the same; nothing
 * is negative. Throws, and so undoes everything, where that is not so.
 */
function checkAgreement(db: Db, { rollups, months }: PurgePlan): void {
  for (const plan of rollups) {
    checkSigns(db, plan);
    if (plan.expected === null) continue;
    const lost = combined(plan.before, totalOf(loadCells(db, plan.place).values()), -1);
    const { hour_first: _, ...compared } = combined(lost, plan.expected, -1);
    const [column] = Object.keys(compared);
    if (column !== undefined)
      throw disagreement(
        plan.place.rollup.name,
        `loses ${sumAt(lost, column)} ${column} instead of ${sumAt(plan.expected, column)}`,
      );
  }
  for (const month of months) checkSigns(db, month);
}

function checkSigns(db: Db, { place }: Pick<RollupPlan, 'place'>): void {
  const { shape, name } = place.rollup;
  const negative = storedSums[shape].map((sum) => `${sum} < 0`).join(' OR ');
  const found = db
    .prepare(
      `SELECT 1 FROM ${shape} WHERE site = ? AND rollup = ? AND bucket >= ? AND bucket < ? AND (${negative}) LIMIT 1`,
    )
    .get(place.site, place.id, place.from, place.until);
  if (found) throw disagreement(name, 'would fall below zero');
}

const disagreement = (rollup: string, why: string): StoreError =>
  new StoreError(`the figures would no longer agree: ${rollup} ${why}. Nothing was purged`, 'STORE_PURGE');
