/**
 * A visitor's row: what they have met today, and their visit. Times are ms since the generation's base; pages and
 * attributes are numbers of the generation's strings and tables, 0 for no page.
 */
export const field = {
  /** First cell of what the visitor has met today. */
  seen: 0,
  /** Bit per local hour with a pageview or custom event. */
  hours: 1,
  /** See {@link pack}. */
  state: 2,
  started: 3,
  last: 4,
  views: 5,
  entry: 6,
  exit: 7,
  /** Distinct pages of the visitor today, counted up to `limits.boundedPages`. */
  pages: 8,
  /** The first of the numbers that stand for the attributes. */
  attributes: 9,
} as const;

/** Bits of the state. */
export const flag = {
  open: 1,
  /** The visit had an interactive custom event, so it is no bounce. */
  interactive: 2,
  /** The visitor had it erased: nothing of the row is left but its key, and nothing of it counts until the day is over. */
  erased: 1 << 26,
} as const;

/** Hours are kept from 64 before the day on: where a timezone moved west, a new day may show hours of the old one. */
const bias = 64;

/** Flags (2 bits, and one above all), hour in which the visit began from the day's midnight (8), number of the visitor's visit today from 1 on (16). */
export const pack = (number: number, startHour: number, flags: number): number =>
  ((number & 0xffff) << 10) | (((startHour + bias) & 0xff) << 2) | flags;
export const numberOf = (state: number): number => (state >>> 10) & 0xffff;
export const startHourOf = (state: number): number => ((state >>> 2) & 0xff) - bias;
