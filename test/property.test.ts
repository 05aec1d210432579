import { describe, expect, test } from 'vitest';
import { countBrute, type Figures } from './brute/count.ts';
import { entriesOf } from './brute/entries.ts';
import { lookUpPlaces } from './brute/places.ts';
import { allSingles, atTheEdge, someQuestion } from './brute/questions.ts';
import { dice } from './brute/random.ts';
import { sites } from './brute/sites.ts';
import type { Past, Question } from './brute/sums.ts';
import { neverViewed, type Signal, simulate } from './brute/visits.ts';
import { walk, zoneAt } from './brute/walk.ts';
import { addDays, momentOf, wall } from './brute/wall.ts';
import { type Answered, openReplay, type Replay } from './support/replay.ts';

/**
 * Thousands of random visits go through the front door, and every figure must be what a brute-force count over the same
 * list says (test/brute, which shares nothing with the collector but schema/). One seed is new on every run; a failure
 * names it, and FOOTFALL_TEST_SEED=<seed> repeats it.
 */
const given = Number(process.env.FOOTFALL_TEST_SEED);
const seeds = given > 0 ? [given] : [20_260_329, 1 + Math.floor(Math.random() * 1_000_000_000)];

const minute = 60_000;
const day = 24 * 60 * minute;

describe.each(seeds)('seed %i', (seed) => {
  test('every figure equals a brute-force count', { timeout: 600_000 }, async () => {
    const place = await lookUpPlaces();
    const signals = simulate(seed);
    const roll = dice(seed + 1);
    const start = (signals[0]?.at ?? 0) - 60 * minute;
    // The brute force knows nothing of days and months: test/query-months.test.ts does.
    const replay = await openReplay(start, { PAIR_DAYS: 100_000, KEEP_DAYS: 100_000 });
    try {
      await addSites(replay);
      const moves = sites
        .flatMap((site) => (site.moves ? [{ domain: site.domain, ...site.moves }] : []))
        .sort((a, b) => a.at - b.at);
      for (const [index, signal] of signals.entries()) {
        for (const move of moves.splice(0, moves.findLastIndex(({ at }) => at <= signal.at) + 1)) {
          replay.setClock(move.at);
          await replay.manage('PATCH', `/api/v2/sites/${move.domain}`, { timezone: move.timezone });
        }
        replay.setClock(signal.at);
        // Whether the clock work runs before or after a signal of the same moment must not matter.
        if (roll.chance(0.1)) await replay.tick();
        if (roll.chance(0.01)) await replay.flush();
        const ends = roll.chance(endsAt(signal));
        // A second's drops may be lost in a crash, so there must be none but this signal's own.
        if (ends) await replay.tick();
        const before = ends ? await droppedSoFar(replay) : '';
        await sendSignal(replay, signal, index);
        if (ends) {
          if (roll.chance(0.5)) await replay.flush();
          await replay.restart(roll.chance(0.7) && before === (await droppedSoFar(replay)));
        }
        const next = signals[index + 1];
        if (next && next.at - signal.at > 20 * day)
          await compareAt(signal.at + roll.whole(0, 40) * minute, index + 1, 60);
      }
      const last = signals.at(-1)?.at ?? 0;
      const pasts = await compareAt(last + 7 * minute, signals.length, 300, allSingles);
      checkCoverage(pasts);
      // To the hour: whether what is kept for a week still reaches back far enough.
      const tomorrow = addDays(wall('Europe/Berlin', last).date, 1);
      for (const hour of [0, 1])
        await compareAt(momentOf('Europe/Berlin', tomorrow, hour, 10), signals.length, 5, atTheEdge);
    } finally {
      await replay.close();
    }

    async function compareAt(
      now: number,
      count: number,
      random: number,
      besides: (past: Past) => Question[] = atTheEdge,
    ): Promise<Past[]> {
      replay.setClock(now);
      await replay.tick();
      await replay.flush();
      const sent = signals.slice(0, count);
      const pasts = sites.map((site): Past => {
        const history = walk(site, sent, place, start, now);
        return { history, entries: entriesOf(history), now };
      });
      const failures: string[] = [];
      for (const past of pasts) {
        const questions = Array.from({ length: random }, () => someQuestion(past, roll));
        questions.push(...besides(past));
        const answers = await replay.ask(
          questions.map((question) => ({ ...question, include: { time_labels: true } })),
        );
        questions.forEach((question, index) => {
          const differences = compare(countBrute(question, past), answers[index]);
          if (differences.length > 0) failures.push(report(seed, question, differences, past));
        });
      }
      if (failures.length > 0)
        expect.fail(`${failures.length} questions differ\n\n${failures.slice(0, 8).join('\n\n')}`);
      return pasts;
    }
  });
});

