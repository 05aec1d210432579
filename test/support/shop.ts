import { once } from 'node:events';
import { createServer, type Server as HttpServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small site of several pages on another origin than the collector’s. Its pages carry the snippet and nothing else of ours. */
const pages: Readonly<Record<string, string>> = {
  '/': `<h1>Home</h1><a id="pricing" href="/pricing">Pricing</a> <a id="app" href="/app">App</a>
    <a id="missing" href="/missing">Gone</a> <a id="blog" href="/blog/first">Blog</a><div style="height:3000px"></div><p id="bottom">End</p>`,
  '/pricing': `<h1>Pricing</h1><a id="home" href="/">Home</a>
    <a id="outbound" href="http://partner.example/offer?ref=shop" target="_blank">Partner</a>
    <a id="download" href="/files/guide.pdf" download>Guide</a>
    <button id="letter" data-footfall-event="Newsletter" data-footfall-event-place="footer">Subscribe</button>`,
  '/app': `<h1>App</h1><a id="pricing" href="/pricing">Pricing</a>`,
  '/blog/first': `<h1>First</h1><a id="second" href="/blog/second">Next</a>`,
  '/blog/second': `<h1>Second</h1><a id="home" href="/">Home</a>`,
};

const stub =
  'window.footfall = window.footfall || function () { (footfall.q = footfall.q || []).push(arguments) }';

const document = (
  domain: string,
  body: string,
): string => `<!doctype html><meta charset="utf-8"><title>Shop</title>
<script>${stub}</script><script defer data-domain="${domain}" src="http://stats.example/js/footfall.js"></script>${body}`;

const port = (server: HttpServer): number => (server.address() as AddressInfo).port;

async function listen(server: HttpServer): Promise<{ port: number; close: () => Promise<void> }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: port(server),
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

/** `html` gives what stands in a page's head and body, for other snippets than ours. */
export const openShop = (domain: string, html = (body: string) => document(domain, body)) =>
  listen(
    createServer((incoming, reply) => {
      const { pathname } = new URL(incoming.url ?? '/', 'http://shop.example');
      if (pathname === '/files/guide.pdf')
        return void reply
          .writeHead(200, { 'content-type': 'application/pdf', 'content-disposition': 'attachment' })
          .end('%PDF-1.4');
      if (incoming.headers.host?.startsWith('partner.example'))
        return void reply.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Partner</h1>');
      const body = pages[pathname];
      reply.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
      reply.end(html(body ?? '<h1>Not here</h1><script src="/not-found.js"></script>'));
    }),
  );

/** A signal as it passed the proxy, and how the collector answered it. */
export interface Passed {
  readonly name: string;
  readonly path: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly status: number;
  /** When the proxy had it, and when it had the reply, in ms: the collector received it between the two. */
  readonly sent: number;
  readonly answered: number;
}

/**
 * A reverse proxy before the collector, as on a real machine: it adds the visitor's address, and here also the headers that the
 * visitor's browser would send of itself. It reads along what passes.
 */
export async function openProxy(
  collector: number,
  address: string,
  headers: Readonly<Record<string, string>> = {},
) {
  const passed: Passed[] = [];
  let wake = () => {};
  const server = createServer(async (incoming, reply) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const sent = Date.now();
    const onward = request(
      {
        host: '127.0.0.1',
        port: collector,
        method: incoming.method,
        path: incoming.url,
        headers: { ...incoming.headers, ...headers, 'x-forwarded-for': address },
      },
      (answer) => {
        reply.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(reply);
        answer.on('end', () => {
          if (incoming.method !== 'POST' || incoming.url !== '/api/event') return;
          const fields = JSON.parse(body.toString()) as Record<string, unknown>;
          const url = new URL(String(fields.u ?? fields.url));
          passed.push({
            name: String(fields.n ?? fields.name),
            path: url.pathname,
            fields,
            status: answer.statusCode ?? 0,
            sent,
            answered: Date.now(),
          });
          wake();
        });
      },
    );
    onward.on('error', () => reply.destroy());
    onward.end(body);
  });
  return {
    ...(await listen(server)),
    passed,
    /** Resolves once this many signals of these names passed. */
    async until(count: number, wanted: (one: Passed) => boolean): Promise<void> {
      while (passed.filter(wanted).length < count)
        await new Promise<void>((go) => {
          wake = go;
        });
    },
  };
}
export type VisitorProxy = Awaited<ReturnType<typeof openProxy>>;

/** Chromium switches by which the names of the site, the collector and a partner lead to this machine. */
export const resolving = (shop: number, stats: number): string[] => [
  `--host-resolver-rules=MAP shop.example 127.0.0.1:${shop}, MAP partner.example 127.0.0.1:${shop}, MAP stats.example 127.0.0.1:${stats}`,
];
