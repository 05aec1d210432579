import type { Page } from 'playwright-core';
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

/** The site and the collector on two domains that share nothing: the page of rights leads back, and the tracker takes the mark. */

const domain = 'shop.example';
let folder: string;
let key: string;
let server: Server;
let shop: Awaited<ReturnType<typeof openShop>>;
let proxy: VisitorProxy;
let browser: LifelikeBrowser;

const markIn = (page: Page) => page.evaluate(() => localStorage.getItem('footfall_optout'));
/** From a page of the site to the page of rights by a link, as a visitor goes, and there to the button. */
async function press(page: Page, button: string): Promise<void> {
  await page.evaluate(() => {
    const link = document.body.appendChild(document.createElement('a'));
    link.href = 'http://stats.example/privacy?site=shop.example';
    link.click();
  });
  await page.waitForURL('http://stats.example/privacy**');
  await page.getByRole('button', { name: button }).click();
  await page.waitForURL(`http://${domain}/**`);
}
const visitors = async () => {
  await settled(server);
  return (await ask(server, key, { site_id: domain, metrics: ['visitors', 'pageviews'] })).results[0]
    ?.metrics;
};

beforeAll(async () => {
  folder = newFolder();
  key = await addSiteAndKey(folder, domain);
  server = await startServer(folder, {
    FOOTFALL_TRUST_PROXY: 'loopback',
    FOOTFALL_PUBLIC_URL: 'http://stats.example',
  });
  shop = await openShop(domain);
  proxy = await openProxy(server.port, '203.0.113.8');
  browser = await launchLifelikeBrowser(desktopChrome, resolving(shop.port, proxy.port));
});
afterAll(async () => {
  await browser.close();
  await proxy.close();
  await shop.close();
  await server.stop();
  removeFolder(folder);
});

test('opting out on the collector’s domain holds on the site’s, and so does the way back', async () => {
  const page = await browser.newPage();
  await page.goto(`http://${domain}/pricing`);
  await proxy.until(1, () => true);
  expect(await visitors()).toEqual([1, 1]);

  await press(page, 'Opt out');
  await page.waitForURL((url) => url.hash === '');
  expect(await markIn(page)).toBeTruthy();
  await proxy.until(2, ({ name }) => name === 'pageview');
  expect(proxy.passed.filter(({ name }) => name === 'pageview').at(-1)?.fields.o).toBe(1);
  // No fragment is ever sent, and nobody new was counted.
  expect(JSON.stringify(proxy.passed)).not.toContain('footfall-opt');
  expect(await visitors()).toEqual([1, 2]);

  await press(page, 'Opt back in');
  await page.waitForURL((url) => url.hash === '');
  expect(await markIn(page)).toBeNull();
  await proxy.until(3, ({ name }) => name === 'pageview');
  expect(proxy.passed.filter(({ name }) => name === 'pageview').at(-1)?.fields.o).toBeUndefined();
});

test('a link from anywhere else opts nobody back in', async () => {
  const page = await browser.newPage();
  await page.goto(`http://${domain}/`);
  await page.evaluate(() => localStorage.setItem('footfall_optout', '1'));
  await page.goto(`http://partner.example/`);
  await page.evaluate(() => {
    location.href = 'http://shop.example/#footfall-optin';
  });
  await page.waitForURL(`http://${domain}/**`);
  await page.waitForFunction(() => document.readyState === 'complete');
  expect(await markIn(page)).toBe('1');
});
