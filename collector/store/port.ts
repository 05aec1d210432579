import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { errorOf, type Failure, StoreError } from './failures.ts';

/** Functions that run on this thread or on another. */
export type Handlers = Readonly<Record<string, (...args: never[]) => unknown>>;

/** Calls them, wherever they run; a call rejects with the error that the function threw. */
export type Port<Functions extends Handlers> = <Name extends keyof Functions & string>(
  name: Name,
  ...args: Parameters<Functions[Name]>
) => Promise<Awaited<ReturnType<Functions[Name]>>>;

export interface Request {
  readonly id: number;
  readonly name: string;
  readonly args: readonly unknown[];
}
/** `id` 0 answers the start. */
export type Reply =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly failure: Failure };

/** Calls on this thread. */
export function inlinePort<Functions extends Handlers>(handlers: Functions): Port<Functions> {
  return (async (name: keyof Functions, ...args: unknown[]) => {
    return (handlers[name] as (...all: unknown[]) => unknown)(...args);
  }) as Port<Functions>;
}

/**
 * Node starts threads from compiled files only: `name.js` beside this file, or, where this is the source, in `dist/`.
 * Throws a {@link StoreError} where it has not been built.
 */
export function threadFile(name: string): URL {
  const compiled = import.meta.url.endsWith('.js')
    ? new URL(`./${name}.js`, import.meta.url)
    : new URL(`../../dist/collector/store/${name}.js`, import.meta.url);
  if (!existsSync(compiled))
    throw new StoreError(
      `${fileURLToPath(compiled)} is missing. Build it first: npm run build`,
      'STORE_BUILD',
    );
  return compiled;
}

/**
 * Starts a thread whose file calls `serve`, and waits until it is ready. Rejects with what stopped its start. A thread
 * that dies later is not started again: what it was doing is unknown, and a new process knows how to begin. All calls
 * reject, and `onDeath` is told once.
 */
export async function threadPort<Functions extends Handlers>(
  file: URL,
  data: unknown,
  onDeath: (error: StoreError) => void,
): Promise<Port<Functions>> {
  const worker = new Worker(file, { workerData: data, execArgv: [] });
  const waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  let dead: StoreError | null = null;
  let closing = false;

  const send = (message: Request | null): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (dead) return reject(dead);
      waiting.set(message?.id ?? 0, { resolve, reject });
      if (message) worker.postMessage(message);
    });
  const die = (why: string) => {
    if (dead) return;
    dead = new StoreError(`the thread ${file.pathname.split('/').at(-1)} ${why}`, 'STORE_DEAD');
    const expected = closing && waiting.size === 0;
    for (const { reject } of waiting.values()) reject(dead);
    waiting.clear();
    if (!expected) onDeath(dead);
  };

  worker.on('message', (reply: Reply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('failure' in reply) call?.reject(errorOf(reply.failure));
    else call?.resolve(reply.result);
  });
  worker.on('error', (error) => die(`failed: ${String(error)}`));
  worker.on('exit', (code) => die(`ended with code ${code}`));

  await send(null).catch(async (error: unknown) => {
    closing = true;
    await worker.terminate();
    throw error;
  });
  return (name, ...args) => {
    if (name === 'close') closing = true;
    return send({ id: ++lastId, name, args }) as Promise<Awaited<ReturnType<Functions[typeof name]>>>;
  };
}
