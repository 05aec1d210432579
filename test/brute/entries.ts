import {
  type DimensionName,
  dimensions,
  propSeparator,
  type VisitAttributes,
  values,
  visitDimensions,
} from '../../schema/dimensions.ts';
import type { Amount, Amounts } from '../../schema/measures.ts';
import type { FactScope } from '../../schema/rollups.ts';
import type { History, Hit, Visit } from './walk.ts';
import { hourLabel } from './wall.ts';

/** Something that happened, where and when it is counted, and how much of what. */
export interface Entry {
  readonly date: string;
  /** `2026-03-29 05`. */
  readonly hour: string;
  readonly dims: Readonly<Partial<Record<DimensionName, string>>>;
  readonly amounts: Readonly<Amounts>;
  readonly optedOut: boolean;
}

/** All that is counted, by what it is about. */
export type Entries = Readonly<Record<FactScope, readonly Entry[]>>;

export function entriesOf(history: History): Entries {
  const identified = identifiedOf(history);
  const firsts = firstsOf(identified);
  const goalFirsts = firstsOfGoals(identified);
  const when = ({ date, hour }: { date: string; hour: number }) => ({ date, hour: hourLabel(date, hour) });
  const hits = history.hits.map((hit) => ({
    hit,
    first: (amount: Amount) => (firsts[amount]?.has(hit) ? 1 : 0),
    ...when(hit),
  }));
  const counted = (hit: Hit): Amounts => (hit.event === 'pageview' ? { pageviews: 1 } : { custom: 1 });

  const web = hits.map(({ hit, first, date, hour }): Entry => {
    const { page, hostname, event, status, entryPage, attributes } = hit;
    if (!hit.visit)
      return { date, hour, dims: ofOptedOut(page, attributes), amounts: counted(hit), optedOut: true };
    const amounts: Amounts = {
      ...counted(hit),
      hour_first: first('hour_first'),
      day_first: first('day_first'),
      acquisition_first: first('acquisition_first'),
      path_first: first('path_first'),
      event_first: first('event_first'),
      starts: first('starts'),
      entries: first('entries'),
      page_visits: first('page_visits'),
      event_visits: first('event_visits'),
      bytes: hit.bytes,
    };
    const dims = {
      page,
      hostname,
      event,
      ...(status === null ? {} : { status }),
      entry_page: entryPage,
      visitor: 'identified',
      ...attributes,
    };
    return { date, hour, dims, amounts, optedOut: false };
  });

  const goal = hits.flatMap(({ hit, date, hour }) =>
    hit.goals.map(
      (name): Entry => ({
        date,
        hour,
        dims: {
          goal: name,
          page: hit.page,
          ...hit.attributes,
          ...(hit.revenue ? { currency: hit.revenue.currency } : {}),
        },
        amounts: {
          ...counted(hit),
          goal_first: Number(goalFirsts(name).today.has(hit)),
          goal_visits: Number(goalFirsts(name).inVisit.has(hit)),
          revenue: hit.revenue?.minor ?? 0,
        },
        optedOut: false,
      }),
    ),
  );

  const prop = hits.flatMap(({ hit, first, date, hour }) =>
    hit.props.map(
      ([key, value]): Entry => ({
        date,
        hour,
        dims: { prop: `${key}${propSeparator}${value}`, event: hit.event },
        amounts: { ...counted(hit), event_first: first('event_first') },
        optedOut: false,
      }),
    ),
  );

  const revenue = hits.flatMap(({ hit, date, hour }): Entry[] => {
    if (!hit.revenue) return [];
    const { currency, minor } = hit.revenue;
    const dims = { currency, page: hit.page, event: hit.event, ...hit.attributes };
    return [{ date, hour, dims, amounts: { ...counted(hit), revenue: minor }, optedOut: false }];
  });

  const drop = history.drops.map(
    ({ date, reason }): Entry => ({
      date,
      hour: hourLabel(date, 0),
      dims: { reason },
      amounts: { dropped: 1 },
      optedOut: false,
    }),
  );
  const visits = history.visits.flatMap((visit) => [
    ...ofEngagement(visit),
    ...(visit.closed ? [ofClosing(visit)] : []),
  ]);
  return {
    web: [...web, ...visits],
    goal,
    prop: capped(prop),
    revenue,
    drop,
    browser: [],
    cohort: [],
    bounded: [],
    mail: [],
  };
}

/** The earliest hit of each of the groups into which `same` sorts them. */
function firstBy(hits: readonly Identified[], same: (one: Identified) => unknown[]): Set<Hit> {
  const seen = new Map<string, Hit>();
  for (const one of hits) {
    const key = JSON.stringify(same(one));
    if (!seen.has(key)) seen.set(key, one.hit);
  }
  return new Set(seen.values());
}

interface Identified {
  readonly hit: Hit;
  readonly visit: Visit;
  /** Tells visits apart. */
  readonly number: number;
}

