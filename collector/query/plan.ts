import { measuresOf } from '../../schema/measures.ts';
import type { ErrorBody } from '../../schema/wire.ts';
import { dateOfDay, dayOfHour } from '../time/calendar.ts';
import { checkReturning, fitsBrowsers, isOfBrowsers } from './browsers.ts';
import { type Comparison, comparisonFor } from './comparison.ts';
import { withoutMeaning } from './gaps.ts';
import { grainOf, type TimeGrain } from './labels.ts';
import { columnsOf } from './metrics.ts';
import { type Context, firstKept, firstOfPairs, hasExpired } from './pieces.ts';
import type { Question } from './question.ts';
import { inHours, type Span, spanOf } from './ranges.ts';
import { expired } from './reach.ts';
import { type SpanPlan, spanPlan } from './reads.ts';
import { attempt, Refusal } from './refuse.ts';

export interface Plan extends Comparison {
  readonly question: Question;
  readonly grain: TimeGrain | null;
  readonly current: SpanPlan;
  /** Where the asked range goes further back than what is kept: the first day that is in the answer. */
  readonly keptFrom: number | null;
}
type Current = Pick<Plan, 'grain' | 'current' | 'keptFrom'>;

/** Decides what is read for a question. Throws Refusal for what no rollup answers. */
export function planOf(question: Question, context: Context): Plan {
  checkReturning(question, context.moment.site);
  checkMetrics(question);
  const found = attempt(() => currentOf(question, context));
  if (found instanceof Refusal)
    throw found.error.instead ? found : found.offering(shorter(question, context));
  return { question, ...found, ...comparisonFor(question, found.grain, found.current, context) };
}

/** What is kept of the asked range is answered; pairs whose first month is gone in part begin with the next. */
function currentOf(question: Question, context: Context): Current {
  const asked = spanOf(question.query.date_range, context.moment);
  const since = (from: number): Span => ({ ...asked, from });
  const first = firstKept(context);
  const gone = asked.unit === 'day' && asked.from < first && hasExpired(asked.from, context);
  if (gone && asked.until <= first) throw expired(context);
  const found = attempt(() => ({
    ...gradedPlan(question, gone ? since(first) : asked, context),
    keptFrom: gone ? first : null,
  }));
  if (!(found instanceof Refusal)) return found;
  const later = firstOfPairs(context);
  const reachesBack = gone || asked.from <= context.moment.firstDay;
  if (asked.unit === 'hour' || !reachesBack || later <= asked.from || later >= asked.until) throw found;
  const rest = attempt(() => ({ ...gradedPlan(question, since(later), context), keptFrom: later }));
  if (rest instanceof Refusal) throw found;
  return rest;
}

function gradedPlan(question: Question, span: Span, context: Context): Pick<Plan, 'grain' | 'current'> {
  const grain = question.time && grainOf(question.time, span);
  const current = attempt(() => spanPlan(question, span, grain, context));
  if (!(current instanceof Refusal)) return { grain, current };
  // Plain `time` leaves the grain to us: a day of what is not kept by hour is one point, and so is a month of what is
  // not kept by day.
  const coarser = grain === 'hour' ? 'day' : 'month';
  if (question.time !== 'time' || grain === null || grain === 'month' || span.unit === 'hour') throw current;
  const other = attempt(() => spanPlan(question, span, coarser, context));
  if (other instanceof Refusal) throw coarser === 'day' ? other : current;
  return { grain: coarser, current: other };
}

/** The whole days inside a refused range for which the same question is answered; undefined where there are none. */
function shorter(question: Question, context: Context): ErrorBody['error']['instead'] {
  const { moment, detailHours } = context;
  const { from, until } = inHours(spanOf(question.query.date_range, moment));
  const last = dayOfHour(until - 1);
  for (const first of [from, Math.max(from, moment.hour - detailHours)].map((hour) => Math.ceil(hour / 24))) {
    const date_range: [string, string] = [dateOfDay(first), dateOfDay(last)];
    // Dates in the wrong order are refused like the rest.
    const asked = { ...question, query: { ...question.query, date_range } };
    if (!(attempt(() => currentOf(asked, context)) instanceof Refusal)) return { date_range };
  }
  return undefined;
}

/** Refuses metrics that mean nothing for the question's dimensions. */
function checkMetrics({ query, set, propKey }: Question): void {
  const measured = measuresOf(set);
  for (const metric of query.metrics) {
    if (metric === 'conversion_rate' && !set.includes('goal')) throw withoutMeaning(metric, set, propKey);
    // Revenue is read by currency besides, so only dropped events rule it out here.
    const missing =
      metric === 'total_revenue'
        ? set.includes('reason')
        : isOfBrowsers(metric)
          ? !fitsBrowsers(metric, set)
          : columnsOf[metric].some((column) => !measured[column]);
    if (missing) throw withoutMeaning(metric, set, propKey);
  }
}
