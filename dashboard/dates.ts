/** Calendar days as `YYYY-MM-DD`, which compare as text; the arithmetic is UTC's, so no day is ever short. */

const dayMs = 86_400_000;
const ms = (day: string): number => Date.parse(`${day}T00:00:00Z`);
const iso = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(ms(text)) && iso(ms(text)) === text;
export const addDays = (day: string, days: number): string => iso(ms(day) + days * dayMs);
/** Days from one day to another, both counted. */
export const daysIn = (from: string, to: string): number => Math.round((ms(to) - ms(from)) / dayMs) + 1;
export const firstOfMonth = (day: string): string => `${day.slice(0, 7)}-01`;
/** The first day of the month that is `months` later. */
export function addMonths(day: string, months: number): string {
  const date = new Date(ms(day));
  return iso(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
}
export const lastOfMonth = (day: string): string => addDays(addMonths(day, 1), -1);

/** What a clock in a timezone shows at a moment (ms since 1970), as `YYYY-MM-DDTHH:MM`. */
export function clockIn(timezone: string, at: number): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone: timezone, hour: '2-digit', minute: '2-digit' });
  return `${dayIn(timezone, at)}T${time.format(at)}`;
}

/** The moment (ms since 1970) at which a clock in a timezone shows `YYYY-MM-DDTHH:MM`; NaN for what is none. */
export function momentIn(timezone: string, clock: string): number {
  const shown = Date.parse(`${clock}Z`);
  if (Number.isNaN(shown)) return shown;
  const ahead = (at: number): number =>
    Date.parse(`${clockIn(timezone, at)}Z`) - Math.floor(at / 60_000) * 60_000;
  // The offset there may be another one than at the first guess: clocks change.
  return shown - ahead(shown - ahead(shown));
}

/** The day that it is in a timezone at a moment (ms since 1970). */
export function dayIn(timezone: string, at: number): string {
  const part: Record<string, string> = {};
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  for (const { type, value } of format.formatToParts(at)) part[type] = value;
  return `${part.year}-${part.month}-${part.day}`;
}
