import { coreDimensions, type DimensionName, dimensions } from '../../schema/dimensions.ts';
import { type Metric, metrics } from '../../schema/query.ts';
import { rollupOver, rollups } from '../../schema/rollups.ts';
import { dateOfDay } from '../time/calendar.ts';
import { hourLabel } from './labels.ts';
import { metricsOf } from './metrics.ts';
import { apiOf } from './question.ts';
import { list, type Refusal, unanswerable } from './refuse.ts';

/** The refusals: what is missing in words, and what can be asked instead, computed from the rollups. */

type Dims = readonly DimensionName[];
const labels = (dims: Dims, last = 'and') =>
  list(
    dims.map((dim) => dimensions[dim].label),
    last,
  );
const apis = (dims: Dims, last = 'and') =>
  list(
    dims.map((dim) => apiOf(dim)),
    last,
  );
export const isCore = (dim: DimensionName): boolean => coreDimensions.some((core) => core === dim);

const partnersOf = (dim: DimensionName): DimensionName[] =>
  rollups.flatMap(({ shape, dims }) =>
    shape === 'pair' && dims.includes(dim) ? dims.filter((other) => other !== dim) : [],
  );

const parentOf = (dim: DimensionName): DimensionName | undefined =>
  (Object.keys(dimensions) as DimensionName[]).find((name) => name === dimensions[dim].parent);

/** The nearest dimension above `dim` that is kept together with `other`. */
function ancestorBeside(dim: DimensionName, other: DimensionName): DimensionName | undefined {
  for (let parent = parentOf(dim); parent; parent = parentOf(parent))
    if (parent !== other && rollupOver([parent, other])) return parent;
  return undefined;
}

/** Two dimensions that no pair joins. */
function notAPair(first: DimensionName, second: DimensionName): Refusal {
  const near = [
    [first, second],
    [second, first],
  ].flatMap(([dim, other]) => {
    const parent = dim && other && ancestorBeside(dim, other);
    return parent ? [`${apis([other, parent])} together`] : [];
  });
  const beside = [first, second].map((dim) => {
    const partners = partnersOf(dim);
    return partners.length > 0 ? `${apiOf(dim)} with ${apis(partners, 'or')}` : `${apiOf(dim)} alone`;
  });
  return unanswerable(
    `${labels([first, second])} are not kept together.`,
    `ask ${[...near, ...beside].join('; or ')}`,
  );
}

/** Three dimensions and more, some of them not core. */
function notJoint(set: Dims): Refusal {
  const others = set.filter((dim) => !isCore(dim));
  const pairs = set.flatMap((dim, index) =>
    set.slice(index + 1).flatMap((other) => (rollupOver([dim, other]) ? [apis([dim, other])] : [])),
  );
  return unanswerable(
    `${labels(set)} are not kept together: three dimensions or filters at once are kept only among ${labels(coreDimensions)}, and ${labels(others)} ${others.length > 1 ? 'are' : 'is'} not among them.`,
    pairs.length > 0 ? `ask two at a time: ${list(pairs, 'or')}` : `ask one at a time: ${apis(set, 'or')}`,
  );
}

/** Kept by day, asked by hour. */
function notByHour(set: Dims, lastHours: boolean): Refusal {
  const others = set.filter((dim) => !isCore(dim));
  return unanswerable(
    `${labels(others)} ${others.length > 1 ? 'are' : 'is'} kept by day, not by hour; by hour there are only ${labels(coreDimensions)}.`,
    lastHours ? 'ask date_range "day" (today) or "7d"' : 'ask time:day',
  );
}

/** Why no rollup covers these dimensions. */
export function uncovered(set: Dims, hourly: boolean, lastHours: boolean): Refusal {
  const [first, second] = set;
  if (hourly && set.length < 3 && rollupOver(set)) return notByHour(set, lastHours);
  return first && second && set.length === 2 ? notAPair(first, second) : notJoint(set);
}

const period = (hours: number) => (hours % 24 === 0 && hours > 0 ? `${hours / 24} days` : `${hours} hours`);

/** The joint of the core dimensions does not reach back that far. `edge` is its first hour. */
export function tooFarBack(set: Dims, detailHours: number, edge: number, byHour: boolean): Refusal {
  const what = `${labels(set)}${set.length > 1 ? ' together' : ''}${byHour ? ' by hour' : ''}`;
  const fewer =
    set.length > 2
      ? `ask only two of ${apis(set)}, which reach back 25 months`
      : 'ask time:day, which reaches back 25 months';
  if (detailHours === 0)
    return unanswerable(`${what} are not kept here (FOOTFALL_DETAIL_HOURS is 0).`, fewer);
  return unanswerable(
    `${what} ${set.length > 1 ? 'are' : 'is'} kept for ${period(detailHours)}, back to ${hourLabel(edge)}.`,
    `ask a range that begins on ${dateOfDay(Math.ceil(edge / 24))} or later; or ${fewer}`,
  );
}

const ofVisits: readonly Metric[] = ['bounces', 'bounce_rate', 'views_per_visit', 'visit_duration'];

/** A metric that has no meaning for these dimensions. */
export function withoutMeaning(metric: Metric, set: Dims, propKey?: string): Refusal {
  const { label } = metrics[metric];
  const has = (dim: DimensionName) => set.includes(dim);
  const possible = metricsOf(set);
  const refuse = (why: string, instead: string) =>
    unanswerable(
      `${label} ${why}.`,
      `${instead}${set.length > 0 && possible.length > 0 ? `; with ${list(set.map((dim) => apiOf(dim, propKey)))} can be asked: ${possible.join(', ')}` : ''}`,
    );
  if (metric === 'dropped')
    return refuse('is counted by the rule that dropped the event', 'ask it by event:drop_reason');
  if (has('reason'))
    return refuse('does not exist for events that were filtered out', 'ask metrics ["dropped"]');
  if (metric === 'conversion_rate' && !has('goal'))
    return refuse('needs a goal', 'add event:goal as a dimension or a filter');
  if (has('currency')) return refuse('is not kept by currency', 'leave out event:currency');
  if (metric === 'time_on_page' || metric === 'scroll_depth') {
    const others = set
      .filter((dim) => dim === 'hostname' || dimensions[dim].scope !== 'visit')
      .filter((dim) => dim !== 'page');
    return has('page') && others.length > 0
      ? refuse('is measured by page', `leave out ${apis(others)}`)
      : refuse('is measured by page', 'add event:page as a dimension or a filter');
  }
  const hits = set.filter((dim) => dimensions[dim].scope !== 'visit');
  if (ofVisits.includes(metric) && hits.length > 0)
    return has('page')
      ? refuse('belongs to whole visits, not to one of their pages', 'ask it by visit:entry_page')
      : refuse(
          'belongs to whole visits, not to one of their events',
          `leave out ${list(hits.map((dim) => apiOf(dim, propKey)))}`,
        );
  if (has('exit_page'))
    return metric === 'visitors' || metric === 'percentage'
      ? refuse('is not known by exit page', 'ask visits by visit:exit_page, or visitors by event:page')
      : refuse('is not known by exit page', 'ask it by event:page or visit:entry_page');
  return refuse('has no meaning here', 'leave it out');
}
