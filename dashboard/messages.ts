import type { DropReason } from '../schema/drop-reasons.ts';
import type { FilterOperator, Metric } from '../schema/query.ts';
import type { PanelName } from './panels.ts';
import type { Grain, Preset } from './period.ts';
import type { Compare } from './view.ts';

/** Every word the dashboard says, in English; those of the mails' pages are in `mail/messages.ts`. Numbers and dates arrive formatted. */

const presets: Record<Preset, string> = {
  day: 'Today',
  yesterday: 'Yesterday',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '28d': 'Last 28 days',
  '91d': 'Last 91 days',
  month: 'Month to date',
  lastmonth: 'Last month',
  year: 'Year to date',
  '12mo': 'Last 12 months',
  all: 'All time',
};

const comparisons: Record<Compare, string> = {
  previous: 'previous period',
  year: 'year before',
  none: 'nothing',
};

const grains: Record<Grain, string> = { hour: 'Hours', day: 'Days', week: 'Weeks', month: 'Months' };

const metrics: Record<Metric, string> = {
  visitors: 'Visitors',
  visits: 'Visits',
  pageviews: 'Pageviews',
  events: 'Events',
  bounces: 'Bounces',
  views_per_visit: 'Views per visit',
  bounce_rate: 'Bounce rate',
  visit_duration: 'Visit duration',
  time_on_page: 'Time on page',
  engaged_time: 'Engaged time',
  scroll_depth: 'Scroll depth',
  conversion_rate: 'Conversion',
  percentage: 'Share',
  total_revenue: 'Revenue',
  bytes: 'Bytes',
  browsers: 'Browsers',
  new_browsers: 'New browsers',
  active_days: 'Active days per browser',
  opens: 'Opens',
  clicks: 'Clicks',
  unique_opens: 'Unique opens',
  unique_clicks: 'Unique clicks',
  dropped: 'Filtered out',
};

const panels: Record<PanelName, string> = {
  pages: 'Pages',
  sources: 'Sources',
  places: 'Places',
  devices: 'Devices',
  goals: 'Goals and events',
};

const tabs: Record<string, string> = {
  top: 'top',
  entry: 'entry',
  exit: 'exit',
  channel: 'channel',
  source: 'source',
  referrer: 'referrer',
  campaign: 'campaign',
  country: 'country',
  region: 'region',
  city: 'city',
  device: 'device',
  browser: 'browser',
  os: 'system',
  screen: 'screen',
  language: 'language',
  goal: 'goals',
  event: 'events',
};

/** By their name in the stats API; those that a filter can be made of. */
const dimensions: Record<string, string> = {
  'event:page': 'Page',
  'visit:entry_page': 'Entry page',
  'visit:exit_page': 'Exit page',
  'event:hostname': 'Hostname',
  'visit:channel': 'Channel',
  'visit:source': 'Source',
  'visit:referrer': 'Referrer',
  'visit:utm_campaign': 'Campaign',
  'visit:utm_source': 'Campaign source',
  'visit:utm_medium': 'Campaign medium',
  'visit:utm_term': 'Campaign term',
  'visit:utm_content': 'Campaign content',
  'visit:country': 'Country',
  'visit:region': 'Region',
  'visit:city': 'City',
  'visit:device': 'Device',
  'visit:browser': 'Browser',
  'visit:browser_version': 'Browser version',
  'visit:os': 'System',
  'visit:os_version': 'System version',
  'visit:screen': 'Screen',
  'visit:language': 'Language',
  'visit:utc_offset': 'Offset from UTC',
  'event:goal': 'Goal',
  'event:name': 'Event',
  'event:status': 'HTTP status',
};

/** Those that only an address can filter by. */
const otherDimensions: Record<string, string> = {
  'event:currency': 'Currency',
  'event:drop_reason': 'Filter reason',
  'visit:visitor': 'Visitor',
};

const operators: Record<FilterOperator, string> = {
  is: 'is',
  is_not: 'is not',
  contains: 'contains',
  contains_not: 'does not contain',
  matches: 'matches',
  matches_not: 'does not match',
};

