import type { WireEvent } from '../../schema/wire.ts';
import { networks } from './places.ts';
import { type Dice, dice } from './random.ts';
import { minorUnits, sites, type TestSite, windowDays } from './sites.ts';
import { type AgentEntry, agents, arrivals, botAgent, languages } from './tables.ts';
import { addDays, momentOf, shownAt } from './wall.ts';

/** One request to `POST /api/event`, as a browser would send it. */
export interface Signal {
  /** When it arrives, ms since 1970. */
  readonly at: number;
  readonly address: string;
  /** In lower case; the user agent among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Wire | readonly Wire[];
}

/** The short names of the wire format, as our tracker uses them. */
export type Wire = Pick<
  WireEvent,
  'n' | 'u' | 'd' | 'r' | 'p' | '$' | 'e' | 'sd' | 'i' | 'o' | 'w' | 'z' | 'st' | 'by'
>;

type Road = 'gpc' | 'dnt' | 'flag' | 'cookie';

interface Person {
  readonly site: TestSite;
  readonly address: string;
  readonly userAgent: string;
  readonly hints: Readonly<Record<string, string>>;
  readonly language: string | null;
  readonly width: number | null;
  readonly optedOut: Road | null;
  /** Where the clock of the device stands. */
  readonly timezone: string;
}

const paths = [
  '/',
  '/pricing',
  '/docs/intro',
  '/docs/api',
  '/blog/one',
  '/blog/two',
  '/about',
  '/shop/cart',
  '/shop/checkout',
];
/** A page that visitors are engaged with, and never view. */
export const neverViewed = '/only/engaged';
const customEvents = ['Signup', 'Purchase', 'Download', 'Scrolled'];
const minute = 60_000;
const timeout = 30 * minute;

/** The whole list of a seed, in the order in which the collector receives it. `scale` 1 gives some thousand visits. */
export function simulate(seed: number, scale = 1): Signal[] {
  const roll = dice(seed);
  const signals: Signal[] = [];
  for (const site of sites) {
    const people = peopleOf(site, roll, Math.max(4, Math.round(24 * scale)));
    for (const start of site.windows) {
      for (let day = 0; day < windowDays; day += 1) {
        for (const person of people)
          if (roll.chance(0.6)) signals.push(...dayOf(person, addDays(start, day), roll));
      }
    }
  }
  signals.push(...flood(), lastOne(signals));
  return signals
    .map((signal, index) => ({ signal, index }))
    .sort((a, b) => a.signal.at - b.signal.at || a.index - b.index)
    .map(({ signal }) => signal);
}

function peopleOf(site: TestSite, roll: Dice, count: number): Person[] {
  const people: Person[] = [];
  for (let index = 0; index < count; index += 1) {
    const before = people.at(-1);
    const agent: AgentEntry = roll.pick(agents);
    // Every network is there, whatever the dice say: some are excluded at some sites.
    const network = networks[index] ?? roll.pick(networks);
    const host = roll.whole(1, 250);
    people.push({
      site,
      // Some share the address of the one before, as a household does; and some of them even the browser.
      address:
        before && index > networks.length && roll.chance(0.2)
          ? before.address
          : network.includes(':')
            ? `${network}:${host.toString(16)}`
            : `${network}.${host}`,
      userAgent:
        index === networks.length || (index > networks.length && roll.chance(0.05))
          ? botAgent
          : agent.userAgent,
      hints: agent.hints ?? {},
      language: roll.pick(languages).header,
      width: roll.pick(agent.widths),
      optedOut: roll.chance(0.15) ? roll.pick<Road>(['gpc', 'dnt', 'flag', 'cookie']) : null,
      timezone: roll.chance(0.8) ? site.timezone : roll.pick(sites).timezone,
    });
  }
  return people;
}

/** What one person does in one day: one to three sittings, the last one often late and across midnight. */
function dayOf(person: Person, date: string, roll: Dice): Signal[] {
  const zone = person.site.timezone;
  const late = roll.chance(0.8);
  const sittings: Signal[][] = [];
  for (let count = roll.whole(late ? 0 : 1, late ? 1 : 2); count > 0; count -= 1) {
    sittings.push(
      sitting(person, momentOf(zone, date, roll.whole(0, 22)) + roll.whole(0, 59 * minute), 0, roll),
    );
  }
  if (late) {
    const start = momentOf(zone, date, 23, roll.whole(30, 59)) + roll.whole(0, minute - 1);
    const midnight = momentOf(zone, addDays(date, 1), 0);
    const four = momentOf(zone, addDays(date, 1), 4);
    const until = roll.weighted({ none: 1, midnight: 8, four: 2 });
    sittings.push(
      sitting(
        person,
        start,
        until === 'none' ? 0 : until === 'midnight' ? midnight + 1 : four + 40 * minute,
        roll,
        [midnight, four],
      ),
    );
  }
  return sittings.flat();
}

/** Signals of one sitting, one after the other, at least until `until`; `edges` are moments to be hit to the millisecond. */
function sitting(
  person: Person,
  start: number,
  until: number,
  roll: Dice,
  edges: readonly number[] = [],
): Signal[] {
  const signals: Signal[] = [];
  const { site } = person;
  const host = roll.pick(site.hosts);
  const group =
    site.domain === 'berlin.example' && roll.chance(0.3) ? `${site.domain},group.example` : site.domain;
  const arrival = roll.pick(arrivals);
  // A hidden switch is thrown in the middle of some visits: what comes after has no identifier.
  const switched = roll.chance(0.04) ? roll.whole(1, 4) : Number.POSITIVE_INFINITY;
  let at = start;
  let before: string | null = null;
  let page = roll.pick(paths);
  for (let index = 0; at <= until || index === 0 || roll.chance(0.68); index += 1) {
    const url = (path: string) => `https://${host}${path}`;
    const kind =
      index === 0
        ? roll.weighted({ view: 88, custom: 9, engagement: 3 })
        : roll.weighted({ view: 40, custom: 22, engagement: 34, both: 4 });
    if (kind !== 'engagement' && index > 0 && roll.chance(0.7)) page = roll.pick(paths);
    const returns = index > 0 && roll.chance(0.05) ? roll.pick(arrivals) : null;
    const came = index === 0 ? arrival : returns;
    const common = {
      d: group,
      u: url(page) + (came?.query ?? (roll.chance(0.1) ? '?utm=none#top' : '')),
      ...(came ? (came.referrer === null ? {} : { r: came.referrer }) : before === null ? {} : { r: before }),
      ...(person.width === null ? {} : { w: person.width }),
      z: minutesEast(person.timezone, at),
      ...(person.optedOut === 'flag' || (index >= switched && index % 2 === 0) ? { o: 1 as const } : {}),
    };
    const view = (): Wire => ({
      ...common,
      n: 'pageview',
      ...(roll.chance(0.7)
        ? {
            st: roll.weighted({ 200: 9, 404: 1, 500: 1 }) === '200' ? 200 : roll.pick([404, 500]),
            by: roll.whole(0, 90_000),
          }
        : {}),
      ...(roll.chance(0.15) ? { p: { author: roll.pick(['ann', 'bob']) } } : {}),
    });
    const custom = (): Wire => customEvent(common, site, roll);
    let body: Wire | Wire[];
    if (kind === 'view') body = view();
    else if (kind === 'custom') body = custom();
    else if (kind === 'both') body = [view(), custom(), custom()];
    else
      body = {
        ...common,
        n: 'engagement',
        u: url(roll.chance(0.05) ? neverViewed : page),
        ...engagement(roll),
      };
    if (roll.chance(0.004)) body = { ...common, n: 'pageview', u: url('/admin/panel') };
    if (roll.chance(0.004)) body = { ...common, n: 'pageview', u: 'https://elsewhere.example/' };
    const cookie = person.optedOut === 'cookie' || (index >= switched && index % 2 === 1);
    signals.push({
      at,
      address: person.address,
      headers: {
        'content-type': roll.chance(0.5) ? 'text/plain' : 'application/json',
        'user-agent': person.userAgent,
        ...person.hints,
        ...(person.language === null ? {} : { 'accept-language': person.language }),
        // Only exactly 1 is a signal.
        ...(person.optedOut === 'gpc' ? { 'sec-gpc': '1' } : roll.chance(0.05) ? { 'sec-gpc': '0' } : {}),
        ...(person.optedOut === 'dnt' ? { dnt: '1' } : {}),
        ...(cookie
          ? { cookie: 'theme=dark; footfall_optout=1' }
          : roll.chance(0.05)
            ? { cookie: 'footfall=1' }
            : {}),
        ...(roll.chance(0.004) ? { 'sec-purpose': 'prefetch' } : {}),
      },
      body,
    });
    before = url(page);
    at = next(at, until, edges, roll);
  }
  return signals;
}

/** The moment of the next signal: seconds or minutes later, sometimes exactly at, just before or just after an edge. */
function next(at: number, until: number, edges: readonly number[], roll: Dice): number {
  const gap = {
    short: () => roll.whole(0, 2 * minute),
    long: () => roll.whole(2 * minute, 29 * minute),
    exact: () => timeout,
    before: () => timeout - 1,
    after: () => timeout + 1,
    pause: () => roll.whole(31 * minute, 300 * minute),
  }[
    roll.weighted({
      short: 55,
      long: 30,
      exact: 4,
      before: 3,
      after: at < until ? 1 : 4,
      pause: at < until ? 0.3 : 3,
    })
  ]();
  const edge = edges.find((moment) => at < moment && moment - at <= timeout);
  if (edge !== undefined && roll.chance(0.25)) return edge - (edge - 1 > at && roll.chance(0.5) ? 1 : 0);
  return at + gap;
}

function customEvent(common: Wire, site: TestSite, roll: Dice): Wire {
  const n = roll.pick(customEvents);
  return {
    ...common,
    n,
    ...(n === 'Scrolled' ? { i: false } : {}),
    ...(n === 'Purchase' && roll.chance(0.8)
      ? { $: { currency: site.currency, amount: roll.whole(1, 50_000) / (minorUnits[site.currency] ?? 1) } }
      : {}),
    ...(n === 'Download'
      ? { p: { file: roll.pick(['a.pdf', 'b.zip']), size: roll.pick([1, 20]), big: roll.chance(0.5) } }
      : {}),
    ...(n === 'Signup' && roll.chance(0.6) ? { p: { plan: roll.pick(['free', 'team', 'free trial']) } } : {}),
  };
}

function engagement(roll: Dice): Wire {
  const e = roll.whole(0, 200_000);
  const sd = roll.whole(0, 100);
  return roll.weighted({ both: 6, time: 2, depth: 2 }) === 'both'
    ? { e, sd }
    : roll.chance(0.5)
      ? { e }
      : { sd };
}

function minutesEast(zone: string, at: number): number {
  return Math.round((Date.parse(`${shownAt(zone, at).replace(' ', 'T')}Z`) - at) / minute);
}

/** A visit that is still open at the end, whatever the dice say. */
function lastOne(signals: readonly Signal[]): Signal {
  return {
    at: signals.reduce((latest, { at }) => Math.max(latest, at), 0),
    address: '84.130.12.251',
    headers: { 'user-agent': agents[0]?.userAgent ?? '' },
    body: { n: 'pageview', d: 'utc.example', u: 'https://utc.example/' },
  };
}

/** One visitor of one day with more property values than a site keeps of a day: 5,100, thirty at a time. */
function flood(): Signal[] {
  const at = Date.parse('2026-10-24T10:00Z');
  const bodies = Array.from({ length: 170 }, (_, index): Wire => {
    const p = Object.fromEntries(Array.from({ length: 30 }, (_, key) => [`k${key}`, String(index)]));
    return { n: 'Flood', d: 'beirut.example', u: 'https://beirut.example/flood', p };
  });
  const headers = { 'content-type': 'application/json', 'user-agent': agents[0]?.userAgent ?? '' };
  return Array.from({ length: 5 }, (_, part) => ({
    at: at + part * 1_000,
    address: '84.130.12.9',
    headers,
    body: bodies.slice(part * 40, part * 40 + 40),
  }));
}
