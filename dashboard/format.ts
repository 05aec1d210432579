import type { Metric, metrics } from '../schema/query.ts';
import { messages } from './messages.ts';
import type { Grain, Span } from './period.ts';

/** Units as the schema declares them; the compiler holds the two together without the schema's code in the bundle. */
export const units: { readonly [M in Metric]: (typeof metrics)[M]['unit'] } = {
  visitors: 'count',
  visits: 'count',
  pageviews: 'count',
  events: 'count',
  bounces: 'count',
  views_per_visit: 'ratio',
  bounce_rate: 'percent',
  visit_duration: 'seconds',
  time_on_page: 'seconds',
  engaged_time: 'seconds',
  scroll_depth: 'percent',
  conversion_rate: 'percent',
  percentage: 'percent',
  total_revenue: 'money',
  bytes: 'bytes',
  browsers: 'count',
  new_browsers: 'count',
  active_days: 'ratio',
  opens: 'count',
  clicks: 'count',
  unique_opens: 'count',
  unique_clicks: 'count',
  dropped: 'count',
};

/** Less is better. */
const inverted: ReadonlySet<Metric> = new Set<Metric>(['bounce_rate', 'bounces', 'dropped']);

export interface Change {
  readonly text: string;
  readonly direction: 'up' | 'down' | 'same';
  readonly mood: 'good' | 'bad' | 'none';
}

