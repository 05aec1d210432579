/**
 * Site-local wall-clock time as whole numbers: an hour is the number of wall-clock hours since 1970-01-01T00, a day the
 * number of days. The repeated hour of a DST day is one bucket and the skipped one absent, by construction.
 */

const quarter = 15 * 60_000;
const hourMs = 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function offsetOf(zone: string, at: number): number {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    formats.set(zone, format);
  }
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const local = Date.UTC(
    part.year ?? 0,
    (part.month ?? 1) - 1,
    part.day,
    part.hour,
    part.minute,
    part.second,
  );
  return local - Math.floor(at / 1000) * 1000;
}

/** Offsets change only at full quarters of an hour, so one look-up serves a quarter. */
const offsets = new Map<string, { quarter: number; offset: number }>();

/** Milliseconds to add to UTC at a moment, for an IANA timezone. Throws a RangeError for an unknown zone. */
export function utcOffset(zone: string, at: number): number {
  const slot = Math.floor(at / quarter);
  const known = offsets.get(zone);
  if (known?.quarter === slot) return known.offset;
  const offset = offsetOf(zone, slot * quarter);
  offsets.set(zone, { quarter: slot, offset });
  return offset;
}

export const localHour = (zone: string, at: number): number =>
  Math.floor((at + utcOffset(zone, at)) / hourMs);
export const dayOfHour = (hour: number): number => Math.floor(hour / 24);
export const hourOfDay = (hour: number): number => hour - dayOfHour(hour) * 24;
export const localDay = (zone: string, at: number): number => dayOfHour(localHour(zone, at));

/** `YYYY-MM-DD` of a day number. */
export const dateOfDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);
/** The day number of `YYYY-MM-DD`. */
export const dayOfDate = (date: string): number => Math.floor(Date.parse(`${date}T00:00:00Z`) / 86_400_000);
/** Monday of the day's week (ISO 8601). */
export const weekOf = (day: number): number => day - ((day + 3) % 7);
/** First day of the day's month. */
export const monthOf = (day: number): number => dayOfDate(`${dateOfDay(day).slice(0, 7)}-01`);
/** First day of the month that is `months` later. */
export function addMonths(day: number, months: number): number {
  const date = new Date(day * 86_400_000);
  return Math.floor(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / 86_400_000);
}

/** The first moment of the next local day, to the minute. */
export function nextMidnight(zone: string, at: number): number {
  const today = localDay(zone, at);
  let low = Math.floor(at / 60_000);
  let high = low + 26 * 60;
  while (low + 1 < high) {
    const middle = Math.floor((low + high) / 2);
    if (offsetDay(zone, middle * 60_000) > today) high = middle;
    else low = middle;
  }
  return high * 60_000;
}

const offsetDay = (zone: string, at: number): number => Math.floor((at + offsetOf(zone, at)) / 86_400_000);

/** The timezone in force: a change applies from the local midnight after it was made. */
export function zoneOf(
  site: { timezone: string; nextTimezone: string | null; nextTimezoneFrom: number | null },
  at: number,
): string {
  return site.nextTimezone !== null && site.nextTimezoneFrom !== null && at >= site.nextTimezoneFrom
    ? site.nextTimezone
    : site.timezone;
}
