import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTally } from '../collector/tally.ts';
import { DropReason, dropReasons } from '../schema/drop-reasons.ts';
import { limits } from '../schema/limits.ts';
import { openReplay, type Replay } from './support/replay.ts';
import { press } from './support/rights.ts';
import { realBrowser } from './support/server.ts';
import { aSite } from './support/site.ts';

const domain = 'example.com';
const noon = Date.UTC(2026, 5, 10, 12);
let replay: Replay;
let moment = noon;

interface Sent {
  readonly body?: object | string;
  readonly headers?: Record<string, string>;
  readonly peer?: string;
  readonly site?: string;
  readonly path?: string;
  /** The visitor has today's visit erased first. */
  readonly erase?: boolean;
}
const view = { n: 'pageview', d: domain, u: 'https://example.com/' };

/** One request that ends in each reason. The type asks for every member: a new reason without a case does not compile. */
const cases: Record<Exclude<DropReason, 'unstored' | 'bad_token'>, Sent> = {
  bot: {
    headers: { 'user-agent': 'Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)' },
  },
  prefetch: { headers: { 'sec-purpose': 'prefetch' } },
  unknown_site: { body: { ...view, d: 'unknown.example' } },
  wrong_host: { body: { ...view, u: 'https://other.example/' } },
  spam_referrer: { body: { ...view, r: 'http://free.semalt.com/crawler' } },
  excluded_path: { body: { ...view, u: 'https://example.com/admin/users' } },
  excluded_network: { peer: '198.51.100.77' },
  excluded_country: { peer: '81.2.69.160' },
  opted_out_ignored: {
    body: { ...view, d: 'quiet.example', u: 'https://quiet.example/' },
    headers: { 'sec-gpc': '1' },
    site: 'quiet.example',
  },
  opted_out_engagement: { body: { ...view, n: 'engagement', e: 5_000 }, headers: { 'sec-gpc': '1' } },
  erased: { peer: '203.0.113.10', erase: true },
  late_engagement: { body: { ...view, n: 'engagement', e: 5_000 }, peer: '203.0.113.9' },
  oversize: { body: `{"n":"pageview","u":"https://example.com/","x":"${'x'.repeat(limits.body)}"}` },
  malformed: { body: '{"n":' },
};

const send = ({ body = view, headers = {}, peer = '203.0.113.1' }: Sent): Promise<Response> =>
  replay.send('POST', '/api/event', { body, peer, headers: { 'user-agent': realBrowser, ...headers } });

async function droppedAt(site: string): Promise<Record<string, number | null | undefined>> {
  await replay.tick();
  await replay.flush();
  const [answer] = await replay.ask([
    { site_id: site, metrics: ['dropped'], date_range: 'all', dimensions: ['event:drop_reason'] },
  ]);
  if (!answer || 'error' in answer) throw new Error(JSON.stringify(answer));
  return Object.fromEntries(answer.results.map(({ dimensions, metrics }) => [dimensions[0], metrics[0]]));
}
async function metricOf(reason: string): Promise<number> {
  const text = await (await replay.send('GET', '/metrics')).text();
  return Number(new RegExp(`footfall_dropped_total\\{reason="${reason}"\\} (\\d+)`).exec(text)?.[1]);
}
async function events(site: string): Promise<number | null | undefined> {
  const [answer] = await replay.ask([{ site_id: site, metrics: ['events'], date_range: 'all' }]);
  return answer && 'results' in answer ? answer.results[0]?.metrics[0] : undefined;
}

beforeAll(async () => {
  replay = await openReplay(noon);
  await replay.manage('POST', '/api/v2/sites', {
    domain,
    timezone: 'Europe/Berlin',
    settings: {
      excludedPaths: ['/admin/*'],
      excludedNetworks: ['198.51.100.0/24'],
      excludedCountries: ['GB'],
    },
  });
  await replay.manage('POST', '/api/v2/sites', {
    domain: 'quiet.example',
    timezone: 'UTC',
    settings: { optedOut: 'ignore' },
  });
});
afterAll(() => replay.close());

