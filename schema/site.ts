import { z } from 'zod';

/**
 * Asked of Intl itself: `supportedValuesOf` lists one name a zone, and of some an old one (Asia/Calcutta, Asia/Katmandu),
 * while browsers report the others too. Bare offsets such as `+02:00` are no names.
 */
function isTimezone(name: string): boolean {
  try {
    return (
      /^[A-Za-z]/.test(name) &&
      new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
    );
  } catch {
    return false;
  }
}

/** A domain without protocol, port, path or `www.`. */
export const Domain = z
  .string()
  .trim()
  .toLowerCase()
  .transform((domain) => domain.replace(/^www\./, ''))
  .pipe(
    z
      .string()
      .max(253)
      .regex(
        /^(?=.)(localhost|[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*)$/,
        'must be a domain such as "example.com", without http:// and path',
      ),
  );

export const Timezone = z.string().refine(isTimezone, 'must be an IANA timezone such as "Europe/Berlin"');

const pattern = z.string().min(1).max(500);

/** A custom event by its name, or a pageview by its path, where `*` stands for any characters. */
export const Goal = z.union([
  z.strictObject({ name: z.string().min(1).max(120), event: z.string().min(1).max(120) }),
  z.strictObject({ name: z.string().min(1).max(120), path: pattern.startsWith('/', 'must begin with "/"') }),
]);
export type Goal = z.infer<typeof Goal>;

const rules = {
  /** Hosts besides the domain (and its `www.`) whose pages are this site's. */
  hostnames: z.array(Domain).max(50),
  /** Query parameters that are part of a page's name. */
  queryKeys: z.array(z.string().regex(/^[\w.-]{1,60}$/)).max(20),
  /** `DNT: 1` counts as an opt-out. */
  dnt: z.boolean(),
  /** Opted-out visitors: counted without identifier, or not at all. */
  optedOut: z.enum(['count', 'ignore']),
  /** false: nobody has an identifier. */
  identify: z.boolean(),
  /** `children` turns identifiers off altogether, whatever else is set. */
  audience: z.enum(['general', 'children'], 'must be general or children'),
  /** Returning browsers are measured by two dates on the visitor's device: never, always, or after consent. */
  returning: z.enum(['off', 'on', 'consent'], 'must be off, on or consent'),
  /** Paths (`*` for any characters), networks (CIDR or address) and countries that are not counted. */
  excludedPaths: z.array(pattern).max(100),
  excludedNetworks: z
    .array(
      z.union(
        [z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()],
        'must be an address or a network such as 192.0.2.0/24',
      ),
    )
    .max(100),
  excludedCountries: z
    .array(z.string().regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 code such as "DE"'))
    .max(250),
  goals: z.array(Goal).max(100),
};

/** What the owner of a site decides. */
export const SiteSettings = z.strictObject({
  hostnames: rules.hostnames.default([]),
  queryKeys: rules.queryKeys.default([]),
  dnt: rules.dnt.default(true),
  optedOut: rules.optedOut.default('count'),
  identify: rules.identify.default(true),
  audience: rules.audience.default('general'),
  returning: rules.returning.default('off'),
  excludedPaths: rules.excludedPaths.default([]),
  excludedNetworks: rules.excludedNetworks.default([]),
  excludedCountries: rules.excludedCountries.default([]),
  goals: rules.goals.default([]),
});
export type SiteSettings = z.infer<typeof SiteSettings>;

/** Whether anybody at the site may have an identifier. */
export const identifies = ({ identify, audience }: SiteSettings): boolean =>
  identify && audience !== 'children';

/** Why settings cannot hold together, in words that name the fix; null where they can. */
export function contradictionIn(settings: SiteSettings): string | null {
  if (settings.returning === 'off' || identifies(settings)) return null;
  const why = settings.audience === 'children' ? 'the audience is children' : 'identify is off';
  return `Returning browsers cannot be measured where nobody has an identifier (${why}). Set returning to off.`;
}

/** Some of the settings: without defaults, because zod would fill them in and a change would reset what it does not name. */
const SomeSettings = z.strictObject(rules).partial();

export const Site = z.object({
  id: z.number().int(),
  domain: Domain,
  timezone: Timezone,
  /** The timezone from `nextTimezoneFrom` (ms since 1970) on, the first local midnight after it was set. */
  nextTimezone: Timezone.nullable(),
  nextTimezoneFrom: z.number().int().nullable(),
  createdAt: z.number().int(),
  settings: SiteSettings,
});
export type Site = z.infer<typeof Site>;

export const NewSite = z.strictObject({
  domain: Domain,
  timezone: Timezone.default('UTC'),
  settings: SomeSettings.default({}),
});
export type NewSite = z.infer<typeof NewSite>;

export const SiteChange = z.strictObject({
  timezone: Timezone.optional(),
  settings: SomeSettings.optional(),
});
export type SiteChange = z.infer<typeof SiteChange>;
