/** What a bundle of privacy settings means, beyond what each site decides. */
export interface Profile {
  readonly label: string;
  /** Visitors who opted out are not counted at all, whatever a site says. */
  readonly ignoreOptedOut: boolean;
  /** Of a referrer only its host is kept. */
  readonly referrerHostOnly: boolean;
  /** Of versions only the major number is kept. */
  readonly majorVersionsOnly: boolean;
  readonly screen: boolean;
  /** The joint of the core dimensions by hour. */
  readonly detail: boolean;
  /** When a day closes, its pairs and its cities are folded to K. */
  readonly foldDays: boolean;
  /** Every count that is shown is rounded to a multiple of this; null: shown as it is. */
  readonly roundTo: number | null;
}

export const profiles = {
  standard: {
    label: 'Standard',
    ignoreOptedOut: false,
    referrerHostOnly: false,
    majorVersionsOnly: false,
    screen: true,
    detail: true,
    foldDays: false,
    roundTo: null,
  },
  strict: {
    label: 'Strict, in the manner of the audience-measurement exemption',
    ignoreOptedOut: true,
    referrerHostOnly: true,
    majorVersionsOnly: true,
    screen: false,
    detail: false,
    foldDays: true,
    roundTo: 10,
  },
} as const satisfies Record<string, Profile>;
export type ProfileName = keyof typeof profiles;
