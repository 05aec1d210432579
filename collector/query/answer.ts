import type { Query, QueryResult } from '../../schema/query.ts';
import type { Site } from '../../schema/site.ts';
import type { ErrorBody } from '../../schema/wire.ts';
import { foldSpansOf } from './folds.ts';
import type { Context } from './pieces.ts';
import { type Plan, planOf } from './plan.ts';
import { questionOf } from './question.ts';
import { momentOf } from './ranges.ts';
import type { FoldReader, FoldSpan, Read, Reader, Sums } from './read.ts';
import { type Ask, asksOf, type SpanPlan } from './reads.ts';
import { Refusal } from './refuse.ts';
import { resultOf } from './shape.ts';

export interface Asked {
  readonly queries: readonly Query[];
  readonly site: Site;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly read: Reader;
  /** How many hours back the joint of the core dimensions is kept. */
  readonly detailHours: number;
  /** How many days back pairs are kept by day, and for how many days anything is. */
  readonly pairDays: number;
  readonly keepDays: number;
  readonly folds: FoldReader;
  /** How many visitors share each value of what is folded. */
  readonly k: number;
  /** The first local day with data, where `all` begins; by default the day on which the site was added. */
  readonly firstDay?: number;
  /** Rounds every count that a figure is made of to the nearest multiple of this; null, the default: none. */
  readonly roundTo?: number | null;
}

export interface Refused {
  readonly error: ErrorBody['error'];
}

/**
 * The answers to questions about one site, in their order, all from one snapshot: every question is planned, all reads
 * go to the store at once (equal ones once), and each answer is shaped from its own. A question that cannot be answered
 * gets an error in words; the others are answered all the same. Rejects only when the store does.
 */
export async function answer({
  queries,
  site,
  now,
  read,
  folds,
  k,
  roundTo = null,
  ...rest
}: Asked): Promise<(QueryResult | Refused)[]> {
  const questions = queries.map((query) => refusable(() => questionOf(query)));
  // Without dimensions all is in the trend, which has no months.
  const dimensional = questions.some((question) => !isRefused(question) && question.set.length > 0);
  const context: Context = {
    moment: momentOf(site, now, rest.firstDay),
    ...rest,
    monthsUntil: dimensional ? await folds.monthsUntil(site.id) : null,
  };
  const plans = questions.map((question) =>
    isRefused(question) ? question : refusable(() => planOf(question, context)),
  );
  const spans = plans.flatMap((plan) => (isRefused(plan) ? [] : spansOf(plan)));
  const [answered, folded] = await Promise.all([
    once(
      spans.flatMap(asksOf).flatMap(({ reads }) => reads),
      readKey,
      read,
    ),
    once(
      spans.map(foldSpansOf).filter((each) => each.length > 0),
      foldKey,
      (groups) => folds.folds(site.id, groups),
    ),
  ]);
  const sumsOf = (ask: Ask): readonly Sums[] => ask.reads.flatMap((one) => answered(one) ?? []);
  const foldOf = (plan: SpanPlan | null) => (plan && folded(foldSpansOf(plan))) ?? null;
  return plans.map((plan) =>
    isRefused(plan)
      ? plan
      : refusable(() =>
          resultOf(
            plan,
            context,
            sumsOf,
            { current: foldOf(plan.current), comparison: foldOf(plan.comparison), k },
            roundTo,
          ),
        ),
  );
}

const spansOf = ({ current, comparison }: Plan): SpanPlan[] => [current, ...(comparison ? [comparison] : [])];

/** Asks each different thing once, all at once, and nobody for nothing. */
async function once<Wanted, Given>(
  wanted: readonly Wanted[],
  keyOf: (one: Wanted) => string,
  ask: (all: readonly Wanted[]) => Promise<readonly Given[]>,
): Promise<(one: Wanted) => Given | undefined> {
  const different = new Map(wanted.map((one) => [keyOf(one), one]));
  const given = different.size > 0 ? await ask([...different.values()]) : [];
  const answers = new Map([...different.keys()].map((key, index) => [key, given[index]]));
  return (one) => answers.get(keyOf(one));
}

const readKey = (read: Read): string => JSON.stringify({ ...read, rollup: read.rollup.name });
const foldKey = (spans: readonly FoldSpan[]): string => JSON.stringify(spans);

const isRefused = (outcome: object): outcome is Refused => 'error' in outcome;

function refusable<T>(step: () => T): T | Refused {
  try {
    return step();
  } catch (error) {
    if (error instanceof Refusal) return { error: error.error };
    throw error;
  }
}
