import { z } from 'zod';

/** One attribute that counters are kept by. Everything that names dimensions reads this declaration. */
export const Dimension = z.object({
  /** The name in the stats API; `event:props:` is followed by the property's key. */
  api: z.string(),
  label: z.string(),
  /** What it belongs to: one hit, the whole visit, or a rule that was evaluated on a hit. */
  scope: z.enum(['hit', 'visit', 'goal', 'prop', 'revenue', 'drop', 'browser', 'cohort', 'mail']),
  /** Core dimensions stand jointly in `detail` and meet others in pairs. */
  core: z.boolean(),
  /** Kept of visitors who opted out. */
  optedOut: z.boolean(),
  /** Where the value comes from. */
  origin: z.string(),
  /** What is taken away before it is kept. */
  coarsening: z.string(),
  /** What replaces a value that too few visitors share; `directory` is the page's folder. */
  parent: z.string().nullable(),
  /** Category of personal information in the privacy notice. */
  category: z.enum(['activity', 'origin', 'place', 'device', 'language', 'none']),
  /** Distinct values a site and local day; beyond, `(other)`. */
  cap: z.number().int().positive(),
});
export type Dimension = z.infer<typeof Dimension>;

type Rest = Omit<Dimension, 'core' | 'optedOut' | 'parent' | 'cap'> & Partial<Dimension>;
const declare = (rest: Rest): Dimension => ({
  core: false,
  optedOut: false,
  parent: null,
  cap: 5_000,
  ...rest,
});
const campaignTag = (label: string, tag: string): Dimension =>
  declare({
    api: `visit:${tag}`,
    label,
    scope: 'visit',
    origin: `the tag ${tag} of the first page’s address`,
    coarsening: 'secrets and e-mail addresses become :redacted',
    category: 'origin',
  });

