import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { onTestFinished } from 'vitest';
import type { JobOptions } from '../../collector/store/jobs/handlers.ts';
import { jobHandlers } from '../../collector/store/jobs/handlers.ts';
import type { Line } from '../../collector/store/jobs/job.ts';
import type { Fact } from '../../collector/track/fact.ts';
import { type Rollup, storedRollups } from '../../schema/rollups.ts';
import { lineOf, sumsOf } from '../retention-brute.ts';
import { factsBetween } from './facts.ts';

/** In memory where that is possible: a job waits for hundreds of commits. */
export const fastFolder = (): string =>
  mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'footfall-retention-'));

/** One that is gone after the test. */
export function newFolder(): string {
  const folder = fastFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const pages = [
  '/',
  '/blog/2026/a',
  '/blog/2026/b',
  '/blog/2026/c',
  '/blog/d',
  '/shop/e',
  '/shop/f?size=1/2',
  '/g',
];
const cities = [
  'Munich, Bavaria, DE',
  'Fürth, Bavaria, DE',
  'Berlin, Berlin, DE',
  'Paris, Ile-de-France, FR',
  '(unknown)',
];
const sources = [
  ['Google', 'google.com', 'Organic Search'],
  ['Google', 'google.com/maps', 'Paid Search'],
  ['a.example', 'a.example/x', 'Referral'],
  ['b.example', 'b.example', 'Referral'],
  ['Direct / None', '(none)', 'Direct'],
] as const;

/** Facts of a site over some local days, with values that have something above them. The same for the same seed. */
export function someFacts(site: number, firstDay: number, days: number, count: number, seed: number): Fact[] {
  const [facts = []] = fc.sample(factsBetween(firstDay * 24, (firstDay + days) * 24, count), {
    numRuns: 1,
    seed,
  });
  const [numbers = []] = fc.sample(fc.array(fc.nat({ max: 9_999 }), { minLength: count, maxLength: count }), {
    numRuns: 1,
    seed,
  });
  const whole = facts.map((fact, index): Fact => {
    const number = numbers[index] ?? 0;
    const page = pages[number % pages.length] ?? '/';
    const city = cities[number % cities.length] ?? '';
    const [source, referrer, channel] = sources[number % sources.length] ?? sources[0];
    const richer: Record<string, string | undefined> = {
      page,
      entry_page: pages[number % 3],
      exit_page: page,
      city,
      region: city.split(', ').slice(1).join(', ') || '(unknown)',
      country: city.split(', ').at(-1),
      source,
      referrer,
      channel,
      browser_version: `Browser ${number % 4}`,
      os_version: number % 3 === 0 ? 'Windows XP' : `macOS 1${number % 4}`,
    };
    const dims = Object.fromEntries(
      Object.entries(fact.dims).map(([name, value]) => [name, richer[name] ?? value]),
    );
    return { ...fact, site, dims };
  });
  // Browsers and first weeks, which the visits' facts do not have.
  const more = whole.slice(0, count / 10).flatMap((fact, index): Fact[] => [
    {
      scope: 'browser',
      site,
      hour: fact.hour,
      dims: { last_visit: String(index % 5) },
      amounts: { browsers: 1 },
    },
    {
      scope: 'cohort',
      site,
      hour: fact.hour,
      dims: { first_week: `2026-0${(index % 3) + 4}-06` },
      amounts: { browsers: 1 },
    },
    {
      scope: 'bounded',
      site,
      hour: fact.hour,
      dims: { page: fact.dims.page ?? '/' },
      amounts: { bounded: 1 },
    },
  ]);
  return [...whole, ...more].sort((a, b) => a.hour - b.hour);
}

/** Everything that is counted, as `expected` writes it, with strings for ids. */
export function counted(path: string, site: number): string[] {
  const db = new Database(path, { readonly: true });
  const names = new Map(db.prepare<[], [number, string]>('SELECT id, name FROM rollup').raw().all());
  const known = new Map<string, Rollup>(storedRollups.map((rollup) => [rollup.name, rollup]));
  const strings = new Map(db.prepare<[], [number, string]>('SELECT id, value FROM string').raw().all());
  const lines: string[] = [];
  for (const table of ['trend', 'single', 'pair', 'detail'])
    for (const row of db
      .prepare<[number], Record<string, number>>(`SELECT * FROM ${table} WHERE site = ?`)
      .all(site)) {
      const rollup = known.get(names.get(row.rollup as number) ?? '') as Rollup;
      const values = rollup.dims.map((_, index) => strings.get(row[`v${index + 1}`] as number) ?? 'GONE');
      lines.push(
        lineOf(
          rollup.name,
          site,
          row.bucket as number,
          values,
          sumsOf(rollup).map((sum) => row[sum] ?? 0),
        ),
      );
    }
  for (const row of db
    .prepare<[number], Record<string, number>>('SELECT * FROM fold WHERE site = ?')
    .all(site))
    lines.push(
      JSON.stringify(['fold', site, names.get(row.rollup as number), row.bucket, row.total, row.folded]),
    );
  db.close();
  return lines.sort();
}

/** The rest that jobs write: how far they have come, and every string. */
export function jobState(path: string): string[] {
  const db = new Database(path, { readonly: true });
  const marks = db.prepare('SELECT * FROM job_mark ORDER BY site, job').all();
  const strings = db.prepare('SELECT value FROM string ORDER BY value').pluck().all();
  db.close();
  return [...marks.map((mark) => JSON.stringify(mark)), ...strings.map(String)];
}

/** Runs a job on this thread until it is done, or for so many steps; then it is left as a crash would leave it. */
export function runSteps(options: JobOptions, steps = Number.POSITIVE_INFINITY): readonly Line[] | null {
  const job = jobHandlers(options);
  try {
    for (let step = 0; step < steps; step++) {
      const result = job.step();
      if ('lines' in result) return result.lines;
    }
    return null;
  } finally {
    job.close();
  }
}
