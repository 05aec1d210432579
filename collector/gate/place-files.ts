import { closeSync } from 'node:fs';
import { openPlaceFile } from './places.ts';

/** A city file as it stands on the disk. */
export interface PlaceFile {
  readonly setting: 'GEO_CITY_V4' | 'GEO_CITY_V6';
  /** null: it was not found. */
  readonly path: string | null;
  /** When it was built, ms since 1970; null where it does not say. */
  readonly built: number | null;
  /** Why it cannot be used, in words that name the fix; null where it can. */
  readonly problem: string | null;
}

/** Looks at the two city files, without reading them whole. */
export function placeFiles(files: {
  readonly cityV4?: string | undefined;
  readonly cityV6?: string | undefined;
}): PlaceFile[] {
  return [look('GEO_CITY_V4', files.cityV4), look('GEO_CITY_V6', files.cityV6)];
}

function look(setting: PlaceFile['setting'], chosen: string | undefined): PlaceFile {
  try {
    const { path, descriptor, metadata } = openPlaceFile(setting, chosen);
    closeSync(descriptor);
    return { setting, path, built: builtIn(metadata), problem: null };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { setting, path: chosen ?? null, built: null, problem };
  }
}

/** `build_epoch` is an unsigned integer of 64 bits in seconds (MaxMind DB format 2.0): two control bytes, the first of which is its length. */
function builtIn(metadata: Buffer): number | null {
  const name = 'build_epoch';
  const at = metadata.indexOf(name);
  const length = metadata[at + name.length] ?? 0;
  if (at === -1 || length < 1 || length > 6) return null;
  return metadata.readUIntBE(at + name.length + 2, length) * 1_000;
}
