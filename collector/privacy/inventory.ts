import type { Dimension, DimensionName } from '../../schema/dimensions.ts';
import { limits } from '../../schema/limits.ts';
import type { Column } from '../../schema/measures.ts';
import { type RetentionName, retention } from '../../schema/retention.ts';
import { storedRollups } from '../../schema/rollups.ts';
import { anyIdentified, anyReturning, type Basis, periodOf } from './basis.ts';
import { type Californian, californianOf, categories } from './categories.ts';

/** One thing that is kept, or read on the way. */
export interface InventoryItem {
  readonly name: string;
  readonly label: string;
  readonly category: string;
  /** Category of California Civil Code 1798.140(v)(1), `none` where it is no personal information. */
  readonly california: string;
  readonly origin: string;
  /** What is taken away before it is kept. */
  readonly coarsening: string;
  /** Where it stands. */
  readonly where: string;
  readonly kept: string;
  /** Kept also of visitors who opted out. */
  readonly optedOut: boolean;
}

const notHere = 'not kept here';
/** Whether the settings leave anything of it. */
export const isKept = ({ kept }: InventoryItem): boolean => !kept.startsWith(notHere);

/** Classes under which a dimension is stored, as its rollups say; one that is in none yet stands among the long counters. */
function classesOf(name: string): RetentionName[] {
  const classes = new Set<RetentionName>(
    storedRollups.filter(({ dims }) => dims.includes(name as DimensionName)).map(({ keep }) => keep),
  );
  return classes.size === 0
    ? ['long']
    : (['detail', 'pairs', 'long'] as const).filter((one) => classes.has(one));
}

const grains: Partial<Record<RetentionName, string>> = {
  detail: 'with the other core dimensions by hour',
  pairs: 'in pairs by day',
  long: 'alone, and in folded pairs by month',
};

function keptWords(name: string, { schema, settings }: Basis): string {
  return classesOf(name)
    .map((kind) => `${grains[kind]}: ${periodOf(schema.retention[kind] ?? retention[kind], settings)}`)
    .join('; ');
}

/** What the profile and the sites change about a dimension. */
function underSettings(name: string, dimension: Dimension, basis: Basis): Partial<InventoryItem> {
  const { profile, settings } = basis;
  const off = (why: string) => ({ kept: `${notHere}: ${why}` });
  if ((dimension.scope === 'browser' || dimension.scope === 'cohort') && !anyReturning(basis))
    return off('returning browsers are not measured');
  if (dimension.category !== 'none' && !dimension.optedOut && !anyIdentified(basis))
    return off('nobody has an identifier here');
  if (name === 'screen' && !profile.screen) return off('the strict profile');
  if (name === 'referrer' && profile.referrerHostOnly) return { coarsening: 'the host only' };
  if (name.endsWith('_version') && profile.majorVersionsOnly) return { coarsening: 'name and major version' };
  if (name === 'city' && profile.foldDays)
    return {
      coarsening: `${dimension.coarsening}; the region instead where fewer than ${settings.K} visitors of a day share it`,
    };
  return {};
}

const dimensionItem = (name: string, dimension: Dimension, basis: Basis): InventoryItem => ({
  name,
  label: dimension.label,
  category: categories[dimension.category].label,
  california: californianOf(name === 'currency' ? 'D' : categories[dimension.category].california),
  origin: dimension.origin,
  coarsening: dimension.coarsening,
  where: 'counters',
  kept: keptWords(name, basis),
  optedOut: dimension.optedOut,
  ...underSettings(name, dimension, basis),
});

/** What is counted, in words; a new measure without words does not compile. */
const figures: Readonly<Record<Column, string>> = {
  visitors: 'visitors, each once a day',
  visits: 'visits',
  pageviews: 'pageviews',
  custom: 'events',
  closed: 'visits that ended',
  bounces: 'visits of one page',
  duration: 'how long visits took',
  views: 'pages of a visit',
  engaged: 'how long pages were looked at',
  scroll: 'how far down they were read',
  bytes: 'size of the page',
  revenue: 'revenue that the site reports',
  dropped: 'what was filtered out',
  browsers: 'browsers that came back',
  opens: 'mails opened',
  clicks: 'links of mails followed',
  unique_opens: 'recipients with a token who opened, each once a mail',
  unique_clicks: 'recipients with a token who clicked, each once a mail',
};