function identifiedOf({ hits, visits }: History): Identified[] {
  const numbers = new Map(visits.map((visit, number) => [visit, number]));
  return hits.flatMap((hit) =>
    hit.visit ? [{ hit, visit: hit.visit, number: numbers.get(hit.visit) ?? -1 }] : [],
  );
}

/** Which hits come first: in the hour, the day, the visit … of their visitor. */
function firstsOf(identified: readonly Identified[]): Partial<Record<Amount, Set<Hit>>> {
  const views = identified.filter(({ hit }) => hit.event === 'pageview');
  return {
    hour_first: firstBy(identified, ({ hit, visit }) => [visit.visitor, hit.date, hit.hour]),
    day_first: firstBy(identified, ({ hit, visit }) => [visit.visitor, hit.date]),
    acquisition_first: firstBy(identified, ({ hit, visit }) => [
      visit.visitor,
      hit.date,
      visit.attributes.source,
      visit.attributes.utm_campaign,
    ]),
    path_first: firstBy(views, ({ hit, visit }) => [visit.visitor, hit.date, hit.page]),
    event_first: firstBy(identified, ({ hit, visit }) => [visit.visitor, hit.date, hit.event]),
    starts: firstBy(identified, ({ number }) => [number]),
    entries: firstBy(views, ({ number }) => [number]),
    page_visits: firstBy(views, ({ hit, number }) => [number, hit.page]),
    event_visits: firstBy(identified, ({ hit, number }) => [number, hit.event]),
  };
}

/** Which hits reach a goal first, in the visitor’s day and in the visit. */
function firstsOfGoals(identified: readonly Identified[]) {
  const known = new Map<string, { today: Set<Hit>; inVisit: Set<Hit> }>();
  return (goal: string) => {
    const before = known.get(goal);
    if (before) return before;
    const reached = identified.filter(({ hit }) => hit.goals.includes(goal));
    const firsts = {
      today: firstBy(reached, ({ hit, visit }) => [visit.visitor, hit.date]),
      inVisit: firstBy(reached, ({ number }) => [number]),
    };
    known.set(goal, firsts);
    return firsts;
  };
}

function ofOptedOut(page: string, attributes: VisitAttributes): Entry['dims'] {
  const kept = visitDimensions
    .filter((name) => dimensions[name].optedOut)
    .map((name) => [name, attributes[name]]);
  return { page, visitor: 'opted-out', ...Object.fromEntries(kept) };
}

/** What a visit did on each page that it viewed, counted in the hour in which it first viewed it. */
function ofEngagement(visit: Visit): Entry[] {
  const views = visit.hits.filter(({ event }) => event === 'pageview');
  return [...new Set(views.map(({ page }) => page))].flatMap((page): Entry[] => {
    const viewed = visit.hits.findIndex((hit) => hit.event === 'pageview' && hit.page === page);
    const { date, hour } = visit.hits[viewed] ?? visit;
    const signals = visit.engagements.filter((signal) => signal.page === page && signal.after > viewed);
    const amounts = {
      engaged: signals.reduce((sum, { engaged }) => sum + engaged, 0),
      scroll: Math.max(0, ...signals.map(({ scroll }) => scroll)),
    };
    const dims = {
      page,
      entry_page: views[0]?.page ?? values.none,
      visitor: 'identified',
      ...visit.attributes,
    };
    return [{ date, hour: hourLabel(date, hour), dims, amounts, optedOut: false }];
  });
}

/** What is known when a visit has ended, counted in the hour of its start. */
function ofClosing(visit: Visit): Entry {
  const views = visit.hits.filter(({ event }) => event === 'pageview');
  const [entry, exit] = [views[0]?.page, views.at(-1)?.page];
  const acted = visit.hits.some(({ event, interactive }) => event !== 'pageview' && interactive);
  return {
    date: visit.date,
    hour: hourLabel(visit.date, visit.hour),
    dims: {
      entry_page: entry ?? values.none,
      ...(exit === undefined ? {} : { exit_page: exit }),
      visitor: 'identified',
      ...visit.attributes,
    },
    amounts: {
      closed: 1,
      bounces: views.length === 1 && !acted ? 1 : 0,
      duration: visit.last - visit.first,
      views: views.length,
      exits: exit === undefined ? 0 : 1,
    },
    optedOut: false,
  };
}

/** Only so many values of properties are kept apart on one day (only the flood has more); of the rest even the key is given up. */
function capped(entries: readonly Entry[]): Entry[] {
  const known = new Map<string, Set<string>>();
  return entries.map((entry) => {
    const ofDay = known.get(entry.date) ?? new Set<string>();
    known.set(entry.date, ofDay);
    const value = entry.dims.prop ?? '';
    if (!ofDay.has(value) && ofDay.size >= dimensions.prop.cap) {
      return { ...entry, dims: { ...entry.dims, prop: values.other } };
    }
    ofDay.add(value);
    return entry;
  });
}
