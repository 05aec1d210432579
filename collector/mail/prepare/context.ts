import type { PrepareOptions } from '../../../schema/mail.ts';
import type { MailTokens } from '../token.ts';

/** What preparing has to know besides the template. */
export interface PrepareContext {
  readonly tokens: Pick<MailTokens, 'sign'>;
  readonly siteId: number;
  /** Such as `https://stats.example.com`, without a slash at the end. */
  readonly publicUrl: string;
  /** When a mail of this name was prepared before, ms since 1970; null: never. */
  readonly preparedAt: number | null;
  /** What a stored text becomes: secrets and addresses give way to `:redacted`. */
  readonly scrub: (text: string) => string;
}

/** What finding the links takes of it: nothing is signed. */
export type FindContext = Pick<PrepareContext, 'publicUrl' | 'scrub'>;

/** Where all of our own addresses in mails begin. */
export const ownAddress = ({ publicUrl }: FindContext): string => `${publicUrl}/m/`;

export const utmTags = (options: PrepareOptions): Readonly<Record<string, string>> => ({
  utm_source: options.utm_source,
  utm_medium: options.utm_medium,
  utm_campaign: options.campaign,
});
