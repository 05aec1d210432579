import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { Query, QueryResult } from '../../schema/query.ts';

const root = resolve(import.meta.dirname, '../..');
const program = join(root, 'dist/collector/cli/footfall.js');

/** The built collector in a process of its own, as an operator runs it. */
export interface Server {
  readonly url: string;
  readonly port: number;
  readonly folder: string;
  /** The token of the setup link; undefined once a user exists. */
  readonly setupToken: string | undefined;
  /** All that was printed, on both streams. */
  readonly printed: () => string;
  readonly process: ChildProcess;
  /** Sends a signal and waits for the end; gives the exit code, or null if the signal ended it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export const newFolder = (): string => mkdtempSync(join(tmpdir(), 'footfall-server-'));
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true });

/** Starts `footfall serve` on a free port. Rejects with what was printed if it ends before it listens. */
export async function startServer(
  folder: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Server> {
  if (!existsSync(program)) throw new Error('The collector is not built: npm run build');
  const child = spawn(process.execPath, [program, 'serve'], {
    cwd: folder,
    env: { PATH: process.env.PATH, FOOTFALL_PORT: '0', FOOTFALL_DATA_DIR: join(folder, 'data'), ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stderr.on('data', (chunk) => {
    printed += chunk;
  });
  const ended = once(child, 'exit');
  const url = await new Promise<string>((done, fail) => {
    const lines = createInterface({ input: child.stdout });
    let found = '';
    lines.on('line', (line) => {
      printed += `${line}\n`;
      found ||= /listens on (\S+)/.exec(line)?.[1] ?? '';
      if (/^(Set it up|Dashboard):/.test(line)) done(found);
    });
    ended.then(() => fail(new Error(`footfall serve ended: ${printed}`)), fail);
  });
  return {
    url,
    port: Number(new URL(url).port),
    folder,
    setupToken: /setup#(\S+)/.exec(printed)?.[1],
    printed: () => printed,
    process: child,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      const [code] = (await ended) as [number | null];
      return code;
    },
  };
}

/** Runs a command of the built program to its end. */
export async function footfall(
  folder: string,
  args: readonly string[],
  input = '',
  settings: Readonly<Record<string, string>> = {},
): Promise<{ code: number; out: string; err: string }> {
  const child = spawn(process.execPath, [program, ...args], {
    cwd: folder,
    env: { PATH: process.env.PATH, FOOTFALL_DATA_DIR: join(folder, 'data'), ...settings },
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  child.stdin.end(input);
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

/** Makes a site and a key for it on the command line, beside the server or before it. */
export async function addSiteAndKey(
  folder: string,
  domain: string,
  ...options: readonly string[]
): Promise<string> {
  const site = await footfall(folder, ['site', 'add', domain, ...options]);
  const key = await footfall(folder, [
    'key',
    'add',
    '--name',
    `test-${domain}`,
    '--scope',
    'stats',
    '--scope',
    'sites',
  ]);
  if (site.code !== 0 || key.code !== 0) throw new Error(site.err + key.err);
  return key.out.trim();
}

/** Asks until everything that was answered is counted. */
export async function settled(server: Server): Promise<void> {
  for (;;) {
    const reply = await fetch(`${server.url}/readyz`);
    const { waitingBatches } = (await reply.json()) as { waitingBatches: number };
    if (waitingBatches === 0) return;
  }
}

/** One question to `/api/v2/query`; throws with the reply's words if it is refused. */
export async function ask(
  server: Server,
  key: string,
  question: Partial<Query> & { readonly site_id: string },
): Promise<QueryResult> {
  const reply = await fetch(`${server.url}/api/v2/query`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ metrics: ['pageviews'], date_range: 'all', ...question }),
  });
  if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
  return (await reply.json()) as QueryResult;
}

export const realBrowser =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36';

/** Sends one event as a browser would. */
export const sendEvent = (
  server: Server,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> =>
  fetch(`${server.url}/api/event`, {
    method: 'POST',
    headers: { 'user-agent': realBrowser, 'content-type': 'text/plain', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
