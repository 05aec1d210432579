import type { Query, QueryResult } from '../../schema/query.ts';
import type { Site } from '../../schema/site.ts';
import type { ErrorBody } from '../../schema/wire.ts';
import { type Plan, planOf } from './plan.ts';
import { questionOf } from './question.ts';
import { momentOf } from './ranges.ts';
import type { Read, Reader, Sums } from './read.ts';
import { type Ask, asksOf, type Context } from './reads.ts';
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
  detailHours,
  firstDay,
  roundTo = null,
}: Asked): Promise<(QueryResult | Refused)[]> {
  const context: Context = { moment: momentOf(site, now, firstDay), detailHours };
  const plans = queries.map((query) => refusable(() => planOf(questionOf(query), context)));
  const reads = new Map<string, Read>();
  for (const plan of plans)
    if (!isRefused(plan)) for (const ask of asksIn(plan)) reads.set(keyOf(ask), ask.read);
  const sums = reads.size > 0 ? await read([...reads.values()]) : [];
  const answers = new Map([...reads.keys()].map((key, index) => [key, sums[index] ?? []]));
  const answered = (ask: Ask): readonly Sums[] => answers.get(keyOf(ask)) ?? [];
  return plans.map((plan) =>
    isRefused(plan) ? plan : refusable(() => resultOf(plan, context.moment, answered, roundTo)),
  );
}

const asksIn = ({ current, comparison }: Plan): Ask[] => [
  ...asksOf(current),
  ...(comparison ? asksOf(comparison) : []),
];

const keyOf = ({ read }: Ask): string => JSON.stringify({ ...read, rollup: read.rollup.name });

const isRefused = (outcome: object): outcome is Refused => 'error' in outcome;

function refusable<T>(step: () => T): T | Refused {
  try {
    return step();
  } catch (error) {
    if (error instanceof Refusal) return { error: error.error };
    throw error;
  }
}
