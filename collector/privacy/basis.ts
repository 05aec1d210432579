import { type Dimension, dimensions } from '../../schema/dimensions.ts';
import { type Profile, profiles } from '../../schema/profiles.ts';
import { type RetentionClass, retention } from '../../schema/retention.ts';
import type { Settings } from '../../schema/settings.ts';
import { identifies, type Site } from '../../schema/site.ts';

/** What the code runs on, where it can be described: the texts are functions of it, and of nothing else. */
export interface Schema {
  readonly dimensions: Readonly<Record<string, Dimension>>;
  readonly retention: Readonly<Record<string, RetentionClass>>;
}

/** The settings that what is kept of visitors depends on. */
type PrivacySettings = Pick<
  Settings,
  'PROFILE' | 'K' | 'DETAIL_HOURS' | 'PAIR_DAYS' | 'KEEP_DAYS' | 'CONTROLLER' | 'CONTACT'
>;

/** Everything that a privacy text is generated from. */
export interface Basis {
  readonly settings: PrivacySettings;
  readonly profile: Profile;
  readonly sites: readonly Site[];
  readonly schema: Schema;
  /** Where browsers reach the collector, without a slash at its end. */
  readonly publicUrl: string;
}

export const basisOf = (
  settings: PrivacySettings,
  sites: readonly Site[],
  publicUrl: string,
  schema: Schema = { dimensions, retention },
): Basis => ({ settings, profile: profiles[settings.PROFILE], sites, schema, publicUrl });

/** Whether anybody at these sites may have an identifier; where there is no site yet, as a new one would. */
export const anyIdentified = ({ sites }: Basis): boolean =>
  sites.length === 0 || sites.some(({ settings }) => identifies(settings));

/** Whether any of these sites measures returning browsers. */
export const anyReturning = ({ sites }: Basis): boolean =>
  sites.some(({ settings }) => settings.returning !== 'off');

/** Whether visitors who opted out are not counted at all. */
export const ignoresOptedOut = ({ profile }: Pick<Basis, 'profile'>, site: Site): boolean =>
  profile.ignoreOptedOut || site.settings.optedOut === 'ignore';

/** How long a class is kept under the settings, in its unit. */
const keptUnder = ({ setting, longest }: RetentionClass, settings: PrivacySettings): number =>
  setting === null ? longest : settings[setting];

/** A period as a person says it: `7 days`, `25 months (759 days)`, `28 hours`. */
export function periodOf(kind: RetentionClass, settings: PrivacySettings): string {
  const length = keptUnder(kind, settings);
  if (length === 0) return 'not kept';
  const days = kind.unit === 'days' ? length : length / 24;
  if (days >= 365 && days % 30.36 < 1) return `${Math.floor(days / 30.36)} months (${days} days)`;
  if (days >= 2 && Number.isInteger(days)) return `${days} days`;
  return length === 1 ? `1 ${kind.unit.slice(0, -1)}` : `${length} ${kind.unit}`;
}
