import type { VisitAttributes, VisitDimension } from '../../schema/dimensions.ts';
import type { Interner } from './interner.ts';
import { KeyTable } from './key-table.ts';

/** Attributes that occur together, so that a visit keeps four numbers for nineteen strings. */
const groups = [
  ['country', 'region', 'city'],
  ['device', 'browser', 'browser_version', 'os', 'os_version'],
  ['channel', 'source', 'referrer', 'utm_medium', 'utm_source', 'utm_campaign', 'utm_term', 'utm_content'],
  ['language', 'utc_offset', 'screen'],
] as const satisfies VisitDimension[][];

/** How many numbers stand for the attributes of a visit. */
export const attributeNumbers = groups.length;

/** Attributes of visits, each distinct combination once: places, agents, acquisitions, and what the browser is set to. */
export class AttributeTables {
  readonly tables = groups.map((group) => new KeyTable(group.length));
  readonly #strings: Interner;
  readonly #scratch = groups.map((group) => new Int32Array(group.length));

  constructor(strings: Interner) {
    this.#strings = strings;
  }

  /** The numbers of the attributes, one a table. */
  intern(attributes: VisitAttributes): number[] {
    return groups.map((group, at) => {
      const key = this.#scratch[at] as Int32Array;
      for (let field = 0; field < group.length; field++) {
        key[field] = this.#strings.intern(attributes[group[field] as VisitDimension]);
      }
      return (this.tables[at] as KeyTable).intern(key);
    });
  }

  /** The attributes that {@link intern} numbered. */
  read(place: number, agent: number, acquisition: number, locale: number): VisitAttributes {
    // Written out: one shape for all, five times as fast as a loop over names.
    return {
      country: this.#get(0, place, 0),
      region: this.#get(0, place, 1),
      city: this.#get(0, place, 2),
      device: this.#get(1, agent, 0),
      browser: this.#get(1, agent, 1),
      browser_version: this.#get(1, agent, 2),
      os: this.#get(1, agent, 3),
      os_version: this.#get(1, agent, 4),
      channel: this.#get(2, acquisition, 0),
      source: this.#get(2, acquisition, 1),
      referrer: this.#get(2, acquisition, 2),
      utm_medium: this.#get(2, acquisition, 3),
      utm_source: this.#get(2, acquisition, 4),
      utm_campaign: this.#get(2, acquisition, 5),
      utm_term: this.#get(2, acquisition, 6),
      utm_content: this.#get(2, acquisition, 7),
      language: this.#get(3, locale, 0),
      utc_offset: this.#get(3, locale, 1),
      screen: this.#get(3, locale, 2),
    };
  }

  #get(table: number, row: number, field: number): string {
    return this.#strings.get((this.tables[table] as KeyTable).rows.get(row, field));
  }
}
