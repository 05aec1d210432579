import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings, SettingsError } from '../collector/settings.ts';
import { type ProfileName, profiles } from '../schema/profiles.ts';
import type { Query, QueryResult } from '../schema/query.ts';
import { openReplay, type Replay } from './support/replay.ts';

const noon = Date.parse('2026-05-12T12:00:00Z');
const mac =
  'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.7390.54 Safari/537.36';
const phone =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4.1 Mobile/15E148 Safari/604.1';
/** Only visitors who have objected open it. */
const objector = '/page-of-an-objector-7f3a';
const counted = 14;
const objected = 23;

/** The same day at a collector of each profile. */
async function oneDay(profile: ProfileName): Promise<Replay> {
  const replay = await openReplay(noon, { PROFILE: profile });
  await replay.manage('POST', '/api/v2/sites', {
    domain: 'example.com',
    settings: { optedOut: 'count', returning: 'on' },
  });
  await replay.tick();
  const open = async (from: string, path: string, headers: Readonly<Record<string, string>>) => {
    const body = {
      n: 'pageview',
      u: `https://example.com${path}`,
      r: 'https://news.example.org/story/42',
      w: 1280,
    };
    const reply = await replay.send('POST', '/api/event', {
      headers: { 'x-forwarded-for': from, 'content-type': 'text/plain', ...headers },
      body,
    });
    if (reply.status !== 202) throw new Error(`${reply.status} ${await reply.text()}`);
    return [reply.status, reply.headers.get('x-footfall-dropped'), await reply.text()];
  };
  let whole: unknown;
  for (let visitor = 1; visitor <= counted; visitor += 1)
    whole = await open(`192.0.2.${visitor}`, '/', { 'user-agent': visitor <= 8 ? mac : phone });
  for (let visitor = 1; visitor <= objected; visitor += 1)
    expect(
      await open(`198.51.100.${visitor}`, objector, { 'user-agent': mac, 'sec-gpc': '1' }),
      'the reply does not tell who has opted out',
    ).toEqual(whole);
  await replay.tick();
  await replay.flush();
  return replay;
}

async function asked(replay: Replay, question: Partial<Query>): Promise<QueryResult> {
  const whole = { site_id: 'example.com', metrics: ['pageviews'], date_range: 'day', ...question };
  const [answer] = await replay.ask([whole]);
  if (!answer || 'error' in answer) throw new Error(JSON.stringify(answer));
  return answer;
}
const valuesOf = async (replay: Replay, dimension: string): Promise<(string | undefined)[]> =>
  (await asked(replay, { dimensions: [dimension] })).results.map((row) => row.dimensions[0]).sort();
const figuresOf = async (replay: Replay, question: Partial<Query>) =>
  (await asked(replay, question)).results.map((row) => row.metrics);

/** Whether a text stands anywhere in the files of the data folder. */
const isOnDisk = (folder: string, text: string): boolean =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).some(
    (entry) => entry.isFile() && readFileSync(join(entry.parentPath, entry.name)).includes(text),
  );

