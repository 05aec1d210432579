import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { desktopChrome, type LifelikeBrowser, launchLifelikeBrowser } from './support/browser.ts';
import {
  addSiteAndKey,
  ask,
  newFolder,
  removeFolder,
  type Server,
  settled,
  startServer,
} from './support/server.ts';
import { openProxy, openShop, resolving, type VisitorProxy } from './support/shop.ts';

/** The tracker of another product, unchanged, from npm, pointed at our `/api/event`. */

const domain = 'shop.example';
let folder: string;
let key: string;
let server: Server;
let shop: Awaited<ReturnType<typeof openShop>>;
let proxy: VisitorProxy;
let browser: LifelikeBrowser;

/** Its package is a module; the page gets it as one script, started as its documentation says. */
async function plausibleScript(): Promise<string> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { init, track } from '@plausible-analytics/tracker';
        init({ domain: '${domain}', endpoint: 'http://stats.example/api/event', outboundLinks: true, fileDownloads: true });
        window.track = track;`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    write: false,
    format: 'iife',
  });
  return outputFiles[0]?.text ?? '';
}

beforeAll(async () => {
  folder = newFolder();
  key = await addSiteAndKey(folder, domain);
  server = await startServer(folder, { FOOTFALL_TRUST_PROXY: 'loopback' });
  const script = await plausibleScript();
  shop = await openShop(
    domain,
    (body) => `<!doctype html><meta charset="utf-8"><script>${script}</script>${body}`,
  );
  proxy = await openProxy(server.port, '81.2.69.160');
  // It is silent in browsers that are driven by a program; this switch makes Chromium not say so.
  browser = await launchLifelikeBrowser(desktopChrome, [
    ...resolving(shop.port, proxy.port),
    '--disable-blink-features=AutomationControlled',
  ]);
});
afterAll(async () => {
  await browser.close();
  await proxy.close();
  await shop.close();
  await server.stop();
  removeFolder(folder);
});

test('Plausible’s tracker works unchanged', async () => {
  const page = await browser.newPage();
  const until = (count: number): Promise<void> => proxy.until(count, ({ name }) => name !== 'engagement');
  await page.goto('http://shop.example/?utm_source=letter', { referer: 'https://www.google.com/' });
  await until(1);
  await page.locator('#pricing').click();
  await until(2);
  await page.locator('#download').click();
  await until(3);
  const [partner] = await Promise.all([page.waitForEvent('popup'), page.locator('#outbound').click()]);
  await until(4);
  await partner.close();
  await page.evaluate(() =>
    (window as unknown as { track: (name: string, options: object) => void }).track('Signup', {
      props: { plan: 'pro' },
      revenue: { currency: 'EUR', amount: 12.5 },
      interactive: false,
    }),
  );
  await until(5);
  await page.evaluate(() => history.pushState({}, '', '/pricing/annual'));
  await until(6);
  await page.goto('about:blank');
  await proxy.until(1, ({ name }) => name === 'engagement');
  expect(proxy.passed.map(({ status }) => status).filter((status) => status !== 202)).toEqual([]);

  await server.stop();
  server = await startServer(folder, { FOOTFALL_TRUST_PROXY: 'loopback' });
  await settled(server);
  const question = { site_id: domain } as const;
  const rows = async (dimension: string): Promise<unknown> =>
    Object.fromEntries(
      (await ask(server, key, { ...question, metrics: ['events'], dimensions: [dimension] })).results.map(
        ({ dimensions, metrics }) => [dimensions[0], metrics[0]],
      ),
    );
  expect(
    (
      await ask(server, key, {
        ...question,
        metrics: ['visitors', 'visits', 'pageviews', 'events', 'bounces', 'total_revenue'],
      })
    ).results,
  ).toEqual([{ dimensions: [], metrics: [1, 1, 3, 6, 0, 12.5] }]);
  expect(await rows('event:page')).toEqual({ '/': 1, '/pricing': 4, '/pricing/annual': 1 });
  expect(await rows('event:name')).toEqual({
    pageview: 3,
    'File Download': 1,
    'Outbound Link: Click': 1,
    Signup: 1,
  });
  expect(await rows('event:props:plan')).toEqual({ pro: 1 });
  expect(await rows('visit:source')).toEqual({ letter: 6 });
  expect(await rows('visit:referrer')).toEqual({ 'google.com': 6 });
  const engaged = await ask(server, key, {
    ...question,
    metrics: ['scroll_depth'],
    dimensions: ['event:page'],
  });
  expect(Math.max(...engaged.results.map(({ metrics }) => metrics[0] ?? 0))).toBeGreaterThan(0);
});
