import { accessSync, constants, existsSync, readFileSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Settings } from '../../schema/settings.ts';
import { checkRuntimeFolder } from '../runtime-folder.ts';

/** What the operating system says of a folder. */
interface FolderState {
  readonly path: string;
  readonly exists: boolean;
  /** It can be written, or, where there is none, made. */
  readonly writable: boolean;
  /** Permission bits; null where there is none. */
  readonly mode: number | null;
  /** Bytes free to us on its file system; null where that is not known. */
  readonly free: number | null;
}

interface RuntimeState extends FolderState {
  /** Why the server would not start with it; null: it would. */
  readonly refused: string | null;
  /** What the server would warn of. */
  readonly warning: string | null;
}

export interface Machine {
  readonly data: FolderState;
  /** null: not set. */
  readonly runtime: RuntimeState | null;
  /** Swap areas in use; null where that is not known. */
  readonly swaps: readonly string[] | null;
}

/** Looks at the machine, and changes nothing. */
export function readMachine({ DATA_DIR, RUNTIME_DIR }: Settings): Machine {
  return {
    data: folderState(DATA_DIR),
    runtime: RUNTIME_DIR === undefined ? null : runtimeState(RUNTIME_DIR, DATA_DIR),
    swaps: readSwaps(),
  };
}

function folderState(folder: string): FolderState {
  const path = resolve(folder);
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  const at = statSync(existing);
  const exists = existing === path;
  return {
    path,
    exists,
    writable: at.isDirectory() && maybe(() => accessSync(existing, constants.W_OK | constants.X_OK)) !== null,
    mode: exists ? at.mode & 0o777 : null,
    free: maybe(() => {
      const { bavail, bsize } = statfsSync(existing);
      return bavail * bsize;
    }),
  };
}

function runtimeState(folder: string, dataFolder: string): RuntimeState {
  const state = folderState(folder);
  try {
    return { ...state, refused: null, warning: checkRuntimeFolder(folder, dataFolder) };
  } catch (error) {
    return { ...state, refused: error instanceof Error ? error.message : String(error), warning: null };
  }
}

/** proc(5): one line a swap area, below a heading. */
const readSwaps = (): string[] | null =>
  maybe(() =>
    readFileSync('/proc/swaps', 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((line) => line.split(/\s+/)[0] || []),
  );

function maybe<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
