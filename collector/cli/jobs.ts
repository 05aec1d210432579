import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import type { Settings } from '../../schema/settings.ts';
import { createApp } from '../app.ts';
import { dist } from '../dist.ts';
import { type Hold, holdFolder } from '../store/hold.ts';
import { driveJob } from '../store/jobs/drive.ts';
import { type JobKind, type Line, openPreview } from '../store/jobs/job.ts';
import { explain } from '../store/jobs/words.ts';
import { openStore } from '../store/store.ts';
import { steady } from '../time/clock.ts';
import { printRows, type ReadSettings, Usage } from './context.ts';
import { progressOf } from './progress.ts';

interface Options {
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

const what = `fold: close days that are over and make months of them, folded to K
retain: fold, and then delete what is past its time, until it is gone from the file
close-visits: close visits that have timed out`;

export function jobsCommand(readSettings: ReadSettings): Command {
  const command = new Command('jobs').description(
    'the work that a server does every hour; it can be done by hand, beside a server or without one',
  );
  command
    .command('run <job>')
    .description(what)
    .option('--dry-run', 'only say what would be done')
    .option('--json', 'print as JSON')
    .action(async (job: string, options: Options) => {
      const settings = readSettings();
      if (job === 'close-visits') return closeVisits(settings, options);
      if (job !== 'fold' && job !== 'retain')
        throw new Usage(`there is no job "${job}". Jobs: fold, retain, close-visits`);
      await run(settings, job, options).catch((error: unknown) => {
        throw explain(error);
      });
    });
  return command;
}

const databaseOf = (settings: Settings): string => join(settings.DATA_DIR, 'footfall.db');

async function run(settings: Settings, job: JobKind, options: Options): Promise<void> {
  if (!existsSync(databaseOf(settings)))
    throw new Usage(
      `there is no database in ${settings.DATA_DIR}. Name its folder: FOOTFALL_DATA_DIR=/var/lib/footfall`,
    );
  const lines = options.dryRun
    ? openPreview(databaseOf(settings), job, Date.now(), settings)
    : await carryOut(settings, job);
  const rows = lines.map(({ step, site, rows }) => ({ step, site: site ?? '', rows }));
  printRows(
    options.json ? lines.map((line) => ({ ...line })) : rows,
    options.json,
    options.dryRun ? 'Nothing is due.' : 'Nothing was due.',
  );
}

/** Beside a server the job leaves the journal and the log to it; alone it sees to both itself. */
async function carryOut(settings: Settings, kind: JobKind): Promise<readonly Line[]> {
  const bar = progressOf(`footfall jobs run ${kind}`);
  const progress = ({ done, total, label }: { done: number; total: number; label: string }) =>
    bar.show(done / total, label);
  const hold = holdIfFree(settings.DATA_DIR);
  try {
    if (!hold) {
      const options = { path: databaseOf(settings), kind, now: Date.now(), keeping: settings, alone: false };
      return (await driveJob(options, { thread: false, progress })) ?? [];
    }
    const store = await openStore({
      path: databaseOf(settings),
      threads: false,
      clock: Date.now,
      rollupEveryMs: 0,
      detail: settings.DETAIL_HOURS > 0,
      log: () => {},
    });
    try {
      return (await store.job(kind, settings, { progress })) ?? [];
    } finally {
      await store.close();
    }
  } finally {
    bar.end();
    hold?.release();
  }
}

/** The folder's hold, or null where a server has it. */
function holdIfFree(folder: string): Hold | null {
  try {
    return holdFolder(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'STORE_HELD') return null;
    throw error;
  }
}

/** Open visits are in a server's memory; without one there are only those that it left in the memory-backed folder. */
async function closeVisits(settings: Settings, options: Options): Promise<void> {
  const told = (closed: number, why: string): void => {
    if (options.json) process.stdout.write(`${JSON.stringify({ closed, why }, null, 2)}\n`);
    else process.stdout.write(`${why}\n`);
  };
  const hold = holdIfFree(settings.DATA_DIR);
  if (!hold)
    return told(0, 'Nothing to do: a server is running, and it closes visits every second by itself.');
  try {
    const folder = settings.RUNTIME_DIR;
    if (folder === undefined || !existsSync(folder))
      return told(
        0,
        'Nothing to do: no server is running, and without FOOTFALL_RUNTIME_DIR a server closes its visits when it stops.',
      );
    if (options.dryRun)
      return told(0, `Visits in ${folder} that have timed out would be closed, and the others left open.`);
    const store = await openStore({
      path: databaseOf(settings),
      threads: false,
      clock: Date.now,
      rollupEveryMs: 0,
      detail: settings.DETAIL_HOURS > 0,
      stateDir: folder,
      log: () => {},
    });
    try {
      let closed = 0;
      const counting: typeof store = {
        ...store,
        commit(batch) {
          closed += batch.facts.filter(({ amounts }) => amounts.closed).length;
          return store.commit(batch);
        },
      };
      const app = await createApp({ settings, store: counting, clock: steady(Date.now), dist });
      await app.settle();
      told(closed, `Closed ${closed} ${closed === 1 ? 'visit' : 'visits'} that had timed out.`);
    } finally {
      await store.close();
    }
  } finally {
    hold.release();
  }
}