/** Turns numbers and dates into text, all by `Intl`. */
export function createFormat(locale: string) {
  const number = (options?: Intl.NumberFormatOptions) => {
    const format = new Intl.NumberFormat(locale, options);
    // A true minus sign is as wide as the plus.
    return (value: number): string => format.format(value).replace('-', '−');
  };
  const date = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
  const whole = number({ maximumFractionDigits: 0 });
  const short = number({ notation: 'compact', maximumFractionDigits: 1 });
  const ratio = number({ minimumFractionDigits: 1, maximumFractionDigits: 2 });
  const wholePercent = number({ style: 'percent', maximumFractionDigits: 0 });
  const finePercent = number({ style: 'percent', maximumFractionDigits: 1 });
  const tenths = number({ style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const twoPlaces = number({ minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const signed = number({ maximumFractionDigits: 0, signDisplay: 'exceptZero' });
  const signedFine = number({ maximumFractionDigits: 1, signDisplay: 'exceptZero' });
  const signedPercent = number({ style: 'percent', maximumFractionDigits: 0, signDisplay: 'exceptZero' });
  const plural = new Intl.PluralRules(locale);
  const together = new Intl.ListFormat(locale, { type: 'conjunction' });
  const countries = new Intl.DisplayNames(locale, { type: 'region' });
  const languages = new Intl.DisplayNames(locale, { type: 'language' });

  const day = date({ day: 'numeric', month: 'short' });
  const dayOfYear = date({ day: 'numeric', month: 'short', year: 'numeric' });
  const weekday = date({ weekday: 'short', day: 'numeric', month: 'short' });
  const month = date({ month: 'short' });
  const monthOfYear = date({ month: 'long', year: 'numeric' });
  const hour = date({ hour: 'numeric' });
  const hourOfDay = date({ weekday: 'short', day: 'numeric', month: 'short', hour: 'numeric' });

  const percent = (value: number): string => {
    const size = Math.abs(value);
    return size > 0 && size < 1 ? finePercent(value / 100) : wholePercent(value / 100);
  };

  const duration = (value: number): string => {
    const total = Math.round(value);
    const [hours, minutes, seconds] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
    return messages.figures.duration(
      hours > 0 ? whole(hours) : null,
      minutes > 0 ? whole(minutes) : null,
      hours > 0 || (seconds === 0 && minutes > 0) ? null : whole(seconds),
    );
  };

  /** A figure as it is read: `48,210`, `41%`, `2 m 14 s`; unknown is a dash. */
  const figure = (metric: Metric, value: number | null): string => {
    if (value === null) return messages.figures.unknown;
    const unit = units[metric];
    if (unit === 'percent') return percent(value);
    if (unit === 'seconds') return duration(value);
    return unit === 'ratio' ? ratio(value) : whole(value);
  };

  /** The same, where space is short; only counts from a million on lose digits. */
  const tight = (metric: Metric, value: number | null, limit = 9_999_999): string =>
    value !== null && units[metric] === 'count' && value > limit ? short(value) : figure(metric, value);

  /** How far a figure is from what it is compared with: counts by percent, rates by points, the rest in their own unit. */
  const change = (metric: Metric, now: number | null, before: number | null): Change | null => {
    if (now === null || before === null) return null;
    const unit = units[metric];
    const difference = now - before;
    let text: string;
    let shown: number;
    if (unit === 'percent') {
      shown = Math.abs(difference) < 1 ? Math.round(difference * 10) / 10 : Math.round(difference);
      text = messages.figures.points(signedFine(shown));
    } else if (unit === 'seconds') {
      shown = Math.round(difference);
      text = `${shown > 0 ? '+' : '−'}${duration(Math.abs(shown))}`;
    } else if (unit === 'ratio') {
      shown = Math.round(difference * 10) / 10;
      text = signedFine(shown);
    } else if (before === 0) {
      shown = difference;
      text = messages.figures.fresh;
    } else {
      shown = Math.round((difference / before) * 100);
      text = shown > 999 ? `×${short(now / before)}` : signedPercent(shown / 100);
    }
    if (shown === 0) return { text: messages.figures.same, direction: 'same', mood: 'none' };
    const direction = shown > 0 ? 'up' : 'down';
    return { text, direction, mood: (direction === 'up') === inverted.has(metric) ? 'bad' : 'good' };
  };

  /** A bucket's label of the API (`2026-03-01`, `2026-03-01 14:00:00`) as a moment in UTC, whose clock then shows the site's. */
  const moment = (label: string): number => {
    const [on = '', at = '00:00:00'] = label.split(/[ T]/);
    return Date.parse(`${on}T${at.slice(0, 5)}:00Z`);
  };

  return {
    locale,
    figure,
    tight,
    change,
    whole,
    signed,
    percent,
    /** Of mails: few in a hundred, so with a tenth. */
    rate: (value: number | null): string =>
      value === null ? messages.figures.unknown : value === 0 ? percent(0) : tenths(value / 100),
    /** An amount in units of its currency (ISO 4217). */
    money(amount: number, currency: string): string {
      try {
        return number({ style: 'currency', currency })(amount);
      } catch {
        return `${twoPlaces(amount)} ${currency}`;
      }
    },
    /** A moment (ISO 8601) on the clock of a timezone. */
    moment: (at: string, timezone: string): string =>
      new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone: timezone }).format(
        Date.parse(at),
      ),
    /** For an axis: few digits. */
    axis: (metric: Metric, value: number): string =>
      units[metric] === 'count' && value >= 10_000 ? short(value) : figure(metric, value),
    /** Short, for the axis of the chart. */
    tick(label: string, grain: Grain): string {
      const at = moment(label);
      if (Number.isNaN(at)) return label;
      if (grain === 'hour') return hour.format(at);
      return grain === 'month' ? month.format(at) : day.format(at);
    },
    /** In full, for the reading and the table. */
    bucket(label: string, grain: Grain): string {
      const at = moment(label);
      if (Number.isNaN(at)) return label;
      if (grain === 'hour') return hourOfDay.format(at);
      if (grain === 'month') return monthOfYear.format(at);
      return grain === 'week' ? day.formatRange(at, at + 6 * 86_400_000) : weekday.format(at);
    },
    span([from, to]: Span): string {
      const [start, end] = [moment(from), moment(to)];
      if (from === to) return dayOfYear.format(start);
      const next = new Date(end + 86_400_000);
      const wholeMonth =
        from.endsWith('-01') && next.getUTCDate() === 1 && from.slice(0, 7) === to.slice(0, 7);
      return wholeMonth ? monthOfYear.format(start) : dayOfYear.formatRange(start, end);
    },
    /** `16 Nov`, `16 – 21 Nov`: where the year goes without saying. */
    days: ([from, to]: Span): string =>
      from === to ? day.format(moment(from)) : day.formatRange(moment(from), moment(to)),
    isOne: (value: number): boolean => plural.select(value) === 'one',
    /** `Browser, page and country`: names within a sentence keep their capitals only where they are abbreviations. */
    names(words: readonly string[]): string {
      const small = words.map((word) =>
        /^\p{Lu}\p{Lu}/u.test(word) ? word : word.charAt(0).toLowerCase() + word.slice(1),
      );
      return together.format(small);
    },
    seconds: number({ style: 'unit', unit: 'second', unitDisplay: 'long' }),
    /** Name of an ISO 3166-1 code, or null where it is none. */
    country: (code: string): string | null => (/^[A-Z]{2}$/.test(code) ? (countries.of(code) ?? null) : null),
    /** Name of a BCP 47 primary tag, or null where it is none. */
    language: (tag: string): string | null => (/^[a-z]{2,3}$/.test(tag) ? (languages.of(tag) ?? null) : null),
  };
}

/** The reader's kind of English, so that words and dates speak one language. */
const locale = globalThis.navigator?.languages?.find((tag) => tag.startsWith('en')) ?? 'en';
export const format = createFormat(locale);
