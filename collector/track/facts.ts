import { propSeparator, values } from '../../schema/dimensions.ts';
import type { Amounts } from '../../schema/measures.ts';
import type { Enriched } from '../enrich/enriched.ts';
import type { Fact } from './fact.ts';

const identified = 'identified';

/** Dimensions of a fact that is being written. */
type Dims = { -readonly [Name in keyof Fact['dims']]: Fact['dims'][Name] };

/** What every fact of a hit shares. */
export interface Hit {
  readonly event: Enriched;
  /** Site-local hour. */
  readonly hour: number;
  /**
   * A new object with the visit's attributes, for the fact to keep and add to. Adding by name costs a hundredth of
   * spreading: V8 turns an object that is spread into more than a dozen fields into a hash table (13 µs on Node 20).
   */
  readonly dims: () => Dims;
}

/** Amounts of a hit with those of `more` that are not zero: what is nothing need not be written, sent and added. */
function amountsOf({ event }: Hit, more: Amounts): Amounts {
  return addTo(event.kind === 'pageview' ? { pageviews: 1 } : { custom: 1 }, more);
}

function addTo(amounts: Amounts, more: Amounts): Amounts {
  for (const name in more) {
    const key = name as keyof Amounts;
    const amount = more[key];
    if (amount) amounts[key] = amount;
  }
  return amounts;
}

/** A pageview or custom event, with the flags that count its visitor and visit. */
export function hitFact(hit: Hit, entry: string | undefined, flags: Amounts): Fact {
  const { event, hour } = hit;
  const dims = hit.dims();
  dims.page = event.page;
  dims.hostname = event.hostname;
  dims.event = event.event;
  dims.entry_page = entry ?? values.none;
  dims.visitor = identified;
  const amounts = amountsOf(hit, flags);
  if (event.kind === 'pageview') {
    if (event.status !== null) dims.status = String(event.status);
    if (event.bytes > 0) amounts.bytes = event.bytes;
  }
  return { scope: 'web', site: event.site.id, hour, dims, amounts };
}

/** A goal that the hit reached; with the hit's revenue, if it had any. */
export function goalFact(hit: Hit, goal: string, flags: Amounts): Fact {
  const { event, hour } = hit;
  const dims = hit.dims();
  dims.page = event.page;
  dims.goal = goal;
  const amounts = amountsOf(hit, flags);
  if (event.revenue) {
    dims.currency = event.revenue.currency;
    addTo(amounts, { revenue: event.revenue.minor });
  }
  return { scope: 'goal', site: event.site.id, hour, dims, amounts };
}

/** One property of the hit. */
export function propFact(hit: Hit, [key, value]: readonly [string, string], eventFirst: number): Fact {
  return {
    scope: 'prop',
    site: hit.event.site.id,
    hour: hit.hour,
    dims: { prop: `${key}${propSeparator}${value}`, event: hit.event.event },
    amounts: amountsOf(hit, { event_first: eventFirst }),
  };
}

export function revenueFact(
  hit: Hit,
  revenue: { readonly currency: string; readonly minor: number },
  eventFirst: number,
): Fact {
  const { event, hour } = hit;
  const dims = hit.dims();
  dims.page = event.page;
  dims.event = event.event;
  dims.currency = revenue.currency;
  return {
    scope: 'revenue',
    site: event.site.id,
    hour,
    dims,
    amounts: amountsOf(hit, { revenue: revenue.minor, event_first: eventFirst }),
  };
}

/** A page that is among the first few distinct ones of its visitor and day. */
export const boundedFact = ({ event, hour }: Hit): Fact => ({
  scope: 'bounded',
  site: event.site.id,
  hour,
  dims: { page: event.page },
  amounts: { bounded: 1 },
});

/** A hit of a visitor who opted out: six dimensions, counted one at a time, and no flag of any kind. */
export function optedOutFact(event: Enriched, hour: number): Fact {
  const { source, channel, country, device } = event.attributes;
  return {
    scope: 'web',
    site: event.site.id,
    hour,
    dims: { page: event.page, source, channel, country, device, visitor: 'opted-out' },
    amounts: event.kind === 'pageview' ? { pageviews: 1 } : { custom: 1 },
    optedOut: true,
  };
}

/** Engagement with a page, in the hour in which the visit first viewed it: so it divides by that hour's visits. */
export function engagementFact(
  hit: Hit,
  entry: string | undefined,
  amounts: { engaged: number; scroll: number },
): Fact {
  const { event, hour } = hit;
  const dims = hit.dims();
  dims.page = event.page;
  dims.entry_page = entry ?? values.none;
  dims.visitor = identified;
  return { scope: 'web', site: event.site.id, hour, dims, amounts: addTo({}, amounts) };
}

/** A visit that ended. */
export interface Ended {
  readonly site: number;
  /** Site-local hour of its start. */
  readonly hour: number;
  /** As of a {@link Hit}. */
  readonly dims: () => Dims;
  readonly entry: string | undefined;
  readonly exit: string | undefined;
  readonly views: number;
  readonly interactive: boolean;
  /** The visitor's first visit of its day. */
  readonly first: boolean;
  /** Ms from the first to the last signal. */
  readonly duration: number;
}

export function closeFact(visit: Ended): Fact {
  const { site, hour, entry, exit, views, interactive, first, duration } = visit;
  const dims = visit.dims();
  dims.entry_page = entry ?? values.none;
  dims.visitor = identified;
  if (exit !== undefined) dims.exit_page = exit;
  const bounces = views === 1 && !interactive ? 1 : 0;
  const exits = exit === undefined ? 0 : 1;
  const exit_first = first ? exits : 0;
  return {
    scope: 'web',
    site,
    hour,
    dims,
    amounts: addTo({ closed: 1 }, { bounces, duration, views, exits, exit_first }),
  };
}
