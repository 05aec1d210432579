import type { Key, Role, Scope, User } from '../../schema/access.ts';
import type { PrivacyRequest, PublishedNotice } from '../../schema/requests.ts';
import type { NewSite, Site, SiteChange } from '../../schema/site.ts';

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
