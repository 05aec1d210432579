import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join, relative } from 'node:path';
import type { Canary } from './canary.ts';

/** Bytes with a name: a file, a reply, what a process printed. */
export interface Place {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A database of any size is searched in windows of so many bytes. */
const window = 16 * 1024 * 1024;

const longest = (canaries: readonly Canary[]): number =>
  Math.max(0, ...canaries.flatMap(({ forms }) => [...forms.values()].map(({ length }) => length)));

/** Where a canary stands, as `name as form in place`; each once. */
export function search(places: readonly Place[], canaries: readonly Canary[]): string[] {
  const found: string[] = [];
  for (const { name: place, bytes } of places)
    for (const { name, forms } of canaries)
      for (const [form, needle] of forms)
        if (bytes.includes(needle)) found.push(`${name} as ${form} in ${place}`);
  return found;
}

/** Every file below a folder, by its path in it. */
export const pathsBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));

/** Where canaries stand in the files below a folder, and how many bytes were read. Files that vanish meanwhile are left out. */
export function searchFiles(
  folder: string,
  canaries: readonly Canary[],
): { readonly found: string[]; readonly bytes: number; readonly files: number } {
  const found = new Set<string>();
  const overlap = longest(canaries);
  const buffer = Buffer.alloc(window + overlap);
  let total = 0;
  let files = 0;
  for (const name of pathsBelow(folder)) {
    const descriptor = opened(join(folder, name));
    if (descriptor === null) continue;
    files += 1;
    try {
      const { size } = fstatSync(descriptor);
      for (let at = 0; at < size; at += window) {
        const length = readSync(descriptor, buffer, 0, window + overlap, at);
        total += Math.min(length, window);
        for (const line of search([{ name, bytes: buffer.subarray(0, length) }], canaries)) found.add(line);
      }
    } finally {
      closeSync(descriptor);
    }
  }
  return { found: [...found], bytes: total, files };
}

function opened(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
