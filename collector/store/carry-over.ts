import type { Db } from './database.ts';

/**
 * What a restore must not undo, because it was promised after the backup was made: objections of mail recipients, privacy
 * requests, published notices, what private releases have spent, and the keys of links in mails that are out.
 */
const lasting = {
  request: { key: 'reference', columns: 'reference, kind, agent, received_at, due_at, closed_at' },
  notice: { key: 'version', columns: 'version, effective, published_at' },
  release: {
    key: '(at, site, kind, first_day, until_day, rows)',
    columns: 'at, site, kind, first_day, until_day, epsilon, delta, rows',
  },
  suppression: { key: 'hash', columns: 'hash, added_day' },
  mail_key: { key: 'id', columns: 'id, secret, created_at' },
} as const;

/**
 * Copies such entries from the old database to the restored one, where they are missing; gives how many by table, without
 * those that have none. Nothing from a database that cannot be read, or that is older than these tables.
 */
export function carryOver(db: Db, old: string): Record<string, number> {
  const carried: Record<string, number> = {};
  try {
    db.prepare('ATTACH ? AS old').run(old);
  } catch {
    return carried;
  }
  try {
    for (const [table, { key, columns }] of Object.entries(lasting)) {
      if (!db.prepare('SELECT 1 FROM old.sqlite_schema WHERE name = ?').get(table)) continue;
      // Hashes mean something under the key they were made with, and under no other.
      if (table === 'suppression' && !takeSecrets(db)) continue;
      const { changes } = db
        .prepare(
          `INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM old.${table} WHERE ${key} NOT IN (SELECT ${key.replace(/^\((.*)\)$/, '$1')} FROM main.${table})`,
        )
        .run();
      if (changes > 0) carried[table] = changes;
    }
    closeRequests(db);
    revokeKeys(db);
  } finally {
    db.exec('DETACH old');
  }
  return carried;
}

/** Whether the old keys are ours now. A backup from before a key's first use has none, and nothing under it: it takes the old one. */
function takeSecrets(db: Db): boolean {
  db.exec(
    'INSERT INTO main.secret (name, value) SELECT name, value FROM old.secret WHERE true ON CONFLICT DO NOTHING',
  );
  return (
    db
      .prepare(
        'SELECT 1 FROM old.secret AS theirs JOIN main.secret AS ours USING (name) WHERE ours.value IS NOT theirs.value LIMIT 1',
      )
      .get() === undefined
  );
}

/** A request that was closed after the backup stays closed. */
function closeRequests(db: Db): void {
  if (!db.prepare("SELECT 1 FROM old.sqlite_schema WHERE name = 'request'").get()) return;
  db.exec(
    'UPDATE main.request SET closed_at = (SELECT closed_at FROM old.request AS theirs WHERE theirs.reference = request.reference) WHERE closed_at IS NULL',
  );
}

/** A mail key that was taken back after the backup stays so: whoever took it back may have done so because it leaked. */
function revokeKeys(db: Db): void {
  if (!db.prepare("SELECT 1 FROM old.sqlite_schema WHERE name = 'mail_key'").get()) return;
  db.exec(
    `DELETE FROM main.mail_key WHERE id NOT IN (SELECT id FROM old.mail_key)
       AND id <= (SELECT seq FROM old.sqlite_sequence WHERE name = 'mail_key')`,
  );
}
