import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { holdJobs } from '../hold.ts';
import { inlinePort, type Port, threadFile, threadPort } from '../port.ts';
import { type JobHandlers, type JobOptions, jobHandlers } from './handlers.ts';
import type { Line, Progress } from './job.ts';

export interface Driving {
  /** On a thread of its own, or on the caller's. */
  readonly thread: boolean;
  readonly progress?: (progress: Progress) => void;
  /** Asked after each step: whether to leave it there. */
  readonly stopped?: () => boolean;
}

/** Who waits to write is woken every few ms, and must find the database free then. */
const leastPauseMs = 5;
const mostPauseMs = 50;

/**
 * Runs a job, one at a time a data folder, whichever process asks. Beside a server it writes at most half of the time, so
 * that events get in between. Gives what was done, or null where it was stopped; what was done then stays done. Rejects
 * with a StoreError: `STORE_HELD` where another job is running.
 */
export async function driveJob(options: JobOptions, driving: Driving): Promise<readonly Line[] | null> {
  const { thread, progress, stopped = () => false } = driving;
  const hold = holdJobs(dirname(options.path));
  try {
    const call: Port<JobHandlers> = thread
      ? await threadPort<JobHandlers>(threadFile('jobs/thread'), options, () => {})
      : inlinePort(jobHandlers(options));
    try {
      while (!stopped()) {
        const step = await call('step');
        if ('lines' in step) return step.lines;
        progress?.(step.progress);
        if (!options.alone) await pause(Math.min(Math.max(step.ms, leastPauseMs), mostPauseMs));
      }
      return null;
    } finally {
      await call('close').catch(() => {});
    }
  } finally {
    hold.release();
  }
}