export const dimensions = {
  page: declare({
    api: 'event:page',
    label: 'Page',
    scope: 'hit',
    core: true,
    optedOut: true,
    cap: 20_000,
    origin: 'the page’s address',
    coarsening:
      'path only; query and fragment dropped unless declared; secrets and e-mail addresses become :redacted',
    parent: 'directory',
    category: 'activity',
  }),
  hostname: declare({
    api: 'event:hostname',
    label: 'Hostname',
    scope: 'hit',
    origin: 'the page’s address',
    coarsening: 'without www.',
    category: 'activity',
  }),
  event: declare({
    api: 'event:name',
    label: 'Event',
    scope: 'hit',
    core: true,
    origin: 'the event’s name',
    coarsening: 'secrets and e-mail addresses become :redacted',
    category: 'activity',
  }),
  status: declare({
    api: 'event:status',
    label: 'HTTP status',
    scope: 'hit',
    origin: 'Navigation Timing in the browser',
    coarsening: 'a number from 100 to 599',
    category: 'activity',
  }),
  prop: declare({
    api: 'event:props:',
    label: 'Property',
    scope: 'prop',
    origin: 'properties that the site attaches to an event',
    coarsening: 'secrets and e-mail addresses become :redacted',
    category: 'activity',
  }),
  goal: declare({
    api: 'event:goal',
    label: 'Goal',
    scope: 'goal',
    origin: 'the site’s goals, evaluated on each event',
    coarsening: 'the goal’s name only',
    category: 'activity',
  }),
  currency: declare({
    api: 'event:currency',
    label: 'Currency',
    scope: 'revenue',
    origin: 'the revenue that the site attaches to an event',
    coarsening: 'ISO 4217 code',
    category: 'activity',
  }),
  entry_page: declare({
    api: 'visit:entry_page',
    label: 'Entry page',
    scope: 'visit',
    cap: 20_000,
    origin: 'the visit’s first pageview',
    coarsening: 'as page',
    parent: 'directory',
    category: 'activity',
  }),
  exit_page: declare({
    api: 'visit:exit_page',
    label: 'Exit page',
    scope: 'visit',
    cap: 20_000,
    origin: 'the visit’s last pageview',
    coarsening: 'as page',
    parent: 'directory',
    category: 'activity',
  }),
  channel: declare({
    api: 'visit:channel',
    label: 'Channel',
    scope: 'visit',
    core: true,
    optedOut: true,
    origin: 'referrer and campaign tags of the first page',
    coarsening: 'one of nineteen groups',
    category: 'origin',
  }),
  source: declare({
    api: 'visit:source',
    label: 'Source',
    scope: 'visit',
    core: true,
    optedOut: true,
    origin: 'referrer and campaign tags of the first page',
    coarsening: 'the known name, else the host',
    parent: 'channel',
    category: 'origin',
  }),
  referrer: declare({
    api: 'visit:referrer',
    label: 'Referrer',
    scope: 'visit',
    origin: 'the Referer that the browser gives',
    coarsening: 'host and path; query and fragment dropped; secrets become :redacted',
    parent: 'source',
    category: 'origin',
  }),
  utm_medium: campaignTag('Campaign medium', 'utm_medium'),
  utm_source: campaignTag('Campaign source', 'utm_source'),
  utm_campaign: { ...campaignTag('Campaign', 'utm_campaign'), core: true },
  utm_term: campaignTag('Campaign term', 'utm_term'),
  utm_content: campaignTag('Campaign content', 'utm_content'),
  country: declare({
    api: 'visit:country',
    label: 'Country',
    scope: 'visit',
    core: true,
    optedOut: true,
    origin: 'the network of the address (/24 or /48), looked up on this machine',
    coarsening: 'ISO 3166-1 alpha-2',
    category: 'place',
  }),
  region: declare({
    api: 'visit:region',
    label: 'Region',
    scope: 'visit',
    origin: 'as country',
    coarsening: 'name of the first subdivision, with its country',
    parent: 'country',
    category: 'place',
  }),
  city: declare({
    api: 'visit:city',
    label: 'City',
    scope: 'visit',
    origin: 'as country',
    coarsening: 'name of the city, with its region and country; no postcode, no position',
    parent: 'region',
    category: 'place',
  }),
  language: declare({
    api: 'visit:language',
    label: 'Language',
    scope: 'visit',
    origin: 'Accept-Language',
    coarsening: 'primary tag of the first language (BCP 47)',
    category: 'language',
  }),
  utc_offset: declare({
    api: 'visit:utc_offset',
    label: 'Offset from UTC',
    scope: 'visit',
    origin: 'the browser’s clock',
    coarsening: 'quarter hours, as +02:00',
    category: 'place',
  }),
  device: declare({
    api: 'visit:device',
    label: 'Device',
    scope: 'visit',
    core: true,
    optedOut: true,
    origin: 'user agent and client hints',
    coarsening: 'Desktop, Mobile, Tablet or Other',
    category: 'device',
  }),
  browser: declare({
    api: 'visit:browser',
    label: 'Browser',
    scope: 'visit',
    origin: 'user agent and client hints',
    coarsening: 'the name',
    category: 'device',
  }),
  browser_version: declare({
    api: 'visit:browser_version',
    label: 'Browser version',
    scope: 'visit',
    origin: 'user agent and client hints',
    coarsening: 'name and major version',
    parent: 'browser',
    category: 'device',
  }),
  os: declare({
    api: 'visit:os',
    label: 'Operating system',
    scope: 'visit',
    origin: 'user agent and client hints',
    coarsening: 'the name',
    category: 'device',
  }),
  os_version: declare({
    api: 'visit:os_version',
    label: 'Operating system version',
    scope: 'visit',
    origin: 'user agent and client hints',
    coarsening: 'name and at most two version numbers',
    parent: 'os',
    category: 'device',
  }),
  screen: declare({
    api: 'visit:screen',
    label: 'Screen',
    scope: 'visit',
    origin: 'width of the window',
    coarsening: 'one of six classes of width',
    category: 'device',
  }),
  visitor: declare({
    api: 'visit:visitor',
    label: 'Visitor',
    scope: 'visit',
    optedOut: true,
    origin: 'opt-out signals',
    coarsening: 'identified or opted-out',
    category: 'none',
  }),
  last_visit: declare({
    api: 'visit:last_visit',
    label: 'Days between visits',
    scope: 'browser',
    origin: 'a date in the browser’s storage, where the site measures returning browsers',
    coarsening: 'whole days up to 395, or new',
    category: 'activity',
  }),
  first_week: declare({
    api: 'visit:first_week',
    label: 'First week',
    scope: 'cohort',
    origin: 'a date in the browser’s storage, where the site measures returning browsers',
    coarsening: 'the week’s Monday; kept where enough browsers share it',
    category: 'activity',
  }),
  message: declare({
    api: 'mail:message',
    label: 'Mail',
    scope: 'mail',
    optedOut: true,
    origin: 'the campaign that the sender named, signed into the mail’s links and picture',
    coarsening: 'the campaign’s name only',
    category: 'activity',
  }),
  link: declare({
    api: 'mail:link',
    label: 'Link',
    scope: 'mail',
    optedOut: true,
    origin: 'the link’s address in the sender’s template, signed into it',
    coarsening: 'host and path; query and fragment dropped; secrets and e-mail addresses become :redacted',
    category: 'activity',
  }),
  opener: declare({
    api: 'mail:opener',
    label: 'Opener',
    scope: 'mail',
    optedOut: true,
    origin: 'address and agent that fetch a mail’s picture or follow its link',
    coarsening: 'direct, proxied or machine',
    category: 'activity',
  }),
  rule: declare({
    api: 'mail:rule',
    label: 'Opener rule',
    scope: 'mail',
    optedOut: true,
    origin: 'the rule that told the opener',
    coarsening: 'the rule’s name',
    category: 'none',
  }),
  reason: declare({
    api: 'event:drop_reason',
    label: 'Filtered out because',
    scope: 'drop',
    origin: 'the rule that dropped the event',
    coarsening: 'the rule’s name',
    category: 'none',
  }),
} as const satisfies Record<string, Dimension>;

