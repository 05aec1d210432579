import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { z } from 'zod';
import type { Settings } from '../../schema/settings.ts';
import { hashPassword, newSecret } from '../access/secrets.ts';
import { createApp } from '../app.ts';
import { fillDemo } from '../demo/fill.ts';
import { domain } from '../demo/world.ts';
import { dist } from '../dist.ts';
import { serve } from '../serve.ts';
import { holdFolder } from '../store/hold.ts';
import { openStore } from '../store/store.ts';
import { openTool } from '../store/tool.ts';
import { check, type ReadSettings, random } from './context.ts';
import { progressOf } from './progress.ts';

interface Options {
  readonly days: string;
  readonly open: boolean;
  readonly serve: boolean;
  readonly fresh?: boolean;
}

export const demoCommand = (readSettings: ReadSettings): Command =>
  new Command('demo')
    .description('fill a demo site with months of invented traffic, and serve the dashboard on it')
    .option('--days <n>', 'days of traffic', '183')
    .option('--fresh', 'fill it anew')
    .option('--no-open', 'do not open a browser')
    .option('--no-serve', 'only fill it')
    .action((options: Options) => run(readSettings(), options));

async function run(given: Settings, options: Options): Promise<void> {
  const days = check(z.coerce.number().int().min(2).max(750), options.days, '--days');
  // The lists of mail proxies are of the world; the demo's openers are invented.
  const { RUNTIME_DIR: _, MAIL_APPLE_EGRESS: __, MAIL_GATEWAYS: ___, ...rest } = given;
  const settings: Settings = { ...rest, DATA_DIR: join(given.DATA_DIR, 'demo') };
  const finished = join(settings.DATA_DIR, 'footfall.db');
  const half = join(settings.DATA_DIR, 'filling');
  const hold = holdFolder(settings.DATA_DIR);
  if (options.fresh) for (const name of databaseFiles) rmSync(join(settings.DATA_DIR, name), { force: true });
  if (!existsSync(finished)) await fill({ ...settings, DATA_DIR: half }, days, settings.DATA_DIR);
  else process.stderr.write(`The demo is there already (${settings.DATA_DIR}); --fresh fills it anew.\n`);
  // `serve` takes it again.
  hold.release();
  if (!options.serve) return;

  const { email, password } = await newVisitorAccount(settings);
  const running = await serve(settings, () => {});
  process.stdout.write(
    `The demo’s dashboard: ${running.entry}   (works once)
  later: ${running.url}/${domain}, as ${email} with the password ${password}
`,
  );
  if (options.open) openBrowser(running.entry);
  const stop = (): void => void running.stop().then(() => process.exit(0));
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

const databaseFiles = ['footfall.db', 'footfall.db-wal', 'footfall.db-shm'];

/** Fills a folder of its own and moves it into place when it is whole, so that a demo that was cut off is not taken for one. */
async function fill(settings: Settings, days: number, target: string): Promise<void> {
  rmSync(settings.DATA_DIR, { recursive: true, force: true });
  let now = 0;
  const clock = (): number => now;
  const store = await openStore({
    path: join(settings.DATA_DIR, 'footfall.db'),
    threads: false,
    clock,
    rollupEveryMs: 0,
    detail: settings.DETAIL_HOURS > 0,
    log: () => {},
  });
  const app = await createApp({
    settings,
    store,
    clock,
    random,
    dist,
  });
  const begun = performance.now();
  const time = {
    set(at: number): void {
      now = Math.max(now, at);
    },
  };
  const sent = await fillDemo(app, store, time, { now: Date.now(), days }, bar);
  process.stderr.write('\n');
  // As an instance would hold it that had run all the time: months of folded pairs, a week of detail.
  const folding = progressOf('Folding the demo');
  await store.job('retain', settings, {
    progress: ({ done, total, label }) => folding.show(done / total, label),
  });
  folding.end();
  await store.close();
  for (const name of databaseFiles) {
    const from = join(settings.DATA_DIR, name);
    if (existsSync(from)) renameSync(from, join(target, name));
  }
  rmSync(settings.DATA_DIR, { recursive: true, force: true });
  process.stderr.write(
    `${sent.toLocaleString('en')} signals in ${((performance.now() - begun) / 1_000).toFixed(0)} s.\n`,
  );
}

function bar(share: number, signals: number): void {
  const width = 30;
  const full = Math.round(share * width);
  const line = `Filling the demo ${'█'.repeat(full)}${'░'.repeat(width - full)} ${String(Math.round(share * 100)).padStart(3)} %  ${signals.toLocaleString('en')} signals`;
  if (process.stderr.isTTY) process.stderr.write(`\r${line}`);
  else if (share === 1 || Math.round(share * 1_000) % 100 < 5) process.stderr.write(`${line}\n`);
}

/** The demo's user gets a new password at every start: none stands anywhere. */
async function newVisitorAccount(settings: Settings): Promise<{ email: string; password: string }> {
  const email = 'demo@trailhead.example';
  const password = newSecret(randomBytes).slice(0, 16);
  const store = await openTool(join(settings.DATA_DIR, 'footfall.db'), Date.now);
  const passwordHash = await hashPassword(password, random);
  const known = await store.config.findUser(email);
  if (known) await store.config.setPassword(known.user.id, passwordHash);
  else await store.config.addUser({ email, passwordHash, role: 'admin', sites: [] });
  await store.close();
  return { email, password };
}

/** Best effort: a server without a desktop has none to open. */
function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url];
  spawn(command ?? 'xdg-open', args, { stdio: 'ignore', detached: true })
    .on('error', () => {})
    .unref();
}
