/** How long one kind of thing is kept. */
export interface RetentionClass {
  readonly label: string;
  /** What is kept, in a sentence for the privacy notice. */
  readonly holds: string;
  readonly unit: 'hours' | 'days';
  /** What was promised: no setting can make it longer. */
  readonly longest: number;
  /** A shorter period than this would break what is made of it. */
  readonly shortest: number;
  /** The setting that may make it shorter. */
  readonly setting: 'DETAIL_HOURS' | 'PAIR_DAYS' | 'KEEP_DAYS' | null;
  /** What happens at the end, in words. */
  readonly afterwards: string;
}

/** The one table of how long things are kept: the job, the settings, the notice and the proof all read it. */
export const retention = {
  journal: {
    label: 'Facts that wait to be counted',
    holds: 'What was just counted, without anything about who did it',
    unit: 'hours',
    longest: 1,
    shortest: 1,
    setting: null,
    afterwards: 'deleted as soon as they are in the counters, after about a second',
  },
  keys: {
    label: 'Visit keys and open visits',
    holds:
      'In memory only: a keyed hash of site, address and browser, what the visit has seen today, and the dates that its browser told',
    unit: 'hours',
    longest: 28,
    shortest: 28,
    setting: null,
    afterwards: 'deleted with the day’s random key, four hours after local midnight',
  },
  detail: {
    label: 'Counters by several dimensions and hour',
    holds: 'Page, source, channel, campaign, country, kind of device and event together, by hour',
    unit: 'hours',
    longest: 168,
    shortest: 0,
    setting: 'DETAIL_HOURS',
    afterwards: 'deleted',
  },
  pairs: {
    label: 'Counters by two dimensions and day',
    holds: 'Two dimensions together, by day',
    unit: 'days',
    longest: 60,
    // A month is folded from its days: the first of 31 must still be there on the second day of the next month.
    shortest: 35,
    setting: 'PAIR_DAYS',
    afterwards: 'folded to months in which enough visitors share each value, then deleted',
  },
  long: {
    label: 'All other counters',
    holds: 'Totals by hour, single dimensions by day and month, folded pairs by month',
    unit: 'days',
    // 25 months of at least 30.36 days.
    longest: 759,
    shortest: 62,
    setting: 'KEEP_DAYS',
    afterwards: 'deleted',
  },
  recipients: {
    label: 'Mail recipients, by a token',
    holds:
      'In memory only, and where the sender adds a token: a keyed hash of it for each mail, so that a recipient counts once',
    unit: 'days',
    longest: 7,
    shortest: 7,
    setting: null,
    afterwards: 'deleted with the mail’s random key',
  },
  requests: {
    label: 'Log of privacy requests',
    holds: 'Kind, date and due date of a request under a random reference, without who asked',
    unit: 'days',
    longest: 759,
    shortest: 759,
    setting: null,
    afterwards: 'deleted',
  },
} as const satisfies Record<string, RetentionClass>;
export type RetentionName = keyof typeof retention;

/** How long a class is kept under these settings, in its unit. */
export function keptFor(
  name: RetentionName,
  settings: { readonly DETAIL_HOURS: number; readonly PAIR_DAYS: number; readonly KEEP_DAYS: number },
): number {
  const { setting, longest } = retention[name];
  return setting === null ? longest : settings[setting];
}
