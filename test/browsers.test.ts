import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answer } from '../collector/query/answer.ts';
import type { Fact } from '../collector/track/fact.ts';
import type { Metric } from '../schema/query.ts';
import { Query } from '../schema/query.ts';
import { SiteSettings } from '../schema/site.ts';
import { createFleet, zone } from './browsers/fleet.ts';
import { countLives, gapsOf, type Life, partsOf, retentionOf } from './browsers/truth.ts';
import { dice } from './brute/random.ts';
import { addDays, momentOf } from './brute/wall.ts';
import { kept, memoryReader } from './support/memory-reader.ts';
import { type Answered, openReplay } from './support/replay.ts';
import { aSite } from './support/site.ts';

/**
 * Browsers keep two dates and nobody knows who they are; every figure that comes of it must be what a count over what they
 * really did says (test/browsers/truth.ts). FOOTFALL_TEST_SEED=<seed> repeats a run.
 */
const given = Number(process.env.FOOTFALL_TEST_SEED);
const seed = given > 0 ? given : 1 + Math.floor(Math.random() * 1_000_000_000);

type Grain = 'day' | 'week' | 'month';
interface Range {
  readonly from: string;
  readonly to: string;
  readonly grain: Grain | null;
}
const metrics = ['new_browsers', 'active_days', 'browsers'] as const satisfies Metric[];
const queryOf = ({ from, to, grain }: Range, more: object = {}) => ({
  site_id: 'example.com',
  metrics,
  date_range: [from, to],
  dimensions: grain ? [`time:${grain}`] : [],
  ...more,
});

/** Rows as `a|b`: figures. Throws where the question was refused. */
function rowsOf(answered: Answered | undefined): Record<string, readonly (number | null)[]> {
  if (!answered || 'error' in answered) throw new Error(answered?.error.message ?? 'no answer');
  return Object.fromEntries(
    answered.results.map(({ dimensions, metrics: figures }) => [dimensions.join('|'), figures]),
  );
}

function expectedRows(lives: readonly Life[], { from, to, grain }: Range) {
  const parts: Map<string, [string, string]> = grain ? partsOf(grain, from, to) : new Map([['', [from, to]]]);
  return Object.fromEntries(
    [...parts].map(([label, part]) => {
      const { browsers, new_browsers, days } = countLives(lives, ...part);
      return [
        label,
        [new_browsers, browsers === 0 ? null : Math.round((100 * days) / browsers) / 100, browsers],
      ];
    }),
  );
}

test('any range of any browsers', async () => {
  const start = '2025-01-01';
  const date = fc.nat(500).map((days) => addDays(start, days));
  const life: fc.Arbitrary<Life> = fc
    .tuple(date, fc.uniqueArray(fc.nat(394), { maxLength: 12 }))
    .map(([born, later]) => ({
      born,
      days: new Set([0, ...later].map((days) => addDays(born, days))),
      forgotten: new Set<string>(),
    }));
  const range: fc.Arbitrary<Range> = fc
    .tuple(date, fc.oneof(fc.nat(394), fc.nat(9)), fc.constantFrom(null, 'day', 'week', 'month'))
    .map(([from, days, grain]) => ({ from, to: addDays(from, days), grain }));
  const site = aSite({ settings: SiteSettings.parse({ returning: 'on' }) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(life, { maxLength: 12 }),
      fc.array(range, { minLength: 5, maxLength: 5 }),
      async (lives, ranges) => {
        const answers = await answer({
          queries: ranges.map((one) => Query.parse(queryOf(one))),
          site,
          now: Date.parse('2027-06-01T12:00:00Z'),
          read: memoryReader(lives.flatMap(factsOf)).read,
          ...kept,
          keepDays: 100_000,
          detailHours: 168,
        });
        expect(answers.map(rowsOf)).toEqual(ranges.map((one) => expectedRows(lives, one)));
      },
    ),
    { numRuns: 60 },
  );
});

/** What *track* would write of a life without lost answers. */
function factsOf({ days }: Life): Fact[] {
  const numbers = [...days].map((day) => Date.parse(day) / 86_400_000).sort((a, b) => a - b);
  return numbers.map((day, index) => ({
    scope: 'browser',
    site: 1,
    hour: day * 24 + 12,
    dims: { last_visit: index === 0 ? 'new' : String(day - (numbers[index - 1] ?? day)) },
    amounts: { browsers: 1 },
  }));
}

