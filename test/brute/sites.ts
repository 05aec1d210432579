import type { SiteSettings } from '../../schema/site.ts';

/** A site of the property test, with what its visitors do there. */
export interface TestSite {
  readonly domain: string;
  readonly timezone: string;
  /** The timezone is changed at that moment; the other holds from the next local midnight on. */
  readonly moves?: { readonly timezone: string; readonly at: number };
  readonly settings: Partial<SiteSettings>;
  readonly currency: string;
  readonly hosts: readonly string[];
  /** First dates of the four-day windows in which it has visitors; the change of the clocks lies inside. */
  readonly windows: readonly string[];
}

/** How many minor units make one unit. */
export const minorUnits: Readonly<Record<string, number>> = { EUR: 100, USD: 100, JPY: 1 };

const goals: SiteSettings['goals'] = [
  { name: 'Signup', event: 'Signup' },
  { name: 'Bought', event: 'Purchase' },
  { name: 'Read docs', path: '/docs/*' },
  { name: 'Any docs or blog post', path: '/*o*/*' },
  { name: 'Home', path: '/' },
];

const [us, europe, lordHowe] = [
  ['2026-03-06', '2026-10-30'],
  ['2026-03-27', '2026-10-23', '2026-10-30'],
  ['2026-04-03', '2026-10-02', '2026-10-30'],
];

const site = (
  domain: string,
  timezone: string,
  windows: readonly string[],
  rest: Partial<TestSite> = {},
): TestSite => ({
  domain,
  timezone,
  windows,
  settings: { goals },
  currency: 'EUR',
  hosts: [domain],
  ...rest,
});

export const sites: readonly TestSite[] = [
  site('berlin.example', 'Europe/Berlin', europe, {
    hosts: ['berlin.example', 'www.berlin.example', 'shop.berlin.example'],
    settings: { goals, hostnames: ['shop.berlin.example'], excludedPaths: ['/admin/*'] },
  }),
  site('newyork.example', 'America/New_York', us, { currency: 'USD', settings: { goals, dnt: false } }),
  site('kolkata.example', 'Asia/Kolkata', europe, { settings: { goals, optedOut: 'ignore' } }),
  site('lordhowe.example', 'Australia/Lord_Howe', lordHowe, {
    settings: { goals, excludedCountries: ['GB'] },
  }),
  site('apia.example', 'Pacific/Apia', us, { currency: 'JPY', settings: { goals: [] } }),
  site('utc.example', 'UTC', europe),
  site('children.example', 'UTC', europe, { settings: { goals, identify: false } }),
  site('stjohns.example', 'America/St_Johns', us, {
    settings: { goals, excludedNetworks: ['93.184.216.0/24'] },
    // Eastwards: the midnight after becomes half past four, and yesterday’s visits end at once.
    moves: { timezone: 'Europe/Berlin', at: Date.parse('2026-03-08T15:00Z') },
  }),
  site('kathmandu.example', 'Asia/Kathmandu', us, {
    // Westwards: the midnight after becomes the afternoon before, and hours come twice.
    moves: { timezone: 'America/St_Johns', at: Date.parse('2026-03-08T06:00Z') },
  }),
  site('beirut.example', 'Asia/Beirut', europe, { settings: { goals } }),
  // Counts some of Berlin’s pages once more, on its own calendar, and so has revenue in two currencies.
  site('group.example', 'America/New_York', us, {
    currency: 'USD',
    settings: { goals, hostnames: ['berlin.example', 'shop.berlin.example'] },
  }),
];

/** Four days from the first date of a window on. */
export const windowDays = 4;
