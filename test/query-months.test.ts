import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answer } from '../collector/query/answer.ts';
import {
  addMonths,
  dateOfDay,
  dayOfDate,
  monthOf as firstOfMonth,
  weekOf,
} from '../collector/time/calendar.ts';
import { type DimensionName, dimensions, propSeparator } from '../schema/dimensions.ts';
import type { Metric, QueryResult } from '../schema/query.ts';
import { Query } from '../schema/query.ts';
import { type Rollup, rollups } from '../schema/rollups.ts';
import { type Dice, dice } from './brute/random.ts';
import { addSites, batch, newFolder, openAt } from './store-folder.ts';
import { factsBetween } from './support/facts.ts';
import { type Bucket, type Cell, days, type Kept, keptOf, type World, writeKept } from './support/months.ts';
import { openReplay } from './support/replay.ts';
import { aSite } from './support/site.ts';

/**
 * Half a year of facts in a real store, in which a naive fold has made months: every answer is what a count of the kept
 * days and months says, and what is refused could not be told from them.
 */
const today = dayOfDate('2026-05-20');
const now = Date.parse('2026-05-20T14:30:00Z');
const seed = Number(process.env.FOOTFALL_TEST_SEED) || 1 + Math.floor(Math.random() * 1_000_000_000);

/** Facts, and questions about them, of each world. */
const most = 700;
const many = 250;

const usual = { firstDay: today - 190, pairDays: 60, keepDays: 759, k: 4 };
const worlds: Record<string, Omit<World, 'facts' | 'today'>> = {
  'months as they should be': { ...usual, monthsUntil: dayOfDate('2026-05-01'), daysUntil: null },
  'pairs folded when the day closes': { ...usual, monthsUntil: dayOfDate('2026-05-01'), daysUntil: today },
  'a job that is late': { ...usual, monthsUntil: dayOfDate('2026-02-01'), daysUntil: null },
  'a job that never ran': { ...usual, monthsUntil: null, daysUntil: null },
  'the first months expired': {
    ...usual,
    keepDays: 130,
    monthsUntil: dayOfDate('2026-05-01'),
    daysUntil: null,
  },
  'a site whose first month has gone in part': {
    ...usual,
    keepDays: 130,
    firstDay: dayOfDate('2026-01-20'),
    monthsUntil: dayOfDate('2026-05-01'),
    daysUntil: null,
  },
  'as little as can be kept': {
    ...usual,
    pairDays: 35,
    keepDays: 62,
    monthsUntil: dayOfDate('2026-05-01'),
    daysUntil: null,
  },
};

interface Leaf {
  readonly op: 'is' | 'is_not' | 'contains';
  readonly dim: DimensionName;
  readonly values: readonly string[];
}
interface Asked {
  readonly rollup: Rollup;
  readonly groups: readonly DimensionName[];
  readonly filters: readonly Leaf[];
  readonly time: 'day' | 'week' | 'month' | null;
  readonly metrics: readonly ('visitors' | 'visits' | 'pageviews' | 'bounces' | 'bytes' | 'dropped')[];
  /** First day and the one after the last; null is all. */
  readonly range: readonly [number, number] | null;
  readonly compared: boolean;
}

const countable = [
  'visitors',
  'visits',
  'pageviews',
  'bounces',
  'bytes',
  'dropped',
] as const satisfies Metric[];
/** Of the properties, those of one key. */
const key = `plan${propSeparator}`;
const askable = rollups.filter(
  ({ shape, scope, measured }) =>
    shape !== 'detail' &&
    scope !== 'bounded' &&
    scope !== 'mail' &&
    countable.some((metric) => measured[metric]),
);

