import type { DimensionName } from '../../schema/dimensions.ts';
import { mailLimits } from '../../schema/mail.ts';
import { type Amount, measuresOf } from '../../schema/measures.ts';
import { type Exactness, type Metric, metrics } from '../../schema/query.ts';
import { dateOfDay } from '../time/calendar.ts';
import { notesOnBrowsers, oneDayEach } from './browsers.ts';
import { type Folds, foldNotes } from './folds.ts';
import type { Context } from './pieces.ts';
import type { Plan } from './plan.ts';
import type { Question } from './question.ts';
import { inDays } from './ranges.ts';
import { keptPeriod } from './reach.ts';
import { countsOptedOut } from './reads.ts';

/** What must be one value for a flag to count each visitor or visit once. */
const heldBy: Partial<Record<Amount, readonly DimensionName[]>> = {
  acquisition_first: ['source', 'utm_campaign'],
  path_first: ['page'],
  page_visits: ['page'],
  event_first: ['event'],
  event_visits: ['event'],
  goal_first: ['goal'],
  goal_visits: ['goal'],
};

/** Each row has one value of this dimension: grouped by it, or filtered to one. */
const pinned = ({ groups, where }: Question, dim: DimensionName): boolean =>
  groups.includes(dim) ||
  where.some((part) => part.op === 'is' && part.dim === dim && part.values.length === 1);

const once = (question: Question, amount: Amount | undefined): boolean =>
  (amount ? (heldBy[amount] ?? []) : []).every((dim) => pinned(question, dim));

/** How each asked metric came about. */
export function exactnessOf(plan: Plan): Partial<Record<Metric, Exactness>> {
  return Object.fromEntries(
    plan.question.query.metrics.map((metric) => [metric, exactnessOfMetric(metric, plan)]),
  );
}

function exactnessOfMetric(metric: Metric, plan: Plan): Exactness {
  const { question } = plan;
  const measured = measuresOf(question.set);
  switch (metric) {
    case 'visitors':
    case 'percentage':
    case 'conversion_rate':
      return visitors(plan, once(question, measured.visitors));
    case 'visits':
      return once(question, measured.visits) ? 'exact' : 'sum_of_values';
    case 'browsers':
      return question.set.includes('last_visit') && !oneDayEach(plan.current.span, plan.grain)
        ? 'sum_of_days'
        : 'exact';
    case 'pageviews':
    case 'events':
    case 'total_revenue':
      // One hit may reach several goals, and counts under each.
      return question.set.includes('goal') && !pinned(question, 'goal') ? 'sum_of_values' : 'exact';
    default:
      return 'exact';
  }
}

/** Visitors are those of each hour. */
const countsByHour = ({ main }: Plan['current']): boolean =>
  main?.reads.some(({ sums }) => sums.includes('hour_first')) === true;

function visitors({ question, grain, current }: Plan, onceADay: boolean): Exactness {
  const hourly = countsByHour(current);
  if (hourly) return grain === 'hour' ? 'exact' : 'sum_of_hours';
  const { from, until } = inDays(current.span);
  const oneDay = grain === 'day' || until - from === 1;
  const ofParts = current.span.unit === 'hour' || grain === 'hour';
  if (!oneDay || (ofParts && question.set.length > 0)) return 'sum_of_days';
  return onceADay ? 'exact' : 'sum_of_values';
}

/** What a reader should know of these figures, in words. */
export function notesOf(plan: Plan, context: Context, folds: Folds): string[] {
  const { question, grain, current } = plan;
  const exactness = exactnessOf(plan);
  const figures = Object.values(exactness);
  const countsVisitors = question.query.metrics.some((metric) =>
    ['visitors', 'percentage', 'conversion_rate'].includes(metric),
  );
  const hourFlag = countsByHour(current);
  const byHour = current.span.unit === 'hour' || grain === 'hour';
  const notes: string[] = [];
  if (plan.keptFrom !== null)
    notes.push(
      `Kept for ${keptPeriod(context)}: nothing before ${dateOfDay(plan.keptFrom)} is in these figures.`,
    );
  if (current.main?.rollup.scope === 'mail' && current.main.rollup.grain === 'hour')
    notes.push(
      `Of each mail, hours are kept for the first ${mailLimits.curveHours}: later ones are missing here.`,
    );
  if (hourFlag && grain === 'hour')
    notes.push(
      'Someone who is there in two hours counts in both: hours add up to more visitors than the day has.',
    );
  if (figures.includes('sum_of_hours'))
    notes.push('Visitors are the sum of the hours: someone who comes back in another hour counts again.');
  if (countsVisitors && byHour && question.set.length > 0)
    notes.push(
      'By hour, someone counts once a day, in the hour in which they were first seen that day with these values.',
    );
  else if (countsVisitors && figures.includes('sum_of_days'))
    notes.push('Visitors are the sum of the days: someone who comes back on another day counts again.');
  if (
    figures.includes('sum_of_values') ||
    (figures.includes('sum_of_days') && !once(question, measuresOf(question.set).visitors))
  )
    notes.push(
      'Someone who belongs to several of these values (two pages, two sources, two campaigns) counts once for each.',
    );
  if (countsVisitors && question.set.includes('prop'))
    notes.push('A visitor counts under the properties that their first event of this name had that day.');
  if (leavesOutOptedOut(plan))
    notes.push(
      'Visitors who opted out are not in these figures: their pageviews are kept by one dimension at a time, and not by all of them.',
    );
  return [
    ...notes,
    ...notesOnBrowsers(question, current.span, grain),
    ...foldNotes(question, plan, folds),
    ...plan.notes,
  ];
}

/** Pageviews and events that stand in the totals, but not in what was read here. */
function leavesOutOptedOut({ question, current }: Plan): boolean {
  const rollup = current.main?.rollup;
  if (!rollup || rollup.scope === 'drop') return false;
  const counts = question.query.metrics.some(
    (metric) => metrics[metric].unit === 'count' && ['pageviews', 'events'].includes(metric),
  );
  return counts && !countsOptedOut(rollup);
}
