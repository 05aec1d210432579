import { measuresOf } from '../../schema/measures.ts';
import type { ErrorBody } from '../../schema/wire.ts';
import { dateOfDay, dayOfHour } from '../time/calendar.ts';
import { checkReturning, fitsBrowsers, isOfBrowsers } from './browsers.ts';
import { type Comparison, comparisonFor } from './comparison.ts';
import { withoutMeaning } from './gaps.ts';
import { grainOf, type TimeGrain } from './labels.ts';
import { columnsOf } from './metrics.ts';
import type { Question } from './question.ts';
import { inHours, spanOf } from './ranges.ts';
import { type Context, type SpanPlan, spanPlan } from './reads.ts';
import { attempt, Refusal } from './refuse.ts';

export interface Plan extends Comparison {
  readonly question: Question;
  readonly grain: TimeGrain | null;
  readonly current: SpanPlan;
}

/** Decides what is read for a question. Throws Refusal for what no rollup answers. */
export function planOf(question: Question, context: Context): Plan {
  checkReturning(question, context.moment.site);
  checkMetrics(question);
  const found = attempt(() => currentOf(question, context));
  if (found instanceof Refusal)
    throw found.error.instead ? found : found.offering(shorter(question, context));
  return { question, ...found, ...comparisonFor(question, found.grain, found.current, context) };
}

function currentOf(question: Question, context: Context): Pick<Plan, 'grain' | 'current'> {
  const span = spanOf(question.query.date_range, context.moment);
  const grain = question.time && grainOf(question.time, span);
  const current = attempt(() => spanPlan(question, span, grain, context));
  if (!(current instanceof Refusal)) return { grain, current };
  // Plain `time` leaves the grain to us: a day of what is not kept by hour is one point.
  if (question.time !== 'time' || grain !== 'hour' || span.unit === 'hour') throw current;
  return { grain: 'day', current: spanPlan(question, span, 'day', context) };
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
