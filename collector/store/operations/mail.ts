import type { CampaignEntry, MailSecret, Template } from '../../access/config.ts';
import type { Db } from '../database.ts';
import { NotFound } from '../failures.ts';

/** The keys, the oldest first. */
export const listMailKeys = (db: Db): MailSecret[] =>
  db
    .prepare<[], { id: number; secret: Uint8Array; created_at: number }>('SELECT * FROM mail_key ORDER BY id')
    .all()
    .map(({ id, secret, created_at }) => ({ id, secret: Uint8Array.from(secret), createdAt: created_at }));

/** Adds a key, from now on the one that signs; gives its id. */
export const addMailKey = (db: Db, now: number, secret: Uint8Array): number =>
  Number(
    db.prepare('INSERT INTO mail_key (secret, created_at) VALUES (?, ?)').run(Buffer.from(secret), now)
      .lastInsertRowid,
  );

/** Makes `fresh` the first key if there is none yet; gives all keys. */
export function makeMailKey(db: Db, now: number, fresh: Uint8Array): MailSecret[] {
  if (listMailKeys(db).length === 0) addMailKey(db, now, fresh);
  return listMailKeys(db);
}

/** What was signed with it is no longer valid. Throws {@link NotFound}. */
export function removeMailKey(db: Db, _now: number, id: number): void {
  if (db.prepare('DELETE FROM mail_key WHERE id = ?').run(id).changes === 0)
    throw new NotFound(`there is no mail key ${id}`);
}

interface Row {
  readonly name: string;
  readonly template: number;
  readonly prepared_at: number | null;
  readonly delivered: number | null;
  readonly sent_at: number | null;
}

/** All of a site. */
export const listCampaigns = (db: Db, site: number): CampaignEntry[] =>
  db
    .prepare<[number], Row>(
      'SELECT name, template IS NOT NULL AS template, prepared_at, delivered, sent_at FROM campaign WHERE site = ? ORDER BY name',
    )
    .all(site)
    .map(({ name, template, prepared_at, delivered, sent_at }) => ({
      name,
      template: template === 1,
      preparedAt: prepared_at,
      delivered,
      sentAt: sent_at,
    }));

/** A mail as its sender gave it; null where none is kept. */
export function findTemplate(db: Db, site: number, campaign: string): Template | null {
  const row = db
    .prepare<[number, string], { template: string | null; unsubscribe_url: string | null }>(
      'SELECT template, unsubscribe_url FROM campaign WHERE site = ? AND name = ?',
    )
    .get(site, campaign);
  return row?.template == null ? null : { html: row.template, unsubscribeUrl: row.unsubscribe_url };
}

/** Keeps the template that was prepared last. */
export function saveTemplate(
  db: Db,
  now: number,
  { site, campaign, html, unsubscribeUrl }: Template & { site: number; campaign: string },
): void {
  db.prepare(
    `INSERT INTO campaign (site, name, template, unsubscribe_url, prepared_at, said_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET template = excluded.template, unsubscribe_url = excluded.unsubscribe_url, prepared_at = excluded.prepared_at, said_at = excluded.said_at`,
  ).run(site, campaign, html, unsubscribeUrl, now, now);
}

/**
 * Says how many mails were delivered, in place of what was said before or, with `add`, on top of it; gives the number.
 * A time of the sending that was told stays where none is told now, and where more is added.
 */
export function saveDelivered(
  db: Db,
  now: number,
  sent: { site: number; campaign: string; count: number; at: number | null; add: boolean },
): number {
  const { site, campaign, count, at, add } = sent;
  return Number(
    db
      .prepare(
        `INSERT INTO campaign (site, name, delivered, sent_at, said_at) VALUES (?, ?, ?, ?, ?)
         ON CONFLICT DO UPDATE SET
           delivered = excluded.delivered + iif(?, coalesce(delivered, 0), 0),
           sent_at = iif(?, coalesce(sent_at, excluded.sent_at), coalesce(excluded.sent_at, sent_at)),
           said_at = excluded.said_at
         RETURNING delivered`,
      )
      .pluck()
      .get(site, campaign, count, at, now, add ? 1 : 0, add ? 1 : 0),
  );
}

/** Every recipient who objected, as hashes. */
export const listSuppressed = (db: Db): Uint8Array[] =>
  db
    .prepare<[], Uint8Array>('SELECT hash FROM suppression')
    .pluck()
    .all()
    .map((hash) => Uint8Array.from(hash));
