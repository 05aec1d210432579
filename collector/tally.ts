import type { Dropped, DropReason } from '../schema/drop-reasons.ts';
import type { Site } from '../schema/site.ts';
import { localHour, zoneOf } from './time/calendar.ts';
import type { Fact } from './track/fact.ts';

/**
 * Counts what was dropped. Dropped events cost one addition each; every second the sums become facts for the
 * "filtered out" panel, so a flood of bots writes a row and not a million.
 */
export interface Tally {
  /** Counts one dropped event and gives it back. `site` is the domain that the event named; others count for the process only. */
  drop(dropped: Dropped, site: string | null, at: number): Dropped;
  counted(name: string): void;
  countedMail(kind: 'open' | 'click'): void;
  /** Sums since the last call, as facts; `putBack` if they could not be written. */
  facts(): Fact[];
  putBack(facts: readonly Fact[]): void;
  /** Since the process began, for the metrics. */
  readonly total: {
    readonly dropped: ReadonlyMap<DropReason, number>;
    pageviews: number;
    events: number;
    engagements: number;
    opens: number;
    clicks: number;
  };
}

export function createTally(sites: { find(domain: string): Site | undefined }): Tally {
  const dropped = new Map<DropReason, number>();
  const waiting = new Map<string, Fact>();
  const total = { dropped, pageviews: 0, events: 0, engagements: 0, opens: 0, clicks: 0 };
  return {
    total,
    drop(end, domain, at) {
      dropped.set(end.dropped, (dropped.get(end.dropped) ?? 0) + 1);
      const site = domain === null ? undefined : sites.find(domain);
      if (!site) return end;
      const hour = localHour(zoneOf(site, at), at);
      add(site.id, hour, end.dropped, 1);
      return end;
    },
    counted(name) {
      if (name === 'pageview') total.pageviews += 1;
      else if (name === 'engagement') total.engagements += 1;
      else total.events += 1;
    },
    countedMail(kind) {
      if (kind === 'open') total.opens += 1;
      else total.clicks += 1;
    },
    facts() {
      const facts = [...waiting.values()];
      waiting.clear();
      return facts;
    },
    putBack(facts) {
      for (const { site, hour, dims, amounts } of facts)
        add(site, hour, dims.reason ?? '', amounts.dropped ?? 0);
    },
  };

  function add(site: number, hour: number, reason: string, count: number): void {
    const key = `${site} ${hour} ${reason}`;
    const dropped = (waiting.get(key)?.amounts.dropped ?? 0) + count;
    waiting.set(key, { scope: 'drop', site, hour, dims: { reason }, amounts: { dropped } });
  }
}