function someAsked(roll: Dice, { firstDay }: World, known: readonly string[]): Asked {
  const ofPairs = roll.chance(0.75);
  const rollup = roll.pick(askable.filter(({ shape }) => (shape === 'pair') === ofPairs));
  const groups = rollup.dims.filter((dim) => dim === 'reason' || roll.chance(0.6));
  const filtered = rollup.dims.filter((dim) => !groups.includes(dim) || roll.chance(0.15));
  const around = () => roll.whole(today - 230, today);
  const edges = [firstDay, firstDay + 1, today - 60, today - 61, today - 129, today - 130, today - 35];
  const some = () => {
    const form = roll.weighted({ month: 5, edge: 2, any: 3 });
    return form === 'month' ? firstOfMonth(around()) : form === 'edge' ? roll.pick(edges) : around();
  };
  const [from = today, until = today] = [some(), roll.chance(0.4) ? today : some()].sort((a, b) => a - b);
  const fitting = countable.filter((metric) => rollup.measured[metric]);
  return {
    rollup,
    groups,
    filters: filtered.map((dim) => ({
      op: roll.pick(['is', 'is_not', 'contains'] as const),
      dim,
      values: roll.some([...known, `${dim} a`, `${dim} b`], roll.whole(1, 3)),
    })),
    time: roll.chance(0.5) ? null : roll.pick(['day', 'week', 'month'] as const),
    metrics: roll.some(fitting, roll.whole(1, fitting.length)),
    range: roll.chance(0.1) ? null : [from, Math.max(until, from + 1)],
    compared: roll.chance(0.3),
  };
}

const apiOf = (dim: DimensionName) => (dim === 'prop' ? 'event:props:plan' : dimensions[dim].api);
const queryOf = ({ groups, filters, time, metrics, range, compared }: Asked): Query =>
  Query.parse({
    site_id: 'one.example',
    metrics,
    date_range: range ? [dateOfDay(range[0]), dateOfDay(range[1] - 1)] : 'all',
    dimensions: [...(time ? [`time:${time}`] : []), ...groups.map(apiOf)],
    filters: filters.map(({ op, dim, values }) => [op, apiOf(dim), values]),
    ...(compared ? { include: { comparisons: { mode: 'previous_period' } } } : {}),
  });

/** The buckets that tell a span, found by walking its days; null where some day of it cannot be told. */
function bucketsOf(
  { rollup, time }: Pick<Asked, 'rollup' | 'time'>,
  [from, until]: readonly [number, number],
  world: World,
  kept: Kept,
): { bucket: Bucket; at: number }[] | null {
  const pair = rollup.shape === 'pair';
  const edge = today - world.pairDays;
  const counted = days(Math.max(from, world.firstDay), Math.min(until, today + 1));
  const found: { bucket: Bucket; at: number }[] = [];
  const old = pair && counted.some((day) => day < edge);
  const byDay = (day: number) => !old || (day >= edge && day >= addMonths(edge - 1, 1));
  for (const day of counted) {
    if (!byDay(day)) continue;
    const bucket = kept.days.get(day);
    if (!bucket) return null;
    found.push({ bucket, at: day });
  }
  for (const month of new Set(counted.filter((day) => !byDay(day)).map(firstOfMonth))) {
    const bucket = kept.months.get(month);
    const whole = days(Math.max(month, world.firstDay), addMonths(month, 1)).every(
      (day) => from <= day && day < until,
    );
    if (!bucket || !whole || time === 'day' || time === 'week') return null;
    found.push({ bucket, at: month });
  }
  return found;
}

/** Rows by their values, from cells alone. */
function rowsOf(
  { groups, filters, time, metrics }: Asked,
  found: readonly { bucket: Bucket; at: number }[],
): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  const own = (cell: Cell, dim: DimensionName): string | null => {
    const value = cell.values[dim] ?? '';
    return dim !== 'prop' ? value : value.startsWith(key) ? value.slice(key.length) : null;
  };
  for (const { bucket, at } of found) {
    const date = dateOfDay(time === 'week' ? weekOf(at) : time === 'month' ? firstOfMonth(at) : at);
    for (const cell of bucket.cells) {
      const holds = filters.every(({ op, dim, values }) => {
        const value = own(cell, dim);
        if (value === null) return false;
        const is = op === 'contains' ? values.some((part) => value.includes(part)) : values.includes(value);
        return op === 'is_not' ? !is : is;
      });
      const values = groups.map((dim) => own(cell, dim));
      if (!holds || values.includes(null)) continue;
      const name = [...(time ? [date] : []), ...values].join('|');
      const row = rows.get(name) ?? metrics.map(() => 0);
      rows.set(
        name,
        row.map((sum, index) => sum + (cell.sums[metrics[index] ?? 'visitors'] ?? 0)),
      );
    }
  }
  return rows;
}

