import type { Metric } from '../../schema/query.ts';
import type { TimeGrain } from './labels.ts';
import { type Context, hasExpired } from './pieces.ts';
import type { Question } from './question.ts';
import { type Against, comparisonOf, inDays, isRunning } from './ranges.ts';
import { expired } from './reach.ts';
import { asksOf, countsOptedOut, type SpanPlan, spanPlan } from './reads.ts';
import { attempt, list, nameOfMetric, Refusal } from './refuse.ts';

/** What is read to compare with, and what its choice means for the reader. */
export interface Comparison {
  readonly comparison: SpanPlan | null;
  /** The asked metrics that the comparison does not know: null in its rows. */
  readonly uncompared: readonly Metric[];
  /** In words. */
  readonly notes: readonly string[];
}

const sameHours = 'The comparison covers the same elapsed hours, the current one included.';
const none = (...notes: string[]): Comparison => ({ comparison: null, uncompared: [], notes });

/**
 * The other side of a comparison covers the same elapsed part: hours where the question is answered by hours, and where
 * the range has only begun today, whose part of a whole day says nothing; otherwise as many whole days. Throws Refusal
 * for dates in the wrong order.
 */
export function comparisonFor(
  question: Question,
  grain: TimeGrain | null,
  current: SpanPlan,
  context: Context,
): Comparison {
  const asked = question.query.include.comparisons;
  if (!asked) return none();
  const { today } = context.moment;
  const against = comparisonOf(asked, current.span, context.moment, question.query.date_range);
  const { whole, elapsed } = against;
  if (hasExpired(inDays(whole).from, context))
    return none(`There is no comparison: ${expired(context).why}.`);
  if (elapsed && current.span.from === today) return ofToday(question, grain, current, against, context);
  const byHour = elapsed && asksOf(current).every(({ rollup }) => rollup.grain === 'hour');
  const comparison = attempt(() => spanPlan(question, byHour ? elapsed : whole, grain, context));
  if (comparison instanceof Refusal) return none(`There is no comparison: ${comparison.why}.`);
  const notes = byHour
    ? [sameHours]
    : isRunning(current.span, today)
      ? ['Today is not over yet, and the comparison covers whole days.']
      : [];
  return { comparison, uncompared: [], notes };
}

/** Today against the elapsed hours of another day, for the metrics that are kept by hour. */
function ofToday(
  question: Question,
  grain: TimeGrain | null,
  current: SpanPlan,
  { whole, elapsed }: Against,
  context: Context,
): Comparison {
  const plan = (metrics: readonly Metric[], span = elapsed ?? whole) =>
    attempt(() =>
      spanPlan({ ...question, query: { ...question.query, metrics: [...metrics] } }, span, grain, context),
    );
  const { metrics } = question.query;
  const known = metrics.filter((metric) => !(plan([metric]) instanceof Refusal));
  const comparison = plan(known);
  if (known.length === 0 || comparison instanceof Refusal) {
    const [byHour, byDay] = [plan(metrics), plan(metrics, whole)];
    if (byDay instanceof Refusal) return none(`There is no comparison: ${byDay.why}.`);
    const why = byHour instanceof Refusal ? `: ${byHour.why}` : '';
    return none(`How today compares is known at the end of the day${why}.`);
  }
  // By day they are counted with visitors who opted out, by hour without.
  const otherwise = leavesOutOptedOut(current, comparison);
  const uncompared = metrics.filter(
    (metric) => !known.includes(metric) || (otherwise && (metric === 'pageviews' || metric === 'events')),
  );
  const notes = uncompared.length < metrics.length ? [sameHours] : [];
  if (uncompared.length > 0)
    notes.push(
      `Kept by day, not by hour, and so not compared before the end of the day: ${list(uncompared.map(nameOfMetric))}.`,
    );
  return { comparison, uncompared, notes };
}

const leavesOutOptedOut = (current: SpanPlan, comparison: SpanPlan): boolean =>
  current.main !== null &&
  comparison.main !== null &&
  countsOptedOut(current.main.rollup) &&
  !countsOptedOut(comparison.main.rollup);
