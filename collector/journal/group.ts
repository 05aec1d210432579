import type { Clock } from '../time/clock.ts';
import type { Fact } from '../track/fact.ts';
import type { Batch, Commit } from './journal.ts';

/** The facts are not safe: whoever sent them is to try again, and what they changed was undone. */
export class JournalUnavailable extends Error {
  override readonly name = 'JournalUnavailable';
}

/** Everything since the last seal, to be made durable together or not at all. */
interface SealedBatch {
  readonly state: Batch['state'];
  undo(): void;
}

export interface JournalOptions {
  readonly commit: Commit;
  /** Everything that changed with the facts since the last seal; undone if their commit fails. */
  readonly seal: () => SealedBatch;
  /** The number of the first batch: one more than the last committed one. */
  readonly firstSeq: number;
  readonly clock: Clock;
}

export interface Journal {
  /**
   * Resolves when the facts are durable, rejects with a {@link JournalUnavailable}. To be called in the same tick as the
   * `track` or `sweep` that gave the facts, so that a batch holds a change and its facts, or neither.
   */
  append(facts: readonly Fact[]): Promise<void>;
  /** Resolves when nothing waits, for a stop. */
  idle(): Promise<void>;
  /** Whether the last commit worked. After one that failed, any append tries one, also of no facts: nobody may send events meanwhile. */
  readonly healthy: boolean;
  /** How long the oldest waiting facts have waited, in ms; 0 when nothing waits. */
  readonly lag: number;
}

/** Facts that share a commit. */
interface Group {
  readonly facts: Fact[];
  readonly since: number;
  readonly done: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: JournalUnavailable) => void;
}

/**
 * Group commit: one batch at a time, and what arrives meanwhile goes with the next, so the disk sets the pace. When
 * nothing is under way, a batch begins with the next turn of the event loop: a lone event waits for nobody.
 */
export function createJournal({ commit, seal, firstSeq, clock }: JournalOptions): Journal {
  let seq = firstSeq;
  let waiting: Group | null = null;
  let committing: Group | null = null;
  let healthy = true;
  const idlers: (() => void)[] = [];

  return {
    append,
    idle,
    get healthy() {
      return healthy;
    },
    get lag() {
      const oldest = committing ?? waiting;
      return oldest ? Math.max(0, clock() - oldest.since) : 0;
    },
  };

  function append(facts: readonly Fact[]): Promise<void> {
    if (!waiting) {
      waiting = group(clock());
      if (!committing) setImmediate(next);
    }
    for (const fact of facts) waiting.facts.push(fact);
    return waiting.done;
  }

  function idle(): Promise<void> {
    return committing || waiting ? new Promise((resolve) => idlers.push(resolve)) : Promise.resolve();
  }

  function next(): void {
    if (waiting && !committing) {
      committing = waiting;
      waiting = null;
      void write(committing).then(() => {
        committing = null;
        next();
      });
    } else if (!committing) for (const resolve of idlers.splice(0)) resolve();
  }

  /** Never rejects: its group's promise tells. */
  async function write({ facts, resolve, reject }: Group): Promise<void> {
    const { state, undo } = seal();
    try {
      if (facts.length > 0 || state || !healthy) {
        await commit({ seq, facts, state });
        seq++;
        healthy = true;
      }
      resolve();
    } catch (cause) {
      healthy = false;
      undo();
      const error = new JournalUnavailable('the journal could not be written', { cause });
      reject(error);
      // Undone as well: these facts were told on top of the failed ones.
      waiting?.reject(error);
      waiting = null;
    }
  }
}

function group(since: number): Group {
  let resolve: () => void = () => {};
  let reject: (error: JournalUnavailable) => void = () => {};
  const done = new Promise<void>((accept, refuse) => {
    resolve = accept;
    reject = refuse;
  });
  return { facts: [], since, done, resolve, reject };
}
