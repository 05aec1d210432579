import { type Context, Hono } from 'hono';
import { limits } from '../../schema/limits.ts';
import type { PrivacyStatus } from '../../schema/privacy.ts';
import type { Site } from '../../schema/site.ts';
import { createFormNonces } from '../access/form-nonce.ts';
import { JournalUnavailable } from '../journal/group.ts';
import { type Basis, basisOf, ignoresOptedOut } from '../privacy/basis.ts';
import { effectiveOf, noticeVersion } from '../privacy/notice.ts';
import { gpcResource, trackingStatus, trackingStatusType } from '../privacy/well-known.ts';
import { BadBody, readText } from './body.ts';
import type { Env } from './client.ts';
import { requireSameOrigin } from './principal.ts';
import { type Action, messagePage, noSitePage, privacyPage } from './privacy-page.ts';
import { privacyStyle } from './privacy-style.ts';
import { isShared, markOptOut, ownHost, targetOf, visitorOf } from './privacy-target.ts';
import { Problem } from './problem.ts';
import type { Services } from './services.ts';

const open = { 'access-control-allow-origin': '*' } as const;
/** Bytes of a form: an address to go back to, and little else. */
const formBytes = 4 * limits.url;
const actions = ['opt-out', 'opt-in', 'erase'] as const satisfies Action[];
const day = 'public, max-age=3600';

/** A form that is not acted on; its words are shown on a page. */
class Refused extends Error {
  override readonly name = 'Refused';
  readonly status: 400 | 403 | 413 | 503;
  readonly title: string;
  constructor(status: Refused['status'], title: string, words: string) {
    super(words);
    this.status = status;
    this.title = title;
  }
}

