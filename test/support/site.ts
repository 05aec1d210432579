import { type Site, SiteSettings } from '../../schema/site.ts';

/** A site of the tests, in UTC where nothing else is said. */
export const aSite = (some: Partial<Site> = {}): Site => ({
  id: 1,
  domain: 'example.com',
  timezone: 'UTC',
  nextTimezone: null,
  nextTimezoneFrom: null,
  createdAt: Date.parse('2026-01-10T09:00:00Z'),
  settings: SiteSettings.parse({}),
  ...some,
});
