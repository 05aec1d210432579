import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { csv } from '../collector/cli/csv.ts';
import { exportCommand } from '../collector/cli/export.ts';
import { addMonths, dateOfDay, localDay, monthOf, weekOf } from '../collector/time/calendar.ts';
import type { Fact } from '../collector/track/fact.ts';
import { PrivateRelease, Released } from '../schema/release.ts';
import { Settings } from '../schema/settings.ts';
import { batch, openAt } from './store-folder.ts';
import { footfall, newFolder, removeFolder } from './support/server.ts';

// The command asks the machine's clock, so the days are counted back from it.
const today = localDay('UTC', Date.now());
const day = weekOf(today - 8);
const month = addMonths(monthOf(day), -2);
const site = ['--site', 'example.com', '--period', 'week', '--of', dateOfDay(day + 2)];
const epsilon = ['--private', ...site, '--epsilon', '2'];

const folder = newFolder();
afterAll(() => removeFolder(folder));

beforeAll(async () => {
  mkdirSync(join(folder, 'data'));
  const store = await openAt(join(folder, 'data/footfall.db'));
  await store.config.addSite({ domain: 'example.com', timezone: 'UTC', settings: {} });
  const fact = (page: string, source: string, visitors: number): Fact[] => [
    {
      scope: 'web',
      site: 1,
      hour: day * 24 + 10,
      dims: { page, source, event: 'pageview' },
      amounts: {
        day_first: visitors,
        acquisition_first: visitors,
        path_first: visitors,
        starts: visitors,
        pageviews: visitors,
      },
    },
    { scope: 'bounded', site: 1, hour: day * 24 + 10, dims: { page }, amounts: { bounded: visitors } },
  ];
  await store.commit(
    batch(store.lastSeq + 1, [...fact('/', '=cmd|calc', 1_003), ...fact('/few', 'Google', 3)]),
  );
  await store.close();
});

/** The built program, as an operator runs it. */
const run = (...args: string[]) => footfall(folder, ['export', ...args]);

/** The same command in this process, which spares a second each; gives what it prints. */
async function printed(...args: string[]): Promise<string> {
  let out = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    out += String(chunk);
    return true;
  });
  try {
    await exportCommand(() => Settings.parse({ DATA_DIR: join(folder, 'data') })).parseAsync(args, {
      from: 'user',
    });
  } finally {
    write.mockRestore();
  }
  return out;
}

describe('footfall export', () => {
  test('--released prints rounded figures, as JSON and as CSV that no spreadsheet runs', async () => {
    const { code, out, err } = await run('--released', ...site, '--json');
    expect([code, err]).toEqual([0, '']);
    const released = Released.parse(JSON.parse(out));
    expect(released.panels.find(({ panel }) => panel === 'pages')?.rows).toEqual([
      { value: '/', figures: [1_000, 1_000] },
    ]);
    const table = (await printed('--released', ...site)).split('\n');
    expect(table.filter((line) => !line.startsWith('#')).slice(0, 2)).toEqual([
      'panel,value,visitors,visits,pageviews,views_per_visit,bounce_rate,visit_duration',
      'totals,,1010,1010,1010,,,',
    ]);
    expect(table).toContain("sources,'=cmd|calc,1000,1000,,,,");
    expect(table.join('\n')).toMatch(/^# does not protect: Rounding is not anonymity/m);
    expect(table.join('\n')).not.toContain('/few');
  });

  test('--private prints noisy pages under a header, once; --ledger lists what was spent', async () => {
    const first = await run(...epsilon);
    expect([first.code, first.err]).toEqual([0, '']);
    expect(first.out).toMatch(/^# epsilon: 2$/m);
    expect(first.out).toMatch(/^# delta: 0\.000001$/m);
    expect(first.out).toMatch(/^# threshold: 79$/m);
    expect(first.out).toMatch(/^# unit: one visitor on one day/m);
    expect(first.out).toMatch(/^# spent for these days: epsilon 2, delta 0\.000001, in 1 release$/m);
    expect(first.out).toMatch(/^page,visitor_days\n\/,\d{3,4}\n$/m);
    expect(first.out).not.toContain('/few');

    const second = await run(...epsilon);
    expect([second.code, second.out]).toEqual([1, '']);
    expect(second.err).toContain('has been released before');

    const again = await printed(...epsilon, '--again', '--json');
    expect(PrivateRelease.parse(JSON.parse(again)).spent).toEqual({
      releases: 2,
      epsilon: '4',
      delta: '0.000002',
    });
    const ledger = JSON.parse(await printed('--ledger', '--json'));
    expect(ledger).toHaveLength(2);
    expect(ledger[0]).toMatchObject({
      site: 'example.com',
      kind: 'week',
      from: dateOfDay(day),
      epsilon: '2',
      rows: 1,
    });
    expect(await printed('--ledger')).toMatch(/^id +released +site +kind/);
  });

  test.each([
    [[], 'choose one of --released, --private and --ledger'],
    [['--released', '--private'], 'choose one of --released, --private and --ledger'],
    [['--released', ...site, '--json', '--csv'], 'choose one of --json and --csv'],
    [['--released'], '--site is missing: --site example.com'],
    [
      ['--released', '--site', 'example.com', '--period', 'year', '--of', '2026-01-01'],
      '--period must be day, week or month',
    ],
    [
      ['--released', '--site', 'example.com', '--period', 'week', '--of', 'May'],
      '--of must be a date within the period',
    ],
    [
      ['--released', '--site', 'other.example', '--period', 'week', '--of', '2026-01-01'],
      'There is no site "other.example"',
    ],
    [['--private', ...site], '--epsilon is missing: --epsilon 1'],
    [['--private', ...site, '--epsilon', '0'], '--epsilon must be at least 0.001'],
    [
      ['--private', '--site', 'example.com', '--period', 'day', '--of', dateOfDay(day), '--epsilon', '1'],
      '--period must be week or month',
    ],
    [
      ['--private', '--site', 'example.com', '--period', 'month', '--of', dateOfDay(today), '--epsilon', '1'],
      'is not over and counted yet',
    ],
  ])('%o is refused in words', async (args, words) => {
    const refusal = await printed(...args).then(
      (out) => `printed: ${out}`,
      (error: Error) => `${error.name}: ${error.message}`,
    );
    expect(refusal).toMatch(/^(Usage|Unknown|NotReleasable): /);
    expect(refusal).toContain(words);
  });

  test('a month without any page is released too, and spends', async () => {
    const out = await printed(
      '--private',
      '--site',
      'example.com',
      '--period',
      'month',
      '--of',
      dateOfDay(month),
      '--epsilon',
      '0.5',
      '--json',
    );
    expect(PrivateRelease.parse(JSON.parse(out))).toMatchObject({
      rows: [],
      spent: { releases: 1, epsilon: '0.5' },
    });
  });
});

test('CSV: what a spreadsheet would run is text, what would break the table is quoted, numbers are numbers', () => {
  expect(
    csv(
      ['two\nlines'],
      ['a', 'b'],
      [
        ['=1+1', 1],
        ['+1', -1],
        ['-1', null],
        ['@SUM(A1)', 0],
        ['\t=1', 0],
        ['\r=1', 0],
        ['a,"b"', 0],
        ['# no comment', 0],
        ['x\ny', 0],
      ],
    ).split('\n'),
  ).toEqual(
    `# two lines|a,b|'=1+1,1|'+1,-1|'-1,|'@SUM(A1),0|'\t=1,0|"'\r=1",0|"a,""b""",0|"# no comment",0|"x|y",0|`.split(
      '|',
    ),
  );
});
