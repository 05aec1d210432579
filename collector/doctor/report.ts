import { z } from 'zod';

/** One check of whether the instance works. */
export const HealthFinding = z.strictObject({
  id: z.string(),
  label: z.string(),
  state: z.enum(['ok', 'warning', 'error']),
  /** What was found, and by what. */
  found: z.string(),
  /** The command or variable that changes it; null where nothing needs to. */
  change: z.string().nullable(),
});
export type HealthFinding = z.infer<typeof HealthFinding>;

/** One condition, and whether this instance meets it. */
export const ConditionFinding = z.strictObject({
  id: z.string(),
  requirement: z.string(),
  /** Where the condition is published. */
  references: z.array(z.string()).min(1),
  met: z.enum(['yes', 'no', 'for you to confirm']),
  /** The setting, site or table that says so. */
  how: z.string(),
  change: z.string().nullable(),
  /** Where not all sites are concerned, those that are. */
  sites: z.array(z.string()),
});
export type ConditionFinding = z.infer<typeof ConditionFinding>;

export const DoctorReport = z.strictObject({
  says: z.string(),
  at: z.iso.datetime(),
  profile: z.enum(['standard', 'strict']),
  health: z.array(HealthFinding),
  conditions: z.array(ConditionFinding).length(15),
  /** No check of the instance’s health found an error. */
  healthy: z.boolean(),
  /** How many conditions are met, are not, and are for somebody to confirm. */
  count: z.strictObject({ yes: z.int(), no: z.int(), confirm: z.int() }),
});
export type DoctorReport = z.infer<typeof DoctorReport>;

const disclaimer =
  'This is what Footfall can find out about itself. It is no certification by anybody, and no legal advice.';

export function reportOf(
  health: readonly HealthFinding[],
  conditions: readonly ConditionFinding[],
  { at, profile }: { readonly at: number; readonly profile: DoctorReport['profile'] },
): DoctorReport {
  const number = (met: ConditionFinding['met']) => conditions.filter((one) => one.met === met).length;
  return {
    says: disclaimer,
    at: new Date(at).toISOString(),
    profile,
    health: [...health],
    conditions: [...conditions],
    healthy: health.every(({ state }) => state !== 'error'),
    count: { yes: number('yes'), no: number('no'), confirm: number('for you to confirm') },
  };
}

/** The report for a terminal. First and last line say what it is not. */
export function reportText({ says, at, profile, health, conditions, count }: DoctorReport): string {
  const published = [...new Set(conditions.flatMap(({ references }) => references))];
  const marks = { yes: 'met', no: 'NOT MET', 'for you to confirm': 'for you to confirm' } as const;
  return [
    says,
    '',
    `Health, ${at.slice(0, 10)}, profile ${profile}`,
    ...health.flatMap(({ state, label, found, change }) => [
      `  ${(state === 'ok' ? state : state.toUpperCase()).padEnd(8)} ${label}: ${found}`,
      ...changeLine(change, 11),
    ]),
    '',
    'Conditions of the French audience-measurement exemption (article 82, loi Informatique et Libertés),',
    'as this program divides what the CNIL has published into fifteen parts that can be checked:',
    ...conditions.flatMap(({ requirement, references, met, how, change }, index) => [
      '',
      `  ${String(index + 1).padStart(2)}. ${requirement} [${references.map((one) => published.indexOf(one) + 1).join(', ')}]`,
      `      ${marks[met]}: ${how}`,
      ...changeLine(change, 6),
    ]),
    '',
    ...published.map((source, index) => `  [${index + 1}] ${source}`),
    '',
    `${count.yes} met, ${count.no} not met, ${count.confirm} for you to confirm. ${'Whether the exemption applies is decided by those who answer for the site: this list is no certification.'}`,
    '',
  ].join('\n');
}

const changeLine = (change: string | null, indent: number): string[] =>
  change === null ? [] : [`${' '.repeat(indent)}→ ${change}`];
