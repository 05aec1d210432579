import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { minify } from 'terser';

const root = resolve(import.meta.dirname, '..');

/**
 * The scripts that browsers load: where each begins, whether it can measure returning browsers (only sites that do pay for it),
 * and the bytes of `gzip -9` that fail the build.
 */
export const scripts = {
  'footfall.js': { entry: 'footfall.ts', returning: false, limit: 1_610 },
  'footfall.returning.js': { entry: 'footfall.ts', returning: true, limit: 2_030 },
  'opt-out.js': { entry: 'widget.ts', returning: false, limit: 1_050 },
} as const;
export type ScriptName = keyof typeof scripts;
export const scriptNames = Object.keys(scripts) as ScriptName[];

export interface BuiltScript {
  readonly code: string;
  /** Bytes of `gzip -9`. */
  readonly size: number;
}

/**
 * A browser script as it is served: bundled by esbuild, made small by terser (names that begin with `_` become one letter).
 * The whole stands in a `try`: nothing is ever thrown into the page, and its block keeps every name out of the page's.
 */
export async function buildScript(name: ScriptName): Promise<BuiltScript> {
  const { entry, returning } = scripts[name];
  const bundled = await build({
    entryPoints: [resolve(root, 'tracker', entry)],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    legalComments: 'none',
    define: { RETURNING: String(returning) },
  });
  const source = (bundled.outputFiles[0]?.text ?? '').replace(
    /^( *)(?:const|var) |(?<=for \()const /gm,
    '$1let ',
  );
  const minified = await minify(source, {
    ecma: 2020,
    toplevel: true,
    compress: {
      passes: 5,
      unsafe: true,
      unsafe_arrows: true,
      unsafe_methods: true,
      booleans_as_integers: true,
      keep_fargs: false,
    },
    mangle: { toplevel: true, properties: { regex: /^_/ } },
  });
  const body = /^(?:"use strict";)?\(\(\)=>\{(.*)\}\)\(\);$/s.exec(minified.code ?? '')?.[1];
  if (!body) throw new Error(`the bundle is not one function: ${minified.code}`);
  const code = `try{${body.replace(/([!=]=)=/g, '$1')}}catch{}`;
  return { code, size: execFileSync('gzip', ['-9', '-n'], { input: code }).length };
}

async function main() {
  const folder = resolve(root, 'dist/tracker');
  await mkdir(folder, { recursive: true });
  for (const name of scriptNames) {
    const { code, size } = await buildScript(name);
    await writeFile(resolve(folder, name), code);
    console.log(`${name}: ${size} bytes gzip -9 (limit ${scripts[name].limit})`);
    if (size > scripts[name].limit) process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
