import { Command } from 'commander';
import { NewSite, SiteChange } from '../../schema/site.ts';
import { check, printRows, type ReadSettings, siteByDomain, Usage, withStore } from './context.ts';

export function siteCommand(readSettings: ReadSettings): Command {
  const command = new Command('site').description('sites that are counted');
  command
    .command('add <domain>')
    .description('add a site, and print its snippet')
    .option('--timezone <zone>', 'IANA timezone of its days', 'UTC')
    .option('--hostname <host...>', 'further hosts whose pages are the site’s')
    .option('--json', 'print the site as JSON')
    .action(async (domain: string, options: { timezone: string; hostname?: string[]; json?: boolean }) => {
      const site = check(
        NewSite,
        { domain, timezone: options.timezone, settings: { hostnames: options.hostname ?? [] } },
        'site',
      );
      const settings = readSettings();
      const base = settings.PUBLIC_URL?.replace(/\/+$/, '') ?? `http://${settings.HOST}:${settings.PORT}`;
      const added = await withStore(readSettings, (store) => store.config.addSite(site));
      process.stdout.write(
        options.json
          ? `${JSON.stringify(added, null, 2)}\n`
          : `<script defer data-domain="${added.domain}" src="${base}/js/footfall.js"></script>\n`,
      );
    });
  command
    .command('change <domain>')
    .description('change a site')
    .option('--timezone <zone>', 'IANA timezone of its days, from the next local midnight on')
    .option('--hostname <host...>', 'the further hosts whose pages are the site’s, instead of those it has')
    .action(async (domain: string, options: { timezone?: string; hostname?: string[] }) => {
      const change = check(
        SiteChange,
        {
          ...(options.timezone === undefined ? {} : { timezone: options.timezone }),
          ...(options.hostname === undefined ? {} : { settings: { hostnames: options.hostname } }),
        },
        'site',
      );
      if (Object.keys(change).length === 0)
        throw new Usage('nothing to change: give --timezone or --hostname');
      await withStore(readSettings, async (store) => {
        await store.config.changeSite((await siteByDomain(store, domain)).id, change);
      });
      process.stderr.write(`Changed ${domain}.\n`);
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
