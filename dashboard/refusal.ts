import type { FilterLeaf } from '../schema/query.ts';
import type { Refusal } from './api.ts';
import { isDay } from './dates.ts';
import { format } from './format.ts';
import { messages } from './messages.ts';
import { parsePeriod } from './period.ts';
import type { View } from './view.ts';

/** Why something is not told, in one sentence, and where to go from there. */
export interface Reason {
  /** Equal for refusals that have one cause. */
  readonly cause: string;
  readonly text: string;
  readonly links: readonly { readonly text: string; readonly change: Partial<View> }[];
}

interface Asked {
  readonly view: View;
  /** What the rows name; null where there are none. */
  readonly dimension: string | null;
  /** Asked by hour, while the same is known by day. */
  readonly hourly?: boolean;
  /** Said once for all panels, not of one dimension. */
  readonly all?: boolean;
}

/** A dimension as the page calls it. */
export const dimensionName = (api: string): string =>
  messages.dimensions[api] ?? messages.otherDimensions[api] ?? api.replace(/^event:props:|^\w+:/, '');

/** The API's words in the names that this page uses: `visit:exit_page` is the exit page, `date_range "7d"` the last 7 days. */
export function readable(words: string): string {
  const named = words
    .replace(/\b(?:event|visit):[a-z_]+(?::[\w.-]+)?/g, dimensionName)
    .replace(' (today)', '')
    .replace(/\bdate_range\s+(?=")/g, '')
    .replace(/"([^"]*)"/g, (quoted, text: string) => {
      const period = parsePeriod(text);
      return typeof period === 'string' ? messages.presets[period] : quoted;
    });
  return named.charAt(0).toUpperCase() + named.slice(1).replace(/[^.]$/, '$&.');
}

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** A link for each filter that can be left out so that fewer dimensions meet. */
function withoutOne(filters: readonly FilterLeaf[], own: string | null): Reason['links'] {
  const dimensions = [...new Set(filters.map((filter) => filter[1]))].filter((api) => api !== own);
  return dimensions.map((api) => ({
    text: messages.refusal.without(format.names([dimensionName(api)])),
    change: { filters: filters.filter((filter) => filter[1] !== api) },
  }));
}

/** How the server says that two dimensions are kept by day for a while, and before that by month. */
const byMonth = /by day for (\d+) days, before that by calendar month/;

/** What a refusal means for the reader of a view. */
export function reasonOf(error: Refusal['error'], { view, dimension, hourly, all }: Asked): Reason {
  const { filters } = view;
  const dimensions = [...new Set([...(dimension ? [dimension] : []), ...filters.map((filter) => filter[1])])];
  const names = format.names(dimensions.map(dimensionName));
  const without = withoutOne(filters, dimension);
  const say = (cause: string, text: string, links: Reason['links']): Reason => ({
    cause,
    text: sentence(text),
    links,
  });
  const [from, to] = error.instead?.date_range ?? [];
  const shorter: Reason['links'] =
    from && to && isDay(from) && isDay(to)
      ? [{ text: messages.refusal.show(format.days([from, to])), change: { period: [from, to], by: null } }]
      : [];
  const own = (): Reason => say(error.message, readable(error.message), [...shorter, ...without]);
  if (error.code !== 'unanswerable') return own();
  if (view.period === '24h')
    return say('hours', (all ? messages.refusal.besideByDay : messages.refusal.byDay)(names), [
      {
        text: messages.refusal.show(messages.presets.day.toLowerCase()),
        change: { period: 'day', by: null },
      },
    ]);
  const [, days] = byMonth.exec(error.message) ?? [];
  if (days !== undefined) {
    const monthly: Reason['links'] =
      error.instead?.time === 'time:month'
        ? [{ text: messages.refusal.monthly, change: { by: 'month' } }]
        : [];
    const links = [...shorter, ...monthly, ...without];
    if (all) return say(`months ${from}`, messages.refusal.besideMonths(names, days), links);
    return { ...own(), text: readable(error.message.replace(/:.*/, '.')), links };
  }
  if (from && shorter.length > 0) {
    const since = all ? 'besideSince' : hourly ? 'hoursSince' : 'since';
    const text = messages.refusal[since](names, format.days([from, from]));
    return say(`since ${from}`, text, [...shorter, ...without]);
  }
  if (hourly)
    return say('hours', messages.refusal.byDay(names), [
      { text: messages.refusal.daily, change: { by: 'day' } },
    ]);
  if (dimensions.length > 1 || all)
    return say('apart', (all ? messages.refusal.apartFromAll : messages.refusal.apart)(names), without);
  return own();
}

/** How many panels say the same before it is said above them. */
const many = 3;

/** What many of the panels have in common, to be said once; null where there is no such thing. */
export function commonReason(errors: readonly (Refusal['error'] | null)[], view: View): Reason | null {
  if (view.filters.length === 0) return null;
  const reasons = errors.flatMap((error) =>
    error ? reasonOf(error, { view, dimension: null, all: true }) : [],
  );
  const same = (cause: string) => reasons.filter((reason) => reason.cause === cause).length;
  const common = reasons.find(({ cause }) => same(cause) >= Math.min(many, errors.length));
  if (!common || errors.length < 2) return null;
  if (common.cause !== 'apart' || same('apart') === errors.length) return common;
  const names = format.names([...new Set(view.filters.map((filter) => dimensionName(filter[1])))]);
  return { ...common, text: messages.refusal.apartFromMost(names) };
}
