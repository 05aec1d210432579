import { limits } from '../../../schema/limits.ts';
import { profiles } from '../../../schema/profiles.ts';
import { type Rollup, rollupOver } from '../../../schema/rollups.ts';
import { type Folded, foldToK, foldToMost } from '../../rollups/fold.ts';
import type { Origins } from '../../rollups/parents.ts';
import { otherId } from '../dictionary.ts';
import { cellsOf, type Row, readRows, type Span } from './cells.ts';
import { foldInPlace, originsBetween, pairs, ruleOf, spanOf } from './folding.ts';
import { readMark, writeMark } from './marks.ts';
import { type SiteContext, type Task, writeFor } from './task.ts';

interface Due {
  readonly day: number;
  readonly rollups: readonly Rollup[];
}

/**
 * Closes days that are over: of each pair the largest cells are kept, and where the profile says so, pairs and cities are
 * folded to K. Facts that came after their day was closed are folded then, too: what is small is looked for in all days.
 */
export function closeDays(context: SiteContext): Task | null {
  const { site, edges } = context;
  const due = dueDays(context);
  if (due.length === 0 && (readMark(context.db, site.id, 'days') ?? 0) >= edges.closedUntil) return null;
  return {
    step: 'close days',
    site,
    size: due.reduce((sum, { rollups }) => sum + rollups.length, 1),
    *work() {
      for (const { day, rollups } of due) {
        const origins = originsBetween(context, day, day + 1);
        for (const rollup of rollups) {
          const span = spanOf(context, rollup, day);
          yield foldInPlace(context, span, (rows) => closed(context, span, rows, origins));
        }
      }
      yield writeFor(context, () => {
        writeMark(context.db, site.id, 'days', edges.closedUntil);
        return 0;
      });
    },
    count() {
      let rows = 0;
      for (const { day, rollups } of due) {
        const origins = originsBetween(context, day, day + 1);
        for (const rollup of rollups) {
          const span = spanOf(context, rollup, day);
          const stored = readRows(context.db, span);
          rows += Math.max(0, stored.length - closed(context, span, stored, origins).cells.length);
        }
      }
      return rows;
    },
  };
}

function closed(
  { db, keeping: { PROFILE, K } }: SiteContext,
  span: Span,
  rows: readonly Row[],
  origins: Origins,
): Folded {
  const rule = ruleOf(span.rollup, origins);
  const cells = cellsOf(db, span, rows);
  const small = profiles[PROFILE].foldDays ? foldToK(cells, rule, K) : null;
  if (span.rollup.shape === 'single') return small ?? foldToMost(cells, rule, Number.POSITIVE_INFINITY);
  const most = foldToMost(small?.cells ?? cells, rule, limits.pairCells);
  return { ...most, folded: Math.min(most.total, most.folded + (small?.folded ?? 0)) };
}

function dueDays(context: SiteContext): Due[] {
  const { db, site, edges, keeping } = context;
  const days = new Map<number, Rollup[]>();
  const add = (rollup: Rollup, found: readonly number[]) => {
    for (const day of found) days.set(day, [...(days.get(day) ?? []), rollup]);
  };
  const range = 'FROM pair WHERE site = ? AND rollup = ? AND bucket >= ? AND bucket < ?';
  const large = db
    .prepare<unknown[], number>(
      `SELECT bucket ${range} GROUP BY bucket HAVING count(*) > ${limits.pairCells}`,
    )
    .pluck();
  const small = db
    .prepare<unknown[], number>(
      `SELECT bucket ${range} GROUP BY bucket HAVING count(*) > ${limits.pairCells} OR min(CASE WHEN v1 = ${otherId} AND v2 = ${otherId} THEN ? ELSE visitors END) < ?`,
    )
    .pluck();
  const smallSingle = db
    .prepare<unknown[], number>(
      `SELECT DISTINCT bucket FROM single WHERE site = ? AND rollup = ? AND bucket >= ? AND bucket < ? AND v1 <> ${otherId} AND visitors < ?`,
    )
    .pluck();
  const from = readMark(db, site.id, 'days') ?? 0;
  const { K } = keeping;
  const { foldDays } = profiles[keeping.PROFILE];
  for (const rollup of pairs) {
    const id = context.rollupIds.get(rollup.name);
    if (foldDays) add(rollup, small.all(site.id, id, 0, edges.closedUntil, K, K));
    else add(rollup, large.all(site.id, id, from, edges.closedUntil));
  }
  const cities = rollupOver(['city']);
  if (foldDays && cities)
    add(
      cities,
      smallSingle.all(site.id, context.rollupIds.get(cities.name), edges.longFrom, edges.closedUntil, K),
    );
  return [...days].map(([day, rollups]) => ({ day, rollups })).sort((a, b) => a.day - b.day);
}
