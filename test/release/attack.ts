import { dayOfDate } from '../../collector/time/calendar.ts';
import type { PanelName, Released } from '../../schema/release.ts';
import { anything, type Interval, narrow, type Sum } from './intervals.ts';

/** A count that somebody wants to know: of a measure, of one value of a panel or of all, over some days. */
export interface Count {
  readonly measure: string;
  readonly panel: PanelName;
  readonly value: string;
  /** Local days: the first, and the one after the last. */
  readonly from: number;
  readonly until: number;
}
export const nameOf = ({ measure, panel, value, from, until }: Count): string =>
  [measure, panel, value, from, until].join('|');

/** Panels whose values add up to the total, and of which measures. */
const partitions: Partial<Record<PanelName, readonly string[]>> = {
  countries: ['visitors', 'visits'],
  devices: ['visitors', 'visits'],
  browsers: ['visitors', 'visits'],
  languages: ['visitors', 'visits'],
  pages: ['pageviews'],
  entry_pages: ['visits', 'bounces'],
};
/** What a panel can show is known to everybody. */
const everyValue: Partial<Record<PanelName, readonly string[]>> = {
  devices: ['Desktop', 'Mobile', 'Tablet', 'Other'],
};
const counts = ['visitors', 'visits', 'pageviews'];

/** What a shown count can be: half up to the nearest multiple, or, where it is none, just that. */
function behind(shown: number, k: number): Interval {
  if (shown % k !== 0) return { least: shown, most: shown };
  return { least: Math.max(0, shown - Math.floor(k / 2)), most: shown + Math.ceil(k / 2) - 1 };
}

/** All that one ratio can be made of: parts and wholes between these, in steps, that give the figure. */
function fractions(
  figure: (part: number, whole: number) => number,
  shown: number,
  parts: (whole: number) => readonly [number, number],
  [least, most]: readonly [number, number],
  step: number,
): { part: number; whole: number }[] {
  const found: { part: number; whole: number }[] = [];
  for (let whole = Math.max(step, least); whole <= most; whole += step) {
    const [lowest, highest] = parts(whole);
    for (let part = Math.ceil(lowest / step) * step; part <= highest; part += step)
      if (figure(part, whole) === shown) found.push({ part, whole });
  }
  return found;
}
const span = (numbers: readonly number[]): Interval => ({
  least: Math.min(...numbers),
  most: Math.max(...numbers),
});

/** What the ratios of the totals are made of: the measure, its figure, and the parts that a whole can have. */
const ratios = {
  bounce_rate: {
    measure: 'bounces',
    figure: (part: number, whole: number) => Math.round((1_000 * part) / whole) / 10,
    parts: (whole: number) => [0, whole] as const,
  },
  views_per_visit: {
    measure: 'views',
    figure: (part: number, whole: number) => Math.round((100 * part) / whole) / 100,
    parts: (whole: number) => [0, 8 * whole] as const,
  },
} as const;

/** The days, a week's Monday or a month's first day: everything that a released period says. */
export const spanOf = ({ period }: Released): { from: number; until: number } => ({
  from: dayOfDate(period.from),
  until: dayOfDate(period.to) + 1,
});

/**
 * Everything that released outputs say together about the counts behind them, by interval arithmetic over the true rule of
 * rounding: what stands there and what does not, totals against panels, weeks and months against their days, ratios against
 * counts. Somebody who knows this file can do it.
 */
export function attack(outputs: readonly Released[]): Map<string, Interval> {
  const known = new Map<string, Interval>();
  const cells = new Map<string, Count>();
  const say = (count: Count, { least, most }: Interval): void => {
    const name = nameOf(count);
    const so = known.get(name) ?? anything();
    known.set(name, { least: Math.max(so.least, least), most: Math.min(so.most, most) });
    cells.set(name, count);
  };
  const values = valuesOf(outputs);
  for (const output of outputs) readOutput(output, values, say);
  narrow(known, [...sumsOfPanels(cells), ...sumsOfDays(cells), ...partsOf(cells)]);
  return known;
}

/** What any output names, and what everybody knows. */
function valuesOf(outputs: readonly Released[]): Map<PanelName, Set<string>> {
  const values = new Map<PanelName, Set<string>>();
  for (const { panels } of outputs)
    for (const { panel, rows } of panels) {
      const of = values.get(panel) ?? new Set(everyValue[panel]);
      for (const { value } of rows) if (value !== null) of.add(value);
      values.set(panel, of);
    }
  return values;
}

type Say = (count: Count, interval: Interval) => void;

