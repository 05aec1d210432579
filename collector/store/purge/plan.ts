import { coreDimensions, type DimensionName } from '../../../schema/dimensions.ts';
import { type Rollup, rollups } from '../../../schema/rollups.ts';
import { dateOfDay } from '../../time/calendar.ts';
import { type Db, rollupIdsByName } from '../database.ts';
import {
  type Change,
  changesBetween,
  combined,
  keyOf,
  loadCells,
  type Place,
  type Sums,
  sumAt,
  totalOf,
} from './cells.ts';
import { type Day, detailRollup, type Known, learn, placeOf, rollupNamed, trendRollup } from './known.ts';
import { foldsAnew, type MonthChange, monthChange } from './months.ts';
import { notesOf } from './notes.ts';
import { comparable, holds, removedTotals, type Separated, separate } from './separate.ts';
import type { Poison, PurgeReport, PurgeRules, RollupLoss } from './target.ts';
import { separateTrend } from './trend.ts';

/** What one rollup by day or hour becomes. */
export interface RollupPlan {
  readonly place: Place;
  readonly how: Separated['how'];
  readonly changes: readonly Change[];
  readonly before: Sums;
  /** What it must lose in all, where every rollup of its kind loses the same; null: nothing to compare with. */
  readonly expected: Sums | null;
}

export interface PurgePlan {
  readonly report: PurgeReport;
  readonly rollups: readonly RollupPlan[];
  readonly months: readonly MonthChange[];
  /** The job folds the day’s month again. */
  readonly anew: boolean;
  readonly detail: { readonly place: Place; readonly at: number; readonly id: number; readonly rows: number };
}

/**
 * Works out, without writing, what is left when the poison is gone. `firstKept` is the first day whose pairs are kept.
 * Everything is read in the transaction of the caller.
 */
export function planPurge(db: Db, poison: Poison, firstKept: number, { k }: PurgeRules): PurgePlan {
  const day: Day = { db, ids: rollupIdsByName(db), site: poison.site.id, day: poison.day };
  const id =
    db.prepare<[string], number>('SELECT id FROM string WHERE value = ?').pluck().get(poison.value) ?? -1;
  const known = learn(day, poison.dim, id);
  const detail = detailOf(day, poison.dim, id);
  const poisoned = detail.rows > 0 || [...known.totals.values()].some((total) => total > 0);
  const anew = poisoned && foldsAnew(day, firstKept);
  const plans = poisoned
    ? rollups.flatMap((rollup) => (rollup === detailRollup ? [] : planOf(day, known, rollup)))
    : [];
  const months = plans.flatMap(
    ({ place, changes }) => monthChange(day, place.rollup, changes, anew, k) ?? [],
  );
  return {
    report: reportOf(day, poison, known, plans, detail, months),
    rollups: plans,
    months,
    anew,
    detail,
  };
}

function planOf(day: Day, known: Known, rollup: Rollup): RollupPlan[] {
  const place = placeOf(day, rollup);
  const before = loadCells(day.db, place);
  const { after, how } =
    rollup === trendRollup ? separateTrend(known, before) : separate(day, known, rollup, before);
  const changes = changesBetween(before, after);
  if (changes.length === 0 && before.size === 0) return [];
  const summed = totalOf(before.values());
  const expected = comparable(known, rollup) ? removedTotals(known, rollup) : null;
  return [
    {
      place,
      how,
      changes,
      before: summed,
      // A dimension that is younger than the day has less of it.
      expected: expected && holds(summed, expected) ? expected : null,
    },
  ];
}

function detailOf(day: Day, dim: DimensionName, id: number): PurgePlan['detail'] {
  const place = placeOf(day, detailRollup);
  const at = (coreDimensions as readonly DimensionName[]).indexOf(dim);
  const rows = day.db
    .prepare<number[], number>(
      `SELECT count(*) FROM detail WHERE site = ? AND rollup = ? AND bucket >= ? AND bucket < ? AND v${at + 1} = ?`,
    )
    .pluck()
    .get(place.site, place.id, place.from, place.until, id);
  return { place, at, id, rows: rows ?? 0 };
}

function reportOf(
  day: Day,
  poison: Poison,
  known: Known,
  plans: readonly RollupPlan[],
  detail: PurgePlan['detail'],
  months: readonly MonthChange[],
): PurgeReport {
  const losses = plans.flatMap(({ place, how, changes }): RollupLoss[] =>
    changes.length === 0
      ? []
      : [{ rollup: place.rollup.name, how, lost: lostBy(changes), cells: changes.length }],
  );
  if (detail.rows > 0) losses.push({ rollup: 'detail', how: 'exact', lost: {}, cells: detail.rows });
  for (const { place, how, changes } of months)
    losses.push({
      rollup: place.rollup.name,
      how: how === 'anew' ? 'folded anew' : place.rollup.shape === 'pair' ? 'as folded' : 'exact',
      lost: how === 'anew' ? {} : lostBy(changes),
      cells: changes.length,
    });
  const trend = lostBy(plans.find(({ place }) => place.rollup === trendRollup)?.changes ?? []);
  const own = plans.find(
    ({ place: { rollup } }) =>
      rollup.dims.length === 1 && rollup.dims[0] === poison.dim && rollup.scope === 'web',
  );
  const left = ownRest(day, own, known);
  const report = {
    site: poison.site.domain,
    day: dateOfDay(poison.day),
    dimension: poison.dim,
    value: poison.value,
    taken: {
      visitors: sumAt(trend, 'visitors'),
      visits: sumAt(trend, 'visits'),
      pageviews: sumAt(trend, 'pageviews'),
      events: sumAt(trend, 'pageviews') + sumAt(trend, 'custom'),
    },
    stays: { pageviews: sumAt(left, 'pageviews'), events: sumAt(left, 'pageviews') + sumAt(left, 'custom') },
    rollups: losses,
  };
  return { ...report, notes: losses.length > 0 ? notesOf(day, known, report, months) : [] };
}

const lostBy = (changes: readonly Change[]): Sums =>
  combined(
    totalOf(changes.map(({ values, before }) => ({ values, sums: before }))),
    totalOf(changes.map(({ values, after }) => ({ values, sums: after }))),
    -1,
  );

/** What is left of the value itself. */
function ownRest(day: Day, own: RollupPlan | undefined, known: Known): Sums {
  const change = own?.changes.find(({ values }) => values[0] === known.value);
  const place = placeOf(day, rollupNamed(known.dim));
  return change ? change.after : (loadCells(day.db, place).get(keyOf([known.value]))?.sums ?? {});
}
