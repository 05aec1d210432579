import { screenClasses, type VisitAttributes, values } from '../../schema/dimensions.ts';
import type { DropReason } from '../../schema/drop-reasons.ts';
import type { Where } from './places.ts';
import { minorUnits, type TestSite } from './sites.ts';
import { agents, arrivals, botAgent, languages, offsetLabel } from './tables.ts';
import type { Signal, Wire } from './visits.ts';
import { addDays, momentOf, wall } from './wall.ts';

/**
 * The list of signals, grouped by visitor and read from the first to the last by the definitions of the design's
 * section 3. Everything is kept and nothing is added up here: what a figure is, `count.ts` says.
 */

/** A pageview or custom event that counts. */
export interface Hit {
  readonly at: number;
  readonly date: string;
  readonly hour: number;
  readonly event: string;
  readonly page: string;
  readonly hostname: string;
  readonly status: string | null;
  readonly bytes: number;
  readonly props: readonly (readonly [key: string, value: string])[];
  readonly revenue: { readonly currency: string; readonly minor: number } | null;
  readonly goals: readonly string[];
  readonly interactive: boolean;
  /** null: of a visitor who opted out, with the attributes of this hit alone. */
  readonly visit: Visit | null;
  readonly attributes: VisitAttributes;
  /** `(none)` until the visit had a pageview. */
  readonly entryPage: string;
}

export interface Visit {
  /** Site-local date under whose key it stands: that of its first signal. */
  readonly date: string;
  readonly hour: number;
  readonly visitor: string;
  readonly attributes: VisitAttributes;
  readonly first: number;
  last: number;
  readonly hits: Hit[];
  /** In the order received; `after` is the number of the visit's hits before it. */
  readonly engagements: {
    readonly after: number;
    readonly page: string;
    readonly engaged: number;
    readonly scroll: number;
  }[];
  /** Nothing can continue it any more. */
  closed: boolean;
}

interface Drop {
  readonly date: string;
  readonly reason: DropReason;
}

/** Everything that one site counts. */
export interface History {
  readonly site: TestSite;
  /** Local date on which the site was added. */
  readonly since: string;
  readonly hits: readonly Hit[];
  readonly visits: readonly Visit[];
  readonly drops: readonly Drop[];
}

const timeout = 30 * 60_000;

/** The timezone in force: a change applies from the local midnight after it was made. */
export function zoneAt(site: TestSite, at: number): string {
  if (!site.moves || at < site.moves.at) return site.timezone;
  const midnight = momentOf(site.timezone, addDays(wall(site.timezone, site.moves.at).date, 1), 0);
  return at >= midnight ? site.moves.timezone : site.timezone;
}

/** What a site that was added at `since` knows of the list of signals at a moment `now`, not before the last of them. */
export function walk(
  site: TestSite,
  signals: readonly Signal[],
  place: (address: string) => Where,
  since: number,
  now: number,
): History {
  const hits: Hit[] = [];
  const visits: Visit[] = [];
  const drops: Drop[] = [];
  /** Of each visitor the visit that may still go on. */
  const open = new Map<string, Visit>();

  for (const signal of signals) {
    for (const wire of [signal.body].flat()) {
      if (!(wire.d ?? '').split(',').includes(site.domain)) continue;
      const { at } = signal;
      const { date, hour } = wall(zoneAt(site, at), at);
      const end = fate(site, signal, wire, place(signal.address).country);
      if (end !== null && end !== 'opted out') {
        drops.push({ date, reason: end });
        continue;
      }
      if (end === 'opted out') {
        hits.push(
          hitOf(wire, {
            at,
            date,
            hour,
            visit: null,
            attributes: attributesOf(signal, wire, place, values.unknown),
          }),
        );
        continue;
      }
      const visitor = `${signal.address} ${signal.headers['user-agent']}`;
      let visit = open.get(visitor);
      if (visit && !goesOn(visit, at, date, hour)) visit = undefined;
      if (wire.n === 'engagement') {
        if (visit) {
          visit.last = at;
          visit.engagements.push({
            after: visit.hits.length,
            page: pathOf(wire),
            engaged: wire.e ?? 0,
            scroll: wire.sd ?? 0,
          });
        } else drops.push({ date, reason: 'late_engagement' });
        continue;
      }
      if (!visit) {
        const before = open.get(visitor);
        if (before) before.closed = true;
        const attributes = attributesOf(signal, wire, place, values.direct);
        visit = {
          date,
          hour,
          visitor,
          attributes,
          first: at,
          last: at,
          hits: [],
          engagements: [],
          closed: false,
        };
        visits.push(visit);
        open.set(visitor, visit);
      }
      visit.last = at;
      const hit = hitOf(wire, { at, date, hour, visit, attributes: visit.attributes });
      visit.hits.push(hit);
      hits.push(hit);
    }
  }
  const { date, hour } = wall(zoneAt(site, now), now);
  for (const visit of open.values()) if (!goesOn(visit, now, date, hour)) visit.closed = true;
  return { site, since: wall(site.timezone, since).date, hits, visits, drops };

  function hitOf(wire: Wire, where: Pick<Hit, 'at' | 'date' | 'hour' | 'visit' | 'attributes'>): Hit {
    const page = pathOf(wire);
    const event = wire.n ?? '';
    const isView = event === 'pageview';
    const identified = where.visit !== null;
    const entry = where.visit?.hits.find((hit) => hit.event === 'pageview')?.page;
    const money = typeof wire.$ === 'object' && wire.$ !== null && identified ? wire.$ : null;
    return {
      ...where,
      event,
      page,
      hostname: (wire.u ?? '').split('/')[2]?.replace(/^www\./, '') ?? '',
      status: isView && wire.st !== undefined ? String(wire.st) : null,
      bytes: isView && identified ? (wire.by ?? 0) : 0,
      props: identified
        ? Object.entries(wire.p ?? {}).map(([key, value]) => [key, String(value)] as const)
        : [],
      revenue: money && {
        currency: money.currency,
        minor: Math.round(Number(money.amount) * (minorUnits[money.currency] ?? 1)),
      },
      goals: identified
        ? (site.settings.goals ?? [])
            .filter((goal) =>
              'event' in goal ? !isView && goal.event === event : isView && like(goal.path, page),
            )
            .map(({ name }) => name)
        : [],
      interactive: wire.i !== false,
      entryPage: entry ?? (isView && identified ? page : values.none),
    };
  }
}

