import { Command } from 'commander';
import { z } from 'zod';
import { metrics } from '../../schema/query.ts';
import { PeriodKind, type PrivateRelease, privacyBudget, type Released } from '../../schema/release.ts';
import { releasePrivately } from '../release/private.ts';
import { release } from '../release/release.ts';
import { version } from '../version.ts';
import { check, printRows, type ReadSettings, random, siteByDomain, Usage, withStore } from './context.ts';
import { csv } from './csv.ts';

interface Options {
  readonly released?: boolean;
  readonly private?: boolean;
  readonly ledger?: boolean;
  readonly site?: string;
  readonly period?: string;
  readonly of?: string;
  readonly epsilon?: string;
  readonly delta: string;
  readonly again?: boolean;
  readonly json?: boolean;
  readonly csv?: boolean;
}

const modes = ['released', 'private', 'ledger'] as const;

const Period = z.object({
  '--site': z.string('is missing: --site example.com'),
  '--period': PeriodKind,
  '--of': z.iso.date('must be a date within the period, such as 2026-01-31'),
});

/** Figures for others. */
export function exportCommand(readSettings: ReadSettings): Command {
  return new Command('export')
    .description('print figures that may leave the owner’s view, of a period that is over')
    .option('--released', 'fixed panels, every count rounded')
    .option('--private', 'pages of a week or month with noise, differentially private')
    .option('--ledger', 'list what private releases have spent')
    .option('--site <domain>', 'the site')
    .option('--period <kind>', 'day (with --released only), week or month')
    .option('--of <date>', 'any day of the period, YYYY-MM-DD')
    .option(
      '--epsilon <number>',
      'with --private: how much may be told about one visitor on one day, such as 1',
    )
    .option(
      '--delta <number>',
      'with --private: the chance that a page of one visitor alone is shown',
      privacyBudget.delta.default,
    )
    .option('--again', 'with --private: although days of it were released before')
    .option('--json', 'print as JSON')
    .option('--csv', 'print as CSV, which is the default')
    .action(async (options: Options) => {
      const [mode, second] = modes.filter((name) => options[name]);
      if (!mode || second) throw new Usage('choose one of --released, --private and --ledger');
      if (options.json && options.csv) throw new Usage('choose one of --json and --csv');
      if (mode === 'ledger') return printLedger(readSettings, options);
      const text =
        mode === 'released'
          ? await releasedText(readSettings, options)
          : await privateText(readSettings, options);
      process.stdout.write(text);
    });
}

const jsonOf = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function periodOf({ site, period, of }: Options) {
  const given = check(Period, { '--site': site, '--period': period, '--of': of }, 'option');
  return { domain: given['--site'], kind: given['--period'], of: given['--of'] };
}

async function releasedText(readSettings: ReadSettings, options: Options): Promise<string> {
  const { domain, kind, of } = periodOf(options);
  const { K, KEEP_DAYS } = readSettings();
  const released = await withStore(readSettings, async (store) => {
    const site = await siteByDomain(store, domain);
    return release({ site, kind, of, now: Date.now(), read: store.read, k: K, keepDays: KEEP_DAYS });
  });
  return options.json ? jsonOf(released) : releasedCsv(released);
}

/** One row a value, with the panel it is of. */
function releasedCsv({ site, period, k, panels, statement }: Released): string {
  const names = Object.keys(metrics).filter((name) => panels.some((panel) => panel.metrics.includes(name)));
  const rows = panels.flatMap((panel) =>
    panel.rows.map(({ value, figures }) => [
      panel.panel,
      value,
      ...names.map((name) => figures[panel.metrics.indexOf(name)] ?? null),
    ]),
  );
  const header = [
    `${site}, ${period.kind} ${period.from} to ${period.to} (${period.timezone})`,
    `counts are multiples of ${k}`,
    ...statementLines(statement),
  ];
  return csv(header, ['panel', 'value', ...names], rows);
}

const statementLines = ({ protects, doesNot }: Released['statement']): string[] => [
  ...protects.map((line) => `protects: ${line}`),
  ...doesNot.map((line) => `does not protect: ${line}`),
];

async function privateText(readSettings: ReadSettings, options: Options): Promise<string> {
  const { domain, kind, of } = periodOf(options);
  const { epsilon, delta, again = false } = options;
  if (kind === 'day') throw new Usage('--period must be week or month for a private release');
  if (epsilon === undefined) throw new Usage('--epsilon is missing: --epsilon 1');
  const { KEEP_DAYS } = readSettings();
  const released = await withStore(readSettings, async (store) => {
    const site = await siteByDomain(store, domain);
    return releasePrivately({
      site,
      kind,
      of,
      now: Date.now(),
      keepDays: KEEP_DAYS,
      epsilon,
      delta,
      again,
      read: store.read,
      random,
      spend: store.config.spendRelease,
      program: `footfall ${version}`,
    });
  });
  return options.json ? jsonOf(released) : privateCsv(released);
}

function privateCsv({ rows, period, spent, statement, ...fields }: PrivateRelease): string {
  const header = [
    ...Object.entries(fields).map(([name, value]) => `${name}: ${value}`),
    `period: ${period.kind} ${period.from} to ${period.to} (${period.timezone})`,
    `spent for these days: epsilon ${spent.epsilon}, delta ${spent.delta}, in ${spent.releases} release${spent.releases === 1 ? '' : 's'}`,
    ...statementLines(statement),
  ];
  return csv(
    header,
    ['page', 'visitor_days'],
    rows.map(({ page, visitor_days }) => [page, visitor_days]),
  );
}

async function printLedger(readSettings: ReadSettings, { json }: Options): Promise<void> {
  const entries = await withStore(readSettings, ({ config }) => config.listReleases());
  const rows = entries.map(({ id, at, site, ...entry }) => ({
    id,
    released: new Date(at).toISOString(),
    site: site ?? '(removed)',
    ...entry,
  }));
  printRows(rows, json, 'Nothing has been released privately yet.');
}
