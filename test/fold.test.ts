import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type FoldCell, foldToK, foldToMost } from '../collector/rollups/fold.ts';
import { originsOf, parentOf } from '../collector/rollups/parents.ts';
import { type DimensionName, dimensionNames, dimensions } from '../schema/dimensions.ts';
import { bruteK, bruteMost, type From, lines, type Plain } from './fold-brute.ts';

const nowhere = originsOf([], [], 0);
const climbed = (dim: DimensionName, value: string, origins = nowhere): string[] => {
  const steps: string[] = [];
  for (let at = value; at !== '(other)'; ) {
    at = parentOf(dim, origins)(at);
    steps.push(at);
    if (steps.length > 50) throw new Error(`${value} never ends: ${steps.slice(0, 5)}`);
  }
  return steps;
};

describe('what a value becomes, step by step', () => {
  test.each<[DimensionName, string, string[]]>([
    ['page', '/blog/2026/post', ['/blog/2026/*', '/blog/*', '/*', '(other)']],
    ['page', '/blog/', ['/blog/*', '/*', '(other)']],
    ['page', '/', ['/*', '(other)']],
    ['entry_page', '/search?q=a/b', ['/*', '(other)']],
    ['exit_page', '(none)', ['(other)']],
    ['city', 'Munich, Bavaria, DE', ['Bavaria, DE', 'DE', '(other)']],
    ['city', 'Singapore, SG', ['SG', '(other)']],
    ['city', 'Washington, D.C., District of Columbia, US', ['District of Columbia, US', 'US', '(other)']],
    ['region', 'Bavaria, DE', ['DE', '(other)']],
    ['region', '(unknown)', ['(other)']],
    ['browser_version', 'Mobile Safari 17', ['Mobile Safari', '(other)']],
    ['browser_version', '(unknown)', ['(other)']],
    ['os_version', 'Windows XP', ['Windows', '(other)']],
    ['os_version', 'macOS 10.15', ['macOS', '(other)']],
    ['device', 'Mobile', ['(other)']],
    ['country', 'DE', ['(other)']],
    ['prop', 'plan\u001ffree', ['(other)']],
  ])('%s %s', (dim, value, steps) => {
    expect(climbed(dim, value)).toEqual(steps);
  });

  test('a referrer its source, a source its channel, as most people of the bucket came', () => {
    const cell = (one: string, other: string, people: number): FoldCell => ({
      values: [one, other],
      sums: [people],
    });
    const origins = originsOf(
      [
        cell('Google', 'google.com/search', 9),
        cell('ads', 'google.com/search', 3),
        cell('b.example', 'a.example', 1),
        // Two that name each other, and a source that is called like a channel.
        cell('a.example', 'b.example', 1),
        cell('Referral', 'c.example', 1),
        cell('b', 'same', 2),
        cell('a', 'same', 2),
      ],
      [
        cell('Google', 'Organic Search', 4),
        cell('Google', 'Paid Search', 5),
        cell('ads', 'Display', 3),
        cell('a.example', 'Referral', 1),
        cell('b.example', 'Referral', 1),
        cell('Referral', 'Direct', 1),
        cell('Direct / None', 'Direct', 7),
        cell('a', 'Email', 2),
      ],
      0,
    );
    expect(climbed('referrer', 'google.com/search', origins)).toEqual(['Google', 'Paid Search', '(other)']);
    expect(climbed('source', 'Google', origins)).toEqual(['Paid Search', '(other)']);
    expect(climbed('source', 'Direct / None', origins)).toEqual(['Direct', '(other)']);
    expect(climbed('referrer', 'a.example', origins)).toEqual(['Referral', '(other)']);
    expect(climbed('referrer', 'c.example', origins)).toEqual(['Referral', '(other)']);
    expect(climbed('referrer', 'same', origins)).toEqual(['a', 'Email', '(other)']);
    expect(climbed('referrer', 'unheard.of', origins)).toEqual(['(other)']);
  });

  test('every parent that a dimension declares is known', () => {
    const samples: Record<string, string> = {
      directory: '/a/b',
      region: 'A, B, C',
      country: 'B, C',
      browser: 'A 1',
      os: 'A 1',
      source: 's',
      channel: 's',
    };
    const origins = originsOf([], [{ values: ['s', 'Email'], sums: [1] }], 0);
    for (const name of dimensionNames) {
      const { parent } = dimensions[name];
      if (parent !== null)
        expect(climbed(name, samples[parent] ?? '', origins).length, name).toBeGreaterThan(1);
    }
  });
});