/** At most 30 minutes after the last signal; under yesterday's key only until four o'clock, later never. */
function goesOn(visit: Visit, at: number, date: string, hour: number): boolean {
  if (at - visit.last > timeout) return false;
  return visit.date === date || (addDays(visit.date, 1) === date && hour < 4);
}

/** Why a signal is not counted, `opted out` where it counts without a visitor, null where it counts with one. */
function fate(
  site: TestSite,
  { address, headers }: Signal,
  wire: Wire,
  country: string,
): DropReason | 'opted out' | null {
  const { settings } = site;
  if ((wire.u ?? '').startsWith('https://elsewhere.example/')) return 'wrong_host';
  if (headers['sec-purpose'] === 'prefetch') return 'prefetch';
  if (headers['user-agent'] === botAgent) return 'bot';
  if ((settings.excludedNetworks ?? []).some((network) => address.startsWith(network.replace('0/24', ''))))
    return 'excluded_network';
  const objects =
    headers['sec-gpc'] === '1' ||
    (headers.dnt === '1' && settings.dnt !== false) ||
    wire.o === 1 ||
    (headers.cookie ?? '').includes('footfall_optout');
  if (objects && settings.optedOut === 'ignore') return 'opted_out_ignored';
  if ((settings.excludedCountries ?? []).includes(country)) return 'excluded_country';
  const optedOut = objects || settings.identify === false;
  if (optedOut && wire.n === 'engagement') return 'opted_out_engagement';
  if ((settings.excludedPaths ?? []).some((path) => like(path, pathOf(wire)))) return 'excluded_path';
  return optedOut ? 'opted out' : null;
}

function attributesOf(
  { address, headers }: Signal,
  wire: Wire,
  place: (address: string) => Where,
  internal: string,
): VisitAttributes {
  const agent = agents.find(({ userAgent }) => userAgent === headers['user-agent']);
  const language = languages.find(({ header }) => header === (headers['accept-language'] ?? null));
  const url = new URL(wire.u ?? '');
  const fromSite = wire.r ? new URL(wire.r).host === url.host : false;
  const query = url.search.startsWith('?utm_') ? url.search : '';
  const arrival = fromSite
    ? undefined
    : arrivals.find((known) => known.query === query && (known.referrer ?? '') === (wire.r ?? ''));
  if (!agent || !language || !(fromSite || arrival))
    throw new Error(`not in the tables: ${JSON.stringify({ headers, wire })}`);
  const tag = (name: 'utm_medium' | 'utm_source' | 'utm_campaign' | 'utm_term' | 'utm_content') =>
    arrival?.tags?.[name] ?? values.none;
  const { w: width, z: minutes } = wire;
  return {
    channel: arrival?.channel ?? (internal === values.unknown ? values.unknown : 'Direct'),
    source: arrival?.source ?? internal,
    referrer: arrival?.from ?? values.none,
    utm_medium: tag('utm_medium'),
    utm_source: tag('utm_source'),
    utm_campaign: tag('utm_campaign'),
    utm_term: tag('utm_term'),
    utm_content: tag('utm_content'),
    ...place(address),
    language: language.tag,
    utc_offset: minutes === undefined ? values.unknown : offsetLabel(minutes),
    device: agent.device,
    browser: agent.browser,
    browser_version: agent.browser_version,
    os: agent.os,
    os_version: agent.os_version,
    screen:
      width === undefined
        ? values.unknown
        : (screenClasses.find(({ below }) => width < below)?.label ?? values.unknown),
  };
}

const pathOf = (wire: Wire): string => new URL(wire.u ?? '').pathname;

/** Whether a path has the form of a pattern in which `*` stands for any characters. */
function like(pattern: string, path: string): boolean {
  const [head = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return path === pattern;
  const tail = rest.pop() ?? '';
  if (!path.startsWith(head)) return false;
  let left = path.slice(head.length);
  for (const part of rest) {
    const found = left.indexOf(part);
    if (found < 0) return false;
    left = left.slice(found + part.length);
  }
  return left.length >= tail.length && left.endsWith(tail);
}
