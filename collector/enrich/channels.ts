import type { Channel } from '../../schema/dimensions.ts';
import type { Known } from './known.ts';

/** What the rules look at; all texts in lower case, empty where missing. */
export interface Acquisition {
  /** What the source is known to be; undefined: nothing. */
  readonly kind: Known['kind'] | undefined;
  /** `utm_source`, else the source. */
  readonly source: string;
  readonly medium: string;
  readonly campaign: string;
  /** The address carries the click id of an advertisement. */
  readonly paidClick: boolean;
  /** There is a source. */
  readonly referred: boolean;
}

const paid = ({ medium, paidClick }: Acquisition): boolean =>
  paidClick || /cp|^(?:ppc|retargeting|paid)/.test(medium);
const mail = new Set(['email', 'e-mail', 'e_mail', 'e mail']);
const display = new Set(['display', 'banner', 'expandable', 'interstitial', 'cpm']);
const social = new Set(['social', 'social-network', 'social-media', 'sm', 'social network', 'social media']);
const shop = /(?:[^a-df-z]|^)shop|shopping/;

/**
 * Google Analytics 4's default channel group (https://support.google.com/analytics/answer/9756891), in the order of `channels`;
 * AI Assistants are ours. Where GA4 has no rule for a tagged link ("Unassigned"), it is a Referral. Webmail hosts are Email, and
 * hosts of advertising networks are Paid Other, as the list of sites knows them.
 */
const rules: readonly (readonly [Channel, (of: Acquisition) => boolean])[] = [
  ['Cross-network', ({ campaign }) => campaign.includes('cross-network')],
  ['Paid Shopping', (of) => (of.kind === 'shopping' || shop.test(of.campaign)) && paid(of)],
  ['Paid Search', (of) => of.kind === 'search' && paid(of)],
  ['Paid Social', (of) => of.kind === 'social' && paid(of)],
  ['Paid Video', (of) => of.kind === 'video' && paid(of)],
  ['Display', ({ medium }) => display.has(medium)],
  ['Paid Other', (of) => paid(of) || (of.kind === 'ads' && of.medium === '')],
  ['Organic Shopping', ({ kind, campaign }) => kind === 'shopping' || shop.test(campaign)],
  ['Organic Social', ({ kind, medium }) => kind === 'social' || social.has(medium)],
  ['Organic Video', ({ kind, medium }) => kind === 'video' || medium.includes('video')],
  ['AI Assistants', ({ kind }) => kind === 'ai'],
  ['Organic Search', ({ kind, medium }) => kind === 'search' || medium === 'organic'],
  ['Email', ({ kind, source, medium }) => kind === 'email' || mail.has(source) || mail.has(medium)],
  ['Affiliates', ({ medium }) => medium === 'affiliate' || medium === 'affiliates'],
  ['Audio', ({ medium }) => medium === 'audio'],
  ['SMS', ({ source, medium }) => source === 'sms' || medium === 'sms'],
  [
    'Mobile Push Notifications',
    ({ source, medium }) =>
      medium.endsWith('push') || /mobile|notification/.test(medium) || source === 'firebase',
  ],
  ['Referral', ({ referred, medium }) => referred || medium !== ''],
];

/** The channel that a visit came through. */
export const channelOf = (of: Acquisition): Channel =>
  rules.find(([, matches]) => matches(of))?.[0] ?? 'Direct';
