import { limits } from '../../schema/limits.ts';
import type { Enriched } from '../enrich/enriched.ts';
import { browserFacts } from './browsers.ts';
import type { Fact } from './fact.ts';
import { boundedFact, goalFact, type Hit, hitFact, propFact, revenueFact } from './facts.ts';
import type { Generation, Novelty } from './generation.ts';
import { goalsOf } from './goals.ts';
import type { Kind } from './seen.ts';
import { field, flag } from './visit.ts';

/** A visitor's row in a generation. */
export interface Seat {
  readonly generation: Generation;
  readonly row: number;
}

/**
 * The two sides of a hit. They differ only in the hours after midnight: then the hit counts the visitor of the new day,
 * while the visit stays with the day on which it began.
 */
export interface Sides {
  readonly visitor: Seat;
  readonly visit: Seat;
}

function meet({ visitor, visit }: Sides, kind: Kind, name: string, hour: number): Novelty {
  const ofVisitor = visitor.generation.meet(visitor.row, kind, name, hour);
  if (visit.generation === visitor.generation) return ofVisitor;
  return { today: ofVisitor.today, inVisit: visit.generation.meet(visit.row, kind, name, hour).inVisit };
}

/** The facts of a pageview or custom event in an open visit. `starts`: the visit began with it. */
export function countHit(event: Enriched, hour: number, sides: Sides, starts: boolean): Fact[] {
  const { visitor, visit } = sides;
  const { generation, row } = visit;
  const { source, utm_campaign } = generation.attributesOf(row);
  const context: Hit = { event, hour, dims: () => generation.attributesOf(row) };
  const view = event.kind === 'pageview';
  const enters = view && generation.view(row, event.page);
  if (!view && event.interactive) generation.raise(row, flag.interactive);

  const arrival = visitor.generation.arrive(visitor.row, hour);
  const acquisition = `${source}\0${utm_campaign}`;
  const acquired = visitor.generation.meet(visitor.row, 'acquisition', acquisition, hour);
  const page = view ? meet(sides, 'page', event.page, hour) : null;
  const named = meet(sides, 'event', event.event, hour);
  const facts = [
    hitFact(context, generation.stringOf(row, field.entry), {
      hour_first: Number(arrival.hour),
      day_first: Number(arrival.day),
      acquisition_first: Number(acquired.today),
      path_first: Number(page?.today ?? false),
      event_first: Number(named.today),
      starts: Number(starts),
      entries: Number(enters),
      page_visits: Number(page?.inVisit ?? false),
      event_visits: Number(named.inVisit),
    }),
  ];
  if (page?.today && visitor.generation.countPage(visitor.row, limits.boundedPages))
    facts.push(boundedFact(context));
  facts.push(...browserFacts(event, hour, visitor));
  for (const goal of goalsOf(event)) {
    const reached = meet(sides, 'goal', goal, hour);
    facts.push(
      goalFact(context, goal, { goal_first: Number(reached.today), goal_visits: Number(reached.inVisit) }),
    );
  }
  for (const prop of event.props) facts.push(propFact(context, prop, Number(named.today)));
  if (event.revenue) facts.push(revenueFact(context, event.revenue, Number(named.today)));
  return facts;
}
