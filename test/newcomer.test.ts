import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { desktopChrome, launchBrowser, type TestBrowser } from './support/browser.ts';
import { newFolder, removeFolder, type Server, startServer } from './support/server.ts';

/** What the README tells a newcomer to do, done in a browser from the first start to the first figure. */

let folder: string;
let server: Server;
let browser: TestBrowser;
const complaints: string[] = [];

async function open(url: string): Promise<Page> {
  const page = await browser.newPage({ userAgent: desktopChrome });
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url);
  return page;
}

beforeAll(async () => {
  folder = newFolder();
  server = await startServer(folder);
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  removeFolder(folder);
});

test('from the setup link to the first own pageview on the dashboard', async () => {
  const page = await open(`${server.url}/setup#${server.setupToken}`);
  expect(page.url()).toBe(`${server.url}/setup`);
  await page.fill('input[name=email]', 'new@example.com');
  await page.fill('input[name=password]', 'a long password');
  await page.fill('input[name=domain]', 'https://www.example.com/');
  await page.click('button[type=submit]');
  await page.getByText(`src="${server.url}/js/footfall.js"`).waitFor();
  expect(await page.getByRole('status').textContent()).toMatch(/Waiting/);

  const practice = await page.getByRole('link', { name: 'Open a practice page' }).getAttribute('href');
  const visitor = await open(new URL(practice ?? '', server.url).href);
  await page.getByText('Got it').waitFor();
  await visitor.getByRole('button', { name: /Signup/ }).click();
  await visitor.getByRole('link', { name: 'Pricing' }).click();
  await visitor.getByRole('heading', { name: /pricing/ }).waitFor();

  await page.getByRole('link', { name: 'See the figures' }).click();
  const row = page.getByRole('row').filter({ hasText: '/practice/pricing' });
  await expect
    .poll(
      async () => {
        await page.reload();
        await page.getByRole('heading', { name: 'Pages' }).waitFor();
        return row.count();
      },
      { timeout: 30_000 },
    )
    .toBe(1);
  expect(page.url()).toBe(`${server.url}/example.com?period=day`);

  // A click on a row filters; the address says so, and going back takes it away again.
  await row.getByRole('link').first().click();
  await page.waitForURL(/f=is,event:page,/);
  await page.goBack();
  await page.waitForURL(`${server.url}/example.com?period=day`);
  expect(complaints).toEqual([]);
});

test('signing out, and in again', async () => {
  const page = await open(`${server.url}/login`);
  await page.fill('input[type=email]', 'new@example.com');
  await page.fill('input[type=password]', 'a long password');
  await page.click('button[type=submit]');
  await page.waitForURL(/example\.com/);
  await page.getByRole('heading', { name: 'Pages' }).waitFor();
  const other = await open(`${server.url}/example.com`);
  await other.waitForURL(/login/);
});
