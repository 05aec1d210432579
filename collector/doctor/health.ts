import { dataChecks } from './health-data.ts';
import { machineChecks } from './health-machine.ts';
import type { Instance } from './instance.ts';
import type { HealthFinding } from './report.ts';

/** Whether the instance works, check by check. */
export const healthOf = (instance: Instance): HealthFinding[] =>
  [...dataChecks, ...machineChecks].map(({ id, label, check }) => ({ id, label, ...check(instance) }));
