import { type Basis, ignoresOptedOut } from './basis.ts';
import { categories, categoryNames } from './categories.ts';
import type { Document } from './document.ts';
import { inventoryOf } from './inventory.ts';
import { contactOf, controllerOf, periods, placeholders, purposes } from './words.ts';

/** One field of a record of processing, with the provision that asks for it. */
export interface RegisterField {
  readonly field: string;
  /** Provision of Article 30(1) GDPR. */
  readonly article: string;
  readonly entries: readonly string[];
}

/** The record of processing activities (Article 30(1) GDPR), as far as the program knows it. */
export const registerOf = (basis: Basis): RegisterField[] => [
  {
    field: 'Processing activity',
    article: '30(1)',
    entries: ['Counting of visits without identifiers (Footfall)'],
  },
  {
    field: 'Controller and contact',
    article: '30(1)(a)',
    entries: [controllerOf(basis), contactOf(basis)],
  },
  { field: 'Purposes', article: '30(1)(b)', entries: [...purposes, `Legal basis: ${placeholders.basis}`] },
  {
    field: 'Categories of data subjects',
    article: '30(1)(c)',
    entries: [
      basis.sites.length === 0
        ? 'Visitors of the sites; no site is counted yet'
        : `Visitors of ${basis.sites.map(({ domain }) => domain).join(', ')}`,
      'Users of the dashboard',
    ],
  },
  {
    field: 'Categories of personal data',
    article: '30(1)(c)',
    entries: [
      ...categoryNames.filter((name) => name !== 'none').map((name) => categories[name].label),
      ...inventoryOf(basis)
        .filter(({ where }) => where !== 'counters')
        .map(({ label, where, kept }) => `${label} (${where}; ${kept})`),
    ],
  },
  {
    field: 'Recipients',
    article: '30(1)(d)',
    entries: ['None by the program: it makes no connection to others; what it releases are rounded counts'],
  },
  { field: 'Transfers to third countries', article: '30(1)(e)', entries: ['None by the program'] },
  {
    field: 'Time limits for erasure',
    article: '30(1)(f)',
    entries: periods(basis).map(([label, period, then]) => `${label}: ${period}; then ${then}`),
  },
  {
    field: 'Technical and organisational measures',
    article: '30(1)(g)',
    entries: [
      'Addresses are cut to their network before a place is looked up, and never written',
      'Visit keys: HMAC-SHA-256 under a random key of one site and day, in memory, deleted four hours after midnight',
      'Only additive counters are stored; what is deleted is overwritten',
      `Two dimensions together are folded until at least ${basis.settings.K} visitors share each value`,
      `Profile: ${basis.profile.label}`,
      ...basis.sites.map(
        (site) =>
          `${site.domain}: opted-out visitors are ${ignoresOptedOut(basis, site) ? 'not counted' : 'counted without identifier'}`,
      ),
      'Database and state files can be read by the program’s own user only; passwords are kept as scrypt hashes',
    ],
  },
];

export const registerDocument = (basis: Basis, made: string): Document => ({
  title: 'Record of processing: counting of visits',
  notes: [`Article 30 GDPR. Made ${made}.`],
  sections: registerOf(basis).map(({ field, article, entries }) => ({
    heading: `${field} (Article ${article})`,
    blocks: [{ list: entries }],
  })),
});
