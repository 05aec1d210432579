import { Command } from 'commander';
import { z } from 'zod';
import type { Poison, PurgeDimension, PurgeReport } from '../store/purge/target.ts';
import { dayOfDate } from '../time/calendar.ts';
import { check, printRows, type ReadSettings, siteByDomain, Usage, withStore } from './context.ts';

interface Options {
  readonly site: string;
  readonly day: string[];
  readonly where: string[];
  readonly dryRun?: boolean;
  readonly json?: boolean;
  readonly yes?: boolean;
}

const names: Readonly<Record<string, PurgeDimension>> = {
  source: 'source',
  page: 'page',
  campaign: 'utm_campaign',
  utm_campaign: 'utm_campaign',
  country: 'country',
};
const example = '--where source=spam.example';
const collect = (value: string, before: string[] = []): string[] => [...before, value];

export const purgeCommand = (readSettings: ReadSettings): Command =>
  new Command('purge')
    .description('take poisoned traffic of one day out again, as far as it can be told apart')
    .requiredOption('--site <domain>', 'the site')
    .requiredOption('--day <date>', 'one day of the site, as 2026-11-20', collect)
    .requiredOption('--where <dimension=value>', 'source, page, campaign or country, with one value', collect)
    .option('--dry-run', 'only say what would be lost, and what cannot be separated')
    .option('--json', 'print as JSON')
    .option('--yes', 'really')
    .addHelpText(
      'after',
      `
Whoever opted out is counted by one dimension at a time and stays. Example:
  footfall purge --site example.com --day 2026-11-20 ${example} --dry-run`,
    )
    .action((options: Options) => run(readSettings, options));

async function run(readSettings: ReadSettings, options: Options): Promise<void> {
  const asked = poisonOf(options);
  const { PAIR_DAYS, K } = readSettings();
  const rules = { pairDays: PAIR_DAYS, k: K };
  const apply = options.yes === true && options.dryRun !== true;
  const report = await withStore(readSettings, async (store) => {
    const site = await siteByDomain(store, options.site);
    return store.purge({ ...asked, site }, rules, apply);
  });
  print(report, options.json, apply);
  if (!apply && !options.dryRun && report.rollups.length > 0)
    throw new Usage(
      'nothing was purged yet: this takes the figures above out for good. If you mean it, say it again with --yes',
    );
}

function poisonOf({ day, where }: Options): Omit<Poison, 'site'> {
  const [date, ...days] = day;
  const [one = '', ...wheres] = where;
  if (days.length > 0) throw new Usage('--day must be one day; purge the others one after the other');
  if (wheres.length > 0) throw new Usage(`--where must be one value, such as ${example}`);
  const at = one.indexOf('=');
  const dim = Object.hasOwn(names, one.slice(0, at)) ? names[one.slice(0, at)] : undefined;
  const value = one.slice(at + 1);
  if (at < 1 || value === '' || !dim)
    throw new Usage(`--where must name source, page, campaign or country, such as ${example}`);
  if (value === '(other)')
    throw new Usage('--where must be a value of its own: “(other)” holds what was folded of many');
  const parsed = check(z.iso.date('must be a day such as 2026-11-20'), date, '--day');
  return {
    day: dayOfDate(parsed),
    dim,
    value: dim === 'country' && /^[a-z]{2}$/.test(value) ? value.toUpperCase() : value,
  };
}

function print(report: PurgeReport, asJson: boolean | undefined, applied: boolean): void {
  if (asJson) return void process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  const what = `${report.dimension}=${report.value} on ${report.day} at ${report.site}`;
  if (report.rollups.length === 0) {
    process.stderr.write(
      report.stays.events > 0
        ? `Nothing of ${what} can be separated: its ${report.stays.events} pageviews and events are of visitors who opted out.\n`
        : `There is nothing of ${what}. Values are spelled as the dashboard shows them.\n`,
    );
    return;
  }
  const rows = report.rollups.map(({ rollup, how, lost, cells }) => ({
    rollup,
    how,
    visitors: lost.visitors ?? 0,
    visits: lost.visits ?? 0,
    pageviews: lost.pageviews ?? 0,
    events: (lost.pageviews ?? 0) + (lost.custom ?? 0),
    cells,
  }));
  printRows(rows, false, '');
  const { visitors, visits, pageviews, events } = report.taken;
  const lines = [
    `${applied ? 'Purged' : 'Would purge'} ${what}: ${visitors} visitors, ${visits} visits, ${pageviews} pageviews, ${events} events.`,
    ...report.notes.map((note) => `- ${note}`),
  ];
  process.stdout.write(`\n${lines.join('\n')}\n`);
}
