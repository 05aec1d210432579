import type { Basis } from './basis.ts';
import { periodOf } from './basis.ts';
import { categories, categoryNames } from './categories.ts';
import { inventoryOf, isKept } from './inventory.ts';

/** What the figures are for. */
export const purposes = [
  'to count how many people a site has, when they come, from where and to which pages',
  'to see which links and campaigns bring them, and what works on the site',
  'to find pages that are missing or broken',
] as const;

/** What is never kept, whatever is set. */
export const neverKept = [
  'addresses: they are cut to their network before a country or city is looked up, and then forgotten',
  'user agents, e-mail addresses, and what looks like a token or a number of somebody',
  'anything by which somebody could be recognised tomorrow: the key that tells visits apart is random, one day old at most, and in memory only',
  'rows about single visits or visitors: there are only sums',
  'what is typed into forms, and what stands behind “?” or “#” in addresses, but for the tags of campaigns (utm_…, source, ref) and what the site names as part of a page',
] as const;

/** The signals that count as an objection, in the order in which they are asked for. */
export const signals = [
  'Global Privacy Control, sent by the browser (Sec-GPC: 1)',
  'Do Not Track, sent by the browser (DNT: 1), where the site honours it',
  'the opt-out mark that the buttons here leave on the device',
] as const;

export const placeholders = {
  controller: '[who is responsible: name and address; set FOOTFALL_CONTROLLER]',
  contact: '[where requests are sent; set FOOTFALL_CONTACT]',
  basis:
    '[the legal basis, to be named by who is responsible; for figures without identifiers often legitimate interests, Article 6(1)(f) GDPR]',
} as const;

export const controllerOf = ({ settings }: Basis): string => settings.CONTROLLER ?? placeholders.controller;
export const contactOf = ({ settings }: Basis): string => settings.CONTACT ?? placeholders.contact;

/** What is kept of each category of the schema, by the labels of its dimensions: `[category, labels]`. */
export function labelsByCategory(basis: Basis): (readonly [string, string[]])[] {
  const kept = inventoryOf(basis).filter(
    (item) => Object.hasOwn(basis.schema.dimensions, item.name) && isKept(item),
  );
  return categoryNames
    .map((name) => categories[name].label)
    .map(
      (label) =>
        [label, kept.filter(({ category }) => category === label).map((item) => item.label)] as const,
    )
    .filter(([, labels]) => labels.length > 0);
}

/** How long each retention class is kept: `[label, period, what happens then]`. */
export const periods = ({ schema, settings }: Basis): [string, string, string][] =>
  Object.values(schema.retention).map((kind) => [kind.label, periodOf(kind, settings), kind.afterwards]);
