import { coreDimensions, type DimensionName, dimensions } from '../../schema/dimensions.ts';
import { isOfMail } from '../../schema/measures.ts';
import type { Metric } from '../../schema/query.ts';
import { rollupOver, rollups } from '../../schema/rollups.ts';
import { dateOfDay } from '../time/calendar.ts';
import { isOfBrowsers, notForBrowsers } from './browsers.ts';
import { metricsOf } from './metrics.ts';
import type { Context } from './pieces.ts';
import { keptPeriod } from './reach.ts';
import { few, list, nameOf, nameOfMetric, type Refusal, unanswerable } from './refuse.ts';

/** The refusals: what is missing in words, and what can be asked instead, computed from the rollups. */

type Dims = readonly DimensionName[];
const labels = (dims: Dims, propKey?: string, last = 'and') =>
  list(
    dims.map((dim) => nameOf(dim, propKey)),
    last,
  );
const be = (dims: Dims) => (dims.length > 1 ? 'are' : 'is');
const without = (set: Dims, left: Dims) => set.filter((dim) => !left.includes(dim));
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
function notAPair(first: DimensionName, second: DimensionName, propKey?: string): Refusal {
  const sides = [
    [first, second],
    [second, first],
  ] as const;
  const [near] = sides.flatMap(([dim, other]) => {
    const parent = ancestorBeside(dim, other);
    return parent ? [`take ${nameOf(parent)} instead of ${nameOf(dim)}`] : [];
  });
  // Three partners of the one and two of the other.
  const beside = sides.flatMap(([dim], index) => {
    const partners = partnersOf(dim).slice(0, 3 - index);
    return partners.length > 0 ? `${nameOf(dim, propKey)} goes with ${labels(partners, propKey, 'or')}` : [];
  });
  return unanswerable(
    `${labels([first, second], propKey)} are not kept together`,
    near ?? 'ask for one of them',
    beside.join('; '),
  );
}

/** The sets of two that are kept together. */
const pairsIn = (set: Dims, propKey?: string): string[] =>
  set.flatMap((dim, index) =>
    set
      .slice(index + 1)
      .flatMap((other) => (rollupOver([dim, other]) ? [labels([dim, other], propKey)] : [])),
  );

/** Three dimensions and more, some of them not core. */
function notJoint(set: Dims, propKey?: string): Refusal {
  const others = set.filter((dim) => !isCore(dim));
  const pairs = few(pairsIn(set, propKey));
  return unanswerable(
    `${labels(set, propKey)} are not kept together`,
    without(set, others).length > 0 ? `leave out ${labels(others, propKey)}` : 'ask for one of them',
    pairs.length > 0 ? `two at a time can be asked: ${list(pairs.map(quoted), 'or')}` : undefined,
  );
}
/** Holds a pair together in a list of pairs. */
const quoted = (words: string) => `“${words}”`;

/** Kept by day, asked by hour. */
function notByHour(set: Dims, lastHours: boolean, propKey?: string): Refusal {
  const others = set.filter((dim) => !isCore(dim));
  return unanswerable(
    `${labels(others, propKey)} ${be(others)} kept by day, not by hour`,
    lastHours ? 'ask for today or the last 7 days' : 'ask by day',
  );
}

/** Why no rollup covers these dimensions. */
export function uncovered(set: Dims, hourly: boolean, lastHours: boolean, propKey?: string): Refusal {
  const [first, second] = set;
  if (hourly && set.length < 3 && rollupOver(set)) return notByHour(set, lastHours, propKey);
  return first && second && set.length === 2 ? notAPair(first, second, propKey) : notJoint(set, propKey);
}

const period = (hours: number) => (hours % 24 === 0 && hours > 0 ? `${hours / 24} days` : `${hours} hours`);

/**
 * The joint of the core dimensions does not reach back that far. `byHour`: it is one dimension, or two, which could also
 * be asked by day.
 */