type Rest = Omit<InventoryItem, 'california' | 'optedOut'> & {
  readonly california: Californian | null;
  readonly optedOut?: boolean;
};
const other = ({ california, ...rest }: Rest): InventoryItem => ({
  optedOut: false,
  ...rest,
  california: californianOf(california),
});

/** What is kept beside the counters, or read and not kept. */
function others(basis: Basis): InventoryItem[] {
  const { schema, settings } = basis;
  const period = (name: RetentionName) => periodOf(schema.retention[name] ?? retention[name], settings);
  const nobody = anyIdentified(basis) ? {} : { kept: `${notHere}: nobody has an identifier here` };
  return [
    other({
      name: 'figures',
      label: `Figures: ${Object.values(figures).join(', ')}`,
      category: categories.activity.label,
      california: 'F',
      origin: 'the events themselves, and the browser’s own timing of the page',
      coarsening: 'sums over all visitors; no row for a visit or a visitor',
      where: 'counters',
      kept: `as long as what they are counted by; waiting to be counted at most ${period('journal')}`,
      optedOut: true,
    }),
    other({
      name: 'address',
      label: 'Network address and user agent',
      category: 'Identifier, read and not kept',
      california: 'A',
      origin: 'the connection',
      coarsening: 'cut to its network (/24, /48) before a place is looked up',
      where: 'memory',
      kept: 'not kept: gone when the request is answered',
      optedOut: true,
    }),
    other({
      name: 'visit_key',
      label: 'Visit key and open visit',
      category: 'Identifier of one day',
      california: 'A',
      origin: 'a keyed hash of site, address and browser under a random key of the day',
      coarsening: 'nobody can compute it again once the day’s random key is deleted',
      where: 'memory',
      kept: `at most ${period('keys')}`,
      ...nobody,
    }),
    other({
      name: 'opt_out_mark',
      label: 'Opt-out mark',
      category: 'A choice of the visitor',
      california: null,
      origin: 'the visitor’s own act',
      coarsening: 'the same “1” for everybody',
      where: 'the visitor’s device',
      kept: 'a cookie 400 days, a mark of the site’s own until the visitor removes it',
      optedOut: true,
    }),
    other({
      name: 'returning_dates',
      label: 'Two dates: first visit, last visit',
      category: categories.activity.label,
      california: 'F',
      origin: 'the site’s calendar',
      coarsening: 'whole days; the same for all who came on these days',
      where: 'the visitor’s device',
      kept: anyReturning(basis)
        ? `${Math.floor(limits.browserDays / 30)} months (${limits.browserDays} days), not renewed`
        : `${notHere}: returning browsers are not measured`,
    }),
    other({
      name: 'recipients',
      label: 'Mail recipients who have opened or clicked',
      category: 'Identifier of seven days',
      california: 'A',
      origin: 'the token that the sender’s mail system adds, where it does; never of recipients who objected',
      coarsening: 'a keyed hash under a random key of each mail; never joined with visits to the website',
      where: 'memory',
      kept: `at most ${period('recipients')}`,
      ...nobody,
    }),
    other({
      name: 'suppression',
      label: 'Mail recipients who objected to being measured',
      category: 'Identifier, as a keyed hash',
      california: 'A',
      origin: 'the recipient’s own act',
      coarsening: 'HMAC-SHA-256 of the recipient token under a key of this instance',
      where: 'suppression list',
      kept: 'for as long as this instance is used: without it, the objection could not be honoured',
      optedOut: true,
    }),
    other({
      name: 'requests',
      label: 'Log of privacy requests',
      category: 'About the request, not about who asked',
      california: null,
      origin: 'the operator who answers the request',
      coarsening: 'a random reference, the kind and three dates',
      where: 'request log',
      kept: period('requests'),
    }),
    other({
      name: 'accounts',
      label: 'Accounts of those who may read the figures',
      category: 'About users of the dashboard, not about visitors',
      california: 'A',
      origin: 'the users themselves',
      coarsening: 'e-mail address; password and session only as hashes',
      where: 'accounts',
      kept: 'until the account is removed; a session 14 days',
    }),
  ];
}

/** Everything that is kept, or read on the way; generated from the declaration that the counters are made by. */
export const inventoryOf = (basis: Basis): InventoryItem[] => [
  ...Object.entries(basis.schema.dimensions).map(([name, dimension]) =>
    dimensionItem(name, dimension, basis),
  ),
  ...others(basis),
];
