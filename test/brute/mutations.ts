/** One place in which the collector is broken on purpose, for test/mutate.ts. */
export interface Mutation {
  readonly stage: string;
  readonly name: string;
  readonly file: string;
  /** Texts that stand in the file exactly once, and what they become. */
  readonly replace: readonly (readonly [from: string, to: string])[];
}

const breaks = (
  stage: string,
  name: string,
  file: string,
  ...replace: (readonly [string, string])[]
): Mutation => ({
  stage,
  name,
  file: `collector/${file}`,
  replace,
});

export const mutations: readonly Mutation[] = [
  breaks('parse', 'interactive: false is not read', 'parse/parse.ts', [
    '!isOff(event.i ?? event.interactive)',
    'true',
  ]),
  breaks('parse', 'the visitor’s own flag is not read', 'parse/parse.ts', ['isOn(event.o)', 'false']),
  breaks('gate', 'the agent is not part of the visit key', 'gate/visit-key.ts', [
    'agent: string, salts: Generations): Identity {',
    "_: string, salts: Generations): Identity { const agent = '';",
  ]),
  breaks('gate', 'the site is not told apart by its timezone: hours of UTC', 'time/calendar.ts', [
    'Math.floor((at + utcOffset(zone, at)) / hourMs)',
    'Math.floor(at / hourMs)',
  ]),
  breaks('gate', 'the first offset of a zone is kept for ever', 'time/calendar.ts', [
    'if (known?.quarter === slot) return known.offset;',
    'if (known) return known.offset;',
  ]),
  breaks('gate', 'yesterday’s key is not used', 'gate/salts.ts', [
    'yesterday: kept.find((salt) => salt.day < day) ?? null',
    'yesterday: null',
  ]),
  breaks('gate', 'yesterday’s key lives an hour longer', 'gate/salts.ts', [
    'graceHours = 4',
    'graceHours = 5',
  ]),
  breaks('gate', 'yesterday’s key lives an hour less', 'gate/salts.ts', ['graceHours = 4', 'graceHours = 3']),
  breaks('gate', 'Sec-GPC counts whatever it says', 'gate/signals.ts', [
    "isOne(header('sec-gpc'))",
    "header('sec-gpc') !== undefined",
  ]),
  breaks('gate', 'DNT is no opt-out', 'gate/signals.ts', ['if (site.settings.dnt &&', 'if (false &&']),
  breaks('gate', 'the forged entry of X-Forwarded-For is believed', 'gate/forwarded.ts', [
    'while (client && rest && isTrusted(client, trusted))',
    'while (client && rest)',
  ]),
  breaks('enrich', 'the site itself is a source', 'enrich/source.ts', [
    'from !== null && hosts.has(from.host)',
    'false',
  ]),
  breaks('track', 'a gap of exactly 30 minutes ends a visit', 'track/tracker.ts', [
    'at - seat.generation.lastOf(seat.row) <= timeout',
    'at - seat.generation.lastOf(seat.row) < timeout',
  ]),
  breaks('track', 'engagement does not extend a visit', 'track/tracker.ts', [
    'generation.extend(row, at);\n    const percent',
    'const percent',
  ]),
  breaks('track', 'the acquisition flag is dropped', 'track/hit.ts', [
    'acquisition_first: Number(acquired.today)',
    'acquisition_first: 0',
  ]),
  breaks('track', 'an acquisition is a source without its campaign', 'track/hit.ts', [
    'const { source, utm_campaign } = generation.attributesOf(row);',
    "const { source } = generation.attributesOf(row); const utm_campaign = '';",
  ]),
  breaks('track', 'a goal counts visitors once a visit', 'track/hit.ts', [
    'goal_first: Number(reached.today)',
    'goal_first: Number(reached.inVisit)',
  ]),
  breaks('track', 'the path flag belongs to the visit’s day', 'track/hit.ts', [
    'return { today: ofVisitor.today, inVisit:',
    'return { today: visit.generation === visitor.generation && ofVisitor.today, inVisit:',
  ]),
  breaks('track', 'a visit is counted as closed in the next hour', 'track/generation.ts', [
    'hour: this.day * 24 + startHourOf(',
    'hour: this.day * 24 + 1 + startHourOf(',
  ]),
  breaks('track', 'engagement is counted when it comes', 'track/tracker.ts', [
    'hour: viewed.hour',
    'hour: localHour(zoneOf(event.site, at), at)',
  ]),
  breaks('track', 'each scroll counts in full', 'track/generation.ts', [
    'Math.max(0, percent - this.seen.scrollOf(cell))',
    'percent',
  ]),
  breaks('track', 'visits are forgotten by a restart', 'track/tracker.ts', [
    'if (memory) restore(memory);',
    'if (memory) void restore;',
  ]),
  breaks('journal', 'a signal without facts is not made durable', 'pipeline.ts', [
    "if (outcomes.includes('counted'))",
    'if (facts.length > 0)',
  ]),
  breaks('journal', 'the mark of opted-out facts is lost', 'journal/codec.ts', [
    'optedOut ? 1 : 0',
    '0 * Number(optedOut)',
  ]),
  breaks('rollups', 'opted-out visitors are in pairs and detail', 'rollups/plan.ts', [
    '(joint && kind.optedOut)',
    '(joint && kind.optedOut && false)',
  ]),
  breaks('rollups', 'a goal’s facts also count as hits', 'rollups/plan.ts', [
    'rollup.scope !== kind.scope ||',
    "(rollup.scope !== kind.scope && !(rollup.scope === 'web' && kind.scope === 'goal')) ||",
  ]),
  breaks('rollups', 'days begin an hour late', 'rollups/aggregate.ts', [
    'const factDay = dayOfHour(fact.hour);',
    'const factDay = dayOfHour(fact.hour - 1);',
  ]),
  breaks('rollups', 'no cap', 'store/caps.ts', ['>= this.#caps[dim]', '>= Infinity']),
  breaks('rollups', 'the cap is forgotten by a restart', 'store/caps.ts', [
    'new Map(this.#stored.all(site, this.#rollups[dim], day))',
    'new Map()',
  ]),
  breaks('rollups', 'some batches stay in the journal after they were counted', 'store/roller.ts', [
    'if (this.#claim.run(seq)',
    'if (seq % 500 !== 0 && this.#claim.run(seq)',
  ]),
  breaks('rollups', 'cells are overwritten instead of added to', 'store/upsert.ts', [
    ' + excluded.',
    ' * 0 + excluded.',
  ]),
  breaks('query', 'weeks begin on Sunday', 'time/calendar.ts', ['(day + 3) % 7', '(day + 4) % 7']),
  breaks('query', 'the last 24 hours are 25', 'query/ranges.ts', ['hours(hour - 23,', 'hours(hour - 24,']),
  breaks('query', 'detail reaches back an hour too far', 'query/reads.ts', [
    'moment.hour - detailHours',
    'moment.hour - detailHours - 1',
  ]),
  breaks('query', 'detail counts visitors by day', 'query/reads.ts', [
    "return rollup.shape === 'detail' ? amount : column;",
    "return rollup.shape === 'detail' ? (column === 'visitors' ? 'day_first' : amount) : column;",
  ]),
  breaks('query', 'a share is of the whole site', 'query/reads.ts', [
    'grain: null,\n      groups: [],',
    'grain: null,\n      where: [],\n      groups: [],',
  ]),
  breaks('query', 'visitors of an hour are those who are new in the day', 'query/reads.ts', [
    "hourFlag && column === 'visitors' ? 'hour_first' : summed",
    'summed',
  ]),
  breaks('query', 'is_not means is', 'store/conditions.ts', [
    "leaf.op === 'is' ? 'IN' : 'NOT IN'",
    "leaf.op ? 'IN' : ''",
  ]),
  breaks('query', 'or means and', 'store/conditions.ts', [
    "joined(all, ' OR ', '0')",
    "joined(all, ' AND ', '0')",
  ]),
];
