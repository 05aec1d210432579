import type { Db } from './database.ts';

/** Ids that the first migration fixes: of the empty string and of `(other)`. */
export const emptyId = 0;
export const otherId = 1;

/** Cleared when full, rather than ordered by use: what is in use is back after one look-up each. */
const cached = 200_000;

/** Strings stand once in the database; rows hold their ids. */
export class Dictionary {
  readonly #known = new Map<string, number>();
  readonly #select;
  readonly #insert;

  constructor(db: Db) {
    this.#select = db.prepare<[string], number>('SELECT id FROM string WHERE value = ?').pluck();
    this.#insert = db.prepare<[string]>('INSERT INTO string (value) VALUES (?)');
  }

  /** The id of a string, which is added where it is new. */
  id(value: string): number {
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const id = Number(this.#select.get(value) ?? this.#insert.run(value).lastInsertRowid);
    if (this.#known.size >= cached) this.#known.clear();
    this.#known.set(value, id);
    return id;
  }

  /** To be called when ids may have become wrong: a transaction was rolled back, another process deleted strings. */
  clear(): void {
    this.#known.clear();
  }
}
