import { amounts } from '../../schema/measures.ts';
import type { Fact } from '../track/fact.ts';
import { StoreError } from './failures.ts';

/**
 * The same facts. Throws a {@link StoreError} for one with a number that is not whole: it could be written to the
 * journal, but to no cell, and so would hold up all that come after it.
 */
export function checkedFacts(facts: readonly Fact[]): readonly Fact[] {
  for (const fact of facts) {
    for (const name of amounts) {
      const amount = fact.amounts[name];
      if (amount !== undefined && !Number.isSafeInteger(amount))
        throw new StoreError(`a fact has ${name} ${amount}, which is not a whole number`, 'STORE_FACT');
    }
    if (!Number.isInteger(fact.site) || !Number.isInteger(fact.hour))
      throw new StoreError(
        `a fact has site ${fact.site} and hour ${fact.hour}, which must be whole numbers`,
        'STORE_FACT',
      );
  }
  return facts;
}