describe(`seed ${seed}`, () => {
  test('fourteen months of browsers through the front door', { timeout: 600_000 }, async () => {
    const roll = dice(seed);
    const first = addDays('2025-01-01', roll.whole(0, 400));
    const last = addDays(first, 430);
    const fleet = createFleet(roll, 48);
    let now = momentOf(zone, first, 0, 1);
    let late = false;
    const replay = await openReplay(now);
    try {
      await replay.manage('POST', '/api/v2/sites', {
        domain: 'example.com',
        timezone: zone,
        settings: { returning: 'consent' },
      });
      for (let date = first; date <= last; date = addDays(date, 1)) {
        const times: [hour: number, minute: number][] = [[roll.whole(5, 22), 0]];
        // Visits that go on over midnight.
        if (late) times.unshift([0, 4]);
        late = roll.chance(0.25);
        if (late) times.push([23, 50]);
        for (const [hour, minute] of times) {
          now = Math.max(now, momentOf(zone, date, hour, minute));
          replay.setClock(now);
          const sent = fleet.visits(now);
          const replies = await Promise.all(
            sent.map(({ body, headers, reaches }) =>
              reaches ? replay.send('POST', '/api/event', { headers, body }) : null,
            ),
          );
          for (const reply of replies) if (reply) expect(reply.status).toBe(202);
          for (const { settle } of sent) settle();
        }
        await replay.tick();
        if (roll.chance(0.03)) await replay.flush();
        if (roll.chance(0.007)) await replay.restart(roll.chance(0.5));
      }
      replay.setClock(momentOf(zone, addDays(last, 1), 12));
      fleet.end();
      await replay.tick();
      await replay.flush();
      await compare();
      checkCoverage();
    } finally {
      await replay.close();
    }

    async function compare(): Promise<void> {
      const { lives } = fleet;
      const dates = Array.from({ length: 60 }, () => addDays(first, roll.whole(0, 430)));
      const ranges = dates.map((from): Range => {
        const to = addDays(from, roll.chance(0.3) ? roll.whole(0, 394) : roll.whole(0, 40));
        return { from, to, grain: roll.pick([null, null, 'day', 'week', 'month']) };
      });
      ranges.push({ from: first, to: addDays(first, 394), grain: null });
      ranges.push({ from: addDays(last, -394), to: last, grain: null });
      ranges.push({ from: first, to: last, grain: 'month' });
      const beside = { metrics: ['visitors', ...metrics, 'pageviews'] };
      const answers = await replay.ask([
        ...ranges.map((range) => queryOf(range)),
        ...ranges.map((range) => queryOf(range, beside)),
        {
          ...queryOf({ from: first, to: last, grain: 'week' }),
          metrics: ['browsers'],
          dimensions: ['visit:first_week', 'time:week'],
        },
        {
          ...queryOf({ from: first, to: last, grain: 'day' }),
          metrics: ['browsers'],
          dimensions: ['time:day', 'visit:last_visit'],
        },
      ]);
      ranges.forEach((range, index) => {
        const expected = expectedRows(lives, range);
        expect([range, rowsOf(answers[index])]).toEqual([range, expected]);
        const mixed = rowsOf(answers[ranges.length + index]);
        for (const [label, figures] of Object.entries(mixed)) {
          expect(figures.slice(1, 4)).toEqual(expected[label]);
          expect(figures[0]).toBeGreaterThanOrEqual(0);
        }
      });
      const retention = Object.entries(rowsOf(answers.at(-2))).map(([name, [browsers]]) => [
        name.split('|').reverse().join('|'),
        browsers,
      ]);
      expect(new Map(retention as [string, number][])).toEqual(retentionOf(lives, first, last));
      expect(rowsOf(answers.at(-1))).toEqual(gapsOf(lives));
    }

    function checkCoverage(): void {
      const { happened } = fleet;
      for (const what of [
        'new',
        'returning',
        'two tabs',
        'two behind one address',
        'day without an answer',
        'storage cleared',
        'consent withdrawn',
        'opted out',
        'thirteen months over',
        'wrong clock',
        'dates of an opted-out',
      ])
        expect([what, (happened.get(what) ?? 0) > 0]).toEqual([what, true]);
      expect(happened.get('returning')).toBeGreaterThan(800);
    }
  });
});
