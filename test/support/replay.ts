import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addKey } from '../../collector/access/accounts.ts';
import { type App, createApp } from '../../collector/app.ts';
import { openStore, type Store } from '../../collector/store/store.ts';
import { steady } from '../../collector/time/clock.ts';
import type { QueryResult } from '../../schema/query.ts';
import { Settings } from '../../schema/settings.ts';
import type { ErrorBody } from '../../schema/wire.ts';

export type Answered = QueryResult | ErrorBody;

/** The whole collector on a database file of its own, with a clock that stands where it is put. */
export interface Replay {
  /** The data folder. */
  readonly folder: string;
  /** Sends a JSON body or none; `peer` is the address at the other end of the socket. */
  send(
    method: string,
    path: string,
    request?: { peer?: string; headers?: Readonly<Record<string, string>>; body?: unknown },
  ): Promise<Response>;
  /** As `send`, with the key of an operator; gives the reply’s JSON and throws for a refusal. */
  manage(method: string, path: string, body: unknown): Promise<unknown>;
  /** Asks in arrays, as many at once as a request may hold. */
  ask(questions: readonly unknown[]): Promise<Answered[]>;
  setClock(at: number): void;
  /** What the process does every second. */
  tick(): Promise<void>;
  /** Carries what the journal holds into the rollups. */
  flush(): Promise<void>;
  /** Stops and starts again on the same files; `crash`: in the middle of it all. Visits outlive it in a memory-backed folder. */
  restart(crash: boolean): Promise<void>;
  close(): Promise<void>;
}

const atOnce = 40;

export async function openReplay(start: number): Promise<Replay> {
  // In memory where that is possible: the test is about what is counted, and waits for thousands of commits.
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'footfall-replay-'));
  const runtime = join(folder, 'runtime');
  mkdirSync(runtime, { mode: 0o700 });
  let now = start;
  const clock = steady(() => now);
  const settings = Settings.parse({
    DATA_DIR: folder,
    RUNTIME_DIR: runtime,
    TRUST_PROXY: 'loopback',
    LOG_LEVEL: 'silent',
  });
  const errors: unknown[] = [];
  const abandoned: Store[] = [];

  async function boot(): Promise<{ store: Store; app: App }> {
    const store = await openStore({
      path: join(folder, 'footfall.db'),
      threads: false,
      clock,
      log: () => {},
      rollupEveryMs: 3_600_000,
      stateDir: runtime,
    });
    const app = await createApp({
      settings,
      store,
      clock,
      random: randomBytes,
      log: (line) => {
        if (line.level === 'error') errors.push(line);
      },
      dist: folder,
    });
    return { store, app };
  }

  let { store, app } = await boot();
  const { secret } = await addKey(store.config, randomBytes, { name: 'replay', scopes: ['stats', 'sites'] });
  const authorization = `Bearer ${secret}`;

  const send: Replay['send'] = async (method, path, { peer = '127.0.0.1', headers = {}, body } = {}) => {
    const init = {
      method,
      headers,
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    };
    const environment = { incoming: { socket: { remoteAddress: peer } } };
    return app.http.request(path, init, environment);
  };

  const manage: Replay['manage'] = async (method, path, body) => {
    const reply = await send(method, path, {
      headers: { authorization, 'content-type': 'application/json' },
      body,
    });
    const text = await reply.text();
    if (!reply.ok)
      throw new Error(`${method} ${path}: ${reply.status} ${text} ${JSON.stringify(errors.at(-1) ?? null)}`);
    return text === '' ? null : JSON.parse(text);
  };

  return {
    folder,
    send,
    manage,
    async ask(questions) {
      const answers: Answered[] = [];
      for (let from = 0; from < questions.length; from += atOnce)
        answers.push(
          ...((await manage('POST', '/api/v2/query', questions.slice(from, from + atOnce))) as Answered[]),
        );
      return answers;
    },
    setClock(at) {
      now = at;
    },
    async tick() {
      await app.tick();
      if (errors.length > 0) throw new Error(`the collector logged ${JSON.stringify(errors)}`);
    },
    flush: () => store.flush(),
    async restart(crash) {
      if (crash) abandoned.push(store);
      else {
        await app.tick();
        await app.settle();
        await store.close();
      }
      ({ store, app } = await boot());
    },
    async close() {
      for (const open of [...abandoned, store]) await open.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
