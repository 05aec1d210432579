import { randomBytes } from 'node:crypto';
import type { Enriched } from '../../collector/enrich/enriched.ts';
import { createSalts, type Salts } from '../../collector/gate/salts.ts';
import { identityOf } from '../../collector/gate/visit-key.ts';
import type { Fact } from '../../collector/track/fact.ts';
import { createTracker, type Tracker, type TrackerOptions } from '../../collector/track/tracker.ts';
import type { VisitAttributes } from '../../schema/dimensions.ts';
import type { Amounts } from '../../schema/measures.ts';
import type { Site } from '../../schema/site.ts';
import { aSite } from './site.ts';

export const attributes: VisitAttributes = {
  channel: 'Direct',
  source: 'Direct / None',
  referrer: '(none)',
  utm_medium: '(none)',
  utm_source: '(none)',
  utm_campaign: '(none)',
  utm_term: '(none)',
  utm_content: '(none)',
  country: 'DE',
  region: 'Bavaria, DE',
  city: 'Munich, Bavaria, DE',
  language: 'de',
  utc_offset: '+02:00',
  device: 'Desktop',
  browser: 'Firefox',
  browser_version: 'Firefox 128',
  os: 'Linux',
  os_version: '(unknown)',
  screen: '1024–1439',
};

export interface Signal extends Partial<Omit<Enriched, 'attributes' | 'identity' | 'site'>> {
  /** Address of the visitor; null: opted out. */
  readonly who?: string | null;
  readonly of?: Partial<VisitAttributes>;
}

/** A tracker with real salts and keys, fed with signals whose missing parts are ordinary. */
export interface Visitors {
  readonly tracker: Tracker;
  readonly salts: Salts;
  /** Gives the facts; throws if the signal was dropped. */
  send(at: number | string, signal: Signal): readonly Fact[];
  /** The reason for which the signal was dropped. */
  dropped(at: number | string, signal: Signal): string;
  sweep(at: number | string): readonly Fact[];
  /** Erases what is held about a visitor; gives the facts of the visit that it ends. */
  erase(at: number | string, who: string): readonly Fact[];
}

export const moment = (at: number | string): number => (typeof at === 'number' ? at : Date.parse(at));

export function eventOf(site: Site, at: number, signal: Signal, salts: Salts): Enriched {
  const { who = '192.0.2.1', of = {}, ...rest } = signal;
  const kind = rest.kind ?? (rest.event === undefined ? 'pageview' : 'event');
  return {
    site,
    at,
    kind,
    event: kind,
    page: '/',
    hostname: site.domain,
    attributes: { ...attributes, ...of },
    props: [],
    revenue: null,
    engaged: 0,
    scroll: 0,
    interactive: true,
    status: null,
    bytes: 0,
    returning: null,
    ...rest,
    identity: who === null ? null : identityOf(site.id, who, 'agent', salts.at(site, at)),
  };
}

export function visitors(options: Partial<TrackerOptions> & { site?: Site; salts?: Salts } = {}): Visitors {
  const { site = aSite(), salts = createSalts(randomBytes), ...rest } = options;
  const tracker = createTracker({ timeout: 30 * 60_000, siteOf: () => site, memory: null, ...rest });
  const track = (at: number | string, signal: Signal) =>
    tracker.track(eventOf(site, moment(at), signal, salts));
  return {
    tracker,
    salts,
    send(at, signal) {
      const facts = track(at, signal);
      if ('dropped' in facts) throw new Error(`dropped: ${facts.dropped}`);
      return facts;
    },
    dropped(at, signal) {
      const facts = track(at, signal);
      return 'dropped' in facts ? facts.dropped : 'counted';
    },
    sweep(at) {
      salts.sweep([site], moment(at));
      return tracker.sweep(moment(at));
    },
    erase: (at, who) =>
      tracker.erase(site.id, identityOf(site.id, who, 'agent', salts.at(site, moment(at))), moment(at)),
  };
}

/** Amounts of all facts of a scope, summed. */
export function total(facts: readonly Fact[], scope: Fact['scope'] = 'web'): Amounts {
  const sum: Amounts = {};
  for (const fact of facts) {
    if (fact.scope !== scope) continue;
    for (const [name, amount] of Object.entries(fact.amounts) as [keyof Amounts, number][]) {
      sum[name] = (sum[name] ?? 0) + amount;
    }
  }
  return sum;
}