interface Told {
  readonly range: readonly [number, number];
  readonly found: readonly { bucket: Bucket; at: number }[];
}

/** What a question can be told; null where it has to be refused. Begins later where what was asked is gone. */
function toldOf(asked: Asked, world: World, kept: Kept): (Told & { cut: boolean }) | null {
  const [from, until] = asked.range ?? [world.firstDay, today + 1];
  const first = today - world.keepDays + 1;
  const gone = from < first && world.firstDay < first;
  if (gone && until <= first) return null;
  const nextMonth = firstOfMonth(first) === first ? first : addMonths(first, 1);
  const later = Math.min(nextMonth, Math.max(first, today - world.pairDays));
  const begins = [
    ...(gone ? [{ day: first, cut: true }] : [{ day: from, cut: false }]),
    ...((gone || from <= world.firstDay) && later > from && later < until ? [{ day: later, cut: true }] : []),
  ];
  for (const { day, cut } of begins) {
    const found = bucketsOf(asked, [day, until], world, kept);
    if (found) return { range: [day, until], found, cut };
  }
  return null;
}

/** Rows of an answer in which anything was counted. */
const filled = (rows: Iterable<readonly [string, readonly (number | null)[]]>) =>
  Object.fromEntries([...rows].filter(([, figures]) => figures.some((figure) => (figure ?? 0) > 0)));

