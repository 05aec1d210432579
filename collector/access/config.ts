import type { Key, Role, Scope, User } from '../../schema/access.ts';
import type { PrivacyRequest, PublishedNotice } from '../../schema/requests.ts';
import type { NewSite, Site, SiteChange } from '../../schema/site.ts';

/** A key of mail links: 32 bytes, made at ms since 1970. */
export interface MailSecret {
  readonly id: number;
  readonly secret: Uint8Array;
  readonly createdAt: number;
}

/** A mail before it was prepared, and the sender's own address for ending the mails, which is no counted link. */
export interface Template {
  readonly html: string;
  readonly unsubscribeUrl: string | null;
}

/** What the sender of a mail has said of it. Times are ms since 1970. */
export interface CampaignEntry {
  readonly name: string;
  /** Whether its template is kept. */
  readonly template: boolean;
  readonly preparedAt: number | null;
  readonly delivered: number | null;
  readonly sentAt: number | null;
}

/** Sites, users, sessions and keys, as whatever keeps them offers them. Secrets arrive here only as digests. */
export interface Config {
  listSites(): Promise<Site[]>;
  addSite(site: NewSite): Promise<Site>;
  changeSite(id: number, change: SiteChange): Promise<Site>;
  /** Removes the site and all that was counted for it. */
  removeSite(id: number): Promise<void>;
  countUsers(): Promise<number>;
  listUsers(): Promise<User[]>;
  addUser(user: { email: string; passwordHash: string; role: Role; sites: readonly number[] }): Promise<User>;
  findUser(email: string): Promise<{ user: User; passwordHash: string } | null>;
  setPassword(userId: number, passwordHash: string): Promise<void>;
  removeUser(id: number): Promise<void>;
  addSession(session: { digest: string; userId: number; expiresAt: number }): Promise<void>;
  findSession(digest: string, now: number): Promise<User | null>;
  removeSession(digest: string): Promise<void>;
  addKey(key: { name: string; digest: string; prefix: string; scopes: readonly Scope[] }): Promise<Key>;
  listKeys(): Promise<Key[]>;
  findKey(digest: string): Promise<Key | null>;
  removeKey(id: number): Promise<void>;
  /** Grows with every change, whichever process made it. */
  configVersion(): Promise<number>;
  /** The log of privacy requests, the most urgent first. */
  listRequests(): Promise<PrivacyRequest[]>;
  addRequest(request: Omit<PrivacyRequest, 'closedAt'>): Promise<void>;
  closeRequest(reference: string): Promise<void>;
  /** Published versions of the privacy notice, the newest first. */
  listNotices(): Promise<PublishedNotice[]>;
  publishNotice(notice: { version: string; effective: string }): Promise<void>;
  /** The key of the mail suppression list; null before its first use. */
  findSuppressionKey(): Promise<Uint8Array | null>;
  /** The same, made of `fresh` bytes if there is none. */
  makeSuppressionKey(fresh: Uint8Array): Promise<Uint8Array>;
  isSuppressed(hash: Uint8Array): Promise<boolean>;
  suppress(entry: { hash: Uint8Array; day: number }): Promise<void>;
  listSuppressed(): Promise<Uint8Array[]>;
  /** The keys that mail links are signed with, the oldest first: the newest signs, all verify. */
  listMailKeys(): Promise<MailSecret[]>;
  /** The same, with `fresh` as the first one if there is none. */
  makeMailKey(fresh: Uint8Array): Promise<MailSecret[]>;
  addMailKey(secret: Uint8Array): Promise<number>;
  removeMailKey(id: number): Promise<void>;
  /** What the senders of a site's mails have said of them. */
  listCampaigns(siteId: number): Promise<CampaignEntry[]>;
  findTemplate(siteId: number, campaign: string): Promise<Template | null>;
  saveTemplate(entry: Template & { site: number; campaign: string }): Promise<void>;
  saveDelivered(entry: {
    site: number;
    campaign: string;
    count: number;
    /** When the sending began; null: not said. */
    at: number | null;
    add: boolean;
  }): Promise<number>;
  /** Whether anything was ever counted for the site. */
  receiving(siteId: number): Promise<boolean>;
  /** Every month of the site whose first day (since 1970) is before this one is folded; null where none is. */
  monthsUntil(siteId: number): Promise<number | null>;
  /** Visitors, and those who no longer stand under their own values, in each group of spans of pairs. */
  folds(
    siteId: number,
    groups: readonly (readonly { rollup: string; from: number; until: number }[])[],
  ): Promise<readonly { visitors: number; folded: number }[]>;
}