/** Visitors' rights (P11): the page that anyone can open, what it acts on, and what other programs read. */
export function privacyRoutes(services: Services): Hono<Env> {
  const { clock, random, directory, standing, config, settings } = services;
  const nonces = createFormNonces(clock, random);
  const findSite = (name: string | undefined): Site | undefined =>
    directory.find((name ?? '').toLowerCase().replace(/^www\./, ''));
  const basisFor = (sites: readonly Site[]): Basis => basisOf(settings, sites, services.publicUrl());

  return new Hono<Env>()
    .get('/privacy/style.css', (c) =>
      c.body(privacyStyle, 200, { 'content-type': 'text/css; charset=utf-8', 'cache-control': day }),
    )
    .get('/privacy/', (c) => c.redirect(`/privacy${new URL(c.req.url).search}`, 308))
    .get('/privacy', async (c) => {
      const asked = c.req.query('site');
      const site = findSite(asked);
      secure(c, site ? targetOf(site, backOf(c)).origin : null);
      if (!site) return c.html(noSitePage(asked === undefined || asked === ''), asked ? 404 : 200);
      const version = noticeVersion(settings, directory.list());
      const target = targetOf(site, backOf(c));
      const page = privacyPage({
        site,
        basis: basisFor([site]),
        notice: { version, effective: effectiveOf(version, await config.listNotices()) },
        optedOutBy: standing.optedOutBy(visitorOf(c, services, site), site),
        erased: services.isErased(visitorOf(c, services, site), site),
        done: doneOf(c, site),
        target,
        shared: isShared(ownHost(c, services), target),
        nonceOf: (action) => nonces.issue(`${action} ${site.domain}`),
      });
      return c.html(page);
    })
    .get('/api/privacy/status', (c) => {
      const asked = c.req.query('site') ?? '';
      const site = findSite(asked);
      if (!site)
        throw new Problem(
          asked === '' ? 400 : 404,
          asked === '' ? 'invalid_request' : 'unknown_site',
          asked === '' ? 'Name a site.' : 'There is no such site here.',
          { path: 'site', hint: 'GET /api/privacy/status?site=example.com', headers: open },
        );
      return c.json(statusOf(c, site), 200, { ...open, 'cache-control': 'no-store' });
    })
    .post('/api/privacy/:action', async (c) => {
      const action = actions.find((one) => one === c.req.param('action'));
      if (!action) return c.notFound();
      secure(c, null);
      const form: { site?: Site } = {};
      try {
        return await act(c, action, form);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
        const next = form.site
          ? { href: pageOf(form.site), label: `To the privacy page of ${form.site.domain}` }
          : { href: '/privacy', label: 'To the privacy page' };
        return c.html(messagePage(error.title, error.message, next), error.status);
      }
    })
    .get('/.well-known/gpc.json', async (c) => {
      const [latest] = await config.listNotices();
      return c.json(gpcResource(latest?.effective ?? null), 200, { ...open, 'cache-control': day });
    })
    .get('/.well-known/dnt/', (c) => {
      const asked = c.req.query('site');
      const site = findSite(asked);
      if (asked !== undefined && !site) throw new Problem(404, 'unknown_site', 'There is no such site here.');
      return c.body(JSON.stringify(trackingStatus(basisFor(site ? [site] : directory.list()))), 200, {
        ...open,
        'content-type': trackingStatusType,
        'cache-control': day,
      });
    });

  async function act(c: Context<Env>, action: Action, form: { site?: Site }): Promise<Response> {
    const fields = await readForm(c);
    const site = findSite(fields.get('site') ?? '');
    if (site) form.site = site;
    try {
      requireSameOrigin(c, services);
    } catch {
      throw new Refused(
        403,
        'Not done',
        'The request does not come from the privacy page itself. Open the page and use its buttons.',
      );
    }
    if (!site) throw new Refused(400, 'Not done', 'The form names no site that is counted here.');
    if (!nonces.valid(`${action} ${site.domain}`, fields.get('nonce') ?? ''))
      throw new Refused(
        403,
        'Not done',
        'The page was open for more than an hour, or the collector was restarted. Open it again and use its buttons.',
      );
    // Opting out erases too: afterwards nothing is held, as the page says.
    if (action !== 'opt-in') await erase(c, site);
    if (action !== 'erase') markOptOut(c, services, site, action === 'opt-out');
    const target = targetOf(site, fields.get('back') ?? undefined);
    c.header('cache-control', 'no-store');
    if (action !== 'erase' && !isShared(ownHost(c, services), target))
      return c.redirect(`${target.href}#footfall-${action === 'opt-out' ? 'optout' : 'optin'}`, 303);
    const said = new URLSearchParams({
      back: target.href,
      done: action,
      proof: nonces.issue(`did ${action} ${site.domain}`),
    });
    return c.redirect(`${pageOf(site)}&${said}`, 303);
  }

  async function erase(c: Context<Env>, site: Site): Promise<void> {
    try {
      await services.erase(visitorOf(c, services, site), site);
    } catch (error) {
      if (!(error instanceof JournalUnavailable)) throw error;
      throw new Refused(
        503,
        'Not done yet',
        'Nothing can be written at the moment. Please try again in a minute.',
      );
    }
  }

  async function readForm(c: Context<Env>): Promise<URLSearchParams> {
    try {
      return new URLSearchParams(await readText(c, formBytes));
    } catch (error) {
      if (!(error instanceof BadBody)) throw error;
      throw error.reason === 'too_large'
        ? new Refused(413, 'Not done', 'The form is larger than the page’s own.')
        : new Refused(400, 'Not done', 'The form cannot be read.');
    }
  }

  function statusOf(c: Context<Env>, site: Site): PrivacyStatus {
    const by = standing.optedOutBy(visitorOf(c, services, site), site);
    const ignored =
      by !== null && by !== 'site' && by !== 'children' && ignoresOptedOut(basisFor([site]), site);
    return {
      site: site.domain,
      optedOut: by !== null,
      by,
      counted: by === null ? 'visits' : ignored ? 'nothing' : 'pageviews',
      returning: site.settings.returning,
      page: services.publicUrl() + pageOf(site),
    };
  }

  /** Shown only where it was really done here, within the hour: an address that somebody made says nothing. */
  function doneOf(c: Context<Env>, site: Site): Action | null {
    const action = actions.find((one) => one === c.req.query('done'));
    return action && nonces.valid(`did ${action} ${site.domain}`, c.req.query('proof') ?? '') ? action : null;
  }

  /** No script and nothing from elsewhere; a form may lead to ourselves and, by a redirect, to the site. */
  function secure(c: Context<Env>, site: string | null): void {
    const https = services.publicUrl().startsWith('https:');
    c.header('cache-control', 'no-store');
    c.header(
      'content-security-policy',
      `default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'${site === null ? '' : ` ${site}`}`,
    );
    // The site's script must see that a way back in leads from here; and with `no-referrer` our own forms would say `Origin: null`.
    c.header('referrer-policy', 'strict-origin');
    c.header('x-frame-options', 'DENY');
    c.header('cross-origin-opener-policy', 'same-origin');
    if (https) c.header('strict-transport-security', 'max-age=31536000');
  }
}

const pageOf = (site: Site): string => `/privacy?site=${encodeURIComponent(site.domain)}`;
const backOf = (c: Context<Env>): string | undefined => c.req.query('back') ?? c.req.header('referer');
