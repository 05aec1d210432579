import { createHash } from 'node:crypto';
import type { PublishedNotice } from '../../schema/requests.ts';
import type { Settings } from '../../schema/settings.ts';
import { identifies, type Site } from '../../schema/site.ts';
import { anyReturning, type Basis, basisOf, ignoresOptedOut, periodOf, type Schema } from './basis.ts';
import { californian } from './categories.ts';
import type { Document, Section } from './document.ts';
import { inventoryOf, isKept } from './inventory.ts';
import {
  contactOf,
  controllerOf,
  labelsByCategory,
  neverKept,
  periods,
  placeholders,
  purposes,
  signals,
} from './words.ts';

/** What a site decided, in words, for the visitors' eyes. */
function decisionsOf(site: Site, basis: Basis): string[] {
  const { settings } = site;
  const returning = {
    off: 'not measured',
    on: 'measured, never of who opted out',
    consent: 'measured after consent',
  }[settings.returning];
  const optedOut = ignoresOptedOut(basis, site)
    ? 'not counted at all'
    : 'pageviews and events counted without identifier';
  const identified = identifies(settings)
    ? 'for one day, in memory'
    : settings.audience === 'children'
      ? 'nobody: the audience is children'
      : 'nobody: switched off for the whole site';
  return [identified, optedOut, settings.dnt ? 'honoured' : 'not honoured', returning];
}

const decisions = ['Who has an identifier', 'Opted-out visitors', 'Do Not Track', 'Returning browsers'];

function whatIsCollected(basis: Basis): Section {
  return {
    heading: 'What is collected',
    blocks: [
      {
        text: 'When a page is opened, the script on it tells which page it is and where the link to it was; the connection tells the network, the language and the kind of browser. From that come counters:',
      },
      { list: labelsByCategory(basis).map(([label, labels]) => `${label}: ${labels.join(', ')}`) },
      { text: 'Never kept:' },
      { list: neverKept },
      {
        text: `Profile in force: ${basis.profile.label}. ${foldingOf(basis)}`,
      },
    ],
  };
}

function foldingOf({ profile, settings, schema }: Basis): string {
  const after = schema.retention.pairs ? periodOf(schema.retention.pairs, settings) : 'a day';
  return `Where two of these are kept together, values that fewer than ${settings.K} visitors share are folded into larger groups ${profile.foldDays ? 'when the day ends' : `after ${after}`}.`;
}

const returningSection: Section = {
  heading: 'Returning browsers',
  blocks: [
    {
      text: 'Where a site measures returning browsers, the browser keeps two dates: the day of the first visit and the day of the last. They are the same for everybody who came on these days, are kept 13 months at most and not renewed, and go when somebody opts out. It tells how many days ago the last visit was, and the week of the first; the server keeps only how many browsers said the same.',
    },
  ],
};

const childrenSection: Section = {
  heading: 'Children',
  blocks: [
    {
      text: 'Sites made for children have no identifiers at all: every visitor is counted as one who opted out.',
    },
  ],
};

