import { existsSync, statfsSync, statSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { SettingsError } from './settings.ts';

/** Types of file systems that live in memory, as statfs(2) numbers them: tmpfs and ramfs. */
const inMemory = new Set([0x01021994, 0x858458f6]);

/**
 * Checks the folder in which visit keys may outlive the process (P3). Throws a {@link SettingsError} if it lies in the data
 * folder, or if others could read it.
 *
 * @returns a warning if it is not in memory, or null
 */
export function checkRuntimeFolder(folder: string, dataFolder: string): string | null {
  const path = resolve(folder);
  const example = 'Example: FOOTFALL_RUNTIME_DIR=/run/footfall';
  if (!relative(resolve(dataFolder), path).startsWith('..'))
    throw new SettingsError(
      `FOOTFALL_RUNTIME_DIR (${path}) lies in the data folder, where visit keys must never be. ${example}`,
    );
  if (existsSync(path) && (statSync(path).mode & 0o077) !== 0)
    throw new SettingsError(
      `FOOTFALL_RUNTIME_DIR (${path}) can be entered by other users. Take a folder of its own, or: chmod 700 ${path}. ${example}`,
    );
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  return process.platform === 'linux' && inMemory.has(statfsSync(existing).type)
    ? null
    : `FOOTFALL_RUNTIME_DIR (${path}) is not known to be in memory: visit keys may reach a disk. ${example}`;
}
