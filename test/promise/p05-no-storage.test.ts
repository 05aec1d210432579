import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { desktopChrome, type LifelikeBrowser, launchLifelikeBrowser } from '../support/browser.ts';
import { addSiteAndKey, newFolder, removeFolder, type Server, startServer } from '../support/server.ts';
import { openProxy, openShop, resolving, type VisitorProxy } from '../support/shop.ts';

const domain = 'shop.example';

/** Everything that a page can put on the device. */
const storedIn = (page: Page) =>
  page.evaluate(async () => ({
    cookie: document.cookie,
    local: Object.entries(localStorage),
    session: Object.entries(sessionStorage),
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: 'caches' in window ? await caches.keys() : [],
    workers: 'serviceWorker' in navigator ? (await navigator.serviceWorker.getRegistrations()).length : 0,
  }));

const nothing = { cookie: '', local: [], session: [], databases: [], caches: [], workers: 0 };

describe('P5: nothing is stored on the visitor’s device by default', () => {
  let folder: string;
  let server: Server;
  let shop: Awaited<ReturnType<typeof openShop>>;
  let proxy: VisitorProxy;
  let browser: LifelikeBrowser;

  beforeAll(async () => {
    folder = newFolder();
    await addSiteAndKey(folder, domain);
    server = await startServer(folder, { FOOTFALL_TRUST_PROXY: 'loopback' });
    shop = await openShop(domain);
    proxy = await openProxy(server.port, '203.0.113.5');
    browser = await launchLifelikeBrowser(desktopChrome, resolving(shop.port, proxy.port));
  });
  afterAll(async () => {
    await browser.close();
    await proxy.close();
    await shop.close();
    await server.stop();
    removeFolder(folder);
  });

  test('P5: pageviews, events and engagement leave no cookie and no storage', async () => {
    const page = await browser.newPage();
    await page.goto(`http://${domain}/`);
    await page.click('#pricing');
    await page.waitForURL('**/pricing');
    await page.click('#letter');
    await page.click('#home');
    await proxy.until(4, ({ name }) => name !== 'engagement');
    expect(await storedIn(page)).toEqual(nothing);
    expect(await browser.context.cookies()).toEqual([]);
    // What the reading would find, were it there.
    await page.evaluate(() => localStorage.setItem('a', 'b'));
    expect(await storedIn(page)).not.toEqual(nothing);
    await page.evaluate(() => localStorage.clear());
  });

  test('P5: no reply of the collector sets a cookie, or asks for more than the browser says anyway', async () => {
    for (const path of [
      '/js/footfall.js',
      '/api/event',
      '/api/pixel.gif?d=shop.example&u=http://shop.example/',
    ]) {
      const reply = await fetch(`${server.url}${path}`, { method: path === '/api/event' ? 'POST' : 'GET' });
      for (const header of ['set-cookie', 'accept-ch', 'critical-ch', 'report-to', 'nel'])
        expect([path, header, reply.headers.get(header)]).toEqual([path, header, null]);
    }
  });
});
