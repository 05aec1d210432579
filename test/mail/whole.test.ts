import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CampaignReport } from '../../schema/mail.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { footfall, newFolder, removeFolder, type Server, settled, startServer } from '../support/server.ts';

/**
 * A mail on its whole way: prepared on the command line, opened in a browser, a link followed to a tracked page of the
 * website, and what the campaign's page in the dashboard makes of it.
 */

let folder: string;
let server: Server;
let browser: TestBrowser;
const site = ['--site', 'example.com'] as const;
const login = { email: 'ann@example.com', password: 'a long password' };

beforeAll(async () => {
  folder = newFolder();
  server = await startServer(folder);
  const commands = [
    ['site', 'add', 'example.com', '--hostname', '127.0.0.1'],
    ['user', 'add', login.email, '--role', 'admin'],
  ];
  for (const command of commands) {
    const { code, err } = await footfall(folder, command, `${login.password}\n`);
    expect([command, code, err]).toEqual([command, 0, expect.any(String)]);
  }
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  removeFolder(folder);
});

const mail = (...args: string[]) =>
  footfall(folder, ['mail', ...args], '', { FOOTFALL_PUBLIC_URL: server.url });

async function report(): Promise<CampaignReport> {
  const { code, out, err } = await mail('report', '--campaign', 'spring-26', ...site, '--json');
  if (code !== 0) throw new Error(err);
  return JSON.parse(out);
}

test('one mail is opened once, one link followed once, and one visit comes of it', async () => {
  const template = join(folder, 'letter.html');
  const prepared = join(folder, 'prepared.html');
  writeFileSync(
    template,
    `<!doctype html><html><body><table><tr><td>
<p>The new chairs are here.</p>
<a href="${server.url}/practice/pricing?site=example.com">Look at them</a>
<a href="mailto:shop@example.com">Write to us</a>
</td></tr></table></body></html>`,
  );
  const done = await mail('prepare', template, '--campaign', 'spring-26', ...site, '--out', prepared);
  expect([done.code, done.err]).toEqual([0, expect.stringContaining('Changed 1 of 2 links')]);
  expect(readFileSync(prepared, 'utf8')).toContain('<a href="mailto:shop@example.com">Write to us</a>');
  expect((await mail('sent', '--campaign', 'spring-26', ...site, '--count', '4')).code).toBe(0);

  const reader = await browser.newPage();
  const opened = reader.waitForResponse((response) => response.url().includes('/m/o/'));
  await reader.goto(pathToFileURL(prepared).href);
  expect((await opened).status()).toBe(200);
  const counted = reader.waitForResponse(
    (response) => response.url().endsWith('/api/event') && response.status() === 202,
  );
  await reader.getByRole('link', { name: 'Look at them' }).click();
  await counted;
  const landed = new URL(reader.url());
  expect(landed.pathname).toBe('/practice/pricing');
  expect(Object.fromEntries(landed.searchParams)).toEqual({
    site: 'example.com',
    utm_source: 'newsletter',
    utm_medium: 'email',
    utm_campaign: 'spring-26',
  });

  await settled(server);
  const none = { direct: 0, proxied: 0, machine: 0 };
  const known = await report();
  expect(known).toMatchObject({
    delivered: 4,
    opens: { ...none, direct: 1 },
    clicks: { ...none, direct: 1 },
    click_through: 25,
    click_to_open: 100,
    unique: null,
    website: { visitors: 1, visits: 1 },
  });
  expect(known.links.map(({ clicks, share }) => [clicks.direct, share])).toEqual([[1, 100]]);
  expect(known.rules.filter(({ caught }) => caught > 0)).toEqual([]);
  expect(known.curve.at(-1)).toMatchObject({ opens: { direct: 1 }, clicks: { direct: 1 } });

  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  await page.goto(`${server.url}/login`);
  await page.fill('input[type=email]', login.email);
  await page.fill('input[type=password]', login.password);
  await page.click('button[type=submit]');
  await page.waitForURL(/example\.com/);
  await page.getByRole('link', { name: 'Mails', exact: true }).click();
  await page.getByRole('link', { name: 'spring-26' }).click();
  await page.getByRole('heading', { name: 'spring-26' }).waitFor();
  await page.getByRole('heading', { name: 'Links' }).waitFor();
  const shown = await page.getByRole('main').innerText();
  expect(shown).toMatch(/Click-through\s+25(\.0)?\s*%/);
  expect(shown).toMatch(/Clicks\s+1\s/);
  expect(shown).toMatch(/Opens, direct\s+1\s/);
  expect(shown).toMatch(/Visits\s+1\s|Visitors\s+Visits[\s\S]*?\s1\s+1\s/);
  expect(shown).toContain('/practice/pricing');
});
