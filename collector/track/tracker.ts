import type { Dropped } from '../../schema/drop-reasons.ts';
import type { Site } from '../../schema/site.ts';
import type { Enriched } from '../enrich/enriched.ts';
import type { Identity, VisitKey } from '../gate/admitted.ts';
import { dayOfHour, hourOfDay, localHour, zoneOf } from '../time/calendar.ts';
import type { Fact } from './fact.ts';
import { closeFact, engagementFact, type Hit, optedOutFact } from './facts.ts';
import type { Generation, GenerationChanges } from './generation.ts';
import { countHit, type Seat } from './hit.ts';
import { type Minute, MinuteRing } from './realtime.ts';
import { applyState, encodeState, generationOf, type SavedSalt } from './state.ts';
import { Changes } from './undo.ts';
import { field, flag } from './visit.ts';

/** Local hours after midnight in which a visit of the day before may go on. */
const overlapHours = 4;
/** Close facts given at once: a million visits that end together must not become a million facts in memory. */
const portion = 10_000;
/** A visit is going on now if its last signal is at most this old. */
const nowMs = 5 * 60_000;
/** Saved changes are put together anew when they have grown past this many bytes, and past twice what they stand for. */
const compactAt = 64 * 1024 * 1024;

/** How visits outlive a restart: in a memory-backed folder, together with the salts of their keys. */
interface Memory {
  readonly salts: {
    export(): readonly SavedSalt[];
    restore(salts: readonly SavedSalt[]): void;
  };
  /** What `loadState` found; empty at the first start. */
  readonly frames: readonly Uint8Array[];
  /** Called if they cannot be used, for instance after an upgrade: visits then begin anew. */
  readonly discarded?: (reason: string) => void;
}

export interface TrackerOptions {
  /** Ms without a signal after which a visit has ended. */
  readonly timeout: number;
  /** The site as it is now; undefined once it was removed. */
  readonly siteOf: (id: number) => Site | undefined;
  /** null: nothing outlives the process. */
  readonly memory: Memory | null;
}

/** Everything since the last seal, to be made durable together or not at all. */
export interface Sealed {
  /** For the memory-backed folder; null if there is none or nothing changed. */
  readonly state: Uint8Array | null;
  /** Takes these changes back, and all later ones: nothing of a refused event stays in visits and flags. */
  undo(): void;
}

export interface Tracker {
  /** The facts of one event. Events of a site come in the order of `at`. */
  track(event: Enriched): readonly Fact[] | Dropped;
  /**
   * Closes visits that timed out and lets go of days that are over. Gives at most {@link portion} facts; while it gives
   * that many there may be more. Give the facts to the journal even if there are none: the state may have changed.
   */
  sweep(at: number): readonly Fact[];
  /** Closes every visit, for a stop after which nothing is remembered. At most {@link portion} facts; call until there are none. */
  closeAll(): readonly Fact[];
  /**
   * Erases what is held about a visitor, and leaves them uncounted until their local day is over; saved state loses it with
   * the next sweep. Gives the facts of the visit that it ends, if one was open: to be given to the journal in the same tick,
   * even if there are none.
   */
  erase(site: number, identity: Identity, at: number): readonly Fact[];
  /** Whether the visitor had today's visit erased. */
  isErased(site: number, identity: Identity): boolean;
  /** Visits with a signal in the last five minutes, and hits in each of the last 30 minutes, the oldest first. */
  realtime(site: number, at: number): { readonly visits: number; readonly minutes: Minute[] };
  /** One at a time: what one seal gave is settled (durable or undone) before the next. */
  seal(): Sealed;
}

