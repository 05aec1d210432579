import { Command } from 'commander';
import { profiles } from '../../schema/profiles.ts';
import type { Settings } from '../../schema/settings.ts';
import { NewSite, type Site, SiteChange } from '../../schema/site.ts';
import { optOutSnippetOf, snippetOf } from '../../schema/snippet.ts';
import { check, printRows, type ReadSettings, siteByDomain, Usage, withStore } from './context.ts';
import { type SiteOptions, settingsOf, withSiteOptions } from './site-options.ts';

/** Where browsers reach the collector, as far as it is known without a running one. */
const collectorOf = ({ PUBLIC_URL, HOST, PORT }: Settings): string => PUBLIC_URL ?? `http://${HOST}:${PORT}`;

const snippet = (site: Site, settings: Settings): string =>
  snippetOf(site, collectorOf(settings), profiles[settings.PROFILE]);

export function siteCommand(readSettings: ReadSettings): Command {
  const command = new Command('site').description('sites that are counted');
  withSiteOptions(
    command
      .command('add <domain>')
      .description('add a site, and print its snippet')
      .option('--timezone <zone>', 'IANA timezone of its days', 'UTC')
      .option('--json', 'print the site as JSON'),
    'further hosts whose pages are the site’s',
  ).action(async (domain: string, options: SiteOptions & { timezone: string; json?: boolean }) => {
    const site = check(
      NewSite,
      { domain, timezone: options.timezone, settings: settingsOf(options) },
      'site',
    );
    const settings = readSettings();
    const added = await withStore(readSettings, (store) => store.config.addSite(site));
    process.stdout.write(
      options.json ? `${JSON.stringify(added, null, 2)}\n` : `${snippet(added, settings)}\n`,
    );
  });
  withSiteOptions(
    command
      .command('change <domain>')
      .description('change a site; prints its snippet where that changes, too')
      .option('--timezone <zone>', 'IANA timezone of its days, from the next local midnight on'),
    'the further hosts whose pages are the site’s, instead of those it has',
  ).action(async (domain: string, options: SiteOptions & { timezone?: string }) => {
    const given = settingsOf(options);
    const change = check(
      SiteChange,
      {
        ...(options.timezone === undefined ? {} : { timezone: options.timezone }),
        ...(Object.keys(given).length === 0 ? {} : { settings: given }),
      },
      'site',
    );
    if (Object.keys(change).length === 0)
      throw new Usage(
        'nothing to change: give --timezone, --hostname, --dnt, --opted-out, --identify, --audience or --returning',
      );
    const settings = readSettings();
    const [before, after] = await withStore(readSettings, async (store) => {
      const site = await siteByDomain(store, domain);
      return [site, await store.config.changeSite(site.id, change)];
    });
    process.stderr.write(`Changed ${domain}.\n`);
    if (snippet(before, settings) === snippet(after, settings)) return;
    process.stderr.write(
      'The snippet has changed with it. Paste the new one into the pages, in place of the old:\n',
    );
    process.stdout.write(`${snippet(after, settings)}\n`);
  });
  command
    .command('snippet <domain>')
    .description('print what the pages of a site carry')
    .option('--opt-out', 'what its privacy page carries: a link that becomes a button to opt out')
    .action(async (domain: string, options: { optOut?: boolean }) => {
      const settings = readSettings();
      const site = await withStore(readSettings, (store) => siteByDomain(store, domain));
      process.stdout.write(
        `${options.optOut ? optOutSnippetOf(site, collectorOf(settings)) : snippet(site, settings)}\n`,
      );
    });
  command
    .command('list')
    .description('list the sites')
    .option('--json', 'print as JSON')
    .action(async (options: { json?: boolean }) => {
      const sites = await withStore(readSettings, (store) => store.config.listSites());
      const rows = options.json
        ? sites.map((site) => ({ ...site }))
        : sites.map(({ domain, timezone, createdAt }) => ({
            domain,
            timezone,
            added: new Date(createdAt).toISOString().slice(0, 10),
          }));
      printRows(
        rows,
        options.json,
        'No site yet. Add one: footfall site add example.com --timezone Europe/Berlin',
      );
    });
  command
    .command('remove <domain>')
    .description('remove a site and everything that was counted for it')
    .option('--yes', 'really')
    .action(async (domain: string, options: { yes?: boolean }) => {
      await withStore(readSettings, async (store) => {
        const site = await siteByDomain(store, domain);
        if (!options.yes)
          throw new Usage(
            `this deletes all figures of ${domain} for good. If you mean it: footfall site remove ${domain} --yes`,
          );
        await store.config.removeSite(site.id);
      });
      process.stderr.write(`Removed ${domain}.\n`);
    });
  return command;
}
