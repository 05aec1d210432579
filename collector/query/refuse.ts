import type { ErrorBody } from '../../schema/wire.ts';

/** A question that is not answered, in words that say what can be asked instead. Caught in answer.ts, never further. */
export class Refusal extends Error {
  readonly error: ErrorBody['error'];

  constructor(error: ErrorBody['error']) {
    super(error.message);
    this.error = error;
  }
}

/** No rollup keeps what was asked for. */
export const unanswerable = (message: string, hint: string): Refusal =>
  new Refusal({ code: 'unanswerable', message, hint });

/** The question contradicts itself; `path` points into it. */
export const invalid = (path: string, message: string, hint: string): Refusal =>
  new Refusal({ code: 'invalid_query', message, path, hint });

/** `a`, `a and b`, `a, b and c`; `last` is the word before the last. */
export function list(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1)}`;
}