/** Counts visitors and visits, in memory. */
export function createTracker({ timeout, siteOf, memory }: TrackerOptions): Tracker {
  const sites = new Map<number, Map<number, Generation>>();
  const rings = new Map<number, MinuteRing>();
  /** Facts of a batch that failed, of generations that are gone: told again by the next sweep. */
  let late: Fact[] = [];
  let open = new Changes();
  let snapshotDue = true;
  /** What was saved holds rows that were erased since: the next sweep has all written anew, once for all of a second. */
  let wiped = false;
  /** A state was written whose batch failed: the next one must take its place, even if there is nothing in it. */
  let replaceDue = false;
  let snapshotBytes = 0;
  let savedBytes = 0;

  if (memory) restore(memory);
  return { track, sweep, closeAll, erase, isErased, realtime, seal };

  function track(event: Enriched): readonly Fact[] | Dropped {
    const { site, at, kind, identity } = event;
    const hour = localHour(zoneOf(site, at), at);
    if (identity && isErased(site.id, identity)) return { dropped: 'erased' };
    if (kind !== 'engagement') open.count(ringOf(site.id), at, kind === 'pageview');
    if (identity) return kind === 'engagement' ? engage(event, identity) : hit(event, identity, hour);
    return kind === 'engagement' ? { dropped: 'opted_out_engagement' } : [optedOutFact(event, hour)];
  }

  function restore({ frames, salts, discarded }: Memory): void {
    const saved = new Map<string, SavedSalt>();
    try {
      for (const frame of frames) {
        for (const salt of applyState(frame, sites)) saved.set(`${salt.site} ${salt.day}`, salt);
      }
    } catch (error) {
      sites.clear();
      discarded?.(String(error));
      return;
    }
    for (const generation of generations()) generation.restored();
    salts.restore([...saved.values()].filter(({ site, day }) => sites.get(site)?.has(day)));
  }

  function hit(event: Enriched, identity: Identity, hour: number): readonly Fact[] {
    const { site, at } = event;
    const facts: Fact[] = [];
    const going = current(site.id, identity, at);
    if (!going) for (const seat of seatsOf(site.id, identity)) if (isOpen(seat)) facts.push(close(seat));
    const visitor = admit(site.id, identity.today, at);
    if (going) change(going.generation).extend(going.row, at);
    else visitor.generation.open(visitor.row, at, hour, event.attributes);
    facts.push(...countHit(event, hour, { visitor, visit: going ?? visitor }, !going));
    return facts;
  }

  function engage(event: Enriched, identity: Identity): readonly Fact[] | Dropped {
    const { site, at, page } = event;
    const visit = current(site.id, identity, at);
    if (!visit) return { dropped: 'late_engagement' };
    const { row } = visit;
    const generation = change(visit.generation);
    generation.extend(row, at);
    const percent = Math.min(100, Math.max(0, Math.round(event.scroll)));
    const viewed = generation.scroll(row, page, percent);
    const engaged = Math.max(0, Math.round(event.engaged));
    if (!viewed || (engaged === 0 && viewed.growth === 0)) return [];
    const context: Hit = { event, hour: viewed.hour, dims: () => generation.attributesOf(row) };
    return [
      engagementFact(context, generation.stringOf(row, field.entry), { engaged, scroll: viewed.growth }),
    ];
  }

  function sweep(at: number): readonly Fact[] {
    const facts = late;
    late = [];
    snapshotDue ||= wiped;
    wiped = false;
    open.late.push(...facts);
    for (const [id, days] of sites) {
      const site = siteOf(id);
      if (!site) forgetSite(id, days);
      else {
        const hour = localHour(zoneOf(site, at), at);
        const today = dayOfHour(hour);
        for (const generation of days.values()) {
          const over =
            generation.day < today - 1 || (generation.day === today - 1 && hourOfDay(hour) >= overlapHours);
          closeOpen(generation, over ? Number.POSITIVE_INFINITY : at - timeout, facts, portion);
          if (facts.length >= portion) return facts;
          if (over) drop(days, generation);
        }
      }
    }
    return facts;
  }

  function closeAll(): readonly Fact[] {
    const facts: Fact[] = [];
    for (const generation of generations()) closeOpen(generation, Number.POSITIVE_INFINITY, facts, portion);
    return facts;
  }

  function erase(site: number, identity: Identity, at: number): readonly Fact[] {
    const facts: Fact[] = [];
    for (const seat of seatsOf(site, identity)) {
      if (seat.generation.has(seat.row, flag.erased)) continue;
      if (isOpen(seat)) facts.push(close(seat));
      change(seat.generation).erase(seat.row);
      wiped = true;
    }
    // Also who was not here yet is not counted today: nobody learns from what follows whether there was a visit.
    const { generation, row } = admit(site, identity.today, at);
    generation.erase(row);
    return facts;
  }

  function realtime(site: number, at: number): { visits: number; minutes: Minute[] } {
    let visits = 0;
    for (const generation of sites.get(site)?.values() ?? []) visits += generation.activeSince(at - nowMs);
    return { visits, minutes: ringOf(site).read(at) };
  }

  function seal(): Sealed {
    const sealed = open;
    open = new Changes();
    const changes = sealed.seal();
    const whole = snapshotDue && memory !== null;
    const state =
      memory && (whole || replaceDue || changes.length > 0) ? encode(memory, whole, changes) : null;
    return {
      state,
      undo() {
        for (const later of [open, sealed]) {
          later.undo();
          for (const fact of later.late) late.push(fact);
        }
        // Only now: all that was refused is out of their rows.
        for (const generation of [...open.dropped, ...sealed.dropped]) {
          closeOpen(generation, Number.POSITIVE_INFINITY, late, Number.POSITIVE_INFINITY);
        }
        open = new Changes();
        if (whole) snapshotDue = true;
        if (state) replaceDue = true;
      },
    };
  }

  /** Changes since the last seal, or everything: when that is shorter, and when something must really be gone. */
  function encode({ salts }: Memory, whole: boolean, changes: readonly GenerationChanges[]): Uint8Array {
    const state = encodeState(
      whole ? [...generations()].map((generation) => generation.whole()) : changes,
      whole,
      salts,
    );
    if (whole) {
      snapshotBytes = state.length;
      savedBytes = 0;
      snapshotDue = false;
    } else savedBytes += state.length;
    if (savedBytes > Math.max(compactAt, 2 * snapshotBytes)) snapshotDue = true;
    return state;
  }

  /** The visitor's rows, today's first. */
  function seatsOf(site: number, { today, yesterday }: Identity): Seat[] {
    const seats: Seat[] = [];
    for (const key of [today, yesterday]) {
      const generation = key && sites.get(site)?.get(key.day);
      const row = key && generation ? generation.find(key.key) : -1;
      if (generation && row >= 0) seats.push({ generation, row });
    }
    return seats;
  }

  /** The visit that a signal at this time continues. */
  function current(site: number, identity: Identity, at: number): Seat | undefined {
    return seatsOf(site, identity).find(
      (seat) => isOpen(seat) && at - seat.generation.lastOf(seat.row) <= timeout,
    );
  }

  function isErased(site: number, { today }: Identity): boolean {
    const generation = sites.get(site)?.get(today.day);
    const row = generation?.find(today.key) ?? -1;
    return generation !== undefined && row >= 0 && generation.has(row, flag.erased);
  }

  function isOpen({ generation, row }: Seat): boolean {
    return generation.isOpen(row);
  }

  /** The visitor's row of today; a new one for a visitor who was not here yet. */
  function admit(site: number, { day, key }: VisitKey, at: number): Seat {
    const generation = change(generationOf(sites, site, day, at));
    return { generation, row: generation.admit(key) };
  }

  function close({ generation, row }: Seat): Fact {
    change(generation).close(row);
    return closeFact(generation.ended(row));
  }

  /** Closes visits whose last signal came before, as long as there are fewer facts than `most`. */
  function closeOpen(generation: Generation, before: number, facts: Fact[], most: number): void {
    if (facts.length >= most) return;
    for (const row of generation.openBefore(before, most - facts.length))
      facts.push(close({ generation, row }));
  }

  function drop(days: Map<number, Generation>, generation: Generation): void {
    days.delete(generation.day);
    open.dropped.push(generation);
    snapshotDue = true;
  }

  /** A removed site's visits are told to nobody. */
  function forgetSite(id: number, days: ReadonlyMap<number, Generation>): void {
    for (const generation of days.values()) open.touched.delete(generation);
    sites.delete(id);
    rings.delete(id);
    snapshotDue = true;
  }

  /** To be called before a generation is changed. */
  function change(generation: Generation): Generation {
    open.touched.add(generation);
    return generation;
  }

  function* generations(): Generator<Generation> {
    for (const days of sites.values()) yield* days.values();
  }

  function ringOf(site: number): MinuteRing {
    const ring = rings.get(site) ?? new MinuteRing();
    rings.set(site, ring);
    return ring;
  }
}
