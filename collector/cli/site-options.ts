import { type Command, Option } from 'commander';
import type { SiteChange } from '../../schema/site.ts';

/** What `site add` and `site change` take about the settings of a site. */
export interface SiteOptions {
  readonly hostname?: string[];
  readonly dnt?: 'on' | 'off';
  readonly optedOut?: 'count' | 'ignore';
  readonly identify?: 'on' | 'off';
  readonly audience?: 'general' | 'children';
  readonly returning?: 'off' | 'on' | 'consent';
}

/** Without defaults: what is not named stays as it is, or as the schema has it. */
export const withSiteOptions = (command: Command, hostname: string): Command =>
  command
    .option('--hostname <host...>', hostname)
    .addOption(
      new Option('--dnt <how>', 'whether DNT: 1 counts as an opt-out (a new site: on)').choices([
        'on',
        'off',
      ]),
    )
    .addOption(
      new Option(
        '--opted-out <how>',
        'visitors who opted out: count them without identity, or ignore them (a new site: count)',
      ).choices(['count', 'ignore']),
    )
    .addOption(
      new Option(
        '--identify <how>',
        'off: nobody has an identifier, so no visitors or visits (a new site: on)',
      ).choices(['on', 'off']),
    )
    .addOption(
      new Option(
        '--audience <whom>',
        'children: identifiers are off, whatever else is set (a new site: general)',
      ).choices(['general', 'children']),
    )
    .addOption(
      new Option(
        '--returning <when>',
        'measure returning browsers by two dates on the device: never, always, or after footfall.consent (a new site: off)',
      ).choices(['off', 'on', 'consent']),
    );

/** The settings that the options name, and no others. */
export function settingsOf({
  hostname,
  dnt,
  optedOut,
  identify,
  audience,
  returning,
}: SiteOptions): NonNullable<SiteChange['settings']> {
  return {
    ...(hostname === undefined ? {} : { hostnames: hostname }),
    ...(dnt === undefined ? {} : { dnt: dnt === 'on' }),
    ...(optedOut === undefined ? {} : { optedOut }),
    ...(identify === undefined ? {} : { identify: identify === 'on' }),
    ...(audience === undefined ? {} : { audience }),
    ...(returning === undefined ? {} : { returning }),
  };
}
