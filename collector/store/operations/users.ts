import type { Role, User } from '../../../schema/access.ts';
import type { Db } from '../database.ts';
import { Conflict, NotFound } from '../failures.ts';

interface Row {
  id: number;
  email: string;
  password_hash: string;
  role: Role;
  created_at: number;
}

function userOf(db: Db, { id, email, role, created_at }: Row): User {
  const sites = db
    .prepare<[number], number>('SELECT site FROM user_site WHERE user = ? ORDER BY site')
    .pluck()
    .all(id);
  return { id, email, role, sites, createdAt: created_at };
}

function rowById(db: Db, id: number): Row {
  const row = db.prepare<[number], Row>('SELECT * FROM user WHERE id = ?').get(id);
  if (!row) throw new NotFound(`There is no user with the number ${id}.`);
  return row;
}

export const countUsers = (db: Db): number => Number(db.prepare('SELECT count(*) FROM user').pluck().get());

export const listUsers = (db: Db): User[] =>
  db
    .prepare<[], Row>('SELECT * FROM user ORDER BY email')
    .all()
    .map((row) => userOf(db, row));

export function findUser(db: Db, email: string): { user: User; passwordHash: string } | null {
  const row = db.prepare<[string], Row>('SELECT * FROM user WHERE email = ?').get(email);
  return row ? { user: userOf(db, row), passwordHash: row.password_hash } : null;
}

/** Throws a {@link Conflict} for an e-mail address that is there, {@link NotFound} for a site that is not. */
export function addUser(
  db: Db,
  now: number,
  {
    email,
    passwordHash,
    role,
    sites,
  }: { email: string; passwordHash: string; role: Role; sites: readonly number[] },
): User {
  if (findUser(db, email)) throw new Conflict(`There is a user ${email} already.`);
  const { lastInsertRowid } = db
    .prepare('INSERT INTO user (email, password_hash, role, created_at) VALUES (?, ?, ?, ?)')
    .run(email, passwordHash, role, now);
  const id = Number(lastInsertRowid);
  for (const site of new Set(sites)) {
    if (!db.prepare('SELECT 1 FROM site WHERE id = ?').get(site))
      throw new NotFound(`There is no site with the number ${site}.`);
    db.prepare('INSERT INTO user_site (user, site) VALUES (?, ?)').run(id, site);
  }
  return userOf(db, rowById(db, id));
}

/** Also ends the user's sessions: whoever changes a password may do so because somebody else knows it. */
export function setPassword(db: Db, _now: number, id: number, passwordHash: string): void {
  rowById(db, id);
  db.prepare('UPDATE user SET password_hash = ? WHERE id = ?').run(passwordHash, id);
  db.prepare('DELETE FROM session WHERE user = ?').run(id);
}

export function removeUser(db: Db, _now: number, id: number): void {
  rowById(db, id);
  db.prepare('DELETE FROM user WHERE id = ?').run(id);
}

/** `digest` is a hash: the secret itself is never stored. */
export function addSession(
  db: Db,
  _now: number,
  { digest, userId, expiresAt }: { digest: string; userId: number; expiresAt: number },
): void {
  rowById(db, userId);
  db.prepare('INSERT INTO session (hash, user, expires_at) VALUES (?, ?, ?)').run(digest, userId, expiresAt);
}

/** The user of a session that has not expired at `now`, ms since 1970. */
export function findSession(db: Db, digest: string, now: number): User | null {
  const row = db
    .prepare<[string, number], Row>(
      'SELECT user.* FROM session JOIN user ON user.id = user WHERE hash = ? AND expires_at > ?',
    )
    .get(digest, now);
  return row ? userOf(db, row) : null;
}

export function removeSession(db: Db, _now: number, digest: string): void {
  db.prepare('DELETE FROM session WHERE hash = ?').run(digest);
}

export function removeExpiredSessions(db: Db, now: number): void {
  db.prepare('DELETE FROM session WHERE expires_at <= ?').run(now);
}
