import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { mark, strangers } from '../../support/tracker-scenario.ts';

const here = strangers();

const flag = (page: Page) => page.evaluate(() => localStorage.footfall_optout ?? null);
const marks = () => here.stage.events.map(({ fields }) => [fields.n, fields.o ?? 0]);
/** One site under two names, of which the second lies above the first. */
const named = (host: string) => here.stage.site.replace('127.0.0.1', host);

test('optOut and optIn hold at once, for the page and for those after it', async () => {
  const page = await here.browser.newPage();
  await page.goto(`${here.stage.site}/choices/`);
  await page.evaluate(() => {
    localStorage.footfall_first = localStorage.footfall_last = '2026-06-01';
    window.footfall?.optOut?.();
  });
  await mark(page, 'Out');
  expect(await page.evaluate(() => ({ ...localStorage }))).toEqual({ footfall_optout: '1' });
  await page.goto(`${here.stage.site}/choices/next`);
  await mark(page, 'Next');
  await page.evaluate(() => window.footfall?.optIn?.());
  await mark(page, 'In');
  expect(await page.evaluate(() => ({ ...localStorage }))).toEqual({});
  expect(marks().filter(([name]) => name !== 'engagement')).toEqual([
    ['pageview', 0],
    ['Out', 1],
    ['pageview', 1],
    ['Next', 1],
    ['In', 0],
  ]);
});

test('called by the stub before the script is there, optOut holds for the first pageview', async () => {
  const page = await here.browser.newPage();
  await page.goto(`${here.stage.site}/choices/?early`);
  await mark(page);
  expect(marks()).toEqual([
    ['pageview', 1],
    ['marker', 1],
  ]);
});

test('optIn takes the cookie of the host, of a domain above it and of the host alone', async () => {
  const page = await here.browser.newPage();
  const host = 'deep.www.shop.localhost';
  for (const domain of [`domain=${host}`, 'domain=shop.localhost', 'path=/']) {
    await page.goto(`${named(host)}/choices/`);
    await page.evaluate((where) => {
      // biome-ignore lint/suspicious/noDocumentCookie: as the privacy page sets it
      document.cookie = `footfall_optout=1; path=/; ${where}`;
    }, domain);
    expect(await page.evaluate(() => document.cookie)).toBe('footfall_optout=1');
    await page.evaluate(() => window.footfall?.optIn?.());
    expect(await page.evaluate(() => document.cookie)).toBe('');
  }
});

test('where storage is forbidden optOut still holds for the page', async () => {
  const page = await here.browser.newPage();
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'cookie'] as const)
      Object.defineProperty(name === 'cookie' ? document : window, name, {
        get: () => {
          throw new DOMException('forbidden', 'SecurityError');
        },
      });
  });
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  await page.goto(`${here.stage.site}/choices/`);
  await page.evaluate(() => {
    window.footfall?.optOut?.();
    window.footfall?.consent?.('denied');
  });
  await mark(page, 'Out');
  await page.evaluate(() => window.footfall?.optIn?.());
  await mark(page, 'In');
  expect(marks()).toEqual([
    ['pageview', 0],
    ['Out', 1],
    ['In', 0],
  ]);
  expect(errors).toEqual([]);
});

test.each([
  ['', '/choices/?a=b', ''],
  ['hash.html', '/choices/hash.html', ''],
  ['hash.html', '/choices/hash.html', '#/route'],
])('the fragment %s becomes the mark, and is neither seen nor sent (%s%s)', async (file, path, route) => {
  const page = await here.browser.newPage();
  await page.addInitScript(() => history.replaceState({ kept: 1 }, ''));
  await page.goto(`${here.stage.site}${path}${route}#footfall-optout`);
  await mark(page);
  expect(page.url()).toBe(`${here.stage.site}${path}${route}`);
  expect(await page.evaluate(() => history.state)).toEqual({ kept: 1 });
  expect(await flag(page)).toBe('1');
  expect(marks()).toEqual([
    ['pageview', 1],
    ['marker', 1],
  ]);
  const sent = file === '' ? path : path + route;
  expect(here.stage.seen()).toEqual([`pageview ${sent}`, `marker ${sent}`]);
});

test('back in leads only the way from the collector', async () => {
  const page = await here.browser.newPage();
  const { site, stats } = here.stage;
  const arrive = async (file: string, referer?: string) => {
    await page.goto(`${site}/choices/nowhere.txt`);
    await page.evaluate(() => {
      localStorage.footfall_optout = '1';
    });
    await page.goto(`${site}/choices/${file}#footfall-optin`, referer ? { referer } : {});
    await page.waitForFunction(() => window.footfall?.v === 1);
    expect(page.url()).toBe(`${site}/choices/${file}`);
    return flag(page);
  };
  expect(await arrive('')).toBe('1');
  expect(await arrive('', 'https://elsewhere.example/')).toBe('1');
  expect(await arrive('', `${stats}.elsewhere.example/`)).toBe('1');
  expect(await arrive('', `${site}/`)).toBe('1');
  // A link on the site is no act, also where the site and the collector are one.
  expect(await arrive('own.html', `${site}/`)).toBe('1');
  expect(await arrive('', `${stats}/`)).toBeNull();
});

test.each(['gpc', 'dnt', 'flag', 'cookie'])(
  'data-opted-out="ignore", opted out by %s: nothing is sent',
  async (way) => {
    const page = await here.browser.newPage();
    await page.goto(`${here.stage.site}/choices/ignore.html?${way}`);
    // The callback comes all the same: a page may wait for it.
    await mark(page);
    await page.click('button');
    await page.click('a');
    await page.mouse.wheel(0, 3_000);
    await page.evaluate(() => history.pushState(null, '', '/choices/next'));
    await mark(page);
    await page.goto(`${here.stage.site}/choices/ignore.html`);
    await page.evaluate(() => window.footfall?.optIn?.());
    await mark(page, 'In');
    // Everything before would have come before it.
    const kept = way === 'gpc' || way === 'dnt' ? ['pageview', 'In'] : ['In'];
    expect(here.stage.events.map(({ fields }) => fields.n)).toEqual(kept);
  },
);
