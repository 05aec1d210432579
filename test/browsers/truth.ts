import { addDays, monday } from '../brute/wall.ts';

/**
 * What browsers really did, without a word of how it is told to the collector: each life of a browser's storage, from its
 * first visit until it is lost, with its days.
 */
export interface Life {
  /** Date of the first visit. */
  readonly born: string;
  /** Dates with a visit that the browser remembers. */
  readonly days: Set<string>;
  /**
   * Dates of which no answer came back: the visit was counted, and the browser does not know. Nobody could tell it from
   * one of another browser with the same past, so it stands for a browser of its own from the last remembered day on.
   */
  readonly forgotten: Set<string>;
}

export interface Figures {
  readonly browsers: number;
  readonly new_browsers: number;
  /** Days with a visit, of all browsers together. */
  readonly days: number;
}

/** Dates are `YYYY-MM-DD`, so they compare as text; both ends are included. */
export function countLives(lives: readonly Life[], from: string, to: string): Figures {
  const inside = (day: string) => from <= day && day <= to;
  const total = { browsers: 0, new_browsers: 0, days: 0 };
  for (const { born, days, forgotten } of lives) {
    const here = [...days].filter(inside).sort();
    const lost = [...forgotten].filter(inside);
    const alone = lost.filter((day) => here[0] === undefined || day < here[0]);
    total.browsers += Math.min(here.length, 1) + alone.length;
    total.days += here.length + lost.length;
    if (inside(born)) total.new_browsers += 1;
  }
  return total;
}

/** The ranges that a span consists of by a grain, clipped to it, by the date that labels each. */
export function partsOf(
  grain: 'day' | 'week' | 'month',
  from: string,
  to: string,
): Map<string, [from: string, to: string]> {
  const parts = new Map<string, [string, string]>();
  for (let day = from; day <= to; day = addDays(day, 1)) {
    const label = grain === 'day' ? day : grain === 'week' ? monday(day) : `${day.slice(0, 7)}-01`;
    parts.set(label, [parts.get(label)?.[0] ?? day, day]);
  }
  return parts;
}

/** Browsers of each week, by the week of their first visit: `week|first week`. Weeks are whole. */
export function retentionOf(lives: readonly Life[], from: string, to: string): Map<string, number> {
  const cohorts = new Map<string, Life[]>();
  for (const life of lives) {
    const week = monday(life.born);
    cohorts.set(week, [...(cohorts.get(week) ?? []), life]);
  }
  const table = new Map<string, number>();
  for (let week = monday(from); week <= to; week = addDays(week, 7))
    for (const [first, those] of cohorts) {
      const { browsers } = countLives(those, week, addDays(week, 6));
      if (browsers > 0) table.set(`${week}|${first}`, browsers);
    }
  return table;
}

/** Browsers of each day by how many days ago each remembers to have been here: `day|days` or `day|new`. */
export function gapsOf(lives: readonly Life[]): Record<string, [number]> {
  const rows: Record<string, [number]> = {};
  for (const { days, forgotten } of lives)
    for (const day of [...days, ...forgotten]) {
      const before = [...days].filter((other) => other < day).sort();
      const last = before.at(-1);
      const gap = last === undefined ? 'new' : (Date.parse(day) - Date.parse(last)) / 86_400_000;
      const name = `${day}|${gap}`;
      rows[name] = [(rows[name]?.[0] ?? 0) + 1];
    }
  return rows;
}