/** All that the notice says, but for its version and date. */
function sectionsOf(basis: Basis): Section[] {
  const { sites, publicUrl } = basis;
  const page = (domain: string) => `${publicUrl}/privacy?site=${domain}`;
  return [
    {
      heading: 'Who is responsible',
      blocks: [{ text: controllerOf(basis) }, { text: `Privacy requests: ${contactOf(basis)}` }],
    },
    {
      heading: 'For which sites',
      blocks:
        sites.length === 0
          ? [{ text: 'No site is counted yet.' }]
          : [
              {
                table: {
                  columns: ['Site', ...decisions],
                  rows: sites.map((site) => [site.domain, ...decisionsOf(site, basis)]),
                },
              },
            ],
    },
    {
      heading: 'What it is for',
      blocks: [{ list: purposes }, { text: `Legal basis: ${placeholders.basis}` }],
    },
    whatIsCollected(basis),
    { heading: 'Where it comes from', blocks: [{ list: originsOf(basis) }] },
    {
      heading: 'For how long',
      blocks: [{ table: { columns: ['What', 'Kept at most', 'Then'], rows: periods(basis) } }],
    },
    {
      heading: 'How to opt out',
      blocks: [
        { text: 'Any of these signals is an objection, and the server honours it at once:' },
        { list: signals },
        {
          text: 'Who has opted out has no identifier: no visit, no city, no program versions, no time on the page.',
        },
        ...sites.map(({ domain }) => ({ text: `Buttons for ${domain}: ${page(domain)}` })),
      ],
    },
    ...(anyReturning(basis) ? [returningSection] : []),
    ...(sites.some(({ settings }) => settings.audience === 'children') ? [childrenSection] : []),
    {
      heading: 'Who receives it',
      blocks: [
        {
          text: 'Nobody. The figures stay on the machine of who is responsible; what is shown of them to others are rounded counts of days that are over. Nothing is sold or shared, nothing is used for advertising, and no other company is asked, not even for the place of an address.',
        },
      ],
    },
    {
      heading: 'Your rights',
      blocks: [
        {
          text: `You may ask to see, correct, erase or limit what is held about you, and object to it, yourself or through somebody who acts for you: ${contactOf(basis)}. The answer comes within 30 days. Because nothing is kept by which you could be found again, today’s visit is all there can be; the page above erases it at once. Nobody is treated worse for asking.`,
        },
        { text: 'You may also complain to a data protection authority.' },
      ],
    },
    {
      heading: 'Categories of personal information (California)',
      blocks: [
        {
          text: 'By the categories of Civil Code section 1798.140(v)(1). None of it is sold or shared, or used to infer anything about anybody.',
        },
        { list: californianCategories(basis) },
      ],
    },
  ];
}

/** Origins by category; of what is not kept here there is nothing to tell. */
function originsOf(basis: Basis): string[] {
  const byCategory = new Map<string, Set<string>>();
  for (const { category, origin } of inventoryOf(basis).filter(isKept)) {
    if (origin.startsWith('as ')) continue;
    byCategory.set(category, (byCategory.get(category) ?? new Set()).add(origin));
  }
  return [...byCategory].map(([category, origins]) => `${category}: ${[...origins].join('; ')}`);
}

function californianCategories(basis: Basis): string[] {
  const items = inventoryOf(basis).filter((item) => isKept(item) && item.california !== 'none');
  return Object.entries(californian).map(([code, name]) => {
    const labels = items
      .filter(({ california }) => california.startsWith(`(${code})`))
      .map(({ label }) => label);
    return `(${code}) ${name}: ${labels.length === 0 ? 'not collected' : labels.join('; ')}`;
  });
}

/**
 * The version of the notice: a short hash of all that it says under these settings, so that it changes with the schema, a
 * setting or a site's decision, and with nothing else. Sites that decided alike count as one, whatever they are called.
 */
export function noticeVersion(
  settings: Parameters<typeof basisOf>[0] & Partial<Settings>,
  sites: readonly Site[],
  schema?: Schema,
): string {
  const basis = basisOf(settings, sites, '', schema);
  const alike = new Map(sites.map((site) => [JSON.stringify(decisionsOf(site, basis)), site]));
  const anonymous = [...alike]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, site]) => ({ ...site, domain: '' }));
  const said = sectionsOf({ ...basis, sites: anonymous });
  return createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 12);
}

/** When a version applies from; null while it is not published. */
export const effectiveOf = (version: string, published: readonly PublishedNotice[]): string | null =>
  published.find((notice) => notice.version === version)?.effective ?? null;

export interface Notice {
  readonly version: string;
  /** `YYYY-MM-DD`, or null while this version is not published. */
  readonly effective: string | null;
  readonly document: Document;
}

/** The privacy notice, for all sites of the basis. */
export function noticeOf(basis: Basis, version: string, effective: string | null): Notice {
  return {
    version,
    effective,
    document: {
      title: 'Privacy notice: how visits are counted',
      notes: [`Version ${version}, ${effective === null ? 'not published' : `in force from ${effective}`}.`],
      sections: sectionsOf(basis),
    },
  };
}