const words: Partial<Record<DimensionName, string[]>> = {
  page: ['/', '/a', '/a/', '/a/b', '/a/b/c', '/a/*', '/x?q=1/2', '(other)', '(none)'],
  city: ['M, B, DE', 'N, B, DE', 'K, L, DE', 'P, Q, FR', 'S, SG', '(unknown)', '(other)'],
  region: ['B, DE', 'L, DE', 'DE', '(other)'],
  browser_version: ['Chrome 1', 'Chrome 2', 'Chrome', 'Mobile Safari 3', '(unknown)'],
  referrer: ['r1', 'r2', 's1', 's2', 'Email', '(none)', '(other)'],
  source: ['s1', 's2', 's3', 'Email', 'Direct / None', '(other)'],
  channel: ['Email', 'Referral', 'Direct', '(other)', 'c1'],
  device: ['Desktop', 'Mobile', '(other)'],
};
const cells = (dims: readonly DimensionName[], most = 25, people = 12): fc.Arbitrary<Plain[]> =>
  fc.array(
    fc.record({
      values: fc.tuple(...dims.map((dim) => fc.constantFrom(...(words[dim] ?? [])))),
      sums: fc.tuple(fc.nat({ max: people }), fc.nat({ max: 9 })),
    }),
    { maxLength: most },
  );
const unique = (list: readonly Plain[]): Plain[] => [
  ...new Map(list.map((cell) => [JSON.stringify(cell.values), cell])).values(),
];
const anyPair = fc.constantFrom<[DimensionName, DimensionName][]>(
  ['page', 'source'],
  ['page', 'referrer'],
  ['source', 'city'],
  ['source', 'referrer'],
  ['source', 'channel'],
  ['device', 'browser_version'],
  ['channel', 'region'],
);
const anyCase = anyPair.chain((dims) =>
  fc.record({
    dims: fc.constant(dims),
    given: cells(dims),
    withReferrer: cells(['source', 'referrer']).map(unique),
    withChannel: cells(['source', 'channel']).map(unique),
    k: fc.integer({ min: 2, max: 12 }),
  }),
);
const total = (list: readonly FoldCell[], at: number): number =>
  list.reduce((sum, { sums }) => sum + (sums[at] ?? 0), 0);

describe('folding', () => {
  test('to K: as the brute force, whatever the order; totals stay, nothing small is left, again changes nothing', () => {
    fc.assert(
      fc.property(anyCase, fc.nat(), ({ dims, given, withReferrer, withChannel, k }, seed) => {
        const from: From = { withReferrer, withChannel };
        const origins = originsOf(withReferrer, withChannel, 0);
        const rule = { parents: dims.map((dim) => parentOf(dim, origins)), people: 0 };
        const { cells: folded, total: people, folded: moved } = foldToK(given, rule, k);
        expect(lines(folded)).toEqual(lines(bruteK(given, dims, k, from)));
        const shuffled = [...given].sort(
          (a, b) => ((seed ^ JSON.stringify(a).length) % 7) - ((seed ^ JSON.stringify(b).length) % 7),
        );
        expect(lines(foldToK(shuffled.reverse(), rule, k).cells)).toEqual(lines(folded));
        for (const at of [0, 1]) expect(total(folded, at)).toBe(total(given, at));
        expect(people).toBe(total(given, 0));
        for (const { values, sums } of folded)
          if (values.some((value) => value !== '(other)')) expect(sums[0]).toBeGreaterThanOrEqual(k);
        const again = foldToK(folded, rule, k);
        expect(lines(again.cells)).toEqual(lines(folded));
        expect(again.folded).toBe(0);
        // Those who still stand where they stood were never too few.
        const kept = new Map<string, number>();
        for (const { values, sums } of given)
          kept.set(JSON.stringify(values), (kept.get(JSON.stringify(values)) ?? 0) + (sums[0] ?? 0));
        const standing = [...kept].filter(([name, sum]) => sum >= k || name === '["(other)","(other)"]');
        expect(moved).toBe(people - standing.reduce((sum, [, one]) => sum + one, 0));
      }),
      { numRuns: 300 },
    );
  });

  test('to the largest cells: as the brute force, whatever the order; totals stay, again changes nothing', () => {
    fc.assert(
      fc.property(
        anyCase,
        fc.integer({ min: 1, max: 20 }),
        ({ dims, given, withReferrer, withChannel }, most) => {
          const origins = originsOf(withReferrer, withChannel, 0);
          const rule = { parents: dims.map((dim) => parentOf(dim, origins)), people: 0 };
          const { cells: kept } = foldToMost(given, rule, most);
          expect(lines(kept)).toEqual(lines(bruteMost(given, dims, most, { withReferrer, withChannel })));
          expect(lines(foldToMost([...given].reverse(), rule, most).cells)).toEqual(lines(kept));
          expect(kept.length).toBeLessThanOrEqual(most);
          for (const at of [0, 1]) expect(total(kept, at)).toBe(total(given, at));
          expect(lines(foldToMost(kept, rule, most).cells)).toEqual(lines(kept));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('thirty thousand cells take no time to speak of', () => {
    const given = Array.from({ length: 30_000 }, (_, index) => ({
      values: [`/a/${index % 211}/${index % 97}/${index}`, `source ${index % 1_009}`],
      sums: [index % 23],
    }));
    const rule = { parents: [parentOf('page', nowhere), parentOf('source', nowhere)], people: 0 };
    expect(foldToK(given, rule, 10).total).toBe(total(given, 0));
    expect(foldToMost(given, rule, 1_000).cells.length).toBeLessThanOrEqual(1_000);
  });
});
