import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addKey } from '../../collector/access/accounts.ts';
import { type App, createApp } from '../../collector/app.ts';
import { fillDemo } from '../../collector/demo/fill.ts';
import { mailings } from '../../collector/demo/mailing.ts';
import { seeded } from '../../collector/demo/random.ts';
import { traffic } from '../../collector/demo/traffic.ts';
import { domain } from '../../collector/demo/world.ts';
import { scrubText } from '../../collector/enrich/scrub.ts';
import { prepare } from '../../collector/mail/prepare/prepare.ts';
import { createMailTokens } from '../../collector/mail/token.ts';
import { openStore, type Store } from '../../collector/store/store.ts';
import type { CampaignReport, CampaignSummary } from '../../schema/mail.ts';
import type { QueryResult } from '../../schema/query.ts';
import { Settings } from '../../schema/settings.ts';

const end = Date.UTC(2026, 5, 10, 12);

interface Demo {
  get<T>(path: string): Promise<T>;
  text(path: string): Promise<string>;
  ask(question: object): Promise<QueryResult['results']>;
  close(): Promise<void>;
}

/** The demo's months with few other visits, which would take long. */
async function demo(): Promise<Demo> {
  const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'footfall-demo-'));
  let now = 0;
  const clock = (): number => now;
  const settings = Settings.parse({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  const store: Store = await openStore({
    path: join(folder, 'footfall.db'),
    threads: false,
    clock,
    log: () => {},
    rollupEveryMs: 0,
  });
  const app: App = await createApp({ settings, store, clock, dist: folder });
  const time = {
    set(at: number): void {
      now = Math.max(now, at);
    },
  };
  await fillDemo(app, store, time, { now: end, days: 183, visits: 0.02 }, () => {});
  const { secret } = await addKey(store.config, randomBytes, { name: 'test', scopes: ['stats'] });
  const headers = { authorization: `Bearer ${secret}`, 'content-type': 'application/json' };
  const environment = { incoming: { socket: { remoteAddress: '127.0.0.1' } } };
  const send = async (path: string, body?: object): Promise<Response> => {
    const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
    const reply = await app.http.request(path, init, environment);
    if (!reply.ok) throw new Error(`${path}: ${reply.status} ${await reply.text()}`);
    return reply;
  };
  return {
    get: async (path) => (await send(path)).json(),
    text: async (path) => (await send(path)).text(),
    async ask(question) {
      const reply = await send('/api/v2/query', { site_id: domain, date_range: 'all', ...question });
      return ((await reply.json()) as QueryResult).results;
    },
    async close() {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const listOf = async (filled: Demo): Promise<CampaignSummary[]> =>
  (await filled.get<{ campaigns: CampaignSummary[] }>(`/api/v2/mail/campaigns?site_id=${domain}`)).campaigns;
const human = ({ direct, proxied }: { direct: number; proxied: number }): number => direct + proxied;
const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

let filled: Demo;
let campaigns: CampaignSummary[];
let reports: CampaignReport[];

beforeAll(async () => {
  filled = await demo();
  campaigns = await listOf(filled);
  reports = [];
  for (const { campaign } of campaigns)
    reports.push(await filled.get(`/api/v2/mail/campaign?site_id=${domain}&campaign=${campaign}`));
});
afterAll(() => filled.close());

test('six months have twelve letters, one every other Thursday', () => {
  expect(campaigns.map(({ campaign }) => campaign)).toEqual(
    Array.from({ length: 12 }, (_, index) => `letter-${String(12 - index).padStart(2, '0')}`),
  );
  const days = campaigns.map(({ first_day }) => Date.parse(first_day ?? '') / 86_400_000);
  for (const [index, day] of days.entries()) {
    expect(new Date(day * 86_400_000).getUTCDay()).toBe(4);
    expect((days[index - 1] ?? day + 14) - day).toBe(14);
  }
});

test('each is opened in all three ways, by believable shares of its recipients', () => {
  for (const { campaign, opens, clicks, ...rates } of campaigns) {
    expect([campaign, Math.min(...Object.values(opens))]).toEqual([
      campaign,
      expect.toSatisfy((n) => n > 50),
    ]);
    expect([campaign, rates.open_rate]).toEqual([campaign, expect.toSatisfy((n) => n >= 25 && n <= 45)]);
    expect([campaign, rates.click_through]).toEqual([campaign, expect.toSatisfy((n) => n >= 2 && n <= 6)]);
    expect(clicks.proxied).toBe(0);
    expect(clicks.machine).toBeGreaterThan(0);
  }
});

test('machines are half of the first opens or more, and most people open within a day', () => {
  for (const { campaign, opens, curve } of reports) {
    const [first] = curve;
    const early = first?.opens ?? { direct: 0, proxied: 0, machine: 0 };
    expect([campaign, early.machine]).toEqual([campaign, expect.toSatisfy((n) => n >= human(early))]);
    const day = sum(curve.slice(0, 24).map((hour) => human(hour.opens)));
    expect(day / human(opens)).toBeGreaterThan(0.6);
    expect(day / human(opens)).toBeLessThan(0.99);
  }
});

test('clicks lead to the visits of the same campaign', async () => {
  const visits = await filled.ask({ metrics: ['visits'], dimensions: ['visit:utm_campaign'] });
  for (const { campaign, clicks, website } of reports) {
    const counted = visits.find(({ dimensions }) => dimensions[0] === campaign)?.metrics[0];
    expect(counted).toBe(website.visits);
    expect(website.visits / human(clicks)).toBeGreaterThan(0.6);
    expect(website.visits / human(clicks)).toBeLessThanOrEqual(1);
  }
  for (const { website } of reports.slice(0, 2)) {
    expect(website.engaged_seconds).toBeGreaterThan(website.visits * 10);
    expect(website.goals.map(({ goal }) => goal)).toContain('Looked at the cart');
  }
});

test('what each letter has adds up to what the site has', async () => {
  const totals = await filled.ask({ metrics: ['opens', 'clicks'], dimensions: ['mail:opener'] });
  for (const opener of ['direct', 'proxied', 'machine'] as const)
    expect([
      sum(campaigns.map(({ opens }) => opens[opener])),
      sum(campaigns.map(({ clicks }) => clicks[opener])),
    ]).toEqual(totals.find(({ dimensions }) => dimensions[0] === opener)?.metrics);
  for (const { links, clicks } of reports) {
    expect(sum(links.map((link) => human(link.clicks)))).toBe(human(clicks));
    expect(sum(links.map((link) => link.clicks.machine))).toBe(clicks.machine);
  }
});

test('letters with a token count each recipient once, the others nobody', () => {
  for (const { opens, clicks, unique } of reports.slice(0, 6)) {
    expect(unique?.opens).toBeGreaterThan(human(opens) * 0.6);
    expect(unique?.opens).toBeLessThan(human(opens));
    expect(unique?.clicks).toBeGreaterThan(human(clicks) * 0.6);
    expect(unique?.clicks).toBeLessThan(human(clicks));
  }
  expect(reports.slice(6).map(({ unique }) => unique)).toEqual([null, null, null, null, null, null]);
});

test('the letters together show what every rule that needs no list catches', () => {
  const caught = new Set(
    reports.flatMap(({ rules }) => rules.filter((rule) => rule.caught > 0).map(({ rule }) => rule)),
  );
  expect([...caught].sort()).toEqual([
    'apple_prefetch_probable',
    'bot_agent',
    'burst',
    'decoy',
    'gateway_range',
    'gmail_proxy',
    'scanner_agent',
    'too_fast',
    'yahoo_proxy',
  ]);
});

test('each template is kept, with an image, a button, and links that the report knows', async () => {
  const templates = new Set<string>();
  for (const { campaign, template, links } of reports) {
    expect(template).toBe(true);
    const html = await filled.text(`/api/v2/mail/heat?site_id=${domain}&campaign=${campaign}`);
    expect(html).toMatch(/<img [^>]*alt="\w/);
    expect(html).toContain('Unsubscribe');
    expect(links.length).toBeGreaterThan(6);
    templates.add(html);
  }
  expect(templates.size).toBe(12);
});

test('it is the same every time, but for the keys that sign', () => {
  const today = Math.floor(end / 86_400_000);
  const addresses = new Map([['DE', ['192.0.2.7', '198.51.100.8', '203.0.113.9']]]);
  const signals = (secret: number): string => {
    const uniform = seeded(7);
    const tokens = createMailTokens([{ id: 1, secret: new Uint8Array(32).fill(secret) }]);
    const context = {
      tokens,
      siteId: 1,
      publicUrl: 'https://stats.example.com',
      preparedAt: null,
      scrub: scrubText,
    };
    const sent = mailings(today, 35, (options) => prepare(options, context), uniform);
    const plan = { today, days: 35, visits: 0.1, mailings: sent, addresses };
    return JSON.stringify([...traffic(plan, uniform)]);
  };
  const once = signals(1);
  expect(once.match(/"step":"sent"/g)?.length).toBe(2);
  expect(signals(2) === once).toBe(true);
});