export type DimensionName = keyof typeof dimensions;
export const dimensionNames = Object.keys(dimensions) as DimensionName[];

export const coreDimensions = [
  'page',
  'source',
  'channel',
  'utm_campaign',
  'country',
  'device',
  'event',
] as const satisfies DimensionName[];

/** Attributes that a visit has from its first signal to its end; every fact of the visit carries all of them. */
export const visitDimensions = [
  'channel',
  'source',
  'referrer',
  'utm_medium',
  'utm_source',
  'utm_campaign',
  'utm_term',
  'utm_content',
  'country',
  'region',
  'city',
  'language',
  'utc_offset',
  'device',
  'browser',
  'browser_version',
  'os',
  'os_version',
  'screen',
] as const satisfies DimensionName[];
export type VisitDimension = (typeof visitDimensions)[number];
/** The value of every visit dimension; never empty, see {@link values}. */
export type VisitAttributes = Readonly<Record<VisitDimension, string>>;

/** Values that stand for something else than themselves. */
export const values = {
  /** The source of a visit that came from nowhere else. */
  direct: 'Direct / None',
  /** The last visit of a browser that kept no date of an earlier one. */
  newBrowser: 'new',
  /** Should have a value, but it could not be learnt. */
  unknown: '(unknown)',
  /** Has no value: no campaign tag, no referrer, no pageview yet. */
  none: '(none)',
  /** Folded: too many values, or too few visitors. */
  other: '(other)',
} as const;

/** Between a property's key and its value in the stored value of `prop`; cannot occur in either. */
export const propSeparator = '\u001f';

/** Upper bounds of the screen classes, in CSS pixels of the window's width. */
export const screenClasses = [
  { below: 480, label: 'under 480' },
  { below: 768, label: '480–767' },
  { below: 1_024, label: '768–1023' },
  { below: 1_440, label: '1024–1439' },
  { below: 1_920, label: '1440–1919' },
  { below: Number.POSITIVE_INFINITY, label: '1920 and more' },
] as const;

/** In the order of their rules: the first that matches names the visit (the public GA4 rules, plus AI Assistants). */
export const channels = [
  'Cross-network',
  'Paid Shopping',
  'Paid Search',
  'Paid Social',
  'Paid Video',
  'Display',
  'Paid Other',
  'Organic Shopping',
  'Organic Social',
  'Organic Video',
  'AI Assistants',
  'Organic Search',
  'Email',
  'Affiliates',
  'Audio',
  'SMS',
  'Mobile Push Notifications',
  'Referral',
  'Direct',
] as const;
export type Channel = (typeof channels)[number];

const devices = ['Desktop', 'Mobile', 'Tablet', 'Other'] as const;
export type Device = (typeof devices)[number];
