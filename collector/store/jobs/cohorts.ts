import { values } from '../../../schema/dimensions.ts';
import { rollupOver } from '../../../schema/rollups.ts';
import { foldToMost } from '../../rollups/fold.ts';
import { weekOf } from '../../time/calendar.ts';
import { otherId } from '../dictionary.ts';
import { cellsOf, peopleAt, readRows, type Span } from './cells.ts';
import { foldInPlace, spanOf } from './folding.ts';
import type { SiteContext, Task } from './task.ts';

const weeks = rollupOver(['first_week']);

/** Once a week is over, first weeks that fewer than K browsers of it share become `(other)`. */
export function foldCohorts(context: SiteContext): Task | null {
  const { db, site, edges, keeping } = context;
  if (!weeks) return null;
  const rollup = weeks;
  const days = db
    .prepare<unknown[], number>(
      `SELECT DISTINCT bucket FROM single WHERE site = ? AND rollup = ? AND bucket < ? AND v1 <> ${otherId} AND browsers < ?`,
    )
    .pluck()
    .all(site.id, context.rollupIds.get(rollup.name), edges.weeksUntil, keeping.K)
    .sort((a, b) => a - b);
  const due = days.filter((day) => smallIn(day).size > 0);
  if (due.length === 0) return null;
  return {
    step: 'fold cohorts',
    site,
    size: due.length,
    *work() {
      // Before any of them: days of one week are judged together.
      const small = new Map(due.map((day) => [day, smallIn(day)]));
      for (const day of due) yield fold(day, small.get(day) ?? new Set());
    },
    count: () => due.reduce((sum, day) => sum + smallIn(day).size, 0),
  };

  function fold(day: number, small: ReadonlySet<string>): number {
    const span = spanOf(context, rollup, day);
    const people = peopleAt(rollup);
    return foldInPlace(context, span, (rows) => {
      const cells = cellsOf(db, span, rows).map(({ values: [week = ''], sums }) => ({
        values: [small.has(week) ? values.other : week],
        sums,
      }));
      return foldToMost(cells, { parents: [], people }, Number.POSITIVE_INFINITY);
    });
  }

  /** First weeks that too few browsers of the day's week share. */
  function smallIn(day: number): Set<string> {
    const week = weekOf(day);
    const span: Span = spanOf(context, rollup, week, week + 7);
    const at = peopleAt(rollup);
    return new Set(
      cellsOf(db, span, readRows(db, span)).flatMap(({ values: [name = ''], sums }) =>
        name !== values.other && (sums[at] ?? 0) < keeping.K ? [name] : [],
      ),
    );
  }
}
