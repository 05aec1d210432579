import { type Key, Scope } from '../../../schema/access.ts';
import type { Db } from '../database.ts';
import { NotFound } from '../failures.ts';

interface Row {
  id: number;
  name: string;
  prefix: string;
  scopes: string;
  created_at: number;
}

const fields = 'id, name, prefix, scopes, created_at';
const keyOf = ({ id, name, prefix, scopes, created_at }: Row): Key => ({
  id,
  name,
  scopes: Scope.array().parse(JSON.parse(scopes)),
  prefix,
  createdAt: created_at,
});

export const listKeys = (db: Db): Key[] =>
  db.prepare<[], Row>(`SELECT ${fields} FROM key ORDER BY id`).all().map(keyOf);

export function findKey(db: Db, digest: string): Key | null {
  const row = db.prepare<[string], Row>(`SELECT ${fields} FROM key WHERE hash = ?`).get(digest);
  return row ? keyOf(row) : null;
}

/** `digest` is a hash: the secret itself is never stored. */
export function addKey(
  db: Db,
  now: number,
  {
    name,
    digest,
    prefix,
    scopes,
  }: { name: string; digest: string; prefix: string; scopes: readonly Scope[] },
): Key {
  const { lastInsertRowid } = db
    .prepare('INSERT INTO key (name, hash, prefix, scopes, created_at) VALUES (?, ?, ?, ?, ?)')
    .run(name, digest, prefix, JSON.stringify(scopes), now);
  return { id: Number(lastInsertRowid), name, scopes: [...scopes], prefix, createdAt: now };
}

export function removeKey(db: Db, _now: number, id: number): void {
  if (db.prepare('DELETE FROM key WHERE id = ?').run(id).changes === 0)
    throw new NotFound(`There is no key with the number ${id}.`);
}
