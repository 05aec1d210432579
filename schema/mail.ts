import { z } from 'zod';
import { IsoDate } from './query.ts';
import { Domain } from './site.ts';

/** Mails: their campaigns, links, openers, and the report. */

export const mailLimits = {
  /** Bytes of one template, of each kind; mail programs cut a message at about a tenth of it. */
  template: 1024 * 1024,
  /** Links that one template may have. */
  links: 500,
  /** Characters of a campaign's name, of a link's label, and of a target. */
  campaign: 80,
  link: 200,
  target: 2_000,
  /** Characters of a recipient token as a mail system fills it in. */
  recipient: 200,
  /** Days in which a recipient counts once (`mailUniqueDays`). */
  uniqueDays: 7,
  /** Hours of a message's time curve. */
  curveHours: 72,
  /** Recipients remembered of all messages together; those beyond are counted in the totals only. */
  recipients: 2_000_000,
  /** Different links of one message by one reader within so many milliseconds are a scanner's. */
  burstLinks: 3,
  burstMs: 10_000,
  /** Milliseconds after its sending within which no person clicks. */
  tooFastMs: 2_000,
} as const;

/** Three kinds of openers, always shown apart. */
export const openers = {
  direct: { label: 'Direct', about: 'opened by the reader’s own mail program' },
  proxied: { label: 'Proxied', about: 'opened by a person behind an image proxy; no place and no device' },
  machine: { label: 'Machine', about: 'fetched by a program: a prefetch or a security scanner' },
} as const;
export const Opener = z.enum(Object.keys(openers) as [keyof typeof openers]);
export type Opener = z.infer<typeof Opener>;

/**
 * Every rule by which an opener is told, the first that matches wins; `burst` comes later and corrects. The report says
 * how many each has caught. What no rule catches is direct.
 */
export const openerRules = {
  decoy: { opener: 'machine', label: 'Followed the hidden link', probable: false },
  apple_prefetch: { opener: 'machine', label: 'Apple Mail Privacy Protection', probable: false },
  apple_prefetch_probable: {
    opener: 'machine',
    label: 'Apple Mail Privacy Protection, by its agent alone',
    probable: true,
  },
  gmail_prefetch: { opener: 'machine', label: 'Gmail prefetch, by its agent alone', probable: true },
  gmail_proxy: { opener: 'proxied', label: 'Gmail image proxy', probable: false },
  yahoo_proxy: { opener: 'proxied', label: 'Yahoo image proxy', probable: false },
  gateway_range: { opener: 'machine', label: 'Address of a mail security gateway', probable: false },
  scanner_agent: { opener: 'machine', label: 'Agent of a link scanner', probable: false },
  bot_agent: { opener: 'machine', label: 'Agent of another program', probable: false },
  speculative: { opener: 'machine', label: 'Prefetched by a browser', probable: false },
  too_fast: { opener: 'machine', label: 'Clicked within 2 seconds of sending', probable: true },
  burst: { opener: 'machine', label: 'Several links within 10 seconds', probable: true },
} as const satisfies Record<string, { opener: Opener; label: string; probable: boolean }>;
export const OpenerRule = z.enum(Object.keys(openerRules) as [keyof typeof openerRules]);
export type OpenerRule = z.infer<typeof OpenerRule>;

/** Networks from which mail security gateways come, with where each was found. */
export const MailGateways = z.array(
  z.strictObject({
    name: z.string().min(1),
    /** Where the operator of the gateway, or who quotes it, publishes the ranges. */
    source: z.url({ protocol: /^https?$/ }),
    looked_up: IsoDate,
    /** Networks in CIDR notation. */
    ranges: z.array(z.string()).min(1),
    /** What the ranges are. */
    note: z.string().optional(),
  }),
);
export type MailGateways = z.infer<typeof MailGateways>;

/** A campaign's name, which is also its links' `utm_campaign` and the dimension `mail:message`. */
export const Campaign = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .normalize('NFC')
  .max(mailLimits.campaign, `must have at most ${mailLimits.campaign} characters`)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u,
    'must be letters, digits, spaces, ".", "_" and "-", such as "spring-26"',
  );

