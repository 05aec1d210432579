import { parentPort } from 'node:worker_threads';
import { failureOf } from './failures.ts';
import type { Handlers, Reply, Request } from './port.ts';

/** The other end of a `threadPort`: makes the functions, says so, and answers calls in their order until `close`. */
export function serve(open: () => Handlers): void {
  const port = parentPort;
  if (!port) throw new Error('this file is the start of a thread, not of a process');
  const answer = (id: number, work: () => unknown): boolean => {
    let reply: Reply;
    try {
      reply = { id, result: work() };
    } catch (error) {
      reply = { id, failure: failureOf(error) };
    }
    port.postMessage(reply);
    return 'result' in reply;
  };
  let handlers: Handlers = {};
  const opened = answer(0, () => {
    handlers = open();
  });
  if (!opened) return;
  port.on('message', ({ id, name, args }: Request) => {
    const closed = answer(id, () => (handlers[name] as (...all: unknown[]) => unknown)(...args));
    if (closed && name === 'close') port.close();
  });
}
