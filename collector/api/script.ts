import { createHash } from 'node:crypto';
import { Hono } from 'hono';
import { type Asset, assetResponse } from './assets.ts';
import type { Env } from './client.ts';
import type { Services } from './services.ts';

const open = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
  'x-content-type-options': 'nosniff',
};

/**
 * What pages of sites load, each under two names: `footfall.js`, looked at anew every day, and `footfall.<hash>.js`, kept for
 * ever. The first says the second in `content-location`.
 */
export function scriptRoutes({ tracker }: Services): Hono<Env> {
  const named = new Map<string, { asset: Asset; headers: Record<string, string> }>();
  for (const [name, asset] of tracker) {
    if (!name.endsWith('.js')) continue;
    const hash = createHash('sha256').update(asset.plain).digest('hex').slice(0, 12);
    const hashed = name.replace(/\.js$/, `.${hash}.js`);
    named.set(name, {
      asset,
      headers: { ...open, 'cache-control': 'public, max-age=86400', 'content-location': `/js/${hashed}` },
    });
    named.set(hashed, {
      asset,
      headers: { ...open, 'cache-control': 'public, max-age=31536000, immutable' },
    });
  }
  return new Hono<Env>().get('/:file', (c) => {
    const found = named.get(c.req.param('file'));
    return found ? assetResponse(found.asset, c.req.raw, found.headers) : c.notFound();
  });
}
