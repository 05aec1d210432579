import { isIP } from 'node:net';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Client } from '../parse/submitted.ts';

/** The environment of every route: Node's own request and response beside Hono's. */
export interface Env {
  Bindings: HttpBindings;
}

/** The connection and headers, for the gate. Node's parsed headers are read directly: building Hono's costs more than the gate. */
export function clientOf(c: Context<Env>): Client {
  const { incoming } = c.env;
  const headers = incoming?.headers;
  return {
    peer: incoming?.socket?.remoteAddress ?? '',
    header: headers
      ? (name) => {
          const value = headers[name];
          return Array.isArray(value) ? value.join(', ') : value;
        }
      : (name) => c.req.header(name),
  };
}

/** Whether the request comes from this machine and through no proxy. */
export function fromLoopback(client: Client): boolean {
  const peer = client.peer.replace(/^::ffff:/, '');
  return (
    client.header('x-forwarded-for') === undefined &&
    (peer === '::1' || (isIP(peer) === 4 && peer.startsWith('127.')))
  );
}
