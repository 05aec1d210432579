import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
  '.png': 'image/png',
};

export interface Asset {
  readonly type: string;
  readonly etag: string;
  /** The name holds a hash of the content, so it can be kept for ever. */
  readonly immutable: boolean;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer> | null;
  readonly brotli: Uint8Array<ArrayBuffer> | null;
}

/** Files by their path below the folder, with `/`. */
export type Assets = ReadonlyMap<string, Asset>;

const bytes = (buffer: Buffer): Uint8Array<ArrayBuffer> => new Uint8Array(buffer);
const compressed = (file: string): Uint8Array<ArrayBuffer> | null =>
  existsSync(file) ? bytes(readFileSync(file)) : null;

/** Reads all files of a folder, and their compressed forms, which the build has made. A folder that is not there has none. */
export function loadAssets(folder: string): Assets {
  const assets = new Map<string, Asset>();
  if (!existsSync(folder)) return assets;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = types[extname(entry.name)];
    if (!entry.isFile() || !type) continue;
    const file = join(entry.parentPath, entry.name);
    const plain = readFileSync(file);
    assets.set(relative(folder, file).split(sep).join('/'), {
      type,
      etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
      immutable: /[.-][\w-]{8,}\.(js|css|svg|png)$/.test(entry.name),
      plain: bytes(plain),
      gzip: compressed(`${file}.gz`),
      brotli: compressed(`${file}.br`),
    });
  }
  return assets;
}

/** Answers with the smallest form that the client takes, or 304. */
export function assetResponse(
  asset: Asset,
  request: Request,
  headers: Record<string, string> = {},
): Response {
  const common = {
    ...headers,
    'content-type': asset.type,
    etag: asset.etag,
    vary: 'accept-encoding',
    'cache-control':
      headers['cache-control'] ?? (asset.immutable ? 'public, max-age=31536000, immutable' : 'no-cache'),
  };
  if (request.headers.get('if-none-match') === asset.etag)
    return new Response(null, { status: 304, headers: common });
  const accepted = request.headers.get('accept-encoding') ?? '';
  if (asset.brotli && /\bbr\b/.test(accepted))
    return new Response(asset.brotli, { headers: { ...common, 'content-encoding': 'br' } });
  if (asset.gzip && /\bgzip\b/.test(accepted))
    return new Response(asset.gzip, { headers: { ...common, 'content-encoding': 'gzip' } });
  return new Response(asset.plain, { headers: common });
}
