import { Hono } from 'hono';
import { Campaign, mailLimits, PrepareOptions, SentBody, SuppressedBody } from '../../schema/mail.ts';
import type { Site } from '../../schema/site.ts';
import { scrubText } from '../enrich/scrub.ts';
import { prepare } from '../mail/prepare/prepare.ts';
import { TemplateError } from '../mail/prepare/template-error.ts';
import { campaignReport } from '../query/campaign.ts';
import { campaignsOf } from '../query/campaign-list.ts';
import { answersTo } from './answers.ts';
import type { Env } from './client.ts';
import { heatPage } from './mail-heat.ts';
import { readableSite, requireScope } from './principal.ts';
import { Problem, readBody } from './problem.ts';
import type { Services } from './services.ts';

/** A template of each kind, every character of them spelled out by JSON. */
const templateBody = 2 * 6 * mailLimits.template;

/** The template as its sender gave it, on a page that can do nothing: no script, nothing from elsewhere, nobody's origin. */
const heatHeaders = {
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
} as const;

/** Mails for whoever sends them: prepare a template, say how many were delivered, read what became of them. */
export function campaignRoutes(services: Services): Hono<Env> {
  const { config, clock, mail } = services;
  const asking = (site: Site) => ({
    site,
    now: clock(),
    remembers: services.settings.RUNTIME_DIR !== undefined,
    ask: (queries: Parameters<typeof answersTo>[2]) => answersTo(services, site, queries),
  });
  const saidOf = async (site: Site, name: string) =>
    (await config.listCampaigns(site.id)).find((one) => one.name === name) ?? null;
  const named = (given: string | undefined): string => {
    const parsed = Campaign.safeParse(given ?? '');
    if (parsed.success) return parsed.data;
    throw new Problem(
      400,
      'invalid_request',
      `campaign ${parsed.error.issues[0]?.message ?? 'is not valid'}`,
      {
        path: 'campaign',
      },
    );
  };

  return new Hono<Env>()
    .post('/prepare', async (c) => {
      const principal = await requireScope(c, services, 'mail', 'sites');
      const options = await readBody(c, PrepareOptions, templateBody);
      const site = readableSite(principal, services, options.site_id);
      try {
        const prepared = prepare(
          { ...options, site_id: site.domain },
          {
            tokens: mail.tokens,
            siteId: site.id,
            publicUrl: services.publicUrl(),
            preparedAt: (await saidOf(site, options.campaign))?.preparedAt ?? null,
            scrub: scrubText,
          },
        );
        if (['0', 'false', undefined].includes(c.req.query('dry_run')))
          await config.saveTemplate({
            site: site.id,
            campaign: options.campaign,
            html: options.html,
            unsubscribeUrl: options.unsubscribe_url ?? null,
          });
        return c.json(prepared);
      } catch (error) {
        if (!(error instanceof TemplateError)) throw error;
        throw new Problem(422, 'unusable_template', error.message, { path: error.field, hint: error.hint });
      }
    })
    .post('/sent', async (c) => {
      const principal = await requireScope(c, services, 'mail', 'sites');
      const { site_id, campaign, count, at, add } = await readBody(c, SentBody);
      const site = readableSite(principal, services, site_id);
      const sentAt = at === undefined ? null : Date.parse(at);
      if (sentAt !== null && sentAt > clock())
        throw new Problem(400, 'invalid_request', 'at: must not lie in the future', {
          path: 'at',
          hint: 'Say it once the sending has begun; without a time the first open or click begins the mail.',
        });
      const delivered = await config.saveDelivered({ site: site.id, campaign, count, at: sentAt, add });
      return c.json({ campaign, delivered });
    })
    .post('/suppressed', async (c) => {
      const principal = await requireScope(c, services, 'mail', 'sites');
      // The list is of the whole instance: who may read one site asks about nobody's recipients.
      if ('user' in principal && principal.user.role !== 'admin')
        throw new Problem(403, 'forbidden', 'Only admins, and keys with the scope "mail", may ask this.');
      const { tokens } = await readBody(c, SuppressedBody);
      await mail.refresh();
      // In their order and without them: nothing that names a recipient goes out again.
      return c.json({ suppressed: tokens.map((token) => mail.isSuppressed(token)) });
    })
    .get('/campaigns', async (c) => {
      const principal = await requireScope(c, services, 'stats');
      const site = readableSite(principal, services, c.req.query('site_id') ?? '');
      return c.json({ campaigns: await campaignsOf(await config.listCampaigns(site.id), asking(site)) });
    })
    .get('/campaign', async (c) => {
      const principal = await requireScope(c, services, 'stats');
      const site = readableSite(principal, services, c.req.query('site_id') ?? '');
      const name = named(c.req.query('campaign'));
      const report = await campaignReport(name, await saidOf(site, name), asking(site));
      if (report) return c.json(report);
      throw new Problem(404, 'unknown_campaign', `Nothing was counted or said of a mail "${name}".`, {
        path: 'campaign',
        hint: `Prepare its template: footfall mail prepare template.html --campaign "${name}" --site ${site.domain}`,
      });
    })
    .get('/heat', async (c) => {
      const principal = await requireScope(c, services, 'stats');
      const site = readableSite(principal, services, c.req.query('site_id') ?? '');
      const name = named(c.req.query('campaign'));
      const template = await config.findTemplate(site.id, name);
      if (template === null)
        throw new Problem(404, 'no_template', `No template of the mail "${name}" is kept.`, {
          path: 'campaign',
        });
      const report = await campaignReport(name, await saidOf(site, name), asking(site));
      const page = heatPage(template, site, name, report?.links ?? [], services.publicUrl());
      return c.html(page, 200, heatHeaders);
    });
}
