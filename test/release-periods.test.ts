import { describe, expect, test } from 'vitest';
import type { Read } from '../collector/query/read.ts';
import { NotReleasable } from '../collector/release/period.ts';
import { release } from '../collector/release/release.ts';
import { dayOfDate } from '../collector/time/calendar.ts';
import type { Fact } from '../collector/track/fact.ts';
import { PanelName, type PeriodKind, Released } from '../schema/release.ts';
import { memoryReader } from './support/memory-reader.ts';
import { aSite } from './support/site.ts';

const site = aSite({ timezone: 'Europe/Berlin' });
const keepDays = 759;

async function released(
  kind: PeriodKind,
  of: string,
  { now = '2026-11-24T12:00:00Z', facts = [] as readonly Fact[], k = 10 } = {},
): Promise<{ output: Released; reads: Read[] }> {
  const { read, calls } = memoryReader(facts);
  const output = await release({ site, kind, of, now: Date.parse(now), read, k, keepDays });
  return { output: Released.parse(output), reads: calls.flat() };
}

describe('what can be released', () => {
  test.each([
    ['day', '2026-11-23', '2026-11-23', '2026-11-23'],
    ['week', '2026-11-16', '2026-11-16', '2026-11-22'],
    ['week', '2026-11-22', '2026-11-16', '2026-11-22'],
    ['month', '2026-10-31', '2026-10-01', '2026-10-31'],
    ['month', '2026-02-10', '2026-02-01', '2026-02-28'],
  ] as const)('the %s of %s', async (kind, of, from, to) => {
    const { output, reads } = await released(kind, of);
    expect(output.period).toEqual({ kind, from, to, timezone: 'Europe/Berlin' });
    for (const read of reads.filter(({ rollup }) => rollup.grain === 'day'))
      expect([read.from, read.until]).toEqual([dayOfDate(from), dayOfDate(to) + 1]);
  });

  test.each([
    ['day', '2026-11-24', 'The last day that is: --of 2026-11-23'],
    ['day', '2027-01-01', 'is not over and counted yet'],
    [
      'week',
      '2026-11-23',
      'it is from 2026-11-30 05:00 on (Europe/Berlin). The last week that is: --of 2026-11-16',
    ],
    ['month', '2026-11-01', 'The last month that is: --of 2026-10-01'],
    ['day', '2024-10-01', 'counters are deleted after 759 days. Ask for 2024-10-26 or later.'],
  ] as const)('not the %s of %s: %s', async (kind, of, words) => {
    await expect(released(kind, of)).rejects.toThrow(NotReleasable);
    await expect(released(kind, of)).rejects.toThrow(words);
  });

  test('a day only after the visits that crossed its midnight have ended, by the site’s clocks', async () => {
    // 04:59 and 05:00 in Berlin.
    await expect(released('day', '2026-11-23', { now: '2026-11-24T03:59:00Z' })).rejects.toThrow('05:00');
    expect((await released('day', '2026-11-23', { now: '2026-11-24T04:00:00Z' })).output.period.to).toBe(
      '2026-11-23',
    );
  });

  test('nothing that is rounded to less than fives', async () => {
    await expect(released('day', '2026-11-23', { k: 4 })).rejects.toThrow('Set FOOTFALL_K to 5 or more.');
  });
});

describe('what is in it', () => {
  const view = (page: string, amounts: Fact['amounts'], more: Fact['dims'] = {}): Fact => ({
    scope: 'web',
    site: 1,
    hour: dayOfDate('2026-11-18') * 24 + 9,
    dims: { page, ...more },
    amounts,
  });

  test('the fixed panels and nothing else: single dimensions from counters of days, no city, no pair, no hour', async () => {
    const { output, reads } = await released('week', '2026-11-18');
    expect(output.panels.map(({ panel }) => panel)).toEqual(PanelName.options);
    expect(reads.every(({ where, time }) => where === null && time !== 'bucket')).toBe(true);
    for (const { rollup } of reads) {
      expect(rollup.dims.length).toBeLessThan(2);
      expect(rollup.dims).not.toContain('city');
    }
    const day = (await released('day', '2026-11-18')).output;
    expect(day.panels.map(({ panel }) => panel)).not.toContain('trend');
  });

  test('no value that only few visitors share, however often they came', async () => {
    const { output } = await released('week', '2026-11-18', {
      facts: [
        view('/many', { path_first: 5, pageviews: 9 }),
        view('/one-who-reloads', { path_first: 1, pageviews: 500 }),
        view('/four', { path_first: 4, pageviews: 4 }),
      ],
    });
    const pages = output.panels.find(({ panel }) => panel === 'pages');
    expect(pages?.rows).toEqual([{ value: '/many', figures: [10, 10] }]);
    expect(JSON.stringify(output)).not.toMatch(/reload|four"/);
  });

  test('at most a hundred rows a panel, equal ones in the order of their names', async () => {
    const facts = Array.from({ length: 120 }, (_, index) =>
      view(`/p${String(119 - index).padStart(3, '0')}`, { path_first: 5 + (index % 10), pageviews: 20 }),
    );
    const { output } = await released('week', '2026-11-18', { facts });
    const values = output.panels.find(({ panel }) => panel === 'pages')?.rows.map(({ value }) => value);
    expect(values).toHaveLength(100);
    expect(values).toEqual([...(values ?? [])].sort());
  });

  test('only multiples of K among its counts, and a statement that names K', async () => {
    const facts = Array.from({ length: 37 }, (_, index) =>
      view(
        `/p${index % 3}`,
        {
          path_first: 1,
          day_first: 1,
          starts: 1,
          closed: 1,
          bounces: index % 2,
          pageviews: 1 + (index % 4),
        },
        { country: `C${index % 2}` },
      ),
    );
    for (const k of [5, 10, 17]) {
      const { output } = await released('week', '2026-11-18', { facts, k });
      const shown = output.panels.flatMap(({ metrics, rows }) =>
        rows.flatMap(({ figures }) =>
          figures.filter((_, at) => ['visitors', 'visits', 'pageviews'].includes(metrics[at] ?? '')),
        ),
      );
      expect(shown.some((figure) => (figure ?? 0) > 0)).toBe(true);
      expect(shown.filter((figure) => (figure ?? 0) % k !== 0)).toEqual([]);
      expect(output.statement.protects.join(' ')).toContain(`the nearest multiple of ${k}`);
      expect(output.statement.doesNot.join(' ')).toContain('Rounding is not anonymity');
    }
  });
});
