import type { Instance } from './instance.ts';
import type { ConditionFinding, HealthFinding } from './report.ts';

/** What a check says of an instance's health. */
export type Health = Pick<HealthFinding, 'state' | 'found' | 'change'>;
export interface HealthCheck extends Pick<HealthFinding, 'id' | 'label'> {
  readonly check: (instance: Instance) => Health;
}
export const ok = (found: string): Health => ({ state: 'ok', found, change: null });
export const warning = (found: string, change: string): Health => ({ state: 'warning', found, change });
export const error = (found: string, change: string): Health => ({ state: 'error', found, change });

/** What a check says of a condition. */
export type Answer = Pick<ConditionFinding, 'met' | 'how' | 'change' | 'sites'>;
export interface Condition extends Pick<ConditionFinding, 'id' | 'requirement'> {
  readonly references: readonly string[];
  readonly check: (instance: Instance) => Answer;
}
export const yes = (how: string): Answer => ({ met: 'yes', how, change: null, sites: [] });
export const no = (how: string, change: string, sites: readonly string[] = []): Answer => ({
  met: 'no',
  how,
  change,
  sites: [...new Set(sites)],
});
export const confirm = (how: string, change: string | null = null): Answer => ({
  met: 'for you to confirm',
  how,
  change,
  sites: [],
});
