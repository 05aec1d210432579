import { type DimensionName, dimensions } from '../../schema/dimensions.ts';
import { type Metric, metrics } from '../../schema/query.ts';
import type { ErrorBody } from '../../schema/wire.ts';

type Instead = ErrorBody['error']['instead'];

/** A question that is not answered, in words that say what can be asked instead. Caught in answer.ts, never further. */
export class Refusal extends Error {
  readonly error: ErrorBody['error'];
  /** What is missing, without what to change. */
  readonly why: string;

  constructor(error: ErrorBody['error'], why = error.message) {
    super(error.message);
    this.error = error;
    this.why = why;
  }

  /** The same words, with a change to the question that makes it answerable, where there is one. */
  offering(instead: Instead): Refusal {
    return instead ? new Refusal({ ...this.error, instead }, this.why) : this;
  }
}

/** No rollup keeps what was asked for: why, what to change, both in one sentence, and what else can be asked. */
export const unanswerable = (why: string, change: string, hint?: string): Refusal =>
  new Refusal({ code: 'unanswerable', message: `${why}: ${change}.`, ...(hint ? { hint } : {}) }, why);

/** The question contradicts itself; `path` points into it. */
export const invalid = (path: string, message: string, hint: string, instead?: Instead): Refusal =>
  new Refusal({ code: 'invalid_query', message, path, hint }).offering(instead);

/** What a step gives, or why it is refused. */
export function attempt<T>(step: () => T): T | Refusal {
  try {
    return step();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** `a`, `a and b`, `a, b and c`; `last` is the word before the last. */
export function list(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}

/** As many alternatives as someone reads. */
export const few = <T>(alternatives: readonly T[]): T[] => alternatives.slice(0, 5);

/** A dimension inside a sentence, in the word that heads its panel where that is a noun. */
export function nameOf(dim: DimensionName, propKey?: string): string {
  if (dim === 'reason') return 'Filter reason';
  return dim === 'prop' && propKey !== undefined ? `Property “${propKey}”` : dimensions[dim].label;
}

/** A metric inside a sentence. */
export const nameOfMetric = (metric: Metric): string =>
  metric === 'dropped' ? 'Filtered-out events' : metrics[metric].label;
