import { chmodSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { rollups, storedRollups } from '../../schema/rollups.ts';
import { StoreError, UnusableDatabase } from './failures.ts';

export type Db = Database.Database;

/** In the header of the file, so that `file` and we can tell our database from another program's ("Foot"). */
const applicationId = 0x466f6f74;
const migrationsFolder = new URL('./migrations/', import.meta.url);
/** The server's: a commit that waits for another process holds up all that come after it, until their 503. */
const serverBusyMs = 2_000;
/** A command's, which may wait for a server under load. */
const toolBusyMs = 5_000;

/** Numbered SQL files, in order: `0001-what-it-does.sql` takes a database from version 0 to 1. */
function readMigrations(): { version: number; sql: string }[] {
  return readdirSync(migrationsFolder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => ({
      version: Number.parseInt(file, 10),
      sql: readFileSync(new URL(file, migrationsFolder), 'utf8'),
    }));
}

const numberOf = (db: Db, pragma: string): number => Number(db.pragma(pragma, { simple: true }));

/** Whether it is a database that this program, of whatever version, has made. */
export const isOurs = (db: Db): boolean => numberOf(db, 'application_id') === applicationId;
export const versionOf = (db: Db): number => numberOf(db, 'user_version');
/** The version that a database has after all migrations. */
export const newestVersion = (): number => readMigrations().at(-1)?.version ?? 0;

/** Throws {@link UnusableDatabase}, before anything is written to it, for a database that is not ours or too new. */
function refuseStranger(db: Db, path: string): void {
  const tables = Number(db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get());
  if (tables > 0 && !isOurs(db))
    throw new UnusableDatabase(
      `${path} is a database of another program. Move it away, or name another folder with FOOTFALL_DATA_DIR.`,
    );
  const version = versionOf(db);
  const newest = newestVersion();
  if (version > newest)
    throw new UnusableDatabase(
      `${path} has version ${version}; this program knows versions up to ${newest}. Start the newer program that wrote it, or restore a backup.`,
    );
}

/** Whether {@link migrate} has nothing to do; a command beside the server need not wait to write then. */
function isCurrent(db: Db): boolean {
  if (!isOurs(db) || versionOf(db) !== newestVersion()) return false;
  const name = db.prepare('SELECT 1 FROM rollup WHERE name = ?');
  return storedRollups.every((rollup) => name.get(rollup.name) !== undefined);
}

/** Runs the migrations that the database has not had; to be called within a transaction. */
function migrate(db: Db): void {
  const version = versionOf(db);
  for (const migration of readMigrations()) {
    if (migration.version <= version) continue;
    db.exec(migration.sql);
    db.pragma(`user_version = ${migration.version}`);
  }
  db.pragma(`application_id = ${applicationId}`);
  const name = db.prepare('INSERT INTO rollup (name) VALUES (?) ON CONFLICT DO NOTHING');
  for (const rollup of storedRollups) name.run(rollup.name);
}

function orRefuse<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_NOTADB')
      throw new UnusableDatabase(
        `${path} is not a database. Move it away, or name another folder with FOOTFALL_DATA_DIR.`,
      );
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_CORRUPT'))
      throw new UnusableDatabase(`${path} is damaged (${error.message}). Restore a backup.`);
    throw error;
  }
}

/** What is deleted is overwritten with zeros. */
const overwriteDeleted = (db: Db): unknown => db.pragma('secure_delete = ON');

/** Whether this build of SQLite does what {@link overwriteDeleted} asks of it. */
export function overwritesDeleted(): boolean {
  const db = new Database(':memory:');
  try {
    overwriteDeleted(db);
    return numberOf(db, 'secure_delete') === 1;
  } finally {
    db.close();
  }
}

/** Who opens it: the server writes events, a tool only configuration, perhaps beside a server. */
export type Role = 'server' | 'tool';

/**
 * Opens the database for writing, makes it where there is none (file 0600, folder 0700), and brings it up to date.
 * Throws {@link UnusableDatabase} for a file that is not ours or from a newer version, {@link StoreError} where it cannot be opened.
 */
export function openDatabase(path: string, role: Role): Db {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite gives its -wal and -shm files the mode of the database itself.
    closeSync(openSync(path, 'a', 0o600));
  } catch (error) {
    throw new StoreError(
      `cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`,
      'STORE_OPEN',
    );
  }
  const db = new Database(path, { timeout: role === 'server' ? serverBusyMs : toolBusyMs });
  try {
    return orRefuse(path, () => {
      refuseStranger(db, path);
      chmodSync(path, 0o600);
      db.pragma('journal_mode = WAL');
      // FULL: a commit is on the disk before it is answered.
      db.pragma('synchronous = FULL');
      overwriteDeleted(db);
      db.pragma('foreign_keys = ON');
      db.pragma('cache_size = -65536');
      // Checkpoint every 32 MiB, as roll-ups change the same pages again and again; a log that grew further under a long
      // read is cut back afterwards. The server's log is the server's to check.
      db.pragma(`wal_autocheckpoint = ${role === 'server' ? 8_192 : 0}`);
      db.pragma(`journal_size_limit = ${32 * 1024 * 1024}`);
      if (!isCurrent(db)) db.transaction(() => migrate(db)).immediate();
      return db;
    });
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Opens the database that {@link openDatabase} has brought up to date, for reading only. */
export function openReadOnly(path: string): Db {
  const db = new Database(path, { readonly: true, timeout: serverBusyMs });
  db.pragma('cache_size = -65536');
  return db;
}

/**
 * Opens a database as it is, beside whoever else uses it, and changes neither it nor its folder. Throws
 * {@link UnusableDatabase} for a file that is not ours, damaged or from a newer version.
 *
 * A reader of a database without write-ahead log makes an empty one and cannot take it away again; a writer who writes
 * nothing can.
 */
export function openUnchanged(path: string): Db {
  const db = new Database(path, {
    readonly: existsSync(`${path}-wal`),
    fileMustExist: true,
    timeout: toolBusyMs,
  });
  try {
    return orRefuse(path, () => {
      db.pragma('query_only = ON');
      refuseStranger(db, path);
      return db;
    });
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Names of the tables and views that the migrations do not make. */
export function foreignTables(db: Db): string[] {
  const names = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'";
  const ours = new Database(':memory:');
  try {
    for (const { sql } of readMigrations()) ours.exec(sql);
    const known = new Set(ours.prepare<[], string>(names).pluck().all());
    return db
      .prepare<[], string>(names)
      .pluck()
      .all()
      .filter((name) => !known.has(name));
  } finally {
    ours.close();
  }
}

/** The stored id of every rollup, in the order of `rollups`. */
export function rollupIds(db: Db): number[] {
  const id = db.prepare('SELECT id FROM rollup WHERE name = ?').pluck();
  return rollups.map((rollup) => Number(id.get(rollup.name)));
}

/** The stored id of every rollup, those by month too. */
export const rollupIdsByName = (db: Db): ReadonlyMap<string, number> =>
  new Map(db.prepare<[], [string, number]>('SELECT name, id FROM rollup').raw().all());