const dropReasons: Record<DropReason, string> = {
  bot: 'Bots and crawlers',
  prefetch: 'Prefetched or prerendered, not seen',
  unknown_site: 'Site not known here',
  wrong_host: 'Page on a host that is not the site’s',
  spam_referrer: 'Referrer spam',
  excluded_path: 'Path excluded by a setting',
  excluded_network: 'Network excluded by a setting',
  excluded_country: 'Country excluded by a setting',
  opted_out_ignored: 'Opted out, not counted by a setting',
  opted_out_engagement: 'Engagement of an opted-out visitor',
  erased: 'Of a visitor who had today’s visit erased',
  late_engagement: 'Engagement after its visit had ended',
  oversize: 'Request too large',
  malformed: 'Request not understood',
  unstored: 'Pixel answered while nothing could be written',
  bad_token: 'Mail token not valid',
};

export const messages = {
  presets,
  comparisons,
  grains,
  metrics,
  panels,
  tabs,
  dimensions,
  otherDimensions,
  operators,
  dropReasons,
  product: 'Footfall',
  skip: 'Skip to the figures',
  title: (site: string): string => `${site} · Footfall`,

  nav: {
    label: 'Main',
    overview: 'Overview',
    mail: 'Mails',
    snippet: 'Snippet',
    sites: 'Site',
    addSite: 'Add a site',
    account: 'Account',
    logOut: 'Log out',
  },

  bar: {
    addFilter: '+ filter',
    removeFilter: (filter: string): string => `Remove filter: ${filter}`,
    filters: 'Filters',
    any: 'or',
    apply: 'Filter',
    dimension: 'What',
    operator: 'How',
    value: 'Value',
    period: 'Dates',
    earlier: 'Earlier',
    later: 'Later',
    from: 'From',
    to: 'To',
    show: 'Show',
    versus: (comparison: string): string => `vs ${comparison}`,
    noComparison: 'no comparison',
    compareWith: 'Compare with',
    by: 'Buckets',
  },

  figures: {
    label: 'Headline figures',
    now: 'Now',
    nowHint: 'visits, last 5 minutes',
    unknown: '–',
    fresh: 'new',
    same: '±0',
    up: 'up',
    down: 'down',
    points: (number: string): string => `${number} pts`,
    duration: (hours: string | null, minutes: string | null, seconds: string | null): string =>
      [hours && `${hours} h`, minutes && `${minutes} m`, seconds && `${seconds} s`].filter(Boolean).join(' '),
    before: (value: string): string => `before: ${value}`,
    byEntryPage: 'Not by page. Filter by entry page instead.',
    notKept: 'Not kept under this filter.',
    noPageviews: 'These events are no pageviews.',
    beforeFirstDay: 'The site was not counted yet in all of the days before.',
    notCompared: 'The figure before is not known.',
    nothingNow: 'There is nothing to compare.',
  },

  chart: {
    label: (metric: string): string => `${metric} over time`,
    unfinished: 'not over yet',
    table: 'Show as a table',
    when: 'When',
  },

  panel: {
    share: 'Share',
    change: 'Change',
    allOf: (rows: string): string => `All ${rows}`,
    allOfPanel: (panel: string): string => `All of ${panel.toLowerCase()}`,
    back: '‹ Overview',
    nothing: (filtered: boolean): string => `Nothing in this period${filtered ? ' with these filters' : ''}.`,
    noGoals: (filtered: boolean): string =>
      `No goal was reached in this period${filtered ? ' with these filters' : ''}.`,
    noGoalsSet: 'This site has no goals yet.',
    noEvents: (filtered: boolean): string =>
      `No event was counted in this period${filtered ? ' with these filters' : ''}.`,
    open: (address: string): string => `Open ${address}`,
    tabs: (panel: string): string => `${panel} by`,
    newBrowser: 'First visit',
    direct: 'Direct, or not known',
    unknown: 'not known',
    noValue: 'none',
    folded: 'all others',
    /** `names` are the dimensions that are filtered and shown, where there is a filter. */
    coarser: (share: string, names: string | null): string =>
      `${share} of ${names === null ? 'these visitors' : `all visitors by ${names}`} stand under a coarser value: a region, a folder, all others.`,
    capped: (rows: string): string => `The first ${rows} are shown.`,
  },

  /** `names` is a list of dimensions in lower case; a sentence's first letter is raised later. */
  refusal: {
    apart: (names: string): string => `${names} are not kept together.`,
    apartFromAll: (names: string): string => `Nothing else is kept together with ${names}.`,
    apartFromMost: (names: string): string => `Only some figures are kept together with ${names}.`,
    besides: 'Not kept with these filters.',
    since: (names: string, day: string): string => `${names} are kept together only since ${day}.`,
    hoursSince: (names: string, day: string): string => `${names} by hour: kept only since ${day}.`,
    besideSince: (names: string, day: string): string =>
      `With ${names}, the rest is known only since ${day}.`,
    besideMonths: (names: string, days: string): string =>
      `With ${names}, the rest is kept by day for ${days} days, before that by calendar month.`,
    byDay: (names: string): string => `${names}: known by day, not by hour.`,
    besideByDay: (names: string): string => `With ${names}, figures are known by day, not by hour.`,
    show: (period: string): string => `Show ${period}`,
    daily: 'Show days',
    monthly: 'Show months',
    without: (name: string): string => `Without ${name}`,
  },

  lines: {
    identity: (share: string): string => `Kept without identity: ${share} of pageviews`,
    identityAbout:
      'Visitors who opted out (GPC, Do Not Track, or their own choice) are counted without any identifier, and so is everybody where the site has turned identifiers off or is for children. Their pageviews and events are in pageviews and events, in all and by page, source, channel, country and device; they are in no other figure.',
    byDay: 'What was kept without identity and what was filtered out is known by day, not by hour.',
    dropped: (total: string, one: boolean): string => `Filtered out: ${total} ${one ? 'event' : 'events'}`,
    droppedAbout: 'Bots, prefetches and what the site’s settings exclude. These are in no other figure.',
    notes: 'How these figures are counted',
    notesAbout: 'About these figures',
    timezone: (zone: string): string => `Days and hours are those of ${zone}.`,
    geo: 'IP Geolocation by DB-IP',
  },

  empty: {
    title: 'Nothing counted yet',
    quiet: 'Nothing was counted in this period.',
    noMatch: 'Nothing matches these filters in this period.',
    removeLast: (filter: string): string => `Remove “${filter}”`,
    seeToday: 'See today',
    seeAll: 'See all time',
  },

  snippet: {
    title: 'The snippet',
    lead: (site: string): string => `Paste this line into the <head> of every page of ${site}:`,
    copy: 'Copy',
    copied: 'Copied',
    select: 'Press Ctrl+C to copy',
    waiting: 'Waiting for the first event…',
    got: 'Got it. The first event has been counted.',
    toOverview: 'See the figures',
    practice: 'Open a practice page',
    practiceAbout: 'to see your own first pageview right away.',
    noPractice: (host: string): string =>
      `To try it on a practice page here, let the site count pages on ${host}:`,
  },

  setup: {
    title: 'Set up Footfall',
    lead: 'One user and one site, and you are counting.',
    done: 'Almost there',
    doneLead: (site: string): string => `${site} is ready. Now tell its pages to report here.`,
    counting: 'It is counting',
    countingLead: (site: string): string => `The first event of ${site} has arrived.`,
    noToken: 'This page needs the setup link',
    noTokenLead:
      'Open the link that the server printed when it started; it works for one hour and once. After a reload of this page, open it again. Restart the server for a new one.',
    already: 'Footfall is set up already.',
    submit: 'Set up',
  },

  login: {
    title: 'Log in',
    submit: 'Log in',
    wrong: 'E-mail address and password do not match.',
    slowDown: (seconds: string): string => `Too many attempts. Try again in ${seconds}.`,
    notSetUp: 'Nobody can log in yet: open the setup link that the server printed when it started.',
  },

  addSite: {
    title: 'Add a site',
    submit: 'Add site',
    noSites: 'No site yet',
    adminsOnly: 'Only an administrator can add a site.',
    notYours: 'No site has been shared with you yet. Ask an administrator for access.',
    unknown: (domain: string): string => `There is no site ${domain} here, or it was not shared with you.`,
  },

  field: {
    email: 'E-mail address',
    password: 'Password',
    passwordHint: 'At least 10 characters.',
    domain: 'Site',
    domainHint: 'The domain alone, such as example.com.',
    timezone: 'Timezone',
    timezoneHint: 'Days begin and end at this timezone’s midnight.',
    localhost: 'Also count pages on localhost while I try it out',
  },

  error: {
    offline: 'The server cannot be reached. Check the connection, then try again.',
    unexpected: 'The server answered in an unexpected way.',
    again: 'Try again',
    notFound: 'There is nothing at this address.',
    title: 'That did not work',
  },
};