/** What is done to a template. */
export const PrepareOptions = z.strictObject({
  site_id: Domain,
  campaign: Campaign,
  html: z.string().min(1, 'must not be empty'),
  text: z.string().min(1).optional(),
  /** What the mail system replaces by the recipient's token, such as `{{ .Subscriber.UUID }}`. */
  token: z.string().trim().min(1).max(300).optional(),
  /** What it replaces by the time of sending: seconds since 1970, or ISO 8601. */
  send_time: z.string().trim().min(1).max(300).optional(),
  /** The sender's own address for ending the mails, for `List-Unsubscribe`; may hold the mail system's tags. */
  unsubscribe_url: z.string().trim().min(1).max(mailLimits.target).optional(),
  utm_source: z.string().trim().min(1).max(100).default('newsletter'),
  utm_medium: z.string().trim().min(1).max(100).default('email'),
  /** A link that no reader can see; whoever follows it is a machine. */
  decoy: z.boolean().default(false),
  /** The link's words, where the template has no place for them. */
  opt_out_words: z.string().trim().min(1).max(200).optional(),
});
export type PrepareOptions = z.infer<typeof PrepareOptions>;

/** One link of a template, in the order of the text. */
export const PreparedLink = z.object({
  /** From 1, in the order of the template, of all links that were looked at. */
  number: z.number().int(),
  where: z.enum(['html', 'text']),
  element: z.string(),
  /** As it stood in the template. */
  href: z.string(),
  /** What the report calls it; null where it was left as it was. */
  label: z.string().nullable(),
  /** Where a click leads, utm tags included; null where it was left. */
  target: z.string().nullable(),
  /** Why it was left as it was; null where it was changed. */
  left: z.string().nullable(),
});
export type PreparedLink = z.infer<typeof PreparedLink>;

export const Prepared = z.object({
  html: z.string(),
  text: z.string().nullable(),
  /** Lines for the mail's head, around the sender's own address. */
  headers: z.array(z.string()),
  links: z.array(PreparedLink),
  /** What the sender should know, in words. */
  notes: z.array(z.string()),
});
export type Prepared = z.infer<typeof Prepared>;

/** How many mails were delivered; replaces what was said before, unless it is added. */
export const SentBody = z.strictObject({
  site_id: Domain,
  campaign: Campaign,
  count: z.number().int().min(0).max(1_000_000_000),
  /** When the sending began, not in the future; without it, what was said before, else the first open or click. */
  at: z.iso.datetime({ offset: true }).optional(),
  add: z.boolean().default(false),
});

export const SentAnswer = z.object({ campaign: Campaign, delivered: z.number().int() });

export const SuppressedBody = z.strictObject({
  tokens: z.array(z.string().min(1).max(mailLimits.recipient)).min(1).max(1_000),
});
/** Without the tokens: nothing that names a recipient goes out again. */
export const SuppressedAnswer = z.object({ suppressed: z.array(z.boolean()) });

const count = z.number().int();
const byOpener = z.object({ direct: count, proxied: count, machine: count });
const rate = z.number().nullable();

/** One line of the list of campaigns. */
export const CampaignSummary = z.object({
  campaign: z.string(),
  /** First local day with an open or a click, or of the sending; null before either. */
  first_day: IsoDate.nullable(),
  delivered: count.nullable(),
  opens: byOpener,
  clicks: byOpener,
  /** Percent of what was delivered; on direct and proxied alone. Null without a delivered number. */
  click_through: rate,
  open_rate: rate,
  /** Clicks in percent of opens, on direct and proxied alone. */
  click_to_open: rate,
});
export type CampaignSummary = z.infer<typeof CampaignSummary>;

export const CampaignReport = CampaignSummary.extend({
  timezone: z.string(),
  sent_at: z.string().nullable(),
  prepared_at: z.string().nullable(),
  /** Recipients who opened and who clicked, each counted once within `uniqueDays`; null where no tokens came. */
  unique: z.object({ opens: count, clicks: count, days: count }).nullable(),
  links: z.array(z.object({ link: z.string(), clicks: byOpener, share: rate })),
  rules: z.array(
    z.object({ rule: OpenerRule, label: z.string(), opener: Opener, probable: z.boolean(), caught: count }),
  ),
  /** Each hour of the first 72 from the first one on. */
  curve: z.array(z.object({ hour: z.string(), opens: byOpener, clicks: byOpener })),
  /** What came after on the website, by utm_campaign: nobody is followed there. */
  website: z.object({
    visitors: count,
    visits: count,
    engaged_seconds: count.nullable(),
    goals: z.array(z.object({ goal: z.string(), visitors: count, events: count })),
    revenue: z.array(z.object({ currency: z.string(), amount: z.number() })),
    /** Figures of which some may be missing, because they were folded or rounded: their 0 is no 0. */
    partial: z.array(z.enum(['engaged', 'goals', 'revenue'])),
    /** What is not known, in words. */
    notes: z.array(z.string()),
  }),
  /** Whether a prepared template is kept, to show the clicks on it. */
  template: z.boolean(),
  notes: z.array(z.string()),
});
export type CampaignReport = z.infer<typeof CampaignReport>;
