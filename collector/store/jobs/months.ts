import { monthOf, type Rollup, rollups } from '../../../schema/rollups.ts';
import { foldToK } from '../../rollups/fold.ts';
import type { Origins } from '../../rollups/parents.ts';
import { addMonths, monthOf as firstOfMonth } from '../../time/calendar.ts';
import { apply, cellsOf, type Difference, differenceOf, readRows, type Span, sizeOf } from './cells.ts';
import { foldedBetween, noteFold, originsBetween, pairs, ruleOf, spanOf } from './folding.ts';
import { readMark, writeMark } from './marks.ts';
import { type SiteContext, type Task, writeFor } from './task.ts';

/** Rollups with months, and theirs. */
const kinds = [...rollups.filter(({ shape }) => shape === 'single'), ...pairs].flatMap((day) => {
  const month = monthOf(day);
  return month ? [{ day, month }] : [];
});
/** Rows of one transaction, where nobody reads the month yet. */
const portion = 1_000;

/**
 * Makes months from days, once the last day is closed; and again while all the month's day pairs are there, so that late
 * facts get in. Then it stays as it is. A month that is there is replaced in one transaction a rollup; one that is new is not
 * read before its mark is set, and may take several.
 */
export function foldMonths(context: SiteContext): Task | null {
  const { db, site, edges } = context;
  const months = dueMonths(context);
  const marked = readMark(db, site.id, 'months') ?? 0;
  if (months.length === 0 && marked >= edges.monthsUntil) return null;
  return {
    step: 'fold months',
    site,
    size: months.length * 10 + 1,
    *work() {
      for (const month of months) {
        const until = addMonths(month, 1);
        const origins = originsBetween(context, month, until);
        yield* together(context, changesOf(context, month, origins, month >= marked));
        yield writeFor(context, () => {
          writeMark(db, site.id, 'months', until);
          return 0;
        });
      }
      yield writeFor(context, () => {
        writeMark(db, site.id, 'months', edges.monthsUntil);
        return 0;
      });
    },
    count() {
      let rows = 0;
      for (const month of months) {
        const origins = originsBetween(context, month, addMonths(month, 1));
        for (const kind of kinds) rows += sizeOf(plan(context, kind, month, origins).difference);
      }
      return rows;
    },
  };
}

interface Kind {
  readonly day: Rollup;
  readonly month: Rollup;
}

function plan(context: SiteContext, { day, month: by }: Kind, month: number, origins: Origins): Change {
  const { db, keeping } = context;
  const source = spanOf(context, day, month, addMonths(month, 1));
  const target = spanOf(context, by, month);
  const cells = cellsOf(db, source, readRows(db, source));
  const folded = day.shape === 'pair' ? foldToK(cells, ruleOf(day, origins), keeping.K) : null;
  const difference = differenceOf(db, target, readRows(db, target), folded?.cells ?? cells);
  // What was folded when its day closed is counted again where it steps on: this is the most that it can be.
  const gone = folded && Math.min(folded.total, folded.folded + foldedBetween(db, source));
  return { target, difference, fold: folded && { total: folded.total, folded: gone ?? 0 } };
}

interface Change {
  readonly target: Span;
  readonly difference: Difference;
  readonly fold: { readonly total: number; readonly folded: number } | null;
}

function* changesOf(
  context: SiteContext,
  month: number,
  origins: Origins,
  unread: boolean,
): Generator<Change> {
  for (const kind of kinds) {
    const change = plan(context, kind, month, origins);
    for (const difference of unread ? parts(change.difference) : [change.difference])
      if (sizeOf(difference) > 0) yield { ...change, difference };
  }
}

/** Small changes share a transaction: to wait for the disk takes longer than they do. */
function* together(context: SiteContext, changes: Iterable<Change>): Generator<number> {
  let [waiting, size]: [Change[], number] = [[], 0];
  const write = () =>
    writeFor(context, () => waiting.reduce((rows, change) => rows + carryOut(context, change), 0));
  for (const change of changes) {
    if (size > 0 && size + sizeOf(change.difference) > portion) {
      yield write();
      [waiting, size] = [[], 0];
    }
    waiting.push(change);
    size += sizeOf(change.difference);
  }
  if (size > 0) yield write();
}

function carryOut({ db }: SiteContext, { target, difference, fold }: Change): number {
  if (fold) noteFold(db, target, fold.total, fold.folded);
  return apply(db, target, difference);
}

function* parts({ gone, put }: Difference): Generator<Difference> {
  for (let at = 0; at < gone.length; at += portion) yield { gone: gone.slice(at, at + portion), put: [] };
  for (let at = 0; at < put.length; at += portion) yield { gone: [], put: put.slice(at, at + portion) };
}

function dueMonths({ db, site, edges, rollupIds }: SiteContext): number[] {
  const first = firstDay(db, site.id, rollupIds);
  if (first === null) return [];
  const marked = readMark(db, site.id, 'months') ?? 0;
  // What was folded before is folded again while it has all its days.
  const complete = Math.max(edges.pairsFrom, readMark(db, site.id, 'pairs') ?? 0);
  const months: number[] = [];
  for (let month = firstOfMonth(first); month < edges.monthsUntil; month = addMonths(month, 1))
    // Nothing older than promised is made.
    if (month >= Math.min(marked, complete) && month >= edges.longFrom) months.push(month);
  return months;
}

/** The first day of which anything is counted by day. */
function firstDay(db: SiteContext['db'], site: number, ids: ReadonlyMap<string, number>): number | null {
  const first = {
    single: db
      .prepare<unknown[], number | null>('SELECT min(bucket) FROM single WHERE site = ? AND rollup = ?')
      .pluck(),
    pair: db
      .prepare<unknown[], number | null>('SELECT min(bucket) FROM pair WHERE site = ? AND rollup = ?')
      .pluck(),
  };
  const days = kinds.flatMap(({ day: { name, shape } }) => {
    const day = first[shape === 'pair' ? 'pair' : 'single'].get(site, ids.get(name));
    return day == null ? [] : [day];
  });
  return days.length === 0 ? null : Math.min(...days);
}
