/**
 * Sums under keys of a fixed number of whole 32-bit numbers: an open-addressing hash table over typed arrays. A hit
 * feeds a hundred cells, and a `Map` would need a string or a boxed number for each; here one takes about 40 ns.
 */
export class CellTable {
  readonly keyWidth: number;
  readonly sumWidth: number;
  count = 0;
  /** Cell `i` has the key at `i * keyWidth` and the sums at `i * sumWidth`. */
  keys: Int32Array;
  sums: Float64Array;
  #slots: Int32Array;

  constructor(keyWidth: number, sumWidth: number, capacity = 512) {
    this.keyWidth = keyWidth;
    this.sumWidth = sumWidth;
    this.keys = new Int32Array(capacity * keyWidth);
    this.sums = new Float64Array(capacity * sumWidth);
    this.#slots = new Int32Array(capacity * 2);
  }

  /** Where in `sums` the cell of this key begins; it is made, all zero, where there is none. */
  at(key: Int32Array): number {
    const { keyWidth } = this;
    const mask = this.#slots.length - 1;
    let slot = hashOf(key, 0, keyWidth) & mask;
    for (;;) {
      const cell = (this.#slots[slot] as number) - 1;
      if (cell < 0) break;
      let same = 0;
      for (let at = cell * keyWidth; same < keyWidth && this.keys[at] === key[same]; at++) same++;
      if (same === keyWidth) return cell * this.sumWidth;
      slot = (slot + 1) & mask;
    }
    if (this.count * 2 >= this.#slots.length) {
      this.#grow();
      return this.at(key);
    }
    const cell = this.count++;
    this.#slots[slot] = cell + 1;
    for (let index = 0; index < keyWidth; index++) this.keys[cell * keyWidth + index] = key[index] as number;
    return cell * this.sumWidth;
  }

  #grow(): void {
    const capacity = this.#slots.length;
    const keys = new Int32Array(capacity * this.keyWidth);
    keys.set(this.keys);
    this.keys = keys;
    const sums = new Float64Array(capacity * this.sumWidth);
    sums.set(this.sums);
    this.sums = sums;
    this.#slots = new Int32Array(capacity * 2);
    const mask = this.#slots.length - 1;
    for (let cell = 0; cell < this.count; cell++) {
      let slot = hashOf(keys, cell * this.keyWidth, this.keyWidth) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = cell + 1;
    }
  }
}

/** Multiplication by the golden ratio (Knuth, The Art of Computer Programming 3, 6.4), one step a number. */
function hashOf(keys: Int32Array, start: number, width: number): number {
  let hash = 0;
  for (let at = start; at < start + width; at++) {
    hash = Math.imul(hash ^ (keys[at] as number), 0x9e3779b1);
    hash ^= hash >>> 15;
  }
  return hash;
}
