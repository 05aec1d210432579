import { values } from '../../schema/dimensions.ts';

/** More than the caps of all dimensions together (schema/dimensions.ts): beyond, every rollup says `(other)` anyway. */
const most = 200_000;

/** A copy of its own: a slice would keep the whole request that it was cut from in memory. */
const own = (value: string): string => Buffer.from(value, 'utf16le').toString('utf16le');

/** Numbers distinct strings from 1; 0 means none. Past {@link most} strings, new ones become `(other)`. */
export class Interner {
  #ids = new Map<string, number>();
  #values: string[] = [''];
  readonly #most: number;

  constructor(limit = most) {
    this.#most = limit;
  }

  get count(): number {
    return this.#values.length;
  }

  get #full(): boolean {
    return this.#values.length > this.#most;
  }

  /** The string's number, 0 if it has none. */
  find(value: string): number {
    return this.#ids.get(value) ?? (this.#full ? (this.#ids.get(values.other) ?? 0) : 0);
  }

  intern(value: string): number {
    const known = this.#ids.get(value);
    if (known !== undefined) return known;
    if (this.#full && value !== values.other) return this.intern(values.other);
    const copy = own(value);
    const id = this.#values.push(copy) - 1;
    this.#ids.set(copy, id);
    return id;
  }

  get(id: number): string {
    return this.#values[id] as string;
  }

  /** The strings from number `from` on. */
  since(from: number): string[] {
    return this.#values.slice(from);
  }

  /** Adds a string as {@link since} gave it. */
  restore(value: string): void {
    this.#ids.set(value, this.#values.push(value) - 1);
  }

  /** Forgets the strings from number `count` on. */
  truncate(count: number): void {
    for (const value of this.since(count)) this.#ids.delete(value);
    this.#values.length = count;
  }
}
