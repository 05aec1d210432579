import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { serve as listen } from '@hono/node-server';
import type { Settings } from '../schema/settings.ts';
import { createApp } from './app.ts';
import { dist } from './dist.ts';
import { createLog, type Log } from './log.ts';
import { checkRuntimeFolder } from './runtime-folder.ts';
import { holdFolder } from './store/hold.ts';
import { openStore, type Store } from './store/store.ts';
import { type Clock, steady } from './time/clock.ts';
import { createUpkeep } from './upkeep.ts';

/** How long a stop waits for requests that are under way, in ms. */
const patience = 3_000;

export interface Running {
  readonly url: string;
  /** A link that signs in the first user, once. */
  readonly entry: string;
  /** Stops listening, ends or keeps the open visits, writes what waits. */
  stop(): Promise<void>;
}

/** Serves until stopped. Rejects if another server uses the data folder, the port is taken or the database cannot be used. */
export async function serve(settings: Settings, print: (line: string) => void): Promise<Running> {
  const log = createLog(settings.LOG_LEVEL);
  if (settings.RUNTIME_DIR !== undefined) {
    const warning = checkRuntimeFolder(settings.RUNTIME_DIR, settings.DATA_DIR);
    if (warning !== null) log({ level: 'error', warning });
  }
  const hold = holdFolder(settings.DATA_DIR);
  try {
    const running = await serveHeld(settings, log, print);
    return {
      ...running,
      async stop() {
        await running.stop();
        hold.release();
      },
    };
  } catch (error) {
    hold.release();
    throw error;
  }
}

async function serveHeld(settings: Settings, log: Log, print: (line: string) => void): Promise<Running> {
  const clock = steady(Date.now);
  const store = await openStore({
    path: join(settings.DATA_DIR, 'footfall.db'),
    threads: true,
    clock,
    log: (line) => log({ level: 'error', what: 'store', line }),
    stateDir: settings.RUNTIME_DIR ?? null,
    detail: settings.DETAIL_HOURS > 0,
  });
  const started = await start(settings, store, clock, log).catch(async (error: unknown) => {
    // The database's threads would keep the process alive.
    await store.close();
    throw error;
  });
  const { app, server, url } = started;

  const upkeep = createUpkeep({
    retain: (stopped) => store.job('retain', settings, { stopped }),
    clock,
    log,
  });
  let ticking: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    ticking = ticking.then(app.tick);
    upkeep.tick();
  }, 1_000);

  print(`footfall listens on ${url}`);
  if ((await store.config.countUsers()) === 0)
    print(
      `Set it up: ${settings.PUBLIC_URL?.replace(/\/+$/, '') ?? url}/setup#${app.setupToken}   (good for one hour, once)`,
    );
  else print(`Dashboard: ${settings.PUBLIC_URL?.replace(/\/+$/, '') ?? url}/`);

  return {
    url,
    entry: `${url}/api/enter?token=${app.entryToken}`,
    async stop() {
      await new Promise((done) => {
        server.close(done);
        if ('closeIdleConnections' in server) server.closeIdleConnections();
        // Who has not finished sending by then is not waited for.
        setTimeout(() => 'closeAllConnections' in server && server.closeAllConnections(), patience).unref();
      });
      clearInterval(timer);
      await upkeep.stop();
      await ticking;
      await app.settle();
      await store.close();
    },
  };
}

async function start(settings: Settings, store: Store, clock: Clock, log: Log) {
  let url = '';
  const app = await createApp({
    settings,
    store,
    clock,
    random: randomBytes,
    log,
    dist,
    publicUrl: () => settings.PUBLIC_URL?.replace(/\/+$/, '') ?? url,
  });
  const server = await new Promise<ReturnType<typeof listen>>((resolve, reject) => {
    const starting = listen(
      { fetch: app.http.fetch, hostname: settings.HOST, port: settings.PORT },
      ({ port }) => {
        url = `http://${settings.HOST.includes(':') ? `[${settings.HOST}]` : settings.HOST}:${port}`;
        resolve(starting);
      },
    );
    starting.once('error', (error: NodeJS.ErrnoException) => reject(explain(error, settings)));
  });
  return { app, server, url };
}

function explain(error: NodeJS.ErrnoException, settings: Settings): Error {
  if (error.code === 'EADDRINUSE')
    return new Error(
      `Port ${settings.PORT} is taken. Stop what uses it, or choose another: FOOTFALL_PORT=${settings.PORT + 1}`,
    );
  if (error.code === 'EACCES')
    return new Error(`Port ${settings.PORT} may not be used. Choose one above 1023: FOOTFALL_PORT=3000`);
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new Error(
      `FOOTFALL_HOST ("${settings.HOST}") is not an address of this machine. Example: FOOTFALL_HOST=127.0.0.1`,
    );
  return error;
}
