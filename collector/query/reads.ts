import { type DimensionName, dimensions } from '../../schema/dimensions.ts';
import { type Column, measuresOf } from '../../schema/measures.ts';
import { mailRollup, type Rollup, rollupOver, rollups } from '../../schema/rollups.ts';
import { browsersRead, daysOfWeeks, isOfBrowsers } from './browsers.ts';
import { isCore, tooFarBack, uncovered, withoutMeaning } from './gaps.ts';
import type { TimeGrain } from './labels.ts';
import { columnsOf } from './metrics.ts';
import { type Context, piecesOf } from './pieces.ts';
import { dimsOf, type Question, unique } from './question.ts';
import { inHours, type Span } from './ranges.ts';
import { notInsideMonths } from './reach.ts';
import type { Condition, Read } from './read.ts';
import { invalid } from './refuse.ts';

/** Reads of one rollup, and the counter that stands at each place of their sums: what they give, adds up. */
export interface Ask {
  /** As it is counted; the reads may be of the same counters by month. */
  readonly rollup: Rollup;
  readonly reads: readonly Read[];
  readonly columns: readonly Column[];
}

/** Everything that is read for one span of time. */
export interface SpanPlan {
  readonly span: Span;
  /** The question itself; revenue by currency; visitors without the goal; visitors without dimensions. */
  readonly main: Ask | null;
  readonly revenue: Ask | null;
  readonly base: Ask | null;
  readonly total: Ask | null;
  /** Browsers by day and by when they were here before. */
  readonly browsers: Ask | null;
}

const rollupNamed = (shape: 'trend' | 'detail'): Rollup => {
  const found = rollups.find((rollup) => rollup.shape === shape);
  if (!found) throw new Error(`schema/rollups.ts declares no ${shape}`);
  return found;
};
const trend = rollupNamed('trend');
const detail = rollupNamed('detail');

export const asksOf = ({ main, revenue, base, total, browsers }: SpanPlan): Ask[] =>
  [main, revenue, base, total, browsers].flatMap((ask) => ask ?? []);

/** All that is read for one span. Throws Refusal for what no rollup covers. */
export function spanPlan(
  question: Question,
  span: Span,
  grain: TimeGrain | null,
  context: Context,
): SpanPlan {
  const { groups, where, propKey, set } = question;
  const { metrics, date_range } = question.query;
  const browsers = browsersRead(question, span, grain, context.moment);
  const counted = metrics.filter(
    (metric) => metric !== 'total_revenue' && !(browsers && isOfBrowsers(metric)),
  );
  const columns: Column[] = unique(counted.flatMap((metric) => columnsOf[metric]));
  const lastHours = date_range === '24h';
  const anew = (by: TimeGrain | null) => set.length === 0 && (by === 'hour' || lastHours);
  const part: Part = {
    span: daysOfWeeks(question, span, grain),
    grain,
    groups,
    where,
    columns,
    propKey,
    hourFlag: anew(grain),
    lastHours,
  };
  const visitors: Part = { ...part, columns: ['visitors'] };
  const ask = (wanted: boolean, asked: () => Part) => (wanted ? askOf(asked(), context) : null);
  return {
    span,
    main: ask(columns.length > 0, () => part),
    revenue: ask(metrics.includes('total_revenue'), () => ({
      ...part,
      groups: unique([...groups, 'currency']),
      columns: ['revenue'],
    })),
    base: ask(metrics.includes('conversion_rate'), () => ({
      ...visitors,
      groups: groups.filter((dim) => dim !== 'goal'),
      where: withoutGoal(where),
    })),
    total: ask(metrics.includes('percentage'), () => ({
      ...visitors,
      grain: null,
      groups: [],
      hourFlag: anew(null),
    })),
    browsers: browsers && { rollup: browsers.rollup, reads: [browsers], columns: ['browsers'] },
  };
}

/** The conditions that are not about the goal. Throws Refusal where one is about both. */
function withoutGoal(where: readonly Condition[]): Condition[] {
  return where.filter((condition) => {
    const dims = dimsOf(condition);
    if (dims.some((dim) => dim !== 'goal') && dims.includes('goal'))
      throw invalid(
        'filters',
        'Conversion rate needs the goal in a filter of its own',
        'take Goal out of the "or" with others',
      );
    return !dims.includes('goal');
  });
}

interface Part {
  readonly span: Span;
  readonly grain: TimeGrain | null;
  readonly groups: readonly DimensionName[];
  readonly where: readonly Condition[];
  readonly columns: readonly Column[];
  readonly propKey: string | undefined;
  /** Visitors are those of each hour, not of each day: known only without dimensions and filters. */
  readonly hourFlag: boolean;
  readonly lastHours: boolean;
}

function askOf(part: Part, context: Context): Ask {
  const { span, grain, groups, where, columns, propKey, hourFlag } = part;
  const set = unique([...groups, ...where.flatMap(dimsOf)]);
  const rollup = rollupFor(set, part, context);
  const pieces = piecesOf(rollup, rollup.grain === 'hour' ? inHours(span) : span, grain, context);
  if (!pieces) throw notInsideMonths(rollup, set, span, grain, context, propKey);
  const [first] = where;
  const read: Omit<Read, 'rollup' | 'from' | 'until'> = {
    site: context.moment.site.id,
    sums: columns.map((column) =>
      hourFlag && column === 'visitors' ? 'hour_first' : summed(rollup, set, column, propKey),
    ),
    groups,
    time: grain === null ? null : rollup.grain === 'hour' && grain !== 'hour' ? 'day' : 'bucket',
    where: where.length > 1 ? { op: 'and', all: where } : (first ?? null),
    ...(set.includes('prop') && propKey !== undefined ? { propKey } : {}),
  };
  return { rollup, reads: pieces.map((piece) => ({ ...read, ...piece })), columns };
}

/** Detail keeps every amount apart; the question's dimensions decide which of them a counter means. */
function summed(
  rollup: Rollup,
  set: readonly DimensionName[],
  column: Column,
  propKey: string | undefined,
): Read['sums'][number] {
  const amount = measuresOf(set)[column];
  // The question's metrics are checked before; what is left are the visitors that a share is measured against.
  if (amount === undefined) throw withoutMeaning('visitors', set, propKey);
  return rollup.shape === 'detail' ? amount : column;
}

/** The smallest rollup that covers a set of dimensions, by day or, where hours are asked for, by hour. */
function rollupFor(
  set: readonly DimensionName[],
  { span, grain, lastHours, propKey }: Part,
  context: Context,
): Rollup {
  const { moment, detailHours } = context;
  if (set.length === 0) return trend;
  const hourly = span.unit === 'hour' || grain === 'hour';
  const small = rollupOver(set);
  if (small && !hourly) return small;
  const mail = mailRollup(set, hourly);
  if (mail) return mail;
  if (!set.every(isCore)) throw uncovered(set, hourly, lastHours, propKey);
  const edge = moment.hour - detailHours;
  if (detailHours === 0 || inHours(span).from < edge)
    throw tooFarBack(set, context, hourly && set.length < 3);
  return detail;
}

/** Whether the pageviews and events of visitors who opted out are in a rollup. */
export const countsOptedOut = ({ dims }: Rollup): boolean =>
  dims.length === 0 || (dims.length === 1 && dims.every((dim) => dimensions[dim].optedOut));
