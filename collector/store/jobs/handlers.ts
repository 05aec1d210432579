import { openDatabase } from '../database.ts';
import type { Keeping } from './edges.ts';
import { type JobKind, type Line, type Progress, runJob } from './job.ts';

export interface JobOptions {
  /** The database file. */
  readonly path: string;
  readonly kind: JobKind;
  /** ms since 1970: what is due is judged by it, until the end. */
  readonly now: number;
  readonly keeping: Keeping;
  /** No server uses the database: the log is ours to keep short, and the file may be written anew. */
  readonly alone: boolean;
}

/** `ms`: how long the step took, its transaction included. */
export type Step = { readonly progress: Progress; readonly ms: number } | { readonly lines: readonly Line[] };

/** What the job's thread does: one transaction a call, so that whoever drives it may stop after any. */
export function jobHandlers({ path, kind, now, keeping, alone }: JobOptions) {
  const db = openDatabase(path, alone ? 'server' : 'tool');
  const job = runJob(db, kind, now, keeping);
  return {
    step(): Step {
      const begun = performance.now();
      const { done, value } = job.next();
      if (!done) return { progress: value, ms: performance.now() - begun };
      // Beside a server the log is the server's to empty, and nobody may keep everything waiting for a new file.
      if (alone) {
        if (kind === 'retain' && value.length > 0) db.exec('VACUUM');
        db.pragma('wal_checkpoint(TRUNCATE)');
      }
      return { lines: value };
    },
    close() {
      db.close();
    },
  };
}
export type JobHandlers = ReturnType<typeof jobHandlers>;