function readOutput(output: Released, values: ReadonlyMap<PanelName, ReadonlySet<string>>, say: Say): void {
  const { k, panels } = output;
  const { from, until } = spanOf(output);
  for (const { panel, metrics, rows } of panels) {
    const figureOf = (row: (typeof rows)[number] | undefined, metric: string): number | null =>
      row?.figures[metrics.indexOf(metric)] ?? null;
    if (panel === 'totals') {
      for (const measure of counts)
        say({ measure, panel, value: '', from, until }, behind(figureOf(rows[0], measure) ?? 0, k));
      readRatios(
        (metric) => figureOf(rows[0], metric),
        k,
        (measure, interval) => say({ measure, panel, value: '', from, until }, interval),
      );
    } else if (panel === 'trend') {
      for (const row of rows) {
        const day = dayOfDate(row.value ?? '');
        for (const measure of metrics)
          say(
            { measure, panel: 'totals', value: '', from: day, until: day + 1 },
            behind(figureOf(row, measure) ?? 0, k),
          );
      }
    } else
      for (const value of values.get(panel) ?? []) {
        const row = rows.find((one) => one.value === value);
        for (const measure of metrics.filter((metric) => counts.includes(metric))) {
          const hidden = measure === 'visitors' ? behind(0, k) : anything();
          say({ measure, panel, value, from, until }, row ? behind(figureOf(row, measure) ?? 0, k) : hidden);
        }
        if (row)
          readRatios(
            (metric) => figureOf(row, metric),
            k,
            (measure, interval) => say({ measure, panel, value, from, until }, interval),
          );
      }
  }
}

/** A ratio of rounded counts; where no rounded counts give it, it must have been taken before they were rounded. */
function readRatios(
  figureOf: (metric: string) => number | null,
  k: number,
  say: (measure: string, interval: Interval) => void,
): void {
  const visits = figureOf('visits') ?? 0;
  for (const [metric, { measure, figure, parts }] of Object.entries(ratios)) {
    const shown = figureOf(metric);
    if (shown === null) continue;
    const rounded = fractions(figure, shown, parts, [visits, visits], k);
    if (rounded.length > 0) {
      const likely = rounded.map(({ part }) => behind(part, k));
      say(measure, {
        least: Math.min(...likely.map(({ least }) => least)),
        most: Math.max(...likely.map(({ most }) => most)),
      });
      continue;
    }
    const { least, most } = behind(visits, k);
    const exact = fractions(figure, shown, parts, [least, most], 1);
    if (exact.length === 0) continue;
    say(measure, span(exact.map(({ part }) => part)));
    say('visits', span(exact.map(({ whole }) => whole)));
  }
}

function groupsOf(cells: ReadonlyMap<string, Count>, key: (count: Count) => string): Count[][] {
  const groups = new Map<string, Count[]>();
  for (const count of cells.values()) groups.set(key(count), [...(groups.get(key(count)) ?? []), count]);
  return [...groups.values()];
}

/** Totals are the sum of a panel's values, of which some may never have been named. */
function sumsOfPanels(cells: ReadonlyMap<string, Count>): Sum[] {
  return groupsOf(cells, ({ measure, panel, from, until }) => [measure, panel, from, until].join()).flatMap(
    (parts) => {
      const [first] = parts;
      if (!first || !partitions[first.panel]?.includes(first.measure)) return [];
      const whole = nameOf({ ...first, panel: 'totals', value: '' });
      return cells.has(whole)
        ? [{ whole, parts: parts.map(nameOf), more: everyValue[first.panel] === undefined }]
        : [];
    },
  );
}

/** Weeks and months are the sum of their days; months also of their weeks and the days beside. */
function sumsOfDays(cells: ReadonlyMap<string, Count>): Sum[] {
  return groupsOf(cells, ({ measure, panel, value }) => [measure, panel, value].join('|')).flatMap(
    (group) => {
      const days = group.filter(({ from, until }) => until - from === 1);
      const weeks = group.filter(({ from, until }) => until - from === 7);
      const longer = group.filter(({ from, until }) => until - from > 1);
      return longer.flatMap((whole) => {
        const inside = ({ from, until }: Count) => whole.from <= from && until <= whole.until;
        const length = whole.until - whole.from;
        const split = (parts: readonly Count[]): Sum[] =>
          parts.length === 0
            ? []
            : [
                {
                  whole: nameOf(whole),
                  parts: parts.map(nameOf),
                  more: parts.reduce((sum, { from, until }) => sum + until - from, 0) < length,
                },
              ];
        const ofDays = days.filter(inside);
        if (length === 7) return split(ofDays);
        const ofWeeks = weeks.filter(inside);
        const beside = ofDays.filter(
          ({ from }) => !ofWeeks.some((week) => week.from <= from && from < week.until),
        );
        return [...split(ofDays), ...(ofWeeks.length > 0 ? split([...ofWeeks, ...beside]) : [])];
      });
    },
  );
}

/**
 * What is some of something else: bounces of the visits, because visits of closed days have all ended; the visitors of a page
 * of its pageviews; the visitors of a value of all visitors.
 */
function partsOf(cells: ReadonlyMap<string, Count>): Sum[] {
  return [...cells.values()].flatMap((count) => {
    const { measure, panel } = count;
    const wholes: Count[] = [];
    if (measure === 'bounces') wholes.push({ ...count, measure: 'visits' });
    if (measure === 'visitors' && panel === 'pages') wholes.push({ ...count, measure: 'pageviews' });
    if (measure === 'visitors' && panel !== 'totals') wholes.push({ ...count, panel: 'totals', value: '' });
    return wholes
      .map(nameOf)
      .filter((whole) => cells.has(whole))
      .map((whole) => ({ whole, parts: [nameOf(count)], more: true }));
  });
}
