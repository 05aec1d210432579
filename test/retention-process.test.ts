import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { holdJobs } from '../collector/store/hold.ts';
import { openStore } from '../collector/store/store.ts';
import { wall } from './retention-brute.ts';
import { counted, jobState, newFolder, runSteps, someFacts } from './support/retention.ts';
import { footfall, sendEvent, settled, startServer } from './support/server.ts';

const program = resolve(import.meta.dirname, '../dist/collector/cli/footfall.js');
const keeping = { K: 10, PROFILE: 'standard', DETAIL_HOURS: 168, PAIR_DAYS: 60, KEEP_DAYS: 759 } as const;

/** A data folder with three months of a site, as an instance would have it that never ran a job. */
async function oldFolder(): Promise<{ folder: string; path: string }> {
  const folder = newFolder();
  mkdirSync(join(folder, 'data'));
  const path = join(folder, 'data', 'footfall.db');
  const now = Date.now();
  const store = await openStore({ path, threads: false, clock: () => now, log: () => {}, rollupEveryMs: 0 });
  await store.config.addSite({ domain: 'example.com', timezone: 'UTC', settings: {} });
  const facts = someFacts(1, wall('UTC', now).day - 95, 90, 120, 11);
  await store.commit({ seq: 1, facts, state: null });
  await store.close();
  return { folder, path };
}

test('a job that is killed is taken up by the next, and comes to the same', async () => {
  const { folder, path } = await oldFolder();
  const once_ = join(newFolder(), 'once.db');
  copyFileSync(path, once_);
  const child = spawn(process.execPath, [program, 'jobs', 'run', 'retain'], {
    cwd: folder,
    env: { PATH: process.env.PATH, FOOTFALL_DATA_DIR: join(folder, 'data') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  // The first line of progress: the first transaction is done, most are not.
  await once(child.stderr, 'data');
  child.kill('SIGKILL');
  expect((await ended)[1]).toBe('SIGKILL');
  const again = await footfall(folder, ['jobs', 'run', 'retain', '--json']);
  expect(again.code, again.err).toBe(0);
  expect(JSON.parse(again.out)).toEqual(
    expect.arrayContaining([{ step: 'delete day pairs', site: 'example.com', rows: expect.any(Number) }]),
  );
  runSteps({ path: once_, kind: 'retain', now: Date.now(), keeping, alone: true });
  expect([...counted(path, 1), ...jobState(path)]).toEqual([...counted(once_, 1), ...jobState(once_)]);
});

test('a server does it when it starts, beside the events; commands say what there is to do', async () => {
  const { folder, path } = await oldFolder();
  const server = await startServer(folder, { FOOTFALL_VISIT_TIMEOUT: '60' });
  const db = new Database(path, { readonly: true });
  const clean = db.prepare("SELECT 1 FROM job_mark WHERE job = 'strings' AND until = 1");
  let sent = 0;
  while (!clean.get()) {
    const view = { n: 'pageview', d: 'example.com', u: `https://example.com/now/${sent}` };
    expect((await sendEvent(server, view)).status).toBe(202);
    sent++;
  }
  await settled(server);
  const views = db
    .prepare('SELECT sum(pageviews) FROM trend WHERE bucket >= ?')
    .pluck()
    .get(wall('UTC', Date.now()).hour - 2);
  expect(sent).toBeGreaterThan(0);
  expect(views).toBe(sent);
  db.close();

  const beside = await footfall(folder, ['jobs', 'run', 'retain']);
  expect(beside.code, beside.err).toBe(0);
  const visits = await footfall(folder, ['jobs', 'run', 'close-visits']);
  expect(visits).toMatchObject({ code: 0, out: expect.stringContaining('a server is running') });
  const hold = holdJobs(join(folder, 'data'));
  const second = await footfall(folder, ['jobs', 'run', 'fold']);
  hold.release();
  expect(second).toMatchObject({ code: 1, err: expect.stringContaining('Another job (process') });
  await server.stop();

  expect(await footfall(folder, ['jobs', 'run', 'retain', '--dry-run'])).toMatchObject({ code: 0 });
  expect(await footfall(folder, ['jobs', 'run', 'tidy'])).toMatchObject({
    code: 1,
    err: expect.stringContaining('Jobs: fold, retain, close-visits'),
  });
  expect(await footfall(folder, ['jobs', 'run', 'close-visits'])).toMatchObject({
    code: 0,
    out: expect.stringContaining('no server is running'),
  });
});
