import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { stub } from '../../schema/snippet.ts';
import { buildScript, type ScriptName, scriptNames } from '../../scripts/build-tracker.ts';

/** Built once for all stages of a test file. */
const built = new Map<string, Promise<string>>();
function scriptAt(path: string): Promise<string> | undefined {
  const name = scriptNames.find((one: ScriptName) => path === `/js/${one}`);
  if (name && !built.has(name))
    built.set(
      name,
      buildScript(name).then(({ code }) => code),
    );
  return name && built.get(name);
}

const pages = resolve(import.meta.dirname, '../tracker');

/** A posted body as it came, under the wire's short or long names. */
interface Recorded {
  readonly fields: Record<string, unknown>;
  readonly headers: IncomingMessage['headers'];
  readonly path: string;
}
interface Answer {
  /** null: the connection breaks instead. */
  readonly status: number | null;
  /** What the answer waits for. */
  readonly after?: Promise<unknown>;
  readonly headers?: Record<string, string>;
}

/**
 * Two origins for tracker scenarios. `site` serves the pages of `test/tracker/<scenario>/`, with `%STATS%` replaced by the other origin and `%STUB%` by the stub of the README;
 * what is no file there gets `page.html`, with the status that `?status=` names; and it serves the scripts, as a collector on the site's own origin. `stats` serves the built scripts and records what is
 * posted to it; it is a recorder, not the collector.
 */
export async function openStage() {
  const events: Recorded[] = [];
  const gets: string[] = [];
  const answers: Answer[] = [];
  let wake = () => {};
  const held = new Map<string, () => void>();

  const stats = createServer(async (request, response) => {
    response.setHeader('access-control-allow-origin', '*');
    response.setHeader('access-control-expose-headers', 'retry-after, x-footfall-dropped');
    const script = scriptAt(request.url ?? '');
    if (script)
      return void response.setHeader('content-type', 'text/javascript; charset=utf-8').end(await script);
    if (request.method !== 'POST') return void response.writeHead(404).end('Elsewhere');
    events.push({
      fields: JSON.parse(await text(request)),
      headers: request.headers,
      path: request.url ?? '',
    });
    wake();
    const { status, headers = {}, after }: Answer = answers.shift() ?? { status: 202 };
    await after;
    if (status === null) return void request.socket.destroy();
    response.writeHead(status, headers).end('ok');
  });

  const serve = async (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://site');
    const [, scenario = '', file = ''] = pathname.split('/');
    gets.push(pathname);
    wake();
    const script = scriptAt(pathname);
    if (script)
      return void response.setHeader('content-type', 'text/javascript; charset=utf-8').end(await script);
    if (file === 'hold') await new Promise<void>((release) => held.set(pathname, release));
    const html = await readFile(join(pages, scenario, file)).catch(() =>
      readFile(join(pages, scenario, 'page.html')).catch(() => ''),
    );
    response.writeHead(Number(searchParams.get('status') ?? 200), {
      'content-type': 'text/html; charset=utf-8',
    });
    response.end(html.toString().replaceAll('%STATS%', statsOrigin).replaceAll('%STUB%', stub));
  };
  const site = createServer((request, response) => void serve(request, response));

  const listen = async (server: typeof site) => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const statsOrigin = await listen(stats);
  const siteOrigin = await listen(site);

  /** Waits until `ready` gives something: asked at once, and again at each request. */
  const until = async <T>(ready: () => T | undefined): Promise<T> => {
    for (;;) {
      const found = ready();
      if (found !== undefined) return found;
      await new Promise<void>((go) => {
        wake = go;
      });
    }
  };

  return {
    site: siteOrigin,
    stats: statsOrigin,
    events,
    /** What the coming posts are answered with, one each; afterwards 202. */
    answers,
    /** The first event of this name after the first `skip` ones, as soon as it is there. */
    event: (name: string, skip = 0) =>
      until(() => events.slice(skip).find(({ fields }) => fields.n === name)?.fields),
    /** Resolves when the site is asked for the path. */
    asked: (path: string) => until(() => gets.find((got) => got === path)),
    /** Lets the answer for a `/<scenario>/hold` go. */
    release: (path: string) => held.get(path)?.(),
    /** Short form of everything recorded: the name, and the address without its origin. */
    seen: () => events.map(({ fields }) => `${fields.n} ${String(fields.url).replace(siteOrigin, '')}`),
    close: async () => {
      for (const server of [site, stats]) {
        server.closeAllConnections();
        await new Promise((done) => server.close(done));
      }
    },
  };
}
export type Stage = Awaited<ReturnType<typeof openStage>>;
