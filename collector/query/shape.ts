import type { QueryResult, ResultRow } from '../../schema/query.ts';
import { dateOfDay, zoneOf } from '../time/calendar.ts';
import { changesOf } from './change.ts';
import { exactnessOf, notesOf } from './exactness.ts';
import { currentLabel, hourLabel, labelsOf } from './labels.ts';
import { sorted } from './order.ts';
import type { Plan } from './plan.ts';
import type { Question } from './question.ts';
import type { Moment, Span } from './ranges.ts';
import type { Sums } from './read.ts';
import { type Ask, asksOf } from './reads.ts';
import { few, list, unanswerable } from './refuse.ts';
import { roundedNote, roundingTo } from './rounding.ts';
import { type Place, type Table, tableOf } from './table.ts';

/**
 * The result of a question from what its plan read, its counts rounded to multiples of `roundTo` unless that is null.
 * Throws Refusal for revenue in several currencies.
 */
export function resultOf(
  plan: Plan,
  moment: Moment,
  answered: (ask: Ask) => readonly Sums[],
  roundTo: number | null = null,
): QueryResult {
  const { question, grain, current, comparison } = plan;
  const { query } = question;
  const rounding = roundingTo(roundTo);
  const table = tableOf(question, current, grain, answered, rounding);
  const before = comparison && tableOf(question, comparison, grain, answered, rounding);
  const currency = currencyOf(question, before ? [table, before] : [table]);
  const labels = grain && labelsOf(grain, current.span, moment);
  const labelsBefore =
    grain && comparison && labelsOf(grain, comparison.span, moment, 'include.comparisons.date_range');
  const rowOf = (place: Place): ResultRow => {
    const row: ResultRow = { dimensions: dimensionsOf(question, place), metrics: table.figures(place) };
    if (!before) return row;
    const counterpart = counterpartOf(place, labels, labelsBefore);
    return { ...row, comparison: compare(plan, row, counterpart, before) };
  };
  const rows = sorted(query, placesOf(question, table, labels).map(rowOf));
  const { limit, offset } = query.pagination;
  const partial = grain && labels?.includes(currentLabel(grain, moment)) ? currentLabel(grain, moment) : null;
  return {
    results: rows.slice(offset, offset + limit),
    meta: {
      timezone: zoneOf(moment.site, moment.now),
      ...boundsOf(current.span),
      rollups: [...new Set(asksOf(current).map(({ read }) => read.rollup.name))],
      exactness: exactnessOf(plan),
      ...(currency ? { currency } : {}),
      notes: [...notesOf(plan), ...(roundTo === null ? [] : [roundedNote(roundTo)])],
      ...(query.include.time_labels && labels ? { time_labels: labels } : {}),
      ...(partial ? { partial_time_label: partial } : {}),
      ...(query.include.time_labels && labelsBefore ? { comparison_time_labels: labelsBefore } : {}),
      ...(query.include.total_rows ? { total_rows: rows.length } : {}),
    },
    query,
  };
}

/** One row without dimensions; every label with time alone; otherwise the rows in which anything was counted. */
function placesOf({ groups }: Question, table: Table, labels: readonly string[] | null): Place[] {
  if (groups.length > 0) return [...table.places];
  if (!labels) return [{ label: null, values: [] }];
  // Counted under an earlier timezone, an hour may have figures that today's clocks skip.
  const all = new Set([...labels, ...table.places.flatMap(({ label }) => label ?? [])]);
  return [...all].sort().map((label) => ({ label, values: [] }));
}

const dimensionsOf = ({ axes, groups }: Question, { label, values }: Place): string[] =>
  axes.map((axis) => (axis === 'time' ? label : values[groups.indexOf(axis)]) ?? '');

/** The same values in the compared span, at the same place in the order of time. Null where that has no such time. */
function counterpartOf(
  place: Place,
  labels: readonly string[] | null,
  before: readonly string[] | null,
): Place | null {
  if (place.label === null) return place;
  const label = before?.[labels?.indexOf(place.label) ?? -1];
  return label === undefined ? null : { ...place, label };
}

function compare(
  { question, uncompared }: Plan,
  row: ResultRow,
  counterpart: Place | null,
  before: Table,
): NonNullable<ResultRow['comparison']> {
  const { metrics } = question.query;
  if (!counterpart)
    return { dimensions: [], metrics: metrics.map(() => null), change: metrics.map(() => null) };
  const figures = before
    .figures(counterpart)
    .map((figure, index) => (uncompared.some((metric) => metric === metrics[index]) ? null : figure));
  return {
    dimensions: dimensionsOf(question, counterpart),
    metrics: figures,
    change: changesOf(metrics, row.metrics, figures),
  };
}

/**
 * The one currency of an answer; null where there is no revenue, or where rows name theirs. Throws Refusal where amounts
 * of several would be added up or compared.
 */
function currencyOf({ groups }: Question, tables: readonly Table[]): string | null {
  const currencies = [...new Set(tables.flatMap((table) => table.currencies))].sort();
  const [first] = currencies;
  if (currencies.length > 1 && !groups.includes('currency'))
    throw unanswerable(
      `Revenue came in ${list(few(currencies))}, and amounts of different currencies are not added up`,
      `ask by Currency, or filter by ${first}`,
    );
  return currencies.length === 1 && first ? first : null;
}

function boundsOf({ unit, from, until }: Span): { from: string; to: string } {
  const text = unit === 'hour' ? hourLabel : dateOfDay;
  return { from: text(from), to: text(until - 1) };
}
