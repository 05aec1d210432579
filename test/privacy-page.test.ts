import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser, type TestBrowser } from './support/browser.ts';
import {
  addSiteAndKey,
  ask,
  newFolder,
  realBrowser,
  removeFolder,
  type Server,
  sendEvent,
  settled,
  startServer,
} from './support/server.ts';
import { openProxy, openShop, type VisitorProxy } from './support/shop.ts';

/**
 * The page as a person meets it, in Chromium without script: at `stats.shop.test`, which shares its domain with the site
 * `shop.test`, and at `stats.example`, which does not. The site's own pages run their tracker.
 */
const domain = 'shop.test';
const site = `http://${domain}`;
const near = `http://stats.${domain}`;
const far = 'http://stats.example';
const address = `/privacy?site=${domain}`;
const reader = { javaScriptEnabled: false, viewport: { width: 1280, height: 800 } };

let folder: string;
let server: Server;
let key: string;
let shop: Awaited<ReturnType<typeof openShop>>;
let proxy: VisitorProxy;
let browser: TestBrowser;

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const shows = (page: Page, words: string): Promise<void> => page.getByText(words).first().waitFor();

/** Opens a page of the site with a browser's cookies, in a browser that runs scripts, and gives what its tracker sent. */
async function visit(from: Page, path = '/'): Promise<Readonly<Record<string, unknown>> | undefined> {
  const page = await browser.newPage({ storageState: await from.context().storageState() });
  const count = proxy.passed.length;
  await page.goto(site + path);
  await proxy.until(count + 1, () => true);
  await page.context().close();
  return proxy.passed[count]?.fields;
}

beforeAll(async () => {
  folder = newFolder();
  key = await addSiteAndKey(folder, domain, '--timezone', 'Europe/Berlin');
  server = await startServer(folder, {
    FOOTFALL_TRUST_PROXY: 'loopback',
    FOOTFALL_CONTACT: 'privacy@shop.test',
  });
  shop = await openShop(
    domain,
    (body) =>
      `<!doctype html><meta charset="utf-8"><title>Shop</title><script defer data-domain="${domain}" src="${near}/js/footfall.js"></script>${body}<a id="privacy" href="${far}${address}">Privacy</a>`,
  );
  proxy = await openProxy(server.port, '81.2.69.160');
  const rules = [`MAP ${domain} 127.0.0.1:${shop.port}`, `MAP stats.* 127.0.0.1:${proxy.port}`];
  browser = await launchBrowser([`--host-resolver-rules=${rules.join(', ')}`]);
});
afterAll(async () => {
  await browser.close();
  await proxy.close();
  await shop.close();
  await server.stop();
  removeFolder(folder);
});

test('on the site’s domain: read, opt out, be counted without identity, and come back', async () => {
  const page = await browser.newPage(reader);
  await page.goto(near + address);
  await shows(page, 'Counted, with a key for today');
  expect(await visit(page)).not.toHaveProperty('o');

  await button(page, 'Opt out').click();
  await shows(page, 'Opted out');
  expect(await page.getByRole('status').textContent()).toMatch(/^Done\./);
  expect(page.url()).toContain(`${near}/privacy`);
  expect(await visit(page, '/pricing')).toMatchObject({ n: 'pageview', o: 1 });

  await settled(server);
  const { results } = await ask(server, key, { site_id: domain, dimensions: ['visit:visitor'] });
  expect(results.map(({ dimensions, metrics }) => [dimensions[0], metrics[0]]).sort()).toEqual([
    ['identified', 1],
    ['opted-out', 1],
  ]);

  await button(page, 'Opt back in').click();
  await shows(page, 'Erased, not counted today');
  expect(await visit(page)).not.toHaveProperty('o');
  await page.context().close();
});

test('on another domain: the visitor is brought back to the site, with the word that it turns into its own mark', async () => {
  const page = await browser.newPage(reader);
  await page.goto(`${site}/pricing`);
  await page.click('#privacy');
  await shows(page, 'Opting out leads on to shop.test');
  await button(page, 'Opt out').click();
  await page.waitForURL(`${site}/#footfall-optout`);

  await page.goto(far + address);
  await shows(page, 'Erased, not counted today');
  await page.goto(`${far + address}&back=${encodeURIComponent(`${site}/blog/first?secret=1`)}`);
  await button(page, 'Opt back in').click();
  await page.waitForURL(`${site}/blog/first#footfall-optin`);
  await page.context().close();
});

