import type { Dimension } from '../../schema/dimensions.ts';

/** A category of personal information of California Civil Code 1798.140(v)(1). */
export const californian = {
  A: 'Identifiers',
  B: 'Customer records',
  C: 'Characteristics of protected classifications',
  D: 'Commercial information',
  E: 'Biometric information',
  F: 'Internet or other electronic network activity information',
  G: 'Geolocation data',
  H: 'Audio, electronic, visual, thermal, olfactory or similar information',
  I: 'Professional or employment-related information',
  J: 'Education information',
  K: 'Inferences drawn to create a profile',
  L: 'Sensitive personal information',
} as const;
export type Californian = keyof typeof californian;

/** How a category of the schema is put to visitors, and where it falls in California. */
export const categories = {
  activity: { label: 'What was done on the site', california: 'F' },
  origin: { label: 'How the site was found', california: 'F' },
  place: { label: 'Place, no finer than a city', california: 'G' },
  device: { label: 'Kind of device and program', california: 'F' },
  language: { label: 'Language', california: 'F' },
  none: { label: 'About the counting, not about anybody', california: null },
} as const satisfies Record<
  Dimension['category'],
  { readonly label: string; readonly california: Californian | null }
>;
export type CategoryName = keyof typeof categories;
export const categoryNames = Object.keys(categories) as CategoryName[];

export const californianOf = (code: Californian | null): string =>
  code === null ? 'none' : `(${code}) ${californian[code]}`;