export function tooFarBack(set: Dims, context: Context, byHour: boolean): Refusal {
  const { detailHours, moment } = context;
  const { hour, today } = moment;
  const fewer = byHour ? 'ask by day' : 'ask for two of them';
  const back = keptPeriod(context);
  const hint = byHour
    ? `days reach back ${set.length > 1 ? `${context.pairDays} days` : back}`
    : `two at a time reach back ${back}: ${list(few(pairsIn(set)).map(quoted), 'or')}`;
  if (detailHours === 0)
    return unanswerable(
      `${labels(set)} ${be(set)} not kept ${byHour ? 'by hour' : 'together'} here, by a setting`,
      fewer,
      hint,
    );
  const firstDay = Math.ceil((hour - detailHours) / 24);
  return unanswerable(
    `${labels(set)} ${byHour ? 'by hour' : 'together'} ${be(set)} kept for ${period(detailHours)}`,
    firstDay <= today ? `ask for ${dateOfDay(firstDay)} and later` : fewer,
    hint,
  );
}

const ofVisits: readonly Metric[] = ['bounces', 'bounce_rate', 'views_per_visit', 'visit_duration'];

const isMailMetric = (metric: Metric): boolean =>
  metric in { opens: 1, clicks: 1, unique_opens: 1, unique_clicks: 1 };

/** Figures of mails by what is not theirs, and figures of the website by mails: nobody is followed from one to the other. */
function notForMail(metric: Metric, set: Dims, refuse: (why: string, change: string) => Refusal): Refusal {
  if (!isMailMetric(metric))
    return refuse(
      `cannot be shown by ${labels(set.filter(isOfMail))}`,
      'filter by Campaign, whose name is the mail’s',
    );
  const others = set.filter((dim) => !isOfMail(dim));
  return others.length > 0
    ? refuse(`cannot be shown by ${labels(others)}`, `leave out ${labels(others)}`)
    : refuse('are figures of mails', 'ask by Mail, or filter by one');
}

/** A metric that has no meaning for these dimensions. */
export function withoutMeaning(metric: Metric, set: Dims, propKey?: string): Refusal {
  const label = nameOfMetric(metric);
  const has = (dim: DimensionName) => set.includes(dim);
  const possible = few(metricsOf(set)).map(nameOfMetric);
  const by = (dims: Dims) => labels(dims, propKey);
  const hint =
    set.length > 0 && possible.length > 0 ? `by ${by(set)} can be asked: ${list(possible)}` : undefined;
  const refuse = (why: string, change: string) => unanswerable(`${label} ${why}`, change, hint);
  if (metric === 'dropped') return refuse('can only be shown by Filter reason', 'ask by Filter reason alone');
  if (has('reason'))
    return refuse('cannot be shown for events that were filtered out', 'leave out Filter reason');
  if (set.some(isOfMail) !== isMailMetric(metric) || (set.some(isOfMail) && !set.every(isOfMail)))
    return notForMail(metric, set, refuse);
  if (isOfBrowsers(metric)) return notForBrowsers(metric, set, propKey);
  const ofBrowsers = set.find((dim) => dim === 'last_visit' || dim === 'first_week');
  if (ofBrowsers)
    return refuse(`cannot be shown by ${by([ofBrowsers])}`, `ask for Browsers by ${by([ofBrowsers])} alone`);
  if (metric === 'conversion_rate' && !has('goal'))
    return refuse('needs a goal', 'ask by Goal, or filter by one');
  if (has('currency')) return refuse('cannot be shown by Currency', 'leave out Currency');
  if (metric === 'time_on_page' || metric === 'engaged_time' || metric === 'scroll_depth') {
    const others = set
      .filter((dim) => dim === 'hostname' || dimensions[dim].scope !== 'visit')
      .filter((dim) => dim !== 'page');
    return has('page') && others.length > 0
      ? refuse(`cannot be shown by ${by(others)}`, `leave out ${by(others)}`)
      : refuse('can only be shown by page', 'ask by Page, or filter by one');
  }
  const hits = set.filter((dim) => dimensions[dim].scope !== 'visit');
  if (ofVisits.includes(metric) && hits.length > 0)
    return has('page') && hits.length === 1
      ? refuse(
          `can only be shown for whole visits, not by ${by(hits)}`,
          'take Entry page instead of Page',
        ).offering({ dimension: dimensions.entry_page.api })
      : refuse(`can only be shown for whole visits, not by ${by(hits)}`, `leave out ${by(hits)}`);
  if (has('exit_page')) {
    const visitors = metric === 'visitors' || metric === 'percentage';
    return refuse(
      'cannot be shown by Exit page',
      visitors ? 'ask for Visits' : 'take Page or Entry page instead',
    );
  }
  return refuse(`cannot be shown by ${by(set)}`, 'ask for another figure');
}
