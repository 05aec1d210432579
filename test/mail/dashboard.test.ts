import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CampaignReport, CampaignSummary } from '../../schema/mail.ts';
import { launchBrowser, type TestBrowser } from '../support/browser.ts';
import { agents, filled, mailIn } from '../support/mails.ts';
import { newFolder, removeFolder, type Server, settled, startServer } from '../support/server.ts';

/** The pages about mails, in a browser on the built server, with mails that were opened and followed. */

let folder: string;
let server: Server;
let browser: TestBrowser;
let page: Page;
let cookie = '';
const complaints: string[] = [];

const template = `<!doctype html><html><body onload="document.title='ran'">
<script>document.body.append('ran')</script>
<p><a href="https://example.com/sale">To the sale</a> <a href="https://example.com/new">What is new</a>
<a href="https://other.example/partner">Partner</a> <a href="mailto:us@example.com">Write</a></p>
</body></html>`;

const send = (method: string, path: string, body?: unknown) =>
  fetch(server.url + path, {
    method,
    headers: { cookie, origin: server.url, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
async function given<T>(method: string, path: string, body?: unknown): Promise<T> {
  const reply = await send(method, path, body);
  if (!reply.ok) throw new Error(`${reply.status} ${await reply.text()}`);
  return (await reply.json()) as T;
}
const reportOf = (name: string) =>
  given<CampaignReport>('GET', `/api/v2/mail/campaign?site_id=example.com&campaign=${name}`);

let reader = 0;
/** Each request comes from a reader of its own. */
async function request(path: string, agent: keyof typeof agents): Promise<void> {
  reader += 1;
  await fetch(server.url + path, {
    redirect: 'manual',
    headers: { 'user-agent': agents[agent], 'x-forwarded-for': `81.2.69.${reader}` },
  });
}

/** Prepares a mail and has it opened and followed, `scale` times. */
async function sendMail(campaign: string, scale: number): Promise<void> {
  const { html } = await given<{ html: string }>('POST', '/api/v2/mail/prepare', {
    site_id: 'example.com',
    campaign,
    html: template,
    token: '{{ .Subscriber.UUID }}',
  });
  const { open, clicks } = mailIn(html);
  const [sale = '', fresh = ''] = clicks;
  for (let round = 0; round < scale; round += 1) {
    const recipient = `${campaign}-${round}`;
    await request(filled(open, { recipient }), 'direct');
    await request(filled(open, { recipient: `${recipient}-g` }), 'proxied');
    await request(filled(open, { recipient: `${recipient}-h` }), 'proxied');
    await request(filled(open), 'machine');
    await request(filled(sale, { recipient }), 'direct');
  }
  await request(filled(fresh, { recipient: `${campaign}-0` }), 'direct');
  await request(filled(sale), 'scanner');
}

async function go(path: string): Promise<void> {
  await page.goto(server.url + path);
  await page.locator('main[aria-busy=false], main:not([aria-busy])').waitFor();
}
const figure = async (label: string): Promise<string> => {
  const item = page.locator('.figures li').filter({ has: page.getByText(label, { exact: true }) });
  return item.locator('.number').innerText();
};
const cells = (row: string) =>
  page
    .getByRole('row')
    .filter({ hasText: row })
    .locator('td')
    .evaluateAll((found) => found.map((cell) => (cell.textContent ?? '').replace(/\s+/g, ' ').trim()));

beforeAll(async () => {
  folder = newFolder();
  server = await startServer(folder, { FOOTFALL_TRUST_PROXY: 'loopback' });
  const made = await send('POST', '/api/setup', {
    token: server.setupToken,
    email: 'ann@example.com',
    password: 'a long password',
    domain: 'example.com',
    timezone: 'Europe/Berlin',
    localhost: false,
  });
  cookie = made.headers.get('set-cookie')?.split(';')[0] ?? '';
  await given('POST', '/api/v2/sites', { domain: 'quiet.example', timezone: 'UTC' });
  await sendMail('spring-26', 3);
  await sendMail('winter-25', 1);
  await given('POST', '/api/v2/mail/sent', { site_id: 'example.com', campaign: 'spring-26', count: 40 });
  await settled(server);
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const [name = '', value = ''] = cookie.split('=');
  await page.context().addCookies([{ name, value, url: server.url }]);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.url });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
});
afterAll(async () => {
  await browser.close();
  await server.stop();
  removeFolder(folder);
});

test('a site without mails says what to do first', async () => {
  await go('/quiet.example/mail');
  await page.getByRole('heading', { name: 'No mail yet' }).waitFor();
  expect(await page.getByRole('main').innerText()).toContain(
    'footfall mail prepare template.html --campaign "spring-26" --site quiet.example',
  );
  await page.getByRole('link', { name: 'Prepare a mail' }).click();
  await page.getByRole('heading', { name: 'Prepare a mail' }).waitFor();
  expect(page.url()).toBe(`${server.url}/quiet.example/mail/prepare`);
});

test('the list has the figures of the API, in the order that is asked for', async () => {
  const { campaigns } = await given<{ campaigns: CampaignSummary[] }>(
    'GET',
    '/api/v2/mail/campaigns?site_id=example.com',
  );
  await go('/example.com');
  await page.getByRole('link', { name: 'Mails' }).click();
  await page.getByRole('link', { name: 'spring-26' }).waitFor();
  const spring = campaigns.find(({ campaign }) => campaign === 'spring-26');
  expect(spring).toMatchObject({
    clicks: { direct: 4, machine: 1 },
    opens: { direct: 3, proxied: 6, machine: 3 },
  });
  expect((await cells('spring-26')).slice(1)).toEqual([
    '40',
    '4',
    `${spring?.click_through?.toFixed(1)}%`,
    `${spring?.click_to_open?.toFixed(1)}%`,
    '3 direct; 6 proxied; 3 machine;',
  ]);
  expect((await cells('winter-25')).slice(1, 4)).toEqual(['–', '2', '–']);

  const names = () => page.locator('tbody th').allInnerTexts();
  await page.getByRole('link', { name: 'Clicks', exact: true }).click();
  await expect.poll(names).toEqual(['spring-26', 'winter-25']);
  await page.getByRole('link', { name: 'Clicks', exact: true }).click();
  await expect.poll(names).toEqual(['winter-25', 'spring-26']);
  expect(page.url()).toContain('?sort=-clicks');
  expect(await page.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('ascending');
});

test('the page of a mail has the figures of the API, and machines apart', async () => {
  const report = await reportOf('spring-26');
  await go('/example.com/mail/campaign/spring-26');
  expect(await figure('Clicks')).toBe('4');
  expect(await figure('Click-through')).toBe('10.0%');
  expect(await figure('Click-to-open')).toBe(`${report.click_to_open?.toFixed(1)}%`);
  expect(await figure('Opens, direct')).toBe(String(report.opens.direct));
  expect(await figure('Opens, proxied')).toBe(String(report.opens.proxied));
  expect(await figure('Opens, machine')).toBe(String(report.opens.machine));
  const main = await page.getByRole('main').innerText();
  expect(main).toContain('1 more by machines');
  expect(main).toContain(
    `Each recipient counted once within 7 days: ${report.unique?.opens} opened, ${report.unique?.clicks} clicked.`,
  );
  expect(main).toContain('Most in one hour: 4');
  expect(await cells('/sale')).toEqual(['3', '75.0%', '3 direct; 0 proxied; 1 machine;']);
  for (const { label, caught } of report.rules.filter((rule) => rule.caught > 0))
    expect((await cells(label)).at(-1), label).toBe(String(caught));
  expect(report.rules.filter(({ caught }) => caught > 0).map(({ rule }) => rule)).toEqual([
    'apple_prefetch_probable',
    'gmail_proxy',
    'scanner_agent',
  ]);
  const onward = page.getByRole('link', { name: 'See these visits in the overview' });
  expect(await onward.getAttribute('href')).toMatch(/^\/example\.com\?.*f=is,visit:utm_campaign,spring-26$/);
});

test('the message stands in a frame that can do nothing, with the shares of its clicks', async () => {
  const frame = page.frameLocator('iframe');
  await page.locator('iframe').scrollIntoViewIfNeeded();
  await frame.getByText('To the sale').waitFor();
  expect(await frame.locator('footfall-share').allInnerTexts()).toEqual(['75.0%', '25.0%', '0']);
  expect(await frame.locator('body').innerText()).not.toContain('ran');
  const heat = await send('GET', '/api/v2/mail/heat?site_id=example.com&campaign=spring-26');
  const policy = heat.headers.get('content-security-policy');
  expect(policy).toMatch(/default-src 'none';.*frame-ancestors 'self'; sandbox$/);
  const shell = await send('GET', '/example.com/mail');
  expect(shell.headers.get('content-security-policy')).toMatch(/frame-src 'self'.*frame-ancestors 'none'/);
});

test('says how many were delivered, and rates come of it', async () => {
  await go('/example.com/mail/campaign/winter-25');
  expect(await figure('Click-through')).toBe('–');
  await page.getByLabel('Delivered', { exact: true }).fill('8');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect.poll(() => figure('Click-through')).toBe('25.0%');
  expect(await page.locator('.delivered summary').innerText()).toContain('8 delivered');
  expect((await reportOf('winter-25')).delivered).toBe(8);
  // The mail's hours stay where its opens are.
  expect(await figure('Opens, direct')).toBe('1');
  expect(await page.getByRole('main').innerText()).toContain('Most in one hour: 2');
});

test('a mail that is not known leads to its preparation', async () => {
  await go('/example.com/mail/campaign/summer%2026');
  await page.getByRole('link', { name: 'Prepare its template' }).click();
  await expect.poll(() => page.getByLabel('Name of the campaign').inputValue()).toBe('summer 26');
});

test('a template shows its links, is prepared, and copied back', async () => {
  await go('/example.com/mail/prepare');
  await page.getByLabel('Name of the campaign').fill('summer-26');
  await page.getByLabel('Template (HTML)').fill(template);
  await page.getByText('More: recipients').click();
  await page.getByRole('button', { name: 'Use the tag of Mailchimp' }).click();
  await page.getByLabel('Your unsubscribe address').fill('https://list.example/out?id=*|UNIQID|*');
  await page.getByRole('button', { name: 'Show links' }).click();
  await page.getByText('3 of 4 links are counted.').waitFor();
  expect(await page.evaluate(() => document.activeElement?.className)).toBe('result');
  expect((await cells('other.example/partner')).at(-1)).toBe(
    'https://other.example/partner?utm_source=newsletter&utm_medium=email&utm_campaign=summer-26',
  );
  expect((await cells('mailto:us@example.com')).at(-1)).toMatch(/^Left alone: /);
  expect((await send('GET', '/api/v2/mail/campaign?site_id=example.com&campaign=summer-26')).status).toBe(
    404,
  );

  await page.getByRole('button', { name: 'Prepare', exact: true }).click();
  await page.getByRole('heading', { name: '“summer-26” is prepared' }).waitFor();
  await page.getByRole('button', { name: 'Copy HTML' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(mailIn(copied).clicks).toHaveLength(3);
  expect(copied).toContain('*|UNIQID|*');
  expect(copied).toContain('<a href="mailto:us@example.com">Write</a>');
  const headers = page.getByRole('textbox', { name: 'Headers' });
  expect(await headers.inputValue()).toContain('List-Unsubscribe: <https://list.example/out?id=*|UNIQID|*>');
  expect(await page.getByRole('main').innerText()).toContain('ends the measuring, not the mailing');
  await page.getByRole('link', { name: 'the page of this mail' }).click();
  await page.getByRole('heading', { name: 'summer-26' }).waitFor();
});

test('what cannot be prepared is said beside its field, and what was pasted is not lost', async () => {
  await go('/quiet.example/mail/prepare');
  const html = page.getByLabel('Template (HTML)');
  const prepare = page.getByRole('button', { name: 'Prepare', exact: true });
  await page.getByLabel('Name of the campaign').fill('plain');
  await html.fill('no mail but words');
  await prepare.click();
  await page.getByRole('alert').filter({ hasText: 'not HTML' }).waitFor();
  expect(await html.getAttribute('aria-invalid')).toBe('true');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('prepare-html');

  await html.fill(template);
  await page.route('**/api/v2/mail/prepare', (route) => route.abort());
  const before = complaints.length;
  await prepare.click();
  await page.getByRole('alert').filter({ hasText: 'What you pasted stays here.' }).waitFor();
  expect(await html.inputValue()).toBe(template);
  await page.unroute('**/api/v2/mail/prepare');
  // A look at another page and back.
  await page.getByRole('link', { name: 'Overview' }).click();
  await page.getByRole('heading', { name: 'Nothing counted yet' }).waitFor();
  await page.goBack();
  expect(await html.inputValue()).toBe(template);
  complaints.splice(before);
  await prepare.click();
  await page.getByRole('heading', { name: '“plain” is prepared' }).waitFor();
});

test('all pages fit a phone', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  for (const path of ['', '/campaign/spring-26', '/prepare', '/campaign/none']) {
    await go(`/example.com/mail${path}`);
    const over = await page.$$eval('main *:not(.unseen, .scrolls *)', (elements) => {
      const room = document.documentElement.clientWidth;
      return elements
        .filter((element) => element.getBoundingClientRect().right > room)
        .map(({ className }) => className);
    });
    expect([path, over]).toEqual([path, []]);
  }
});

test('the browser had nothing to complain of but what was refused on purpose', () => {
  expect(complaints.filter((said) => !/status of (404|422)|'unsafe|sandboxed/.test(said))).toEqual([]);
});
