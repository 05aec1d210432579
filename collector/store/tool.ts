import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Reader } from '../query/read.ts';
import type { Clock } from '../time/clock.ts';
import { openDatabase } from './database.ts';
import { failureOf } from './failures.ts';
import { holdJobs } from './hold.ts';
import { type Config, configOf, runOperation } from './operations.ts';
import { purge, waitingCode } from './purge/purge.ts';
import type { Poison, PurgeReport, PurgeRules } from './purge/target.ts';
import { Reading } from './reading.ts';

/** The store of a command: it reads and changes configuration, and leaves events to the server. */
export interface Tool {
  /** Sites, users, sessions and keys. Rejects with Conflict or NotFound, in words for the user. */
  readonly config: Config;
  /** Figures, as what is committed and counted gives them. */
  readonly read: Reader;
  /**
   * Takes poisoned traffic of one day out again, or, without `apply`, says what that would take. Rejects with a
   * StoreError, in words for the user, having changed nothing.
   */
  purge(poison: Poison, rules: PurgeRules, apply: boolean): Promise<PurgeReport>;
  close(): Promise<void>;
}

/** How often, and how far apart in ms, a purge looks whether the server has counted what still waits. */
const looks = 20;
const lookEveryMs = 250;

async function waiting<Result>(work: () => Result): Promise<Result> {
  for (let look = 1; ; look++) {
    try {
      return work();
    } catch (error) {
      if (failureOf(error).code !== waitingCode || look === looks) throw error;
      await pause(lookEveryMs);
    }
  }
}

/**
 * Opens the database, making and migrating it as needed, perhaps beside a server: what waits in the journal and the
 * write-ahead log are the server's. Rejects with UnusableDatabase or StoreError.
 */
export async function openTool(path: string, clock: Clock): Promise<Tool> {
  const db = openDatabase(path, 'tool');
  const reading = new Reading(db);
  return {
    config: configOf(
      (name) =>
        async (...args) =>
          runOperation(db, clock, name, args),
    ),
    read: async (reads) => reading.read(reads),
    async purge(poison, rules, apply) {
      // The job that folds the same days must not come between.
      const hold = apply ? holdJobs(dirname(path)) : null;
      try {
        return await waiting(() => purge(db, clock(), poison, rules, apply));
      } finally {
        hold?.release();
      }
    },
    async close() {
      db.close();
    },
  };
}
