import { type PrivacyRequest, type PublishedNotice, RequestKind } from '../../../schema/requests.ts';
import type { Db } from '../database.ts';
import { Conflict, NotFound } from '../failures.ts';

interface RequestRow {
  reference: string;
  kind: string;
  agent: number;
  received_at: number;
  due_at: number;
  closed_at: number | null;
}

const requestOf = (row: RequestRow): PrivacyRequest => ({
  reference: row.reference,
  kind: RequestKind.parse(row.kind),
  agent: row.agent === 1,
  receivedAt: row.received_at,
  dueAt: row.due_at,
  closedAt: row.closed_at,
});

/** The log of privacy requests, the most urgent first. */
export const listRequests = (db: Db): PrivacyRequest[] =>
  db
    .prepare<[], RequestRow>('SELECT * FROM request ORDER BY closed_at IS NOT NULL, due_at, reference')
    .all()
    .map(requestOf);

/** Logs a request; it holds nothing about who asks. */
export function addRequest(
  db: Db,
  _now: number,
  { reference, kind, agent, receivedAt, dueAt }: Omit<PrivacyRequest, 'closedAt'>,
): void {
  db.prepare('INSERT INTO request (reference, kind, agent, received_at, due_at) VALUES (?, ?, ?, ?, ?)').run(
    reference,
    kind,
    agent ? 1 : 0,
    receivedAt,
    dueAt,
  );
}

/** Throws {@link NotFound} for a reference that was never given, {@link Conflict} for a request that was closed before. */
export function closeRequest(db: Db, now: number, reference: string): void {
  const row = db.prepare<[string], RequestRow>('SELECT * FROM request WHERE reference = ?').get(reference);
  if (!row) throw new NotFound(`There is no request "${reference}". footfall privacy requests shows all.`);
  if (row.closed_at !== null)
    throw new Conflict(
      `The request ${reference} was closed on ${new Date(row.closed_at).toISOString().slice(0, 10)} already.`,
    );
  db.prepare('UPDATE request SET closed_at = ? WHERE reference = ?').run(now, reference);
}

/** Published versions of the notice, the newest first. */
export const listNotices = (db: Db): PublishedNotice[] =>
  db
    .prepare<[], { version: string; effective: string; published_at: number }>(
      'SELECT * FROM notice ORDER BY published_at DESC, effective DESC',
    )
    .all()
    .map(({ version, effective, published_at }) => ({ version, effective, publishedAt: published_at }));

/** Records that a version was published; one that was published before is so again, from the given day on. */
export function publishNotice(
  db: Db,
  now: number,
  { version, effective }: { version: string; effective: string },
): void {
  db.prepare(
    `INSERT INTO notice (version, effective, published_at) VALUES (?, ?, ?)
     ON CONFLICT (version) DO UPDATE SET effective = excluded.effective, published_at = excluded.published_at`,
  ).run(version, effective, now);
}

const suppressionName = 'suppression';

/** The key of the suppression list; null before its first use. */
export const findSuppressionKey = (db: Db): Uint8Array | null => {
  const value = db
    .prepare<[string], Uint8Array>('SELECT value FROM secret WHERE name = ?')
    .pluck()
    .get(suppressionName);
  return value === undefined ? null : Uint8Array.from(value);
};

/** The key of the suppression list; `fresh` becomes it if there is none yet. */
export function makeSuppressionKey(db: Db, _now: number, fresh: Uint8Array): Uint8Array {
  db.prepare('INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
    suppressionName,
    Buffer.from(fresh),
  );
  return findSuppressionKey(db) ?? fresh;
}

/** Whether a recipient objected to being measured; `hash` is all that is ever kept of them. */
export const isSuppressed = (db: Db, hash: Uint8Array): boolean =>
  db.prepare('SELECT 1 FROM suppression WHERE hash = ?').get(Buffer.from(hash)) !== undefined;

/** Puts a recipient on the list; one that is there stays as it is. `day` counts from 1970. */
export function suppress(db: Db, _now: number, { hash, day }: { hash: Uint8Array; day: number }): void {
  db.prepare('INSERT INTO suppression (hash, added_day) VALUES (?, ?) ON CONFLICT DO NOTHING').run(
    Buffer.from(hash),
    day,
  );
}
