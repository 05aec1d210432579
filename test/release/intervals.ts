/** What somebody can know of a whole number: it is one of `least` to `most`. */
export interface Interval {
  least: number;
  most: number;
}

/** More than any count of the tests: not known. */
const unknown = 1e7;
export const anything = (): Interval => ({ least: 0, most: unknown });
export const widthOf = ({ least, most }: Interval): number => most - least + 1;

/** A whole and the parts that make it, each by its name. */
export interface Sum {
  readonly whole: string;
  readonly parts: readonly string[];
  /** The parts are not all of it. */
  readonly more: boolean;
}

/**
 * Narrows everything that is known by everything else, until nothing changes: a whole is the sum of its parts, and a part
 * is what the others leave of the whole. Changes `known`.
 */
export function narrow(known: ReadonlyMap<string, Interval>, sums: readonly Sum[]): void {
  const of = (name: string): Interval => {
    const interval = known.get(name);
    if (!interval) throw new Error(`nothing is said about ${name}`);
    return interval;
  };
  const bound = sums.map(({ whole, parts, more }) => ({
    whole: of(whole),
    parts: [...parts.map(of), ...(more ? [anything()] : [])],
  }));
  let changed = true;
  const raise = (interval: Interval, least: number): void => {
    if (least > interval.least) {
      interval.least = least;
      changed = true;
    }
  };
  const lower = (interval: Interval, most: number): void => {
    if (most < interval.most) {
      interval.most = most;
      changed = true;
    }
  };
  while (changed) {
    changed = false;
    for (const { whole, parts } of bound) {
      const least = parts.reduce((total, part) => total + part.least, 0);
      const most = parts.reduce((total, part) => total + part.most, 0);
      raise(whole, least);
      lower(whole, most);
      for (const part of parts) {
        raise(part, whole.least - (most - part.most));
        lower(part, whole.most - (least - part.least));
      }
    }
  }
}
