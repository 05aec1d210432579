import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { mark, strangers } from '../../support/tracker-scenario.ts';

const here = strangers();

const text = (page: Page) => page.locator('p').allInnerTexts();
const flag = (page: Page) => page.evaluate(() => localStorage.footfall_optout ?? null);
async function open(page: Page, file = ''): Promise<string[]> {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${here.stage.site}/widget/${file}`);
  return complaints;
}

test('a button by keyboard, its state said, under a strict policy and without the tracker', async () => {
  const page = await here.browser.newPage();
  const complaints = await open(page);
  expect(await text(page)).toEqual(['You are counted. Don’t count me', 'Gezählt. Nicht mitzählen']);
  await page.focus('a');
  await page.keyboard.press('Tab');
  const focused = () => page.evaluate(() => document.activeElement?.textContent);
  expect(await focused()).toBe('Don’t count me');
  const said = page.locator('#here').getByRole('status');
  expect(await said.textContent()).toBe('You are counted.');

  await page.keyboard.press('Enter');
  expect(await flag(page)).toBe('1');
  expect(await said.textContent()).toBe('You have opted out.');
  expect(await text(page)).toEqual(['You have opted out. Count me again', 'Nicht gezählt. Wieder mitzählen']);
  expect(await focused()).toBe('Count me again');

  await page.keyboard.press('Space');
  expect(await flag(page)).toBeNull();
  expect(await text(page)).toEqual(['You are counted. Don’t count me', 'Gezählt. Nicht mitzählen']);
  // A button may not stand in a link; what styles the link styles what took its place.
  expect(await page.locator('a button').count()).toBe(0);
  expect(await page.locator('span#here.choice button').count()).toBe(1);
  expect(complaints).toEqual([]);
});

test.each(['globalPrivacyControl', 'doNotTrack'])(
  '%s speaks already: it is said, and no button offered',
  async (signal) => {
    const page = await here.browser.newPage();
    await page.addInitScript((name) => {
      Object.defineProperty(Navigator.prototype, name, { value: name === 'doNotTrack' ? '1' : true });
    }, signal);
    await open(page);
    expect(await page.locator('#here').innerText()).toMatch(
      /^You are opted out by your browser’s signal\.\s*$/,
    );
    expect(await page.getByRole('button').count()).toBe(0);
  },
);

test('without script the link is a link', async () => {
  const page = await here.browser.newPage({ javaScriptEnabled: false });
  await open(page);
  expect(await page.getByRole('link', { name: 'Opt out' }).getAttribute('href')).toBe(
    `${here.stage.stats}/privacy?site=example.com`,
  );
});

test('another tab shows the choice, and so does an element that comes later', async () => {
  const page = await here.browser.newPage();
  await open(page);
  const other = await page.context().newPage();
  await other.goto(`${here.stage.site}/widget/`);
  await page.getByRole('button', { name: 'Don’t count me' }).click();
  await other.getByRole('button', { name: 'Count me again' }).waitFor();
  await page.evaluate(() => {
    const late = document.createElement('p');
    late.dataset.footfallOptOut = '';
    document.body.append(late);
  });
  await page.locator('p', { hasText: 'Count me again' }).nth(1).waitFor();
  expect((await text(page)).at(-1)).toBe('You have opted out. Count me again');
});

test('the tracker on the page hears it, and a mark that cannot be kept is said', async () => {
  const page = await here.browser.newPage();
  await page.addInitScript(() => {
    Object.defineProperty(window, 'localStorage', {
      get: () => {
        throw new DOMException('forbidden', 'SecurityError');
      },
    });
  });
  await open(page, 'tracked.html');
  await mark(page, 'Before');
  await page.getByRole('button').click();
  await mark(page, 'Out');
  expect(await text(page)).toEqual([
    'You have opted out on this page only: your browser does not let it be remembered. Count me again',
  ]);
  await page.getByRole('button').click();
  await mark(page, 'In');
  const events = here.stage.events.map(({ fields }) => [fields.n, fields.o ?? 0]);
  expect(events.filter(([name]) => name !== 'engagement')).toEqual([
    ['pageview', 0],
    ['Before', 0],
    ['Out', 1],
    ['In', 0],
  ]);
});

test('the fragment from the privacy page works without the tracker too', async () => {
  const page = await here.browser.newPage();
  await open(page, '#footfall-optout');
  expect(page.url()).toBe(`${here.stage.site}/widget/`);
  expect(await flag(page)).toBe('1');
  expect((await text(page))[0]).toBe('You have opted out. Count me again');
});
