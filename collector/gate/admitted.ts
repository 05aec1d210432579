import type { Device } from '../../schema/dimensions.ts';
import type { DropReason } from '../../schema/drop-reasons.ts';
import type { Site } from '../../schema/site.ts';

/** Who acts, for one site-local day: HMAC-SHA-256 of (site, address, agent), cut to 128 bits, under a key that dies with the day. */
export interface VisitKey {
  readonly day: number;
  /** 16 bytes. */
  readonly key: Uint8Array;
}

/** `today`, and until 4 h after local midnight yesterday's key too, so that a visit may cross it. */
export interface Identity {
  readonly today: VisitKey;
  readonly yesterday: VisitKey | null;
}

export interface Place {
  readonly country: string;
  /** With the country, `Bavaria, DE`. */
  readonly region: string;
  /** With region and country, `Munich, Bavaria, DE`. */
  readonly city: string;
}

export interface Agent {
  readonly device: Device;
  readonly browser: string;
  /** With the browser, `Chrome 126`. */
  readonly browser_version: string;
  readonly os: string;
  /** With the system, `Windows 11`. */
  readonly os_version: string;
}

/** When a browser was here before, by the dates that it keeps. */
export interface Returning {
  /** Days since the last day with a visit, 1 to 395; null: never, or no longer known. */
  readonly lastVisit: number | null;
  /** Day number of the Monday of the first visit's week. */
  readonly firstWeek: number;
}

/** An event that may be counted. The address, the agent and the signals are gone. */
export interface Admitted {
  readonly site: Site;
  /** When the server received it, ms since 1970. */
  readonly at: number;
  readonly name: string;
  readonly url: URL;
  readonly referrer: string | null;
  readonly hashMode: boolean;
  readonly props: readonly (readonly [key: string, value: string])[];
  readonly revenue: { readonly currency: string; readonly minor: number } | null;
  readonly engaged: number;
  readonly scroll: number;
  readonly interactive: boolean;
  readonly status: number | null;
  readonly bytes: number;
  /** With the day's first pageviews of a browser where returning browsers are measured. */
  readonly returning: Returning | null;
  /** null: opted out. */
  readonly identity: Identity | null;
  /**
   * Why an opted-out visitor's event ends after the rules of *enrich*: were it dropped before them, the answer to an event that
   * they drop too would tell that the visitor had opted out.
   */
  readonly unheard: Extract<DropReason, 'opted_out_ignored' | 'opted_out_engagement'> | null;
  readonly place: Place;
  readonly agent: Agent;
  readonly language: string;
  readonly screen: string;
  readonly utc_offset: string;
}
