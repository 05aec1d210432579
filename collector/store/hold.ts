import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { failureOf, StoreError } from './failures.ts';

/** An exclusive hold of a data folder. */
export interface Hold {
  release(): void;
}

/** Whoever has the file writes to it for a moment only, before it is kept. */
const busyMs = 250;
/** Referenced for as long as they are held: a connection that is collected gives its lock up. */
const held = new Set<Database.Database>();

/**
 * Takes a data folder for this process alone, and makes it where there is none: of two writers each would count and
 * delete what the other answers for. Throws a {@link StoreError}: `STORE_HELD` names the process that has it,
 * `STORE_OPEN` says that the folder cannot be written.
 *
 * The hold is SQLite's write lock on `server.lock`; the operating system ends it with the process, however that ends.
 * Whose it is can be read by others only when it is committed, and committing gives the lock up: so it is written, locked
 * again, and kept if nobody came between.
 */
export function holdFolder(folder: string): Hold {
  const db = openLock(folder);
  try {
    for (;;) {
      db.exec('BEGIN IMMEDIATE');
      if (holderIn(db) === process.pid) break;
      db.pragma(`user_version = ${process.pid}`);
      db.exec('COMMIT');
    }
  } catch (error) {
    const refusal = refusalOf(error, folder, db);
    db.close();
    throw refusal;
  }
  held.add(db);
  return {
    release() {
      held.delete(db);
      db.close();
    },
  };
}

function openLock(folder: string): Database.Database {
  const path = join(folder, 'server.lock');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    makeFile(path);
    return new Database(path, { timeout: busyMs });
  } catch (error) {
    throw new StoreError(`cannot write ${path}: ${failureOf(error).message}`, 'STORE_OPEN');
  }
}

/** Only where it is missing: closing a file ends every lock that this process has on it (POSIX, fcntl). */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (failureOf(error).code !== 'EEXIST') throw error;
  }
}

const holderIn = (db: Database.Database): number => Number(db.pragma('user_version', { simple: true }));

function refusalOf(error: unknown, folder: string, db: Database.Database): StoreError {
  const { message, code } = failureOf(error);
  if (!code?.startsWith('SQLITE_BUSY'))
    return new StoreError(`cannot write ${join(folder, 'server.lock')}: ${message}`, 'STORE_OPEN');
  let holder = '';
  try {
    holder = ` (process ${holderIn(db)})`;
  } catch {
    // It is just being written.
  }
  return new StoreError(
    `Another footfall serve${holder} uses ${folder}. Stop it, or choose another folder: FOOTFALL_DATA_DIR=…`,
    'STORE_HELD',
  );
}

/** The process that holds a data folder; null if nobody does, or there is none. */
export function holderOf(folder: string): number | null {
  const path = join(folder, 'server.lock');
  if (!existsSync(path)) return null;
  const db = new Database(path, { timeout: 0 });
  try {
    db.exec('BEGIN IMMEDIATE');
    db.exec('ROLLBACK');
    return null;
  } catch (error) {
    if (!failureOf(error).code?.startsWith('SQLITE_BUSY')) throw error;
    return holderIn(db);
  } finally {
    db.close();
  }
}
