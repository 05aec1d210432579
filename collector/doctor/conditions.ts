import { dataConditions } from './conditions-data.ts';
import { peopleConditions } from './conditions-people.ts';
import { useConditions } from './conditions-use.ts';
import type { Condition } from './finding.ts';
import type { Instance } from './instance.ts';
import type { ConditionFinding } from './report.ts';

/**
 * The conditions under which the CNIL holds audience measurement to be strictly necessary (article 82, loi Informatique et
 * Libertés), divided into fifteen that an instance can be asked about. The CNIL's own list for providers (its
 * self-assessment of July 2025) is divided otherwise.
 */
const conditions: readonly Condition[] = [...useConditions, ...dataConditions, ...peopleConditions];

/** Which conditions an instance meets, in their order. */
export const conditionsOf = (instance: Instance): ConditionFinding[] =>
  conditions.map(({ id, requirement, references, check }) => ({
    id,
    requirement,
    references: [...references],
    ...check(instance),
  }));
