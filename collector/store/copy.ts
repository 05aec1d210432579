import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import type { Db } from './database.ts';
import { failureOf, StoreError } from './failures.ts';

/** A database file with the files that SQLite keeps beside it. */
export const filesOf = (path: string): string[] => [path, `${path}-wal`, `${path}-shm`, `${path}-journal`];

/** Removes a copy that is not whole. */
export function removeCopy(path: string): void {
  for (const file of filesOf(path)) rmSync(file, { force: true });
}

/**
 * Writes a consistent copy of a database to a new file that only the owner may read: one moment of it, whatever is being
 * written meanwhile, and nobody waits for it. Throws a {@link StoreError} with SQLite's code, and leaves no file, where it
 * cannot be written.
 */
export function copyDatabase(db: Db, path: string): void {
  let made = false;
  try {
    // SQLite writes into an empty file, and keeps its mode.
    closeSync(openSync(path, 'wx', 0o600));
    made = true;
    db.prepare('VACUUM INTO ?').run(path);
  } catch (error) {
    if (made) removeCopy(path);
    throw unwritable(path, error);
  }
}

/** Changes a copy on a connection that is closed afterwards, so that one file is left. Removes the copy where that fails. */
export function withCopy(path: string, work: (db: Db) => void): void {
  try {
    const db = new Database(path);
    try {
      db.pragma('journal_mode = DELETE');
      db.pragma('synchronous = FULL');
      db.pragma('secure_delete = ON');
      work(db);
    } finally {
      db.close();
    }
    flush(path);
    flush(dirname(path));
  } catch (error) {
    removeCopy(path);
    throw error instanceof StoreError ? error : unwritable(path, error);
  }
}

/** Waits until a file, or the names in a folder, are on the disk. */
export function flush(path: string): void {
  const fd = openSync(path, 'r');
  try {
    fsyncSync(fd);
  } catch (error) {
    // Some systems cannot flush a folder; they keep its names by themselves.
    if (statSync(path).isFile()) throw error;
  } finally {
    closeSync(fd);
  }
}

function unwritable(path: string, error: unknown): StoreError {
  const { message, code } = failureOf(error);
  const why =
    code === 'SQLITE_FULL' || code === 'ENOSPC'
      ? 'the disk is full'
      : existsSync(dirname(path))
        ? message
        : `there is no folder ${dirname(path)}`;
  return new StoreError(
    `cannot write ${path}: ${why}. Nothing was changed; make room, or name another place`,
    code ?? 'STORE_COPY',
  );
}