test('with the keyboard alone: the first stop is the button, its ring is seen, and Enter acts', async () => {
  const page = await browser.newPage(reader);
  await page.goto(near + address);
  await page.keyboard.press('Tab');
  const focused = await page.evaluate(() => {
    const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement as Element);
    return [document.activeElement?.textContent, outlineStyle, outlineWidth];
  });
  expect(focused).toEqual(['Opt out', 'solid', '3px']);
  await page.keyboard.press('Enter');
  await shows(page, 'Opted out');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('table').waitFor();
  await page.context().close();
});

test('a browser that sends Global Privacy Control is told that it is honoured, and has nothing to press', async () => {
  const page = await browser.newPage({ ...reader, extraHTTPHeaders: { 'sec-gpc': '1' } });
  await page.goto(near + address);
  await shows(page, 'Opt-Out Request Preference Signal Honored');
  expect(await page.getByRole('button').count()).toBe(0);
  await page.context().close();
});

test('what cannot be written is not said to be done', async () => {
  expect((await sendEvent(server, { n: 'pageview', d: domain, u: `${site}/` })).status).toBe(202);
  const html = await (await fetch(server.url + address)).text();
  const nonce = /opt-out">.*?name="nonce" value="([^"]+)"/s.exec(html)?.[1] ?? '';
  const other = new Database(join(folder, 'data/footfall.db'));
  other.exec('BEGIN IMMEDIATE');
  const refused = await fetch(`${server.url}/api/privacy/opt-out`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: server.url, 'user-agent': realBrowser },
    body: new URLSearchParams({ site: domain, nonce }),
  });
  other.exec('ROLLBACK');
  other.close();
  expect([refused.status, refused.headers.get('set-cookie')]).toEqual([503, null]);
  expect(await refused.text()).toMatch(/Not done yet[^<]*<[\s\S]*To the privacy page of shop\.test/);
});

describe('the page can be read', () => {
  test.each([
    ['light', {}],
    ['dark', { colorScheme: 'dark' }],
    ['with a signal', { extraHTTPHeaders: { 'sec-gpc': '1' }, colorScheme: 'dark' }],
  ] as const)('%s: contrast is at least 4.5 to 1', async (_, more) => {
    const page = await browser.newPage({ ...reader, ...more });
    await page.goto(near + address);
    const poor = await page.evaluate(() => {
      const rgb = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
      const light = ([r = 0, g = 0, b = 0]: number[]) => {
        const [x = 0, y = 0, z = 0] = [r, g, b].map((one) =>
          one / 255 <= 0.04045 ? one / 255 / 12.92 : ((one / 255 + 0.055) / 1.055) ** 2.4,
        );
        return 0.2126 * x + 0.7152 * y + 0.0722 * z;
      };
      const background = (element: Element | null): number[] => {
        for (let at = element; at; at = at.parentElement) {
          const color = rgb(getComputedStyle(at).backgroundColor);
          if (color[3] !== 0) return color;
        }
        return [255, 255, 255];
      };
      return [...document.querySelectorAll('body *')]
        .filter((element) =>
          [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
        )
        .map((element) => {
          const [a, b] = [light(rgb(getComputedStyle(element).color)), light(background(element))];
          return [
            element.textContent?.slice(0, 30),
            (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05),
          ] as const;
        })
        .filter(([, ratio]) => ratio < 4.5);
    });
    expect(poor).toEqual([]);
    await page.context().close();
  });

  test('its essentials fit one screen of 1280 by 800, and nothing runs off a phone or a page at 200 %', async () => {
    const page = await browser.newPage(reader);
    await page.goto(near + address);
    const box = await page.locator('summary').boundingBox();
    expect((box?.y ?? 0) + (box?.height ?? 0)).toBeLessThanOrEqual(800);
    for (const width of [390, 640, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect([width, over]).toEqual([width, 0]);
    }
    await page.context().close();
  });

  test('landmarks, headings and names are there', async () => {
    const page = await browser.newPage(reader);
    await page.goto(near + address);
    for (const role of ['banner', 'main', 'contentinfo'] as const)
      expect([role, await page.getByRole(role).count()]).toEqual([role, 1]);
    expect(await page.getByRole('heading', { level: 1 }).allTextContents()).toEqual([
      'How shop.test counts visits',
    ]);
    expect(await page.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'This browser',
      'What is collected, and why',
      'Your rights',
      'What is never kept',
      'For how long',
    ]);
    for (const name of await page.getByRole('heading', { level: 2 }).allTextContents())
      expect(await page.getByRole('region', { name }).count()).toBe(1);
    expect(await page.title()).toBe('Privacy: how shop.test counts visits');
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await page.context().close();
  });
});
