import { createInterface } from 'node:readline';
import { Command } from 'commander';
import { z } from 'zod';
import { type CampaignReport, SentBody } from '../../schema/mail.ts';
import { type Profile, profiles } from '../../schema/profiles.ts';
import type { Site } from '../../schema/site.ts';
import { suppressionHash } from '../access/suppression.ts';
import { answer } from '../query/answer.ts';
import { campaignReport } from '../query/campaign.ts';
import { campaignsOf } from '../query/campaign-list.ts';
import type { Tool } from '../store/tool.ts';
import { check, printRows, type ReadSettings, siteByDomain, Usage, withStore } from './context.ts';

interface Named {
  readonly site: string;
  readonly campaign: string;
  readonly json?: boolean;
}
const Count = z
  .string()
  .regex(/^\d{1,10}$/, 'must be a whole number, such as 12000')
  .transform(Number);
const At = z.iso.datetime({
  offset: true,
  error: 'must be a time with its zone, such as 2026-03-05T09:00:00Z or 2026-03-05T10:00:00+01:00',
});

export const sentCommand = (readSettings: ReadSettings): Command =>
  new Command('sent')
    .description('say how many mails were delivered, for rates, and when the sending began')
    .requiredOption('--campaign <name>', 'name of the mail')
    .requiredOption('--site <domain>', 'the website that the mail leads to')
    .requiredOption('--count <number>', 'how many were delivered; replaces what was said before')
    .option('--add', 'add to what was said before')
    .option(
      '--at <time>',
      'when the sending began, such as 2026-03-05T09:00:00Z; without it the mail begins with its first open or click',
    )
    .action(async (options: Named & { count: string; add?: boolean; at?: string }) => {
      const body = check(
        SentBody,
        {
          site_id: options.site,
          campaign: options.campaign,
          count: check(Count, options.count, '--count'),
          at: options.at === undefined ? undefined : check(At, options.at, '--at'),
          add: options.add ?? false,
        },
        'sent',
      );
      const delivered = await withStore(readSettings, async (store) => {
        const site = await siteByDomain(store, body.site_id);
        const at = body.at === undefined ? null : Date.parse(body.at);
        if (at !== null && at > Date.now()) throw new Usage('--at must not lie in the future');
        const { campaign, count, add } = body;
        return store.config.saveDelivered({ site: site.id, campaign, count, at, add });
      });
      process.stderr.write(`${body.campaign}: ${delivered} delivered.\n`);
    });

export const listCommand = (readSettings: ReadSettings): Command =>
  new Command('list')
    .description('list the mails of a site')
    .requiredOption('--site <domain>', 'the website that the mails lead to')
    .option('--json', 'print as JSON')
    .action(async ({ site: domain, json }: { site: string; json?: boolean }) => {
      const campaigns = await withStore(readSettings, async (store) => {
        const site = await siteByDomain(store, domain);
        return campaignsOf(await store.config.listCampaigns(site.id), asking(readSettings, store, site));
      });
      printRows(
        json
          ? campaigns
          : campaigns.map(({ campaign, first_day, delivered, opens, clicks, click_through }) => ({
              mail: campaign,
              from: first_day ?? '',
              delivered: delivered ?? '',
              clicks: clicks.direct + clicks.proxied,
              'click-through': click_through === null ? '' : `${click_through} %`,
              'opens direct': opens.direct,
              proxied: opens.proxied,
              machine: opens.machine,
            })),
        json,
        'No mail yet. Prepare one: footfall mail prepare template.html --campaign <name> --site <domain>',
      );
    });

