import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Place, pathsBelow } from '../../collector/prove/search.ts';

/** Every file below a folder, with its bytes. */
export const filesBelow = (folder: string): Place[] =>
  pathsBelow(folder).map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
