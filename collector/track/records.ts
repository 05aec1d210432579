/** What has changed since a seal: rows from `count` on are new, `before` holds what older rows were. */
export interface Changes {
  readonly count: number;
  readonly before: ReadonlyMap<number, Int32Array>;
}

/**
 * Rows of a fixed number of 32-bit integers, numbered in the order added, in one typed array: a million visitors as
 * objects would take four times the memory and a long pause of the garbage collector. Rows are only ever added or
 * changed, so that what happened since the last seal can be listed, and undone.
 */
export class Records {
  readonly width: number;
  count = 0;
  #data: Int32Array;
  #sealed = 0;
  #before = new Map<number, Int32Array>();

  constructor(width: number) {
    this.width = width;
    this.#data = new Int32Array(width * 8);
  }

  get(row: number, field: number): number {
    return this.#data[row * this.width + field] as number;
  }

  /** Changes one field. The caller has called {@link touch} for the row. */
  set(row: number, field: number, value: number): void {
    this.#data[row * this.width + field] = value;
  }

  /** Adds a row of zeros and gives its number. */
  add(): number {
    this.#reserve(this.count + 1);
    return this.count++;
  }

  /** To be called before a row is changed: remembers what it was at the last seal. */
  touch(row: number): void {
    if (row >= this.#sealed || this.#before.has(row)) return;
    this.#before.set(row, this.#data.slice(row * this.width, (row + 1) * this.width));
  }

  /** The integers of rows `from` to the last, not a copy. */
  values(from = 0, until = this.count): Int32Array {
    return this.#data.subarray(from * this.width, until * this.width);
  }

  /** Adds rows as {@link values} gave them. */
  append(values: Int32Array): void {
    const rows = values.length / this.width;
    this.#reserve(this.count + rows);
    this.#data.set(values, this.count * this.width);
    this.count += rows;
  }

  /** Forgets every row, before saved ones are put in. */
  clear(): void {
    this.count = 0;
  }

  /** Puts a row's integers back. */
  replace(row: number, values: Int32Array): void {
    this.#data.set(values, row * this.width);
  }

  /** Gives the changes since the last seal, and begins anew. */
  seal(): Changes {
    const changes = { count: this.#sealed, before: this.#before };
    this.#sealed = this.count;
    this.#before = new Map();
    return changes;
  }

  /** Undoes sealed changes. Nothing may have changed since; later changes are to be undone first. */
  rollback(changes: Changes): void {
    for (const [row, values] of changes.before) this.replace(row, values);
    this.#data.fill(0, changes.count * this.width, this.count * this.width);
    this.count = changes.count;
    this.#sealed = changes.count;
    this.#before = new Map();
  }

  /** Doubles while small; by half when large, where slack costs more than copying. */
  #reserve(rows: number): void {
    const room = this.#data.length / this.width;
    if (rows <= room) return;
    const grown = new Int32Array(
      this.width * Math.max(rows, room < 65_536 ? room * 2 : Math.ceil(room * 1.5)),
    );
    grown.set(this.values());
    this.#data = grown;
  }
}
