import { existsSync, renameSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { carryOver } from './carry-over.ts';
import { copyDatabase, filesOf, flush, removeCopy, withCopy } from './copy.ts';
import { type Db, isOurs, newestVersion, openDatabase, versionOf } from './database.ts';
import { failureOf, NotFound, StoreError, UnusableDatabase } from './failures.ts';
import { holdFolder } from './hold.ts';

/** What was put in place. */
export interface Restored {
  readonly bytes: number;
  /** Where the database that was there is now; null where there was none. */
  readonly old: string | null;
  /** Entries of the old database that no restore may forget, by table. */
  readonly carried: Readonly<Record<string, number>>;
}

/**
 * Puts a backup in the place of the database of a data folder, which no server may hold. The backup is checked and
 * brought up to date before anything else is touched; the old database is moved aside under a name with the time, `now`
 * in ms since 1970, and never deleted. Objections, the log of requests and the ledger of releases that are younger than
 * the backup are carried over. Throws, having changed nothing, {@link NotFound}, {@link UnusableDatabase} or
 * {@link StoreError} (`STORE_HELD` while a server runs).
 */
export function restore(source: string, folder: string, now: number): Restored {
  const file = resolve(source);
  if (!existsSync(file) || !statSync(file).isFile()) throw new NotFound(`There is no file ${file}.`);
  const path = join(resolve(folder), 'footfall.db');
  if (file === path) throw new UnusableDatabase(`${file} is the database itself. Name a backup of it.`);
  const hold = holdFolder(resolve(folder));
  try {
    const stamp = new Date(now).toISOString().slice(0, 19).replaceAll(':', '-');
    const partial = join(resolve(folder), `footfall.db.${process.pid}.partial`);
    copyChecked(file, partial);
    try {
      // Migrations run now: a backup that cannot be brought up to date takes nobody's place.
      openDatabase(partial, 'tool').close();
      settle(path);
      let carried: Record<string, number> = {};
      withCopy(partial, (db) => {
        carried = existsSync(path) ? carryOver(db, path) : {};
      });
      const old = moveAside(path, `${path}.before-restore-${stamp}`);
      renameSync(partial, path);
      flush(dirname(path));
      return { bytes: statSync(path).size, old, carried };
    } catch (error) {
      removeCopy(partial);
      throw error;
    }
  } finally {
    hold.release();
  }
}

/** Copies a backup beside the database, if it is one of ours, whole, and not too new. */
function copyChecked(file: string, partial: string): void {
  let db: Db | null = null;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true });
    if (!isOurs(db))
      throw new UnusableDatabase(`${file} is a database of another program. Name a file of footfall backup.`);
    const [version, newest] = [versionOf(db), newestVersion()];
    if (version > newest)
      throw new UnusableDatabase(
        `${file} has version ${version}; this program knows versions up to ${newest}. Restore it with the newer program that wrote it.`,
      );
    const [found] = db.pragma('integrity_check(1)') as { integrity_check: string }[];
    if (found?.integrity_check !== 'ok')
      throw new UnusableDatabase(
        `${file} is damaged (${found?.integrity_check}). Nothing was changed; take another backup.`,
      );
    copyDatabase(db, partial);
  } catch (error) {
    throw inWords(file, error);
  } finally {
    db?.close();
  }
}

function inWords(file: string, error: unknown): unknown {
  const { message, code } = failureOf(error);
  if (error instanceof UnusableDatabase || code === null) return error;
  if (code === 'SQLITE_NOTADB')
    return new UnusableDatabase(`${file} is not a database. Name a file of footfall backup.`);
  if (code.startsWith('SQLITE_CORRUPT'))
    return new UnusableDatabase(`${file} is damaged (${message}). Nothing was changed; take another backup.`);
  return error instanceof StoreError ? error : new StoreError(`cannot read ${file}: ${message}`, code);
}

/** How long whoever reads the old database is waited for, in ms. */
const patience = 500;

/** Brings what waits in the old database's log into it, so that it can be moved as one file. Of a damaged one all files are moved. */
function settle(path: string): void {
  if (!existsSync(path)) return;
  try {
    const db = new Database(path, { timeout: patience });
    try {
      db.pragma('wal_checkpoint(TRUNCATE)');
    } finally {
      db.close();
    }
  } catch {
    return;
  }
  if (existsSync(`${path}-wal`) && statSync(`${path}-wal`).size > 0)
    throw new StoreError(
      `another process has ${path} open. Wait until it has ended, and restore again`,
      'STORE_HELD',
    );
}

/** The log first: without it the old database is still whole, while the new one must never meet it. */
function moveAside(path: string, aside: string): string | null {
  if (!existsSync(path)) return null;
  for (const [at, file] of filesOf(path).reverse().entries())
    if (existsSync(file)) renameSync(file, filesOf(aside).reverse()[at] ?? aside);
  return aside;
}
