import { encodeFacts } from '../journal/codec.ts';
import type { Commit } from '../journal/journal.ts';
import type { Reader } from '../query/read.ts';
import type { Clock } from '../time/clock.ts';
import { createStatesWriter } from '../track/states.ts';
import { checkedFacts } from './facts.ts';
import { failureOf, type StoreError } from './failures.ts';
import { type Driving, driveJob } from './jobs/drive.ts';
import type { Keeping } from './jobs/edges.ts';
import type { JobOptions } from './jobs/handlers.ts';
import type { JobKind, Line } from './jobs/job.ts';
import { type Config, configOf, isQuestion, type OperationName } from './operations.ts';
import { inlinePort, type Port, threadFile, threadPort } from './port.ts';
import { type ReaderHandlers, readerHandlers } from './reader-handlers.ts';
import { type WriterHandlers, type WriterOptions, writerHandlers } from './writer-handlers.ts';
import type { Pending } from './writing.ts';

export interface Store {
  /** The largest number that a batch was committed under before the store was opened; the next is one more. */
  readonly lastSeq: number;
  readonly commit: Commit;
  readonly read: Reader;
  /** Sites, users, sessions and keys. Rejects with Conflict or NotFound, in words for the user. */
  readonly config: Config;
  /** Counts all that is committed. */
  flush(): Promise<void>;
  pending(): Promise<Pending>;
  /** Rejects where nothing can be written. */
  check(): Promise<void>;
  /**
   * Runs a job beside all else: `retain` folds and deletes what is due, `fold` only folds. Gives what was done, or null where
   * it was stopped. Rejects with a StoreError, in words for the user; whatever was done by then is whole.
   */
  job(kind: JobKind, keeping: Keeping, driving?: Omit<Driving, 'thread'>): Promise<readonly Line[] | null>;
  /** Counts all that is committed, empties the write-ahead log and closes the files. */
  close(): Promise<void>;
}

export interface StoreOptions {
  /** The database file. */
  readonly path: string;
  /** Write and read on threads of their own, so that neither holds up the other or the caller. */
  readonly threads: boolean;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  /** ms between roll-ups under light load; 0: only at {@link Store.flush} and close. By default a second. */
  readonly rollupEveryMs?: number;
  /** The memory-backed folder for visits that outlive a restart. */
  readonly stateDir?: string | null;
  readonly caps?: WriterOptions['caps'];
  /** Whether the joint of the core dimensions by hour is kept; by default it is. */
  readonly detail?: boolean;
  /** Told when a thread dies. By default the process ends with the error: nothing committed is lost, and a new one goes on. */
  readonly onDeath?: (error: StoreError) => void;
}

const endProcess = (error: StoreError): void => {
  setImmediate(() => {
    throw error;
  });
};

/**
 * Opens the database, making and migrating it as needed, on this thread or on two others: the same functions either way.
 * The caller holds the folder (`holdFolder`). Rejects with UnusableDatabase or StoreError.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const {
    path,
    threads,
    clock,
    log,
    rollupEveryMs = 1_000,
    stateDir = null,
    caps,
    detail = true,
    onDeath = endProcess,
  } = options;
  const writerOptions: WriterOptions = { path, rollupEveryMs, detail, ...(caps ? { caps } : {}) };
  const writer: Port<WriterHandlers> = threads
    ? await threadPort<WriterHandlers>(threadFile('writer'), { ...writerOptions, stateDir }, onDeath)
    : inlinePort(writerHandlers(writerOptions, stateDir === null ? null : createStatesWriter(stateDir), log));
  const reader: Port<ReaderHandlers> = threads
    ? await threadPort<ReaderHandlers>(threadFile('reader'), { path }, onDeath)
    : inlinePort(readerHandlers({ path }));

  // Questions go to the reader, so that a session is found while the rollups are written.
  const run =
    (name: OperationName) =>
    (...args: unknown[]) =>
      isQuestion(name) ? reader('run', name, args, clock()) : writer('run', name, args, clock());

  let committing = true;
  /** Says the first failure of a row and the end of it: a full disk fails fifty commits a second. */
  const told = (failure: unknown): void => {
    if (failure === null) {
      if (!committing) log('commits work again, events are counted');
    } else if (committing) {
      const { message, code } = failureOf(failure);
      log(`a commit failed, events are refused until one works: ${message} (${code})`);
    }
    committing = failure === null;
  };

  return {
    lastSeq: await writer('lastSeq'),
    async commit({ seq, facts, state }) {
      try {
        await writer('commit', seq, encodeFacts(checkedFacts(facts)), facts.length, state, clock());
      } catch (error) {
        told(error);
        throw error;
      }
      told(null);
    },
    read: (reads) => reader('read', reads),
    config: configOf(run),
    flush: () => writer('flush'),
    pending: () => writer('pending'),
    check: () => writer('check'),
    async job(kind, keeping, driving) {
      // Facts that wait since an earlier process may be of days that are due.
      await writer('flush');
      const options: JobOptions = { path, kind, now: clock(), keeping, alone: !threads };
      const lines = await driveJob(options, { ...driving, thread: threads });
      if (threads) await writer('truncate');
      return lines;
    },
    async close() {
      await reader('close');
      await writer('close');
    },
  };
}
