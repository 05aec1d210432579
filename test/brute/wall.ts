/**
 * What a clock on the wall shows, asked of Intl for every single moment: slow, and shares no arithmetic with the
 * collector's calendar. Dates are `YYYY-MM-DD`.
 */
export interface Wall {
  readonly date: string;
  /** 0–23. */
  readonly hour: number;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

/** `2026-03-29 05:00:59`, as a clock on the wall shows it. */
export function shownAt(zone: string, at: number): string {
  let clock = clocks.get(zone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    clocks.set(zone, clock);
  }
  return clock.format(at);
}

export function wall(zone: string, at: number): Wall {
  const shown = shownAt(zone, at);
  return { date: shown.slice(0, 10), hour: Number(shown.slice(11, 13)) };
}

/** The date `days` later. */
export function addDays(date: string, days: number): string {
  const noon = new Date(`${date}T12:00:00Z`);
  noon.setUTCDate(noon.getUTCDate() + days);
  return noon.toISOString().slice(0, 10);
}

/** First day of the month that is `months` later. */
export function addMonths(date: string, months: number): string {
  const first = new Date(`${date.slice(0, 7)}-01T12:00:00Z`);
  first.setUTCMonth(first.getUTCMonth() + months);
  return first.toISOString().slice(0, 10);
}

/** The Monday on or before the date. */
export function monday(date: string): string {
  let day = date;
  while (new Date(`${day}T12:00:00Z`).getUTCDay() !== 1) day = addDays(day, -1);
  return day;
}

/** `2026-03-29 05`, so that hours sort and compare as text. */
export const hourLabel = (date: string, hour: number): string => `${date} ${String(hour).padStart(2, '0')}`;

/** The wall-clock hour `hours` later, as if no day had 23 or 25 of them. */
export function addHours(label: string, hours: number): string {
  const moment = new Date(`${label.replace(' ', 'T')}:00:00Z`);
  moment.setUTCHours(moment.getUTCHours() + hours);
  return moment.toISOString().slice(0, 13).replace('T', ' ');
}

/** The first moment at or after which the wall shows `date hour:minute`; where that is skipped, the moment of the jump. */
export function momentOf(zone: string, date: string, hour: number, minute = 0): number {
  const wanted = `${date} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
  let early = Date.parse(`${date}T00:00:00Z`) - 16 * 3_600_000;
  let late = early + 44 * 3_600_000;
  while (late - early > 1) {
    const middle = Math.floor((early + late) / 2);
    if (shownAt(zone, middle) >= wanted) late = middle;
    else early = middle;
  }
  return late;
}
