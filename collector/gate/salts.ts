import type { Site } from '../../schema/site.ts';
import { dayOfHour, hourOfDay, localHour, zoneOf } from '../time/calendar.ts';

/** Hours after local midnight for which yesterday's salt lives, so that a visit may cross midnight (P3). */
const graceHours = 4;

export interface Salt {
  /** Site-local day. */
  readonly day: number;
  /** 32 random bytes. */
  readonly salt: Uint8Array;
}

/** The salts of a site at one moment. */
export interface Generations {
  readonly today: Salt;
  readonly yesterday: Salt | null;
}

/** The random keys behind visit keys, one for each site and site-local day, in memory. */
export interface Salts {
  /** The salts in force; makes today's where there is none, and forgets those whose time is over. */
  at(site: Site, at: number): Generations;
  /** Forgets what is over at sites that have no traffic or are gone. Run it every few minutes. */
  sweep(sites: Iterable<Site>, at: number): void;
  /** All that live, for the memory-backed folder; the very bytes, to be written at once and not kept. */
  export(): { site: number; day: number; salt: Uint8Array }[];
  /** Takes back what `export` gave before a restart; what is over is forgotten at the first use or sweep. */
  restore(list: Iterable<{ readonly site: number; readonly day: number; readonly salt: Uint8Array }>): void;
}

/** @param random gives that many bytes, from a cryptographic source */
export function createSalts(random: (bytes: number) => Uint8Array): Salts {
  const living = new Map<number, Salt[]>();

  function forget(site: number, keep: (salt: Salt) => boolean): Salt[] {
    const kept: Salt[] = [];
    for (const salt of living.get(site) ?? []) {
      if (keep(salt)) kept.push(salt);
      else salt.salt.fill(0);
    }
    if (kept.length === 0) living.delete(site);
    else living.set(site, kept);
    return kept;
  }

  /** Drops what is over: yesterday's after the grace, and anything older. A later day than today's (the zone moved west) stays today's. */
  function current(site: Site, at: number): { day: number; kept: Salt[] } {
    const hour = localHour(zoneOf(site, at), at);
    const day = dayOfHour(hour);
    const oldest = hourOfDay(hour) < graceHours ? day - 1 : day;
    const salts = living.get(site.id);
    const over = salts?.some((salt) => salt.day < oldest) ?? false;
    return { day, kept: over ? forget(site.id, (salt) => salt.day >= oldest) : (salts ?? []) };
  }

  return {
    at(site, at) {
      const { day, kept } = current(site, at);
      let today = kept.find((salt) => salt.day >= day);
      if (!today) {
        today = { day, salt: random(32) };
        living.set(site.id, [...kept, today]);
      }
      return { today, yesterday: kept.find((salt) => salt.day < day) ?? null };
    },
    sweep(sites, at) {
      const present = new Set<number>();
      for (const site of sites) {
        present.add(site.id);
        current(site, at);
      }
      for (const site of [...living.keys()]) if (!present.has(site)) forget(site, () => false);
    },
    export: () => [...living].flatMap(([site, salts]) => salts.map(({ day, salt }) => ({ site, day, salt }))),
    restore(list) {
      for (const { site, day, salt } of list)
        living.set(site, [
          ...(living.get(site) ?? []).filter((other) => other.day !== day),
          { day, salt: Uint8Array.from(salt) },
        ]);
    },
  };
}