/** What the process says it has dropped, of each reason. */
async function droppedSoFar(replay: Replay): Promise<string> {
  const text = await (await replay.send('GET', '/metrics')).text();
  const lines = text.split('\n').filter((line) => line.includes('dropped'));
  expect(lines).not.toEqual([]);
  return lines.join('\n');
}

/**
 * How likely the process ends after a signal: rather where much hangs by a thread, which is where a visit was only
 * extended, and where a site has nearly all the values of a day.
 */
function endsAt({ body }: Signal): number {
  if (Array.isArray(body)) return body.length > 10 ? 0.8 : 0.001;
  return 'u' in body && body.u?.endsWith(neverViewed) ? 0.1 : 0.001;
}

async function addSites(replay: Replay): Promise<void> {
  for (const { domain, timezone, settings } of sites)
    await replay.manage('POST', '/api/v2/sites', { domain, timezone, settings });
}

/** Straight, through a proxy on this machine with a forged entry before it, or as a dual-stack socket spells IPv4. */
async function sendSignal(replay: Replay, { address, headers, body }: Signal, index: number): Promise<void> {
  const way =
    index % 3 === 0
      ? { peer: '127.0.0.1', headers: { ...headers, 'x-forwarded-for': `198.51.100.7, ${address}` } }
      : { peer: index % 3 === 1 && !address.includes(':') ? `::ffff:${address}` : address, headers };
  const reply = await replay.send('POST', '/api/event', { ...way, body });
  if (reply.status !== 202) expect.fail(`${reply.status} ${await reply.text()} for ${JSON.stringify(body)}`);
}

/** What the list must contain for the comparison to mean something. */
function checkCoverage(pasts: readonly Past[]): void {
  const visits = pasts.flatMap(({ history }) =>
    history.visits.map((visit) => ({ visit, site: history.site })),
  );
  const late = visits.filter(
    ({ visit, site }) => wall(zoneAt(site, visit.last), visit.last).date !== visit.date,
  );
  expect(visits.length).toBeGreaterThan(1_500);
  expect(late.length / visits.length).toBeGreaterThan(0.2);
  expect(visits.some(({ visit }) => !visit.closed)).toBe(true);
  const hits = pasts.flatMap(({ history }) => history.hits);
  expect(hits.filter(({ visit }) => visit === null).length).toBeGreaterThan(500);
  const reasons = new Set(pasts.flatMap(({ history }) => history.drops.map(({ reason }) => reason)));
  expect([...reasons]).toEqual(
    expect.arrayContaining([
      'bot',
      'prefetch',
      'wrong_host',
      'excluded_path',
      'excluded_network',
      'excluded_country',
      'opted_out_ignored',
      'opted_out_engagement',
      'late_engagement',
    ]),
  );
}

/** What differs, in words; a row in which nothing was counted may also be missing. */
function compare(counted: Figures | null, answered: Answered | undefined): string[] {
  if (!answered) return ['no answer'];
  if ('error' in answered) {
    if (counted !== null) return [`refused, but countable: ${JSON.stringify(answered.error)}`];
    return ['unanswerable', 'invalid_query'].includes(answered.error.code)
      ? []
      : [`refused as ${JSON.stringify(answered.error)}`];
  }
  if (counted === null)
    return [`answered from ${answered.meta.rollups.join(', ')}, but nothing is kept that could`];
  const rows = new Map(answered.results.map(({ dimensions, metrics }) => [dimensions.join('|'), metrics]));
  const differences: string[] = [];
  if (rows.size !== answered.results.length) differences.push('rows come twice');
  for (const key of new Set([...rows.keys(), ...counted.rows.keys()])) {
    const [given, expected] = [rows.get(key), counted.rows.get(key)];
    const same =
      given && expected
        ? given.every((figure, index) => figure === expected[index])
        : [...(given ?? expected ?? [])].every((figure) => !figure);
    if (!same)
      differences.push(
        `"${key}": collector ${JSON.stringify(given)}, brute force ${JSON.stringify(expected)}`,
      );
  }
  const labels = answered.meta.time_labels ?? null;
  if (JSON.stringify(labels) !== JSON.stringify(counted.labels))
    differences.push(
      `time labels: collector ${JSON.stringify(labels)}, brute force ${JSON.stringify(counted.labels)}`,
    );
  return differences;
}

/** The seed, the question, both answers, and visits that the difference may come from. */
function report(
  seed: number,
  question: Question,
  differences: readonly string[],
  { history: { site }, now }: Past,
): string {
  const more = differences.length > 5 ? [`… and ${differences.length - 5} more`] : [];
  return [
    `FOOTFALL_TEST_SEED=${seed} ${JSON.stringify(question)}`,
    `${site.domain} at ${new Date(now).toISOString()}, there ${JSON.stringify(wall(zoneAt(site, now), now))}`,
    ...differences.slice(0, 5),
    ...more,
  ].join('\n');
}
