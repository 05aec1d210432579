import { Generation, type GenerationChanges } from './generation.ts';
import type { Changes, Records } from './records.ts';

/** A salt of visit keys; whoever has it can tell which address a key stands for, so it is kept like the keys. */
export interface SavedSalt {
  readonly site: number;
  readonly day: number;
  readonly salt: Uint8Array;
}

/** Another layout is not read: after an upgrade, visits begin anew. */
const layout = 3;
/** What a state begins with: changes to what came before, or all there is. */
export const kind = { changes: 1, whole: 2 } as const;

interface Header {
  readonly layout: number;
  readonly salts: readonly (readonly [site: number, day: number, base64: string])[];
  readonly generations: readonly {
    readonly site: number;
    readonly day: number;
    readonly base: number;
    readonly strings: readonly string[];
  }[];
}

/**
 * Changes as bytes: kind (1), three unused, length of the header (4), header as JSON padded to four, then 32-bit integers
 * in the machine's own order: for each table of each generation the number of its rows before, of new rows, the new
 * rows, the number of changed rows, and of each its number and values. Everything is the changes since nothing.
 */
export function encodeState(
  changes: readonly GenerationChanges[],
  whole: boolean,
  salts: { export(): readonly SavedSalt[] },
): Uint8Array {
  const header: Header = {
    layout,
    salts: saltsOf(changes, salts),
    generations: changes.map(({ generation, strings }) => ({
      site: generation.site,
      day: generation.day,
      base: generation.base,
      strings: generation.strings.since(strings),
    })),
  };
  const text = Buffer.from(JSON.stringify(header));
  const begin = 8 + Math.ceil(text.length / 4) * 4;
  const parts = changes.flatMap(({ generation, tables }) =>
    generation.tables.map((table, at) => ({ table, changes: tables[at] as Changes })),
  );
  const size = parts.reduce((sum, part) => sum + sizeOf(part.table, part.changes), 0);
  const buffer = new ArrayBuffer(begin + size * 4);
  const bytes = new Uint8Array(buffer);
  bytes[0] = whole ? kind.whole : kind.changes;
  new DataView(buffer).setUint32(4, text.length, true);
  bytes.set(text, 8);
  const integers = new Int32Array(buffer, begin);
  let at = 0;
  for (const part of parts) at = writeTable(integers, at, part.table, part.changes);
  return bytes;
}

/** Only of generations that nothing was saved of yet: a salt is written once, and never one whose keys are gone. */
function saltsOf(
  changes: readonly GenerationChanges[],
  salts: { export(): readonly SavedSalt[] },
): Header['salts'] {
  const fresh = new Set(
    changes
      .filter(({ strings }) => strings === 1)
      .map(({ generation }) => `${generation.site} ${generation.day}`),
  );
  if (fresh.size === 0) return [];
  return salts
    .export()
    .filter(({ site, day }) => fresh.has(`${site} ${day}`))
    .map(({ site, day, salt }) => [site, day, Buffer.from(salt).toString('base64')]);
}

const sizeOf = (table: Records, { count, before }: Changes): number =>
  3 + (table.count - count) * table.width + before.size * (1 + table.width);

function writeTable(integers: Int32Array, from: number, table: Records, { count, before }: Changes): number {
  let at = from;
  integers[at++] = count;
  integers[at++] = table.count - count;
  integers.set(table.values(count), at);
  at += (table.count - count) * table.width;
  integers[at++] = before.size;
  for (const row of before.keys()) {
    integers[at++] = row;
    integers.set(table.values(row, row + 1), at);
    at += table.width;
  }
  return at;
}

/** Generations by site and day. */
export type Generations = Map<number, Map<number, Generation>>;

/** The generation of a site-local day; a new one, with times relative to `base`, if there is none. */
export function generationOf(sites: Generations, site: number, day: number, base: number): Generation {
  let days = sites.get(site);
  if (!days) {
    days = new Map();
    sites.set(site, days);
  }
  let generation = days.get(day);
  if (!generation) {
    generation = new Generation(site, day, base);
    days.set(day, generation);
  }
  return generation;
}

/**
 * Applies what {@link encodeState} gave, and gives the salts in it. Throws a RangeError if the bytes do not continue what
 * `sites` hold; then they are good for nothing.
 */
export function applyState(state: Uint8Array, sites: Generations): SavedSalt[] {
  if (state[0] === kind.whole) sites.clear();
  const length = new DataView(state.buffer, state.byteOffset).getUint32(4, true);
  const header: Header = JSON.parse(Buffer.from(state.subarray(8, 8 + length)).toString());
  if (header.layout !== layout)
    throw new RangeError(`saved visits have layout ${header.layout}, not ${layout}`);
  // Copied by hand: what is read from a file is a Buffer, whose own `slice` copies nothing.
  const integers = new Int32Array(Uint8Array.from(state.subarray(8 + Math.ceil(length / 4) * 4)).buffer);
  let at = 0;
  for (const { site, day, base, strings } of header.generations) {
    const generation = generationOf(sites, site, day, base);
    for (const value of strings) generation.strings.restore(value);
    for (const table of generation.tables) at = readTable(integers, at, table, generation);
  }
  return header.salts.map(([site, day, base64]) => ({
    site,
    day,
    salt: new Uint8Array(Buffer.from(base64, 'base64')),
  }));
}

function readTable(integers: Int32Array, from: number, table: Records, { site, day }: Generation): number {
  let at = from;
  const count = integers[at++] as number;
  const added = (integers[at++] as number) * table.width;
  if (count === 0) table.clear();
  if (count !== table.count) throw new RangeError(`saved visits of site ${site}, day ${day} have a gap`);
  table.append(integers.subarray(at, at + added));
  at += added;
  for (let changed = integers[at++] as number; changed > 0; changed--) {
    const row = integers[at++] as number;
    table.replace(row, integers.subarray(at, at + table.width));
    at += table.width;
  }
  return at;
}
