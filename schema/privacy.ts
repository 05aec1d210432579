import { z } from 'zod';

/** What `GET /api/privacy/status` answers about the browser that asks. */
export const PrivacyStatus = z.object({
  site: z.string(),
  /** Whether this browser has no identifier at the site. */
  optedOut: z.boolean(),
  /** By which signal, or by whose decision; null where it is not opted out. */
  by: z.enum(['gpc', 'dnt', 'cookie', 'site', 'children']).nullable(),
  /** How this browser's events are counted: as visits, without identifier, or not at all. */
  counted: z.enum(['visits', 'pageviews', 'nothing']),
  /** Whether the site measures returning browsers. */
  returning: z.enum(['off', 'on', 'consent']),
  /** The page where anyone can see this and change it. */
  page: z.string(),
});
export type PrivacyStatus = z.infer<typeof PrivacyStatus>;
