import { isUtf8 } from 'node:buffer';
import type { Context } from 'hono';
import type { Env } from './client.ts';

/** A body that is longer than it may be, or no text. */
export class BadBody extends Error {
  override readonly name = 'BadBody';
  readonly reason: 'too_large' | 'invalid_utf8';
  constructor(reason: BadBody['reason']) {
    super(reason);
    this.reason = reason;
  }
}

/** Reads a body of at most so many bytes, and not a byte more than the network's next piece. Throws a {@link BadBody}. */
export async function readText(c: Context<Env>, limit: number): Promise<string> {
  const length = Number(c.req.header('content-length') ?? Number.NaN);
  if (length > limit) throw new BadBody('too_large');
  const body = Number.isNaN(length)
    ? await readBounded(c.req.raw.body, limit)
    : Buffer.from(await c.req.arrayBuffer());
  if (!isUtf8(body)) throw new BadBody('invalid_utf8');
  return body.toString('utf8');
}

/** A body of unknown length is read until it passes the limit, and no further. */
async function readBounded(stream: ReadableStream<Uint8Array> | null, limit: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream ?? []) {
    size += chunk.length;
    if (size > limit) throw new BadBody('too_large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
