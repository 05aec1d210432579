import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { minify } from 'terser';

const root = resolve(import.meta.dirname, '..');

/** Gzip -9 bytes: what is aimed at, and what fails the build. */
export const trackerSize = { goal: 1_000, limit: 1_300 };

export interface BuiltTracker {
  readonly code: string;
  /** Bytes of `gzip -9`. */
  readonly size: number;
}

/**
 * The browser script as it is served: bundled by esbuild, made small by terser (names that begin with `_` become one letter).
 * The whole stands in a `try`: nothing is ever thrown into the page, and its block keeps every name out of the page's.
 */
export async function buildTracker(): Promise<BuiltTracker> {
  const bundled = await build({
    entryPoints: [resolve(root, 'tracker/footfall.ts')],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2020',
    legalComments: 'none',
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
  const target = resolve(root, 'dist/tracker/footfall.js');
  const { code, size } = await buildTracker();
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, code);
  console.log(`tracker: ${size} bytes gzip -9 (goal ${trackerSize.goal}, limit ${trackerSize.limit})`);
  if (size > trackerSize.limit) process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
