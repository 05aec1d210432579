import { type DimensionName, dimensionNames, dimensions } from '../../schema/dimensions.ts';
import { rollups } from '../../schema/rollups.ts';
import type { ValueIds } from '../rollups/aggregate.ts';
import { type Db, rollupIds } from './database.ts';
import { type Dictionary, emptyId, otherId } from './dictionary.ts';

type Caps = Readonly<Record<DimensionName, number>>;
/** Values of one dimension, with their ids, that have been counted on one day. */
type Admitted = Map<string, number>;

const declaredCaps: Caps = Object.fromEntries(
  dimensionNames.map((name) => [name, dimensions[name].cap]),
) as Caps;

/** Days kept in memory; facts are of today or, where a visit crosses midnight, of yesterday, in each timezone. */
const daysKept = 4;

/**
 * Lets a dimension have only so many values a site and local day: the first so many keep their names all day, later
 * ones are `(other)`. Which are in is what the day's single-dimension rollup holds, so a restart forgets nothing.
 */
export class CappedValues {
  readonly #dictionary: Dictionary;
  readonly #caps: Caps;
  readonly #rollups: Readonly<Record<DimensionName, number>>;
  readonly #stored;
  readonly #days = new Map<string, Map<DimensionName, Admitted>>();
  readonly #bySite = new Map<number, number[]>();

  constructor(db: Db, dictionary: Dictionary, caps: Caps = declaredCaps) {
    this.#dictionary = dictionary;
    this.#caps = caps;
    const ids = rollupIds(db);
    const idOf = new Map(rollups.map((rollup, index) => [rollup.name, ids[index] as number]));
    this.#rollups = Object.fromEntries(dimensionNames.map((name) => [name, idOf.get(name)])) as Record<
      DimensionName,
      number
    >;
    this.#stored = db
      .prepare<[site: number, rollup: number, day: number], [value: string, id: number]>(
        'SELECT value, id FROM single JOIN string ON id = v1 WHERE site = ? AND rollup = ? AND bucket = ?',
      )
      .raw();
  }

  idsOfDay(site: number, day: number): ValueIds {
    const admitted = this.#dayOf(site, day);
    return (dim, value) => {
      let values = admitted.get(dim);
      if (!values) {
        values = new Map(this.#stored.all(site, this.#rollups[dim], day));
        admitted.set(dim, values);
      }
      const known = values.get(value);
      if (known !== undefined) return known;
      if (value === '') return emptyId;
      // `(other)` may itself be among the stored values, and is none of the so many.
      if (values.size - (values.has('(other)') ? 1 : 0) >= this.#caps[dim]) return otherId;
      const id = this.#dictionary.id(value);
      values.set(value, id);
      return id;
    };
  }

  /** To be called when what is in memory may differ from what is stored. */
  clear(): void {
    this.#days.clear();
    this.#bySite.clear();
  }

  #dayOf(site: number, day: number): Map<DimensionName, Admitted> {
    const name = `${site} ${day}`;
    let values = this.#days.get(name);
    if (!values) {
      values = new Map();
      this.#days.set(name, values);
      const days = this.#bySite.get(site) ?? [];
      days.push(day);
      this.#bySite.set(site, days);
      if (days.length > daysKept) this.#days.delete(`${site} ${days.shift()}`);
    }
    return values;
  }
}