describe.each(Object.entries(worlds))('%s', (_, some) => {
  test('every answer is what the kept days and months say', { timeout: 60_000 }, async () => {
    const roll = dice(seed);
    const [facts = []] = fc.sample(factsBetween(some.firstDay * 24, today * 24 + 15, most), {
      numRuns: 1,
      seed,
    });
    const world: World = { ...some, facts, today };
    const path = join(newFolder(), 'a.db');
    const store = await openAt(path);
    await addSites(store);
    for (let start = 0; start < facts.length; start += 500)
      await store.commit(batch(1 + start / 500, facts.slice(start, start + 500)));
    await store.flush();
    const cache = new Map<Rollup, Kept>();
    writeKept(path, world, cache);

    const known = ['/', '/blog', 'a', 'above', '(other)', 'pageview', 'free', 'bot'];
    const questions = Array.from({ length: many }, () => someAsked(roll, world, known));
    const answers = await answer({
      queries: questions.map(queryOf),
      site: aSite({ domain: 'one.example' }),
      now,
      read: store.read,
      folds: store.config,
      firstDay: world.firstDay,
      detailHours: 0,
      pairDays: world.pairDays,
      keepDays: world.keepDays,
      k: world.k,
    });
    await store.close();
    const tally = { answered: 0, refused: 0, offered: 0, months: 0, folded: 0, cut: 0, compared: 0 };
    for (const [index, asked] of questions.entries()) {
      const given = answers[index];
      const words = `seed ${seed}: ${JSON.stringify({ ...asked, rollup: asked.rollup.name, dates: queryOf(asked).date_range })}`;
      const kept = keptOf(asked.rollup, world, cache);
      const told = toldOf(asked, world, kept);
      if (!given) throw new Error(`${words}: no answer`);
      if ('error' in given) {
        expect(told, `${words}: ${given.error.message}`).toBeNull();
        tally.refused++;
        const offered = given.error.instead?.date_range;
        if (!offered) continue;
        tally.offered++;
        const range = [dayOfDate(offered[0]), dayOfDate(offered[1]) + 1] as const;
        expect(bucketsOf(asked, range, world, kept), `${words}: offered ${offered}`).not.toBeNull();
        const [from, until] = asked.range ?? [world.firstDay, today + 1];
        const next = [addMonths(from - 1, 1), until] as const;
        if (next[0] < until && bucketsOf(asked, next, world, kept)) expect(range, words).toEqual(next);
        continue;
      }
      if (!told) throw new Error(`${words}: answered from ${given.meta.rollups}`);
      check(asked, told, given, words, tally);
      compare(asked, told, given, words);
    }
    expect(tally.answered).toBeGreaterThan(many / 5);
    expect(tally.refused).toBeGreaterThan(many / 10);
    expect(tally.offered).toBeGreaterThan(many / 20);

    function check(
      asked: Asked,
      told: Told & { cut: boolean },
      given: QueryResult,
      words: string,
      of: typeof tally,
    ) {
      of.answered++;
      const rows = given.results.map((row) => [row.dimensions.join('|'), row.metrics] as const);
      expect(filled(rows), words).toEqual(filled(rowsOf(asked, told.found)));
      expect(new Set(rows.map(([name]) => name)).size, words).toBe(rows.length);
      expect(given.meta.from, words).toBe(dateOfDay(told.range[0]));
      if (given.meta.rollups.some((name) => name.endsWith('by month'))) of.months++;
      const note = given.meta.notes.filter((each) => each.startsWith('Kept for'));
      expect(note.join(), words).toEqual(
        told.cut ? expect.stringContaining(`nothing before ${dateOfDay(told.range[0])}`) : '',
      );
      if (told.cut) of.cut++;
      const sum = (what: 'total' | 'folded') => told.found.reduce((all, { bucket }) => all + bucket[what], 0);
      const [total, folded] = [sum('total'), sum('folded')];
      expect(given.meta.folded, words).toEqual(
        folded > 0
          ? { visitors: folded, share: Math.min(100, Math.round((1_000 * folded) / total) / 10) }
          : undefined,
      );
      const said = given.meta.notes.some((each) => /^[^,]+ stand under a coarser value/.test(each));
      expect(said, words).toBe(folded > 0);
      if (folded > 0) of.folded++;
    }

    function compare(asked: Asked, { range: [from, until] }: Told, given: QueryResult, words: string) {
      // What includes today is compared by other rules, and has tests of its own.
      if (!asked.compared || until > today) return;
      const before = [from - (until - from), from] as const;
      const first = today - world.keepDays + 1;
      const gone = before[0] < first && world.firstDay < first;
      const found = gone ? null : bucketsOf(asked, before, world, keptOf(asked.rollup, world, cache));
      expect(
        given.meta.notes.some((note) => note.startsWith('There is no comparison')),
        words,
      ).toBe(found === null);
      if (!found) return;
      tally.compared++;
      if (asked.time) return;
      const rows = rowsOf(asked, found);
      for (const row of given.results)
        expect(row.comparison?.metrics, words).toEqual(
          rows.get(row.dimensions.join('|')) ?? asked.metrics.map(() => 0),
        );
    }
  });
});

test('through the front door the settings say how far back days and everything reach', async () => {
  const replay = await openReplay(now - 100 * 86_400_000, { PAIR_DAYS: 35, KEEP_DAYS: 62 });
  try {
    await replay.manage('POST', '/api/v2/sites', { domain: 'one.example', timezone: 'UTC' });
    replay.setClock(now);
    const question = { site_id: 'one.example', metrics: ['visitors'], dimensions: ['event:page'] };
    const pair = { ...question, dimensions: ['event:page', 'visit:source'] };
    const [refused, young, all] = await replay.ask([
      { ...pair, date_range: ['2026-04-14', '2026-05-19'] },
      { ...pair, date_range: ['2026-04-15', '2026-05-19'] },
      { ...question, date_range: 'all' },
    ]);
    expect(refused).toHaveProperty('error.instead', { date_range: ['2026-05-01', '2026-05-19'] });
    expect(refused).toHaveProperty('error.message', expect.stringContaining('by day for 35 days'));
    expect(young).toHaveProperty('meta.rollups', ['page+source']);
    expect(all).toHaveProperty(
      'meta.notes',
      expect.arrayContaining([expect.stringContaining('for 62 days')]),
    );
  } finally {
    await replay.close();
  }
});
