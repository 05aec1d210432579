import { z } from 'zod';

/**
 * Why an event is not counted. Dropping is not an error: the client is answered like everybody else.
 * `silent` reasons are not named in the reply, so that it never tells whether a visitor had opted out.
 */
export const dropReasons = {
  bot: { label: 'Bots and crawlers', silent: false },
  prefetch: { label: 'Prefetched or prerendered, not seen', silent: false },
  unknown_site: { label: 'Site not known here', silent: false },
  wrong_host: { label: 'Page on a host that is not the site’s', silent: false },
  spam_referrer: { label: 'Referrer spam', silent: false },
  excluded_path: { label: 'Path excluded by a setting', silent: false },
  excluded_network: { label: 'Network excluded by a setting', silent: false },
  excluded_country: { label: 'Country excluded by a setting', silent: false },
  opted_out_ignored: { label: 'Opted out, not counted by a setting', silent: true },
  opted_out_engagement: { label: 'Engagement of an opted-out visitor', silent: true },
  erased: { label: 'Of a visitor who had today’s visit erased', silent: true },
  late_engagement: { label: 'Engagement after its visit had ended', silent: true },
  oversize: { label: 'Request too large', silent: false },
  malformed: { label: 'Request not understood', silent: false },
  unstored: { label: 'Pixel answered while nothing could be written', silent: false },
  bad_token: { label: 'Mail token not valid', silent: false },
} as const satisfies Record<string, { label: string; silent: boolean }>;

export const DropReason = z.enum(Object.keys(dropReasons) as [keyof typeof dropReasons]);
export type DropReason = z.infer<typeof DropReason>;

/** What a stage gives instead of its output when the event ends there. */
export interface Dropped {
  readonly dropped: DropReason;
}
