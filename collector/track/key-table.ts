import { Records } from './records.ts';

/** MurmurHash3's mixing, public domain. */
function hash(values: Int32Array): number {
  let mixed = values.length;
  for (let at = 0; at < values.length; at++) {
    mixed = Math.imul(mixed ^ (values[at] as number), 0x85ebca6b);
    mixed ^= mixed >>> 13;
    mixed = Math.imul(mixed, 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return mixed;
}

/**
 * Numbers distinct keys of a fixed number of 32-bit integers from 0, in the order they appear: visit keys, and tuples of
 * interned strings. Open addressing with linear probing over {@link Records}. Nothing is deleted but, by a rollback, the
 * newest keys, newest first, so no probe sequence ever has a hole.
 */
export class KeyTable {
  readonly rows: Records;
  /** Row number plus one; 0 is free. */
  #slots = new Int32Array(16);

  constructor(width: number) {
    this.rows = new Records(width);
  }

  /** The key's number, or -1. */
  find(key: Int32Array): number {
    return (this.#slots[this.#slotOf(key)] as number) - 1;
  }

  /** The key's number; a new key gets the next one. */
  intern(key: Int32Array): number {
    const slot = this.#slotOf(key);
    const known = this.#slots[slot] as number;
    if (known > 0) return known - 1;
    const row = this.rows.count;
    this.rows.append(key);
    this.#slots[slot] = row + 1;
    if (this.rows.count * 4 > this.#slots.length * 3) this.reindex(this.#slots.length * 2);
    return row;
  }

  /** Builds the index again, after rows were restored. */
  reindex(size = 16): void {
    let room = size;
    while (this.rows.count * 4 > room * 3) room *= 2;
    this.#slots = new Int32Array(room);
    for (let row = 0; row < this.rows.count; row++) {
      this.#slots[this.#slotOf(this.rows.values(row, row + 1))] = row + 1;
    }
  }

  /** Takes the keys from number `count` on out of the index; the caller then rolls the rows back. */
  forget(count: number): void {
    for (let row = this.rows.count - 1; row >= count; row--) {
      this.#slots[this.#slotOf(this.rows.values(row, row + 1))] = 0;
    }
  }

  /** Where the key stands, or the free slot where it would. */
  #slotOf(key: Int32Array): number {
    const last = this.#slots.length - 1;
    for (let slot = hash(key) & last; ; slot = (slot + 1) & last) {
      const known = this.#slots[slot] as number;
      if (known === 0 || this.#equals(known - 1, key)) return slot;
    }
  }

  #equals(row: number, key: Int32Array): boolean {
    for (let field = 0; field < key.length; field++)
      if (this.rows.get(row, field) !== key[field]) return false;
    return true;
  }
}
