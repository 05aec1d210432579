import { measuresOf } from '../../schema/measures.ts';
import { withoutMeaning } from './gaps.ts';
import { grainOf, type TimeGrain } from './labels.ts';
import { columnsOf } from './metrics.ts';
import type { Question } from './question.ts';
import { comparisonOf, spanOf } from './ranges.ts';
import { asksOf, type Context, type SpanPlan, spanPlan } from './reads.ts';
import { Refusal } from './refuse.ts';

export interface Plan {
  readonly question: Question;
  readonly grain: TimeGrain | null;
  readonly current: SpanPlan;
  readonly comparison: SpanPlan | null;
  /** What the choice of rollups means for the reader. */
  readonly notes: readonly string[];
}

/** Decides what is read for a question. Throws Refusal for what no rollup answers. */
export function planOf(question: Question, context: Context): Plan {
  checkMetrics(question);
  const span = spanOf(question.query.date_range, context.moment);
  const grain = question.time && grainOf(question.time, span);
  const current = attempt(() => spanPlan(question, span, grain, context));
  if (!(current instanceof Refusal)) return compared(question, grain, current, context);
  // Plain `time` leaves the grain to us: a day of what is not kept by hour is one point.
  if (question.time !== 'time' || grain !== 'hour' || span.unit === 'hour') throw current;
  return compared(question, 'day', spanPlan(question, span, 'day', context), context);
}

function attempt<T>(plan: () => T): T | Refusal {
  try {
    return plan();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function compared(question: Question, grain: TimeGrain | null, current: SpanPlan, context: Context): Plan {
  const asked = question.query.include.comparisons;
  const plan = { question, grain, current, comparison: null, notes: [] };
  if (!asked) return plan;
  const { whole, elapsed } = comparisonOf(asked, current.span, context.moment);
  const hourly = asksOf(current).every(({ read }) => read.rollup.grain === 'hour');
  const comparison = attempt(() => spanPlan(question, elapsed && hourly ? elapsed : whole, grain, context));
  if (comparison instanceof Refusal)
    return { ...plan, notes: [`There is no comparison: ${comparison.message}`] };
  const { from, until } = current.span;
  const running = current.span.unit === 'day' && from <= context.moment.today && context.moment.today < until;
  if (elapsed && hourly)
    return {
      ...plan,
      comparison,
      notes: ['The comparison covers the same elapsed hours, the current one included.'],
    };
  const notes = running ? ['Today is not over yet, and the comparison covers whole days.'] : [];
  return { ...plan, comparison, notes };
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
        : columnsOf[metric].some((column) => !measured[column]);
    if (missing) throw withoutMeaning(metric, set, propKey);
  }
}
