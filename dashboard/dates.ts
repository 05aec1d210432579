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
