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

interface Lock {
  readonly file: string;
  /** In words, who has it and what to do about it. */
  readonly refusal: (holder: string, folder: string) => string;
}

const server: Lock = {
  file: 'server.lock',
  refusal: (holder, folder) =>
    `Another footfall serve${holder} uses ${folder}. Stop it, or choose another folder: FOOTFALL_DATA_DIR=…`,
};
const jobs: Lock = {
  file: 'jobs.lock',
  refusal: (holder, folder) =>
    `Another job${holder} is at work in ${folder}. One at a time: wait for it, and run this again.`,
};

/**
 * Takes a data folder for this process alone, and makes it where there is none: of two writers each would count and
 * delete what the other answers for. Throws a {@link StoreError}: `STORE_HELD` names the process that has it,
 * `STORE_OPEN` says that the folder cannot be written.
 */
export const holdFolder = (folder: string): Hold => hold(folder, server);

/** Takes a data folder's jobs, beside a server or without one; throws as {@link holdFolder} does. */
export const holdJobs = (folder: string): Hold => hold(folder, jobs);

/**
 * The hold is SQLite's write lock on a file; the operating system ends it with the process, however that ends.
 * Whose it is can be read by others only when it is committed, and committing gives the lock up: so it is written, locked
 * again, and kept if nobody came between.
 */
function hold(folder: string, lock: Lock): Hold {
  const db = openLock(folder, lock);
  try {
    for (;;) {
      db.exec('BEGIN IMMEDIATE');
      if (holderIn(db) === process.pid) break;
      db.pragma(`user_version = ${process.pid}`);
      db.exec('COMMIT');
    }
  } catch (error) {
    const refusal = refusalOf(error, folder, db, lock);
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

function openLock(folder: string, { file }: Lock): Database.Database {
  const path = join(folder, file);
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

function refusalOf(error: unknown, folder: string, db: Database.Database, lock: Lock): StoreError {
  const { message, code } = failureOf(error);
  if (!code?.startsWith('SQLITE_BUSY'))
    return new StoreError(`cannot write ${join(folder, lock.file)}: ${message}`, 'STORE_OPEN');
  let holder = '';
  try {
    holder = ` (process ${holderIn(db)})`;
  } catch {
    // It is just being written.
  }
  return new StoreError(lock.refusal(holder, folder), 'STORE_HELD');
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