export const reportCommand = (readSettings: ReadSettings): Command =>
  new Command('report')
    .description('all that is known of one mail')
    .requiredOption('--campaign <name>', 'name of the mail')
    .requiredOption('--site <domain>', 'the website that the mail leads to')
    .option('--json', 'print as JSON')
    .action(async ({ site: domain, campaign, json }: Named) => {
      const report = await withStore(readSettings, async (store) => {
        const site = await siteByDomain(store, domain);
        const said = (await store.config.listCampaigns(site.id)).find(({ name }) => name === campaign);
        return campaignReport(campaign, said ?? null, asking(readSettings, store, site));
      });
      if (!report)
        throw new Usage(`nothing was counted or said of a mail "${campaign}". footfall mail list shows all.`);
      process.stdout.write(json ? `${JSON.stringify(report, null, 2)}\n` : inWords(report));
    });

export const suppressedCommand = (readSettings: ReadSettings): Command =>
  new Command('suppressed')
    .description(
      'tell which recipients have objected to being measured: tokens from standard input, a line each',
    )
    .action(async () => {
      const tokens: string[] = [];
      for await (const line of createInterface({ input: process.stdin })) tokens.push(line.trim());
      if (tokens.every((token) => token === ''))
        throw new Usage('no token on standard input: printf %s "$TOKEN" | footfall mail suppressed');
      const answers = await withStore(readSettings, async ({ config }) => {
        const key = await config.findSuppressionKey();
        return Promise.all(
          tokens.map((token) => (key ? config.isSuppressed(suppressionHash(key, token)) : false)),
        );
      });
      // A line for each line, and without them.
      process.stdout.write(answers.map((objected) => (objected ? 'yes\n' : 'no\n')).join(''));
    });

function asking(readSettings: ReadSettings, store: Tool, site: Site): Parameters<typeof campaignsOf>[1] {
  const settings = readSettings();
  const { roundTo }: Profile = profiles[settings.PROFILE];
  const now = Date.now();
  return {
    site,
    now,
    remembers: settings.RUNTIME_DIR !== undefined,
    ask: (queries) =>
      answer({
        queries,
        site,
        now,
        read: store.read,
        folds: store.config,
        detailHours: settings.DETAIL_HOURS,
        roundTo,
        pairDays: settings.PAIR_DAYS,
        keepDays: settings.KEEP_DAYS,
        k: settings.K,
      }),
  };
}

function inWords(report: CampaignReport): string {
  const { opens, clicks, delivered, website } = report;
  const rate = (value: number | null) => (value === null ? 'unknown' : `${value} %`);
  const line = (label: string, value: string | number) => `${label.padEnd(26)}${value}`;
  const counts = (of: typeof opens) => `${of.direct} direct, ${of.proxied} proxied, ${of.machine} machine`;
  return `${[
    line('Mail', report.campaign),
    line('From', report.first_day ?? 'not yet'),
    line('Delivered', delivered ?? 'not said'),
    line('Clicks', counts(clicks)),
    line('Opens', counts(opens)),
    line('Open rate', rate(report.open_rate)),
    line('Click-through', rate(report.click_through)),
    line('Click-to-open', rate(report.click_to_open)),
    ...(report.unique
      ? [line('Recipients', `${report.unique.opens} opened, ${report.unique.clicks} clicked, each once`)]
      : []),
    '',
    ...report.links.map(({ link, clicks: of, share }) => line(`  ${rate(share)}`, `${counts(of)}  ${link}`)),
    '',
    ...report.rules.filter(({ caught }) => caught > 0).map(({ label, caught }) => line(`  ${caught}`, label)),
    '',
    line('Website visits', website.visits),
    line('Engaged', website.engaged_seconds === null ? 'unknown' : `${website.engaged_seconds} s`),
    ...(website.goals.length === 0 && website.partial.includes('goals')
      ? [line('Goals', 'none that is kept')]
      : []),
    ...(website.revenue.length === 0 && website.partial.includes('revenue')
      ? [line('Revenue', 'none that is kept')]
      : []),
    ...website.goals.map(({ goal, visitors }) => line(`Goal ${goal}`, `${visitors} visitors`)),
    ...website.revenue.map(({ currency, amount }) => line(`Revenue ${currency}`, amount)),
    '',
    ...[...report.notes, ...website.notes].map((note) => `note: ${note}`),
  ].join('\n')}\n`;
}
