import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { secureHeaders } from 'hono/secure-headers';
import { profiles } from '../../schema/profiles.ts';
import type { Site } from '../../schema/site.ts';
import { snippetOf } from '../../schema/snippet.ts';
import { assetResponse } from './assets.ts';
import type { Env } from './client.ts';
import type { Services } from './services.ts';

/** No inline script or style, nothing from elsewhere, no frame around us. */
const csp = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  fontSrc: ["'self'"],
  // A mail's template with the shares of its clicks, in a sandbox.
  frameSrc: ["'self'"],
  baseUri: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/** The dashboard's files, and the practice page on which a newcomer sees the first event of their own. */
export function pageRoutes(services: Services): Hono<Env> {
  const { dashboard } = services;
  const shell = dashboard.get('index.html');

  return (
    new Hono<Env>()
      .use(
        secureHeaders({
          contentSecurityPolicy: csp,
          referrerPolicy: 'same-origin',
          xFrameOptions: 'DENY',
          strictTransportSecurity: services.publicUrl().startsWith('https:') ? 'max-age=31536000' : false,
          crossOriginOpenerPolicy: 'same-origin',
          crossOriginResourcePolicy: 'same-origin',
        }),
      )
      .get('/practice/:page?', (c) => {
        const site = services.directory.find(c.req.query('site') ?? '');
        if (!site) return c.html(nowhere(c.req.query('site') ?? ''), 404);
        const host = new URL(c.req.url).hostname;
        const counted = [site.domain, ...site.settings.hostnames].includes(host);
        const snippet = snippetOf(site, '', profiles[services.settings.PROFILE]);
        return c.html(practice(site, snippet, c.req.param('page') ?? 'home', counted ? null : host));
      })
      // Programs take any answer there for support.
      .get('/.well-known/*', (c) => c.notFound())
      .get('*', (c) => {
        const asset = dashboard.get(c.req.path.slice(1));
        if (asset && asset !== shell) return assetResponse(asset, c.req.raw);
        if (!shell) return c.text('The dashboard is not built. Run: npm run build', 503);
        const isPage = !c.req.path.startsWith('/assets/') && !c.req.path.startsWith('/api/');
        return isPage ? assetResponse(shell, c.req.raw) : c.notFound();
      })
  );
}

const nowhere = (site: string) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>Practice page</title>
  </head>
  <body>
    <h1>Practice page</h1>
    <p>There is no site “${site}” here. <a href="/">Choose one in the dashboard</a></p>
  </body>
</html>`;

/** A page of a pretended site, tracked like any other. It works for sites that count `localhost` or this collector's own host. */
const practice = (
  { domain: site }: Site,
  snippet: string,
  page: string,
  uncounted: string | null,
) => html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>Practice page: ${page}</title>
    ${raw(snippet)}
  </head>
  <body>
    <h1>Practice page: ${page}</h1>
    ${
      uncounted === null
        ? html`<p>This page carries the snippet of ${site}. Opening it was one pageview.</p>`
        : html`<p>
            <strong>Not counted:</strong> ${site} does not count pages on ${uncounted}. To try it here:
            <code>footfall site change ${site} --hostname ${uncounted}</code>
          </p>`
    }
    <ul>
      <li><a href="/practice?site=${encodeURIComponent(site)}">Home</a></li>
      <li><a href="/practice/pricing?site=${encodeURIComponent(site)}">Pricing</a></li>
      <li><a href="/practice/blog?site=${encodeURIComponent(site)}&amp;utm_source=newsletter&amp;utm_medium=email&amp;utm_campaign=practice">Blog, as if from a newsletter</a></li>
    </ul>
    <p><button type="button" data-footfall-event="Signup">Send the event “Signup”</button></p>
    <p><a href="/${encodeURIComponent(site)}?period=day">Look at the dashboard</a></p>
  </body>
</html>`;
