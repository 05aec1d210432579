import type { States, StatesWriter } from '../track/states.ts';
import { openDatabase } from './database.ts';
import { failureOf } from './failures.ts';
import { type OperationName, runOperation } from './operations.ts';
import { Writing } from './writing.ts';

export interface WriterOptions {
  readonly path: string;
  /** ms between roll-ups under light load; 0: only when asked to. */
  readonly rollupEveryMs: number;
  /** Distinct values a site and day, where not as declared. */
  readonly caps?: ConstructorParameters<typeof Writing>[0]['caps'];
  /** Whether the joint of the core dimensions is kept; by default it is. */
  readonly detail?: boolean;
}

/** Facts that are not left waiting for the next second. */
const soon = 2_500;
/** How often the write-ahead log is emptied, because deleted facts still stand in it. */
const truncateEveryMs = 30_000;
/** How soon again where somebody was in the way. */
const truncateAgainMs = 500;

/** What the writing thread does, and when: commits at once, roll-ups between them, about every second. */
export function writerHandlers(
  { path, rollupEveryMs, caps, detail = true }: WriterOptions,
  state: StatesWriter | null,
  complain: (line: string) => void,
) {
  const db = openDatabase(path, 'server');
  const writing = new Writing({ db, state, detail, ...(caps ? { caps } : {}) });
  let timer: NodeJS.Timeout | null = null;
  let immediate: NodeJS.Immediate | null = null;
  let changed = true;
  /** Changes with every commit of another connection: a command's, which leaves the log to us. */
  const versionOfOthers = () => Number(db.pragma('data_version', { simple: true }));
  let others = versionOfOthers();

  const step = () => {
    timer = null;
    immediate = null;
    try {
      // One piece at a time: commits that came meanwhile go first.
      if (writing.rollUp()) immediate = setImmediate(step);
    } catch (error) {
      const { message, code } = failureOf(error);
      complain(`roll-up failed, facts stay in the journal: ${message} (${code})`);
      schedule();
    }
  };
  const schedule = () => {
    changed = true;
    if (rollupEveryMs <= 0 || immediate) return;
    if (writing.waitingFacts >= soon) immediate = setImmediate(step);
    else timer ??= setTimeout(step, rollupEveryMs).unref();
  };
  /** Also while facts come in without a pause: what was deleted before them must not stand in the log any longer. */
  const truncate = (): boolean => {
    const version = versionOfOthers();
    changed ||= version !== others;
    if (!changed) return true;
    if (!writing.truncateLog()) return false;
    changed = writing.waiting;
    others = version;
    return true;
  };
  const truncating = setInterval(() => {
    // A question was being answered, or a job at work: soon again.
    if (!truncate()) again ??= setTimeout(retry, truncateAgainMs).unref();
  }, truncateEveryMs).unref();
  let again: NodeJS.Timeout | null = null;
  const retry = () => {
    again = truncate() ? null : setTimeout(retry, truncateAgainMs).unref();
  };
  const stop = () => {
    if (timer) clearTimeout(timer);
    if (immediate) clearImmediate(immediate);
    timer = null;
    immediate = null;
  };

  if (writing.waiting) schedule();
  return {
    lastSeq: () => writing.lastSeq(),
    commit(seq: number, facts: string, count: number, changes: States | null, at: number) {
      writing.commit(seq, facts, count, changes, at);
      schedule();
    },
    flush: () => writing.flush(),
    pending: () => writing.pending(),
    check: () => writing.check(),
    /** Empties the write-ahead log; false where somebody was in the way. */
    truncate,
    run(name: OperationName, args: readonly unknown[], now: number) {
      changed = true;
      return runOperation(db, () => now, name, args);
    },
    close() {
      stop();
      clearInterval(truncating);
      if (again) clearTimeout(again);
      writing.close();
    },
  };
}
export type WriterHandlers = ReturnType<typeof writerHandlers>;
