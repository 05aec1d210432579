import { Records } from './records.ts';

/** What a visitor can have met today: a path viewed, a custom event, a goal, an acquisition, the dates of a browser. */
const kinds = { page: 0, event: 1, goal: 2, acquisition: 3, browser: 4 } as const;
export type Kind = keyof typeof kinds;

/** One thing that can be met, in one integer. `id` is its number in the generation's tables. */
export const token = (kind: Kind, id: number): number => id * 8 + kinds[kind];

const field = { token: 0, mark: 1, next: 2 } as const;

/** Hours from 64 before the generation's midnight on, see visit.ts. */
const bias = 64;

/** A mark: number of the visit (16 bits), hour from the generation's midnight (8), deepest scroll in percent (7). */
const pack = (visit: number, hour: number, scroll: number): number =>
  (visit << 15) | (((hour + bias) & 0xff) << 7) | scroll;

/** Cells walked before a visitor gets an index, so that ten thousand pages do not cost a hundred million steps. */
const walk = 16;

/**
 * What each visitor has met today: a linked list of cells a visitor, whose head the caller keeps. A cell also tells the
 * visit that met it last, in which hour, and, of a page, how deep it was scrolled. Cell 0 means none.
 */
export class Seen {
  readonly cells = new Records(3);
  /** Of visitors with long lists only: token to cell. Derived, so never saved. */
  #long = new Map<number, Map<number, number>>();

  constructor() {
    this.cells.add();
    this.cells.seal();
  }

  /** The visitor's cell for the token, or 0. */
  find(visitor: number, head: number, wanted: number): number {
    let cell = head;
    for (let steps = 0; cell !== 0; steps++) {
      if (this.cells.get(cell, field.token) === wanted) return cell;
      if (steps === walk) return this.#index(visitor, head).get(wanted) ?? 0;
      cell = this.cells.get(cell, field.next);
    }
    return 0;
  }

  /** Adds a cell before `head`; gives the new head. */
  add(visitor: number, head: number, what: number, visit: number, hour: number): number {
    const cell = this.cells.add();
    this.cells.set(cell, field.token, what);
    this.cells.set(cell, field.mark, pack(visit, hour, 0));
    this.cells.set(cell, field.next, head);
    this.#long.get(visitor)?.set(what, cell);
    return cell;
  }

  visitOf(cell: number): number {
    return this.cells.get(cell, field.mark) >>> 15;
  }

  hourOf(cell: number): number {
    return ((this.cells.get(cell, field.mark) >>> 7) & 0xff) - bias;
  }

  scrollOf(cell: number): number {
    return this.cells.get(cell, field.mark) & 0x7f;
  }

  mark(cell: number, visit: number, hour: number, scroll: number): void {
    this.cells.touch(cell);
    this.cells.set(cell, field.mark, pack(visit, hour, scroll));
  }

  /** Wipes a visitor's cells; the caller lets go of the head. */
  forget(visitor: number, head: number): void {
    for (let cell = head; cell !== 0; ) {
      const next = this.cells.get(cell, field.next);
      this.cells.touch(cell);
      for (let at = 0; at < this.cells.width; at++) this.cells.set(cell, at, 0);
      cell = next;
    }
    this.#long.delete(visitor);
  }

  /** To be called after cells were rolled back. */
  forgetIndex(): void {
    this.#long.clear();
  }

  #index(visitor: number, head: number): Map<number, number> {
    let index = this.#long.get(visitor);
    if (index) return index;
    index = new Map();
    for (let cell = head; cell !== 0; cell = this.cells.get(cell, field.next)) {
      index.set(this.cells.get(cell, field.token), cell);
    }
    this.#long.set(visitor, index);
    return index;
  }
}
