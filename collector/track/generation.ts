import type { VisitAttributes } from '../../schema/dimensions.ts';
import { AttributeTables, attributeNumbers } from './attributes.ts';
import type { Ended } from './facts.ts';
import { Interner } from './interner.ts';
import { KeyTable } from './key-table.ts';
import { type Changes, Records } from './records.ts';
import { type Kind, Seen, token } from './seen.ts';
import { field, flag, numberOf, pack, startHourOf } from './visit.ts';

/** Bytes of a visit key, as 32-bit integers. */
const keyWidth = 4;

/** Changes of one generation since a seal: how many strings it had, and the changes of each table. */
export interface GenerationChanges {
  readonly generation: Generation;
  readonly strings: number;
  readonly tables: readonly Changes[];
}

/** What is new about a thing that a visitor met. */
export interface Novelty {
  readonly today: boolean;
  readonly inVisit: boolean;
}
const known: Novelty = { today: false, inVisit: false };
const newInVisit: Novelty = { today: false, inVisit: true };
const newToday: Novelty = { today: true, inVisit: true };

/**
 * The visitors of one site on one local day: who was there (keys), what they have met, and their open visits. It dies as
 * a whole, four hours after the day; before, rows are only wiped, never removed. Visitors are numbered by row.
 */
export class Generation {
  readonly site: number;
  /** Site-local day. */
  readonly day: number;
  /** Times are kept as ms since this moment, in 32 bits: enough for 24 days. */
  readonly base: number;
  readonly strings = new Interner();
  readonly visits = new Records(field.attributes + attributeNumbers);
  readonly seen = new Seen();
  readonly #keys = new KeyTable(keyWidth);
  readonly #attributes = new AttributeTables(this.strings);
  readonly #keyTables = [this.#keys, ...this.#attributes.tables];
  readonly #tables = [this.visits, this.seen.cells, ...this.#keyTables.map((table) => table.rows)];
  #sealedStrings = 1;
  /** No open visit's last signal is older: a sweep looks no further while this is recent. */
  #earliest = Number.POSITIVE_INFINITY;

  constructor(site: number, day: number, base: number) {
    this.site = site;
    this.day = day;
    this.base = base;
  }

  /** The visitor's row, or -1. */
  find(key: Uint8Array): number {
    return this.#keys.find(integers(key));
  }

  /** The visitor's row; a new one if the key is new. */
  admit(key: Uint8Array): number {
    const row = this.#keys.intern(integers(key));
    if (row === this.visits.count) this.visits.add();
    return row;
  }

  /** Begins a visit; its attributes stay until its end. */
  open(row: number, at: number, hour: number, attributes: VisitAttributes): void {
    const { visits } = this;
    visits.touch(row);
    const state = visits.get(row, field.state);
    visits.set(row, field.state, pack(numberOf(state) + 1, hour - this.day * 24, flag.open));
    visits.set(row, field.started, at - this.base);
    visits.set(row, field.last, at - this.base);
    visits.set(row, field.views, 0);
    visits.set(row, field.entry, 0);
    visits.set(row, field.exit, 0);
    const numbers = this.#attributes.intern(attributes);
    for (let part = 0; part < numbers.length; part++)
      visits.set(row, field.attributes + part, numbers[part] as number);
    this.#earliest = Math.min(this.#earliest, at);
  }

  /** Ends the visit. What it was can still be read. */
  close(row: number): void {
    this.visits.touch(row);
    this.visits.set(row, field.state, this.visits.get(row, field.state) & ~flag.open);
  }

  /** Wipes all that the row holds, so that only its key says: this visitor is not to be counted. */
  erase(row: number): void {
    this.visits.touch(row);
    this.seen.forget(row, this.visits.get(row, field.seen));
    for (let at = 0; at < this.visits.width; at++) this.visits.set(row, at, 0);
    this.visits.set(row, field.state, flag.erased);
  }

  /** Extends the visit to this signal. */
  extend(row: number, at: number): void {
    this.visits.touch(row);
    this.visits.set(row, field.last, Math.max(this.visits.get(row, field.last), at - this.base));
  }

  isOpen(row: number): boolean {
    return this.has(row, flag.open);
  }

  has(row: number, bit: number): boolean {
    return (this.visits.get(row, field.state) & bit) !== 0;
  }

  raise(row: number, bit: number): void {
    this.visits.touch(row);
    this.visits.set(row, field.state, this.visits.get(row, field.state) | bit);
  }

  /** When the visit's last signal came, ms since 1970. */
  lastOf(row: number): number {
    return this.base + this.visits.get(row, field.last);
  }

  /** The visit's closing account. */
  ended(row: number): Ended {
    const { visits } = this;
    return {
      site: this.site,
      hour: this.day * 24 + startHourOf(visits.get(row, field.state)),
      dims: () => this.attributesOf(row),
      entry: this.stringOf(row, field.entry),
      exit: this.stringOf(row, field.exit),
      views: visits.get(row, field.views),
      interactive: this.has(row, flag.interactive),
      first: numberOf(visits.get(row, field.state)) === 1,
      duration: visits.get(row, field.last) - visits.get(row, field.started),
    };
  }

  /** A new object with the visit's attributes. */
  attributesOf(row: number): VisitAttributes {
    const number = (part: number) => this.visits.get(row, field.attributes + part);
    return this.#attributes.read(number(0), number(1), number(2), number(3));
  }

