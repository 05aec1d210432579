import type { Log } from './log.ts';
import { explain } from './store/jobs/words.ts';
import type { Clock } from './time/clock.ts';

const hourMs = 3_600_000;

export interface UpkeepOptions {
  /** Folds and deletes what is due, until it is done or `stopped`; rejects where it cannot. */
  readonly retain: (stopped: () => boolean) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Upkeep {
  /** Starts the job when an hour of the clock has begun, the first time at once. Run it every second. */
  tick(): void;
  /** Lets a job that is running finish its step. */
  stop(): Promise<void>;
}

/** Keeps the promise of retention while the server runs: what fails is told, and tried again in the next hour. */
export function createUpkeep({ retain, clock, log }: UpkeepOptions): Upkeep {
  let hour = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | null = null;
  let stopped = false;

  const run = async (): Promise<void> => {
    try {
      const lines = await retain(() => stopped);
      log({ level: 'debug', what: 'retention', lines });
    } catch (error) {
      log({ level: 'error', what: 'retention', line: explain(error).message });
    } finally {
      running = null;
    }
  };

  return {
    tick() {
      const current = Math.floor(clock() / hourMs);
      if (current === hour || running || stopped) return;
      hour = current;
      running = run();
    },
    async stop() {
      stopped = true;
      await running;
    },
  };
}
