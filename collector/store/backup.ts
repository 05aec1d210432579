import { existsSync, linkSync, renameSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { copyDatabase, removeCopy, withCopy } from './copy.ts';
import { openDatabase } from './database.ts';
import { Conflict, failureOf, NotFound } from './failures.ts';

/** What was written. */
export interface Backup {
  /** Full path, and bytes. */
  readonly file: string;
  readonly bytes: number;
  /** Batches that were committed and not yet counted; they are in the copy and are counted after a restore. */
  readonly waiting: number;
}

/** What stands in the database for hours only and would let somebody in: never part of a copy. */
const passing = ['session'] as const;

/** Bytes of the database with its log: about what a copy needs at most. Throws {@link NotFound} where there is none. */
export function sizeOf(path: string): number {
  if (!existsSync(path))
    throw new NotFound(
      `There is no database ${path}. FOOTFALL_DATA_DIR names the folder it is in; footfall serve makes one.`,
    );
  return [path, `${path}-wal`].reduce((sum, file) => sum + (existsSync(file) ? statSync(file).size : 0), 0);
}

/**
 * Copies the database to a new file, mode 0600, perhaps beside a running server: everything that was answered before it
 * began is in it, the journal included. Sessions are not. Throws {@link Conflict} for a file that is there, {@link NotFound}
 * without a database, StoreError where the file cannot be written; then nothing is left of it.
 */
export function backUp(path: string, target: string): Backup {
  const file = resolve(target);
  sizeOf(path);
  refuseExisting(file);
  const partial = `${file}.${process.pid}.partial`;
  const db = openDatabase(path, 'tool');
  try {
    copyDatabase(db, partial);
  } finally {
    db.close();
  }
  let waiting = 0;
  withCopy(partial, (copy) => {
    for (const table of passing) copy.exec(`DELETE FROM ${table}`);
    waiting = Number(copy.prepare('SELECT count(*) FROM journal').pluck().get());
  });
  try {
    publish(partial, file);
  } catch (error) {
    removeCopy(partial);
    throw error;
  }
  return { file, bytes: statSync(file).size, waiting };
}

/** Gives the finished copy its name, unless somebody has taken it meanwhile. */
function publish(partial: string, file: string): void {
  try {
    linkSync(partial, file);
    rmSync(partial);
  } catch (error) {
    if (failureOf(error).code === 'EEXIST') refuseExisting(file);
    // A file system without links.
    renameSync(partial, file);
  }
}

function refuseExisting(file: string): void {
  if (existsSync(file))
    throw new Conflict(`${file} is there already and is not overwritten. Name another file.`);
}
