import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { assetResponse } from './assets.ts';
import type { Env } from './client.ts';
import type { Services } from './services.ts';

const open = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};

/**
 * The tracker under two names: `footfall.js`, looked at anew every day, and `footfall.<hash>.js`, kept for ever. The first
 * says the second in `content-location`.
 */
export function scriptRoutes({ tracker }: Services): Hono<Env> {
  const asset = tracker.get('footfall.js');
  const hash = asset && createHash('sha256').update(asset.plain).digest('hex').slice(0, 12);
  const hashed = `footfall.${hash}.js`;
  return new Hono<Env>().get('/:file', (c) => {
    const file = c.req.param('file');
    if (asset && file === 'footfall.js')
      return assetResponse(asset, c.req.raw, {
        ...open,
        'cache-control': 'public, max-age=86400',
        'content-location': `/js/${hashed}`,
      });
    if (asset && file === hashed)
      return assetResponse(asset, c.req.raw, {
        ...open,
        'cache-control': 'public, max-age=31536000, immutable',
      });
    return c.notFound();
  });
}
