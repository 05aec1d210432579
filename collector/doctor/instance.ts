import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Profile, profiles } from '../../schema/profiles.ts';
import type { Settings } from '../../schema/settings.ts';
import type { Site } from '../../schema/site.ts';
import { type PlaceFile, placeFiles } from '../gate/place-files.ts';
import { examine } from '../store/examine.ts';
import { holderOf } from '../store/hold.ts';
import { type Machine, readMachine } from './machine.ts';

type Database =
  | ReturnType<typeof examine>
  /** There is none yet. */
  | { readonly state: 'none' }
  | { readonly state: 'unusable'; readonly why: string };
/** A database that can be asked. */
export type Current = Extract<Database, { readonly state: 'current' }>;

/** The version that the privacy notice has under these settings, for these sites. */
export type NoticeVersion = (settings: Settings, sites: readonly Site[]) => string;

/** Everything that the checks look at, read once. */
export interface Instance {
  readonly settings: Settings;
  readonly profile: Profile;
  /** ms since 1970. */
  readonly now: number;
  readonly machine: Machine;
  readonly database: Database;
  /** The process that serves from the data folder; null: none. */
  readonly server: number | null;
  readonly places: readonly PlaceFile[];
  /** The version that the notice would have today; null where this program cannot tell. */
  readonly noticeToday: string | null;
}

/** Reads an instance beside its server, or before it has a database. Writes nothing. */
export function readInstance(settings: Settings, now: number, noticeVersion: NoticeVersion | null): Instance {
  const database = databaseOf(settings, now);
  return {
    settings,
    profile: profiles[settings.PROFILE],
    now,
    machine: readMachine(settings),
    database,
    server: holderIn(settings.DATA_DIR),
    places: placeFiles({ cityV4: settings.GEO_CITY_V4, cityV6: settings.GEO_CITY_V6 }),
    noticeToday:
      noticeVersion !== null && database.state === 'current' ? noticeVersion(settings, database.sites) : null,
  };
}

function databaseOf(settings: Settings, now: number): Database {
  const path = join(settings.DATA_DIR, 'footfall.db');
  if (!existsSync(path)) return { state: 'none' };
  try {
    return examine(path, now, settings);
  } catch (error) {
    return { state: 'unusable', why: error instanceof Error ? error.message : String(error) };
  }
}

/** A lock that cannot be asked is reported with the folder that it stands in. */
function holderIn(folder: string): number | null {
  try {
    return holderOf(folder);
  } catch {
    return null;
  }
}