describe('each reason to drop an event', () => {
  test.each(Object.entries(cases))('%s', async (reason, sent) => {
    moment += 1_000;
    replay.setClock(moment);
    const site = sent.site ?? domain;
    if (sent.erase)
      await press(replay, 'erase', { site, peer: sent.peer, headers: { 'user-agent': realBrowser } });
    const [metric, before, counted] = [await metricOf(reason), await droppedAt(site), await events(site)];
    const reply = await send(sent);
    const { silent } = dropReasons[reason as DropReason];
    const refused = ['oversize', 'malformed'].includes(reason);
    expect(reply.headers.get('x-footfall-dropped')).toBe(silent || refused ? null : reason);
    expect(await metricOf(reason)).toBe(metric + 1);
    const after = await droppedAt(site);
    // Of a request that names no site of ours only the process counts.
    if (refused || reason === 'unknown_site') expect(after).toEqual(before);
    else expect(after).toEqual({ ...before, [reason]: (before[reason] ?? 0) + 1 });
    expect(await events(site)).toBe(counted);
  });

  test('an event beside them is counted', async () => {
    const before = (await events(domain)) ?? 0;
    expect((await send({})).headers.get('x-footfall-dropped')).toBeNull();
    await replay.flush();
    expect(await events(domain)).toBe(before + 1);
  });

  test('the reply never tells that somebody opted out', async () => {
    const shape = async (reply: Response): Promise<unknown> => [
      reply.status,
      [...reply.headers],
      await reply.text(),
    ];
    const quiet = { ...view, d: 'quiet.example', u: 'https://quiet.example/' };
    const [counted, ignored, plain] = [
      await shape(await send({ body: quiet })),
      await shape(await send({ body: quiet, headers: { 'sec-gpc': '1' } })),
      await shape(await send({ headers: { 'sec-gpc': '1' } })),
    ];
    expect(ignored).toEqual(counted);
    expect(plain).toEqual(counted);
  });
});

test('every reason of the closed list is tallied, those too that no request can cause here', () => {
  const tally = createTally({ find: (name) => (name === domain ? aSite() : undefined) });
  const reasons = DropReason.options;
  for (const reason of reasons) {
    tally.drop({ dropped: reason }, domain, noon);
    tally.drop({ dropped: reason }, domain, noon);
    tally.drop({ dropped: reason }, 'unknown.example', noon);
  }
  const facts = tally.facts();
  expect(facts.map(({ dims, amounts }) => [dims.reason, amounts.dropped])).toEqual(
    reasons.map((reason) => [reason, 2]),
  );
  expect([...tally.total.dropped]).toEqual(reasons.map((reason) => [reason, 3]));
  expect(tally.facts()).toEqual([]);
  tally.putBack(facts);
  expect(tally.facts()).toEqual(facts);
});

test('a clock that is set back ends no day and begins none', async () => {
  replay.setClock(moment + 10_000);
  await send({ peer: '203.0.113.50' });
  replay.setClock(moment - 36 * 3_600_000);
  await send({ peer: '203.0.113.50' });
  await send({ peer: '203.0.113.51' });
  replay.setClock(moment + 20_000);
  await send({ peer: '203.0.113.50' });
  await replay.flush();
  const [answer] = await replay.ask([
    { site_id: domain, metrics: ['visitors', 'visits', 'pageviews'], date_range: 'day', filters: [] },
  ]);
  const days = await replay.ask([
    { site_id: domain, metrics: ['pageviews'], date_range: ['2026-06-07', '2026-06-09'] },
  ]);
  expect(days[0] && 'results' in days[0] ? days[0].results[0]?.metrics : null).toEqual([0]);
  // 203.0.113.1 counted above, 50 once with three pageviews, 51 once.
  expect(answer && 'results' in answer ? answer.results[0]?.metrics : null).toEqual([3, 3, 6]);
});
