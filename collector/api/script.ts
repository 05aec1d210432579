import { Hono } from 'hono';
import { assetResponse } from './assets.ts';
import type { Env } from './client.ts';
import type { Services } from './services.ts';

const headers = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};

/** The tracker: `footfall.js`, looked at anew every day, and `footfall.<hash>.js`, kept for ever. */
export function scriptRoutes({ tracker }: Services): Hono<Env> {
  return new Hono<Env>().get('/:file', (c) => {
    const asset = tracker.get(c.req.param('file'));
    if (!asset) return c.notFound();
    return assetResponse(
      asset,
      c.req.raw,
      asset.immutable ? headers : { ...headers, 'cache-control': 'public, max-age=86400' },
    );
  });
}
