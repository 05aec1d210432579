import type { Reader } from '../query/read.ts';
import type { Clock } from '../time/clock.ts';
import { openDatabase } from './database.ts';
import { type Config, configOf, runOperation } from './operations.ts';
import { Reading } from './reading.ts';

/** The store of a command: it reads and changes configuration, and leaves events to the server. */
export interface Tool {
  /** Sites, users, sessions and keys. Rejects with Conflict or NotFound, in words for the user. */
  readonly config: Config;
  /** Figures, as what is committed and counted gives them. */
  readonly read: Reader;
  close(): Promise<void>;
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
    async close() {
      db.close();
    },
  };
}