  /** The string in a field of the visit, or undefined for none. */
  stringOf(row: number, at: number): string | undefined {
    const id = this.visits.get(row, at);
    return id === 0 ? undefined : this.strings.get(id);
  }

  /** Counts a pageview of the visit; gives whether it is the visit's first. */
  view(row: number, page: string): boolean {
    const { visits } = this;
    visits.touch(row);
    const views = visits.get(row, field.views);
    const id = this.strings.intern(page);
    visits.set(row, field.views, views + 1);
    visits.set(row, field.exit, id);
    if (views === 0) visits.set(row, field.entry, id);
    return views === 0;
  }

  /** Whether this is the visitor's first hit in the local hour, and in the local day. */
  arrive(row: number, hour: number): { readonly hour: boolean; readonly day: boolean } {
    const hours = this.visits.get(row, field.hours);
    const bit = 1 << (hour - this.day * 24);
    if ((hours & bit) === 0) {
      this.visits.touch(row);
      this.visits.set(row, field.hours, hours | bit);
    }
    return { hour: (hours & bit) === 0, day: hours === 0 };
  }

  /** Counts a page that is new to the visitor today; false from `most` + 1 on. */
  countPage(row: number, most: number): boolean {
    const pages = this.visits.get(row, field.pages);
    if (pages >= most) return false;
    this.visits.touch(row);
    this.visits.set(row, field.pages, pages + 1);
    return true;
  }

  /** Notes that the visitor met something by its name; gives whether it is new today, and in the row's visit. */
  meet(row: number, kind: Kind, name: string, hour: number): Novelty {
    const what = token(kind, this.strings.intern(name));
    const head = this.visits.get(row, field.seen);
    const visit = numberOf(this.visits.get(row, field.state));
    const cell = this.seen.find(row, head, what);
    if (cell === 0) {
      this.visits.touch(row);
      this.visits.set(row, field.seen, this.seen.add(row, head, what, visit, hour - this.day * 24));
      return newToday;
    }
    if (this.seen.visitOf(cell) === visit) return known;
    this.seen.mark(cell, visit, hour - this.day * 24, 0);
    return newInVisit;
  }

  /** Deepens the visit's scroll of a page: by how much, and the hour in which the visit first viewed it. null: not viewed. */
  scroll(
    row: number,
    page: string,
    percent: number,
  ): { readonly hour: number; readonly growth: number } | null {
    const cell = this.seen.find(
      row,
      this.visits.get(row, field.seen),
      token('page', this.strings.find(page)),
    );
    const visit = numberOf(this.visits.get(row, field.state));
    if (cell === 0 || this.seen.visitOf(cell) !== visit) return null;
    const hour = this.seen.hourOf(cell);
    const growth = Math.max(0, percent - this.seen.scrollOf(cell));
    if (growth > 0) this.seen.mark(cell, visit, hour, percent);
    return { hour: this.day * 24 + hour, growth };
  }

  /** Rows of open visits whose last signal came before `before`; at most `limit`. */
  openBefore(before: number, limit: number): number[] {
    if (this.#earliest >= before) return [];
    const rows: number[] = [];
    let earliest = Number.POSITIVE_INFINITY;
    for (let row = 0; row < this.visits.count; row++) {
      if (!this.isOpen(row)) continue;
      const last = this.lastOf(row);
      if (last >= before) earliest = Math.min(earliest, last);
      else if (rows.push(row) === limit) return rows;
    }
    this.#earliest = earliest;
    return rows;
  }

  /** Visits with a signal at or after `since`. */
  activeSince(since: number): number {
    let active = 0;
    for (let row = 0; row < this.visits.count; row++) {
      if (numberOf(this.visits.get(row, field.state)) > 0 && this.lastOf(row) >= since) active++;
    }
    return active;
  }

  /** Every table in a fixed order, for saving and restoring. */
  get tables(): readonly Records[] {
    return this.#tables;
  }

  seal(): GenerationChanges {
    const strings = this.#sealedStrings;
    this.#sealedStrings = this.strings.count;
    return { generation: this, strings, tables: this.#tables.map((table) => table.seal()) };
  }

  /** Everything, as if nothing had been sealed before. */
  whole(): GenerationChanges {
    return {
      generation: this,
      strings: 1,
      tables: this.#tables.map(() => ({ count: 0, before: new Map() })),
    };
  }

  /** Undoes sealed changes; later ones are to be undone first. */
  rollback(changes: GenerationChanges): void {
    this.#keyTables.forEach((table, at) => {
      table.forget((changes.tables[at + 2] as Changes).count);
    });
    this.#tables.forEach((table, at) => {
      table.rollback(changes.tables[at] as Changes);
    });
    this.strings.truncate(changes.strings);
    this.#sealedStrings = changes.strings;
    this.seen.forgetIndex();
    this.#earliest = Number.NEGATIVE_INFINITY;
  }

  /** To be called after the tables were filled from saved ones. */
  restored(): void {
    for (const table of this.#keyTables) table.reindex();
    this.seal();
    this.#earliest = Number.NEGATIVE_INFINITY;
  }
}

const scratchBytes = new Uint8Array(keyWidth * 4);
const scratchIntegers = new Int32Array(scratchBytes.buffer);

/** A key's bytes as integers, valid until the next call. */
function integers(key: Uint8Array): Int32Array {
  scratchBytes.set(key);
  return scratchIntegers;
}