describe.each(['standard', 'strict'] as const)('under %s', (profile) => {
  const strict = profile === 'strict';
  let replay: Replay;
  beforeAll(async () => {
    replay = await oneDay(profile);
  });
  afterAll(() => replay.close());

  test('opted-out visitors are counted, or leave nothing but the number of drops', async () => {
    expect(await valuesOf(replay, 'event:page')).toEqual(strict ? ['/'] : ['/', objector]);
    expect(await valuesOf(replay, 'visit:visitor')).toEqual(
      strict ? ['identified'] : ['identified', 'opted-out'],
    );
    expect(isOnDisk(replay.folder, objector)).toBe(!strict);
    const [dropped] = (await asked(replay, { metrics: ['dropped'], dimensions: ['event:drop_reason'] }))
      .results;
    expect(dropped).toEqual(strict ? { dimensions: ['opted_out_ignored'], metrics: [20] } : undefined);
  });

  test('what is known of a browser', async () => {
    expect(await valuesOf(replay, 'visit:screen')).toEqual([strict ? '(unknown)' : '1024–1439']);
    expect(await valuesOf(replay, 'visit:os_version')).toEqual(
      strict ? ['iOS 17', 'macOS 10'] : ['iOS 17.4', 'macOS 10.15'],
    );
    expect(await valuesOf(replay, 'visit:browser_version')).toEqual(['Chrome 141', 'Safari 17']);
  });

  test('what is known of a referrer', async () => {
    const host = 'news.example.org';
    expect(await valuesOf(replay, 'visit:referrer')).toEqual([strict ? host : `${host}/story/42`]);
    expect(isOnDisk(replay.folder, '/story/42')).toBe(!strict);
  });

  test('every count, and what is made of it', async () => {
    const metrics: Query['metrics'] = ['visitors', 'visits', 'pageviews', 'events', 'bounces'];
    const all = await figuresOf(replay, { metrics });
    expect(all).toEqual([
      strict ? [10, 10, 10, 10, 0] : [counted, counted, counted + objected, counted + objected, 0],
    ]);
    expect(
      await figuresOf(replay, { metrics: ['visitors', 'percentage'], dimensions: ['visit:os'] }),
    ).toEqual(
      strict
        ? [
            [10, 100],
            [10, 100],
          ]
        : [
            [8, 57.1],
            [6, 42.9],
          ],
    );
  });

  test('visits now and the last minutes', async () => {
    const live = await replay.manage('GET', '/api/v2/realtime?site_id=example.com', undefined);
    expect(live).toMatchObject({ visits: strict ? 10 : counted, receiving: true });
    const { minutes } = live as { minutes: { pageviews: number; events: number }[] };
    expect(minutes).toHaveLength(30);
    expect(minutes.reduce((sum, minute) => sum + minute.pageviews, 0)).toBe(strict ? 10 : counted + objected);
  });

  test('readers are told that figures are rounded', async () => {
    const { notes } = (await asked(replay, {})).meta;
    expect(notes.some((note) => note.startsWith('Counts are rounded to tens'))).toBe(strict);
  });

  test('questions over several dimensions', async () => {
    const question = {
      site_id: 'example.com',
      metrics: ['pageviews'],
      date_range: 'day',
      dimensions: ['event:page'],
      filters: [
        ['is', 'visit:device', ['Desktop']],
        ['is', 'visit:source', ['news.example.org']],
      ],
    };
    const [answer] = await replay.ask([question]);
    expect(answer && 'error' in answer ? answer.error.code : 'answered').toBe(
      strict ? 'unanswerable' : 'answered',
    );
  });
});

describe('settings that contradict each other or the promise stop the start, in words', () => {
  test.each([
    [{ DETAIL_HOURS: '24', PROFILE: 'strict' }, 'must be 0 or not set under FOOTFALL_PROFILE=strict'],
    [{ K: '1' }, 'must be at least 2'],
    [{ K: '1', PROFILE: 'strict' }, 'must be at least 2'],
    [{ KEEP_DAYS: '760' }, 'must be at most 759'],
    [{ PAIR_DAYS: '61' }, 'must be at most 60'],
    [{ DETAIL_HOURS: '169' }, 'must be at most 168'],
    [{ PROFILE: 'stricter' }, 'must be standard or strict'],
  ])('%o', (given, words) => {
    const environment = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [`FOOTFALL_${name}`, value]),
    );
    expect(() => readSettings(environment, '/nowhere')).toThrow(SettingsError);
    expect(() => readSettings(environment, '/nowhere')).toThrow(words);
  });

  test('strict goes with no detail, and with whatever is shorter than promised', () => {
    const strict = { FOOTFALL_PROFILE: 'strict' };
    expect(readSettings(strict, '/nowhere').DETAIL_HOURS).toBe(0);
    expect(readSettings({ ...strict, FOOTFALL_DETAIL_HOURS: '0' }, '/nowhere').DETAIL_HOURS).toBe(0);
    expect(readSettings({ ...strict, FOOTFALL_KEEP_DAYS: '400' }, '/nowhere').KEEP_DAYS).toBe(400);
    expect(Object.keys(profiles)).toEqual(['standard', 'strict']);
  });
});
