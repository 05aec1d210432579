import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { doctor, examined } from '../collector/doctor/doctor.ts';
import { type Instance, readInstance } from '../collector/doctor/instance.ts';
import {
  type ConditionFinding,
  DoctorReport,
  type HealthFinding,
  reportText,
} from '../collector/doctor/report.ts';
import { openTool } from '../collector/store/tool.ts';
import { propSeparator } from '../schema/dimensions.ts';
import { Settings } from '../schema/settings.ts';
import { NewSite, SiteChange } from '../schema/site.ts';
import { footfall, sendEvent, startServer } from './support/server.ts';

const now = Date.parse('2026-05-12T12:00:00Z');
const today = Math.floor(now / 86_400_000);
const noticeVersion = () => 'v1';

const folder = mkdtempSync(join(tmpdir(), 'footfall-doctor-'));
const database = join(folder, 'footfall.db');
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Given = Readonly<Record<string, string>>;
/** Settings of somebody who has done all that can be done. */
const careful: Given = {
  DATA_DIR: folder,
  PROFILE: 'strict',
  PUBLIC_URL: 'https://stats.example.com',
  TRUST_PROXY: 'loopback',
  CONTROLLER: 'Example Ltd, 1 High Street, London',
  CONTACT: 'privacy@example.com',
  REVIEWED: '2026-02-01',
};
const without = (...names: string[]): Given =>
  Object.fromEntries(Object.entries(careful).filter(([name]) => !names.includes(name)));
const settingsOf = (given: Given): Settings => Settings.parse(given);

const report = (given: Given = careful, notice = noticeVersion) => doctor(settingsOf(given), now, notice);
const conditionOf = (id: string, of: DoctorReport): ConditionFinding => {
  const found = of.conditions.find((one) => one.id === id);
  if (!found) throw new Error(`no condition ${id}`);
  return found;
};
const healthOf = (id: string, of: DoctorReport): HealthFinding => {
  const found = of.health.find((one) => one.id === id);
  if (!found) throw new Error(`no check ${id}`);
  return found;
};

function write(...statements: readonly string[]): void {
  const db = new Database(database);
  for (const statement of statements) db.exec(statement);
  db.close();
}

beforeAll(async () => {
  const tool = await openTool(database, () => now);
  await tool.config.addSite(NewSite.parse({ domain: 'example.com' }));
  await tool.close();
  write("INSERT INTO notice VALUES ('v1', '2026-01-01', 0)");
});

/** A counter of one value, and how it is taken away again. */
const counted = (dimension: string, value: string, day = today) => ({
  sql: [
    `INSERT OR IGNORE INTO string (value) VALUES ('${value}')`,
    `INSERT INTO single (site, rollup, bucket, v1, pageviews) SELECT 1, rollup.id, ${day}, string.id, 1 FROM rollup, string WHERE name = '${dimension}' AND value = '${value}'`,
  ],
  undo: ['DELETE FROM single', `DELETE FROM string WHERE id > 1`],
});
const prop = (key: string, value: string) => counted('prop', key + propSeparator + value);
const site = (settings: string) => ({
  sql: [`UPDATE site SET settings = '${settings}'`],
  undo: ["UPDATE site SET settings = '{}'"],
});

interface Spoiled {
  readonly settings?: Given;
  readonly notice?: () => string;
  readonly sql?: readonly string[];
  readonly undo?: readonly string[];
}

describe('conditions', () => {
  test('a careful strict instance fails none; what only a person can know stays for them', () => {
    const { conditions, count, healthy } = report();
    expect(conditions.filter(({ met }) => met === 'no')).toEqual([]);
    expect(conditions.filter(({ met }) => met !== 'yes').map(({ id }) => id)).toEqual([
      'purpose',
      'informed',
      'processors',
    ]);
    expect([count, healthy]).toEqual([{ yes: 12, no: 0, confirm: 3 }, true]);
  });

  test('an instance as it comes out of the box', () => {
    const { conditions } = report({ DATA_DIR: folder });
    expect(conditions.filter(({ met }) => met === 'no').map(({ id }) => id)).toEqual([
      'purpose',
      'anonymous',
      'no-more-than-needed',
      'informed',
      'objection',
      'review',
    ]);
  });

  test.each<[id: string, spoiled: Spoiled, how: RegExp, change: RegExp]>([
    [
      'purpose',
      { settings: without('CONTROLLER') },
      /FOOTFALL_CONTROLLER is not set/,
      /^FOOTFALL_CONTROLLER=/,
    ],
    [
      'no-combination',
      { sql: ['CREATE TABLE customer (email TEXT)'], undo: ['DROP TABLE customer'] },
      /tables that Footfall has not made: customer/,
      /database of their own/,
    ],
    ['no-combination', prop('userId', 'x42'), /userId \(example\.com\)/, /leave them out .* on example\.com/],
    ['no-combination', prop('order-number', '7'), /order-number/, /leave them out/],
    [
      'one-site',
      site('{"hostnames":["shop.example.com","localhost","example.org"]}'),
      /example\.com with example\.org$/,
      /footfall site add example\.org, and curl .*"hostnames":\["shop\.example\.com","localhost"\]/,
    ],
    [
      'anonymous',
      { settings: { ...careful, PROFILE: 'standard' } },
      /PROFILE is standard/,
      /^FOOTFALL_PROFILE=strict$/,
    ],
    ['anonymous', { settings: { ...careful, K: '9' } }, /FOOTFALL_K is 9/, /^FOOTFALL_K=10$/],
    [
      'no-more-than-needed',
      { settings: { ...careful, PROFILE: 'standard' } },
      /the path of referrers, minor versions .* 168 hours/,
      /^FOOTFALL_PROFILE=strict$/,
    ],
    ['thirteen-months', counted('last_visit', '396'), /396 days at example\.com/, /footfall\.js$/],
    [
      'twenty-five-months',
      counted('page', '/old', today - 800),
      /2024-03-03 stand at example\.com, and FOOTFALL_KEEP_DAYS is 759$/,
      /^footfall jobs run retain$/,
    ],
    ['address', prop('seen', '203.0.113.9'), /seen \(example\.com\)/, /leave seen/],
    ['address', prop('seen', '2001:db8::9'), /seen/, /leave seen/],
    ['city', prop('zipCode', '10115'), /zipCode \(example\.com\)/, /leave zipCode/],
    [
      'informed',
      { settings: without('CONTROLLER') },
      /FOOTFALL_CONTROLLER is not set/,
      /^FOOTFALL_CONTROLLER=/,
    ],
    ['informed', { settings: without('CONTACT') }, /FOOTFALL_CONTACT is not set/, /^FOOTFALL_CONTACT=/],
    [
      'informed',
      { sql: ['DELETE FROM notice'], undo: ["INSERT INTO notice VALUES ('v1', '2026-01-01', 0)"] },
      /no privacy notice has been published/,
      /^footfall privacy notice --publish$/,
    ],
    [
      'informed',
      { notice: () => 'v2' },
      /version v1; what is collected today would be v2/,
      /^footfall privacy notice --publish$/,
    ],
    [
      'objection',
      { settings: without('PUBLIC_URL') },
      /visitors cannot open the page/,
      /^FOOTFALL_PUBLIC_URL=/,
    ],
    ['objection', site('{"dnt":false}'), /no objection at example\.com/, /"dnt":true/],
    [
      'objection',
      { settings: { ...careful, PROFILE: 'standard' } },
      /are counted, without identity, at example\.com/,
      /^FOOTFALL_PROFILE=strict, or curl .*"optedOut":"ignore"/,
    ],
    [
      'review',
      { settings: without('REVIEWED') },
      /FOOTFALL_REVIEWED is not set/,
      /FOOTFALL_REVIEWED=2026-05-12$/,
    ],
    [
      'review',
      { settings: { ...careful, REVIEWED: '2025-05-01' } },
      /more than 12 months/,
      /FOOTFALL_REVIEWED=/,
    ],
    ['review', { settings: { ...careful, REVIEWED: '2027-01-01' } }, /to come/, /FOOTFALL_REVIEWED=/],
  ])('%s is not met with %o, and is again without', (id, spoiled, how, change) => {
    const before = conditionOf(id, report());
    expect(before.met).not.toBe('no');
    write(...(spoiled.sql ?? []));
    const during = report(spoiled.settings, spoiled.notice);
    write(...(spoiled.undo ?? []));
    const found = conditionOf(id, during);
    expect(found.met).toBe('no');
    expect(found.how).toMatch(how);
    expect(found.change).toMatch(change);
    if (found.how.includes('example.com') || spoiled.sql?.[0]?.includes('site SET'))
      expect(found.sites).toEqual(['example.com']);
    const body = /-d '(\{.*\})'/.exec(found.change ?? '')?.[1];
    if (body) SiteChange.parse(JSON.parse(body));
    expect(conditionOf(id, report())).toEqual(before);
    expect(Object.hasOwn(during, 'conditions') && during.conditions).toHaveLength(15);
  });

  test('a site that ignores objectors by itself needs no strict profile', () => {
    write(...site('{"optedOut":"ignore"}').sql);
    const found = conditionOf('objection', report({ ...careful, PROFILE: 'standard' }));
    write(...site('').undo);
    expect(found.met).toBe('yes');
  });

  test('returning browsers under strict are fine, and named', () => {
    write(...site('{"returning":"on"}').sql);
    const found = conditionOf('thirteen-months', report());
    write(...site('').undo);
    expect(found).toMatchObject({ met: 'yes', how: expect.stringContaining('example.com') });
  });

  test('who reads figures, and of how many sites, is for a person to confirm', () => {
    expect(conditionOf('no-third-party', report()).met).toBe('yes');
    expect(conditionOf('publishers-apart', report()).met).toBe('yes');
    write(
      `INSERT INTO key (name, hash, prefix, scopes, created_at) VALUES ('grafana', 'h', 'p', '["stats"]', 0)`,
      "INSERT INTO site (domain, timezone, created_at, settings) VALUES ('example.net', 'UTC', 0, '{}')",
    );
    const { conditions } = report();
    write('DELETE FROM key', "DELETE FROM site WHERE domain = 'example.net'");
    const confirmed = conditions.filter(({ met }) => met === 'for you to confirm').map(({ id }) => id);
    expect(confirmed).toContain('no-third-party');
    expect(confirmed).toContain('publishers-apart');
    expect(conditions.find(({ id }) => id === 'no-third-party')?.how).toContain('grafana');
  });
});

describe('health', () => {
  const spoil = (change: (instance: Instance) => Instance): DoctorReport =>
    examined(change(readInstance(settingsOf(careful), now, noticeVersion)));
  const data = (some: Partial<Instance['machine']['data']>) => (instance: Instance) => ({
    ...instance,
    machine: { ...instance.machine, data: { ...instance.machine.data, ...some } },
  });
  const runtime = {
    path: '/run/footfall',
    exists: true,
    writable: true,
    mode: 0o700,
    free: 9e9,
    refused: null,
    warning: null,
  };
  const memory =
    (some: Partial<typeof runtime> | { warning: string } | { refused: string }) => (instance: Instance) => ({
      ...instance,
      machine: { ...instance.machine, runtime: { ...runtime, ...some } },
    });

  test('nothing is wrong with a careful instance, but what the machine is like', () => {
    const { health } = report();
    expect(health.filter(({ state }) => state === 'error')).toEqual([]);
    expect(healthOf('database', report()).found).toMatch(/^version \d+/);
    expect(healthOf('server', report()).found).toBe('none runs on this data folder');
    expect(healthOf('places', report()).found).toMatch(/built 20\d\d-\d\d-\d\d; .*built 20\d\d/);
    expect(healthOf('notice', report()).state).toBe('ok');
  });

  test.each<
    [id: string, change: (instance: Instance) => Instance, state: string, found: RegExp, fix: RegExp]
  >([
    ['data-folder', data({ writable: false }), 'error', /cannot be written/, /FOOTFALL_DATA_DIR/],
    ['data-folder', data({ mode: 0o755 }), 'warning', /other users/, /^chmod 700/],
    ['disk', data({ free: 100e6 }), 'error', /100 MB free/, /make room/],
    ['disk', data({ free: 900e6 }), 'warning', /900 MB free/, /make room/],
    ['runtime-folder', memory({ warning: 'on a disk' }), 'warning', /on a disk/, /FOOTFALL_RUNTIME_DIR=/],
    [
      'runtime-folder',
      memory({ refused: 'in the data folder' }),
      'error',
      /data folder/,
      /FOOTFALL_RUNTIME_DIR=/,
    ],
    ['runtime-folder', memory({ free: 10e6 }), 'warning', /10 MB left/, /^mount -o remount/],
    [
      'swap',
      (instance) => ({ ...instance, machine: { ...instance.machine, swaps: ['/dev/sda2'] } }),
      'warning',
      /\/dev\/sda2/,
      /^swapoff -a/,
    ],
    [
      'places',
      (instance) => ({ ...instance, now: Date.parse('2029-01-01') }),
      'warning',
      /out of date/,
      /npm update @ip-location-db/,
    ],
    [
      'journal',
      (instance) => ({
        ...instance,
        database: { ...instance.database, waiting: 3 } as Instance['database'],
      }),
      'warning',
      /3 committed batches wait/,
      /footfall serve/,
    ],
  ])('%s', (id, change, state, found, fix) => {
    const finding = healthOf(id, spoil(change));
    expect(finding).toMatchObject({
      state,
      found: expect.stringMatching(found),
      change: expect.stringMatching(fix),
    });
    expect(spoil(change).healthy).toBe(state !== 'error');
    expect(
      healthOf(
        id,
        spoil((instance) => instance),
      ).state,
    ).not.toBe(state);
  });

  test.each<[id: string, settings: Given, found: RegExp, fix: RegExp]>([
    ['public-url', { ...careful, PUBLIC_URL: 'http://stats.example.com' }, /not encrypted/, /=https:/],
    ['public-url', { ...without('PUBLIC_URL'), HOST: '0.0.0.0' }, /none set/, /=https:/],
    ['trust-proxy', without('TRUST_PROXY'), /look like one address/, /FOOTFALL_TRUST_PROXY=loopback/],
    ['trust-proxy', { ...careful, TRUST_PROXY: '0.0.0.0/0' }, /believes everybody/, /FOOTFALL_TRUST_PROXY=/],
  ])('%s with %o', (id, given, found, fix) => {
    expect(healthOf(id, report())).toMatchObject({ state: 'ok' });
    const finding = healthOf(id, report(given));
    expect(finding).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(found),
      change: expect.stringMatching(fix),
    });
  });

  test.each<[id: string, sql: readonly string[], undo: readonly string[], found: RegExp]>([
    [
      'retention',
      counted('page', '/old', today - 800).sql,
      counted('page', '/old').undo,
      /all other counters of 2024-03-03/,
    ],
    [
      'clock',
      [
        `INSERT INTO trend (site, rollup, bucket) SELECT 1, id, ${(today + 1) * 24} FROM rollup WHERE name = 'trend'`,
      ],
      ['DELETE FROM trend'],
      /example\.com has figures of a later hour/,
    ],
  ])('%s is an error in the database', (id, sql, undo, found) => {
    write(...sql);
    const broken = report();
    write(...undo);
    expect(healthOf(id, broken)).toMatchObject({ state: 'error', found: expect.stringMatching(found) });
    expect(broken.healthy).toBe(false);
    expect(healthOf(id, report()).state).toBe('ok');
  });

  test('a city file that is none, another program’s database, an older one', () => {
    const other = mkdtempSync(join(tmpdir(), 'footfall-doctor-'));
    const file = join(other, 'footfall.db');
    const given = { ...careful, DATA_DIR: other };
    writeFileSync(join(other, 'towns.mmdb'), 'no towns');
    expect(healthOf('places', report({ ...careful, GEO_CITY_V4: join(other, 'towns.mmdb') }))).toMatchObject({
      state: 'error',
      found: expect.stringContaining('FOOTFALL_GEO_CITY_V4'),
    });
    writeFileSync(file, 'no database, but long enough to be taken for one '.repeat(20));
    expect(healthOf('database', report(given))).toMatchObject({
      state: 'error',
      found: expect.stringContaining('is not a database'),
    });
    rmSync(file);
    const foreign = new Database(file);
    foreign.exec('CREATE TABLE bookmarks (url TEXT)');
    foreign.close();
    expect(healthOf('database', report(given))).toMatchObject({
      state: 'error',
      found: expect.stringContaining('another program'),
    });
    rmSync(file);
    const old = new Database(file);
    old.pragma(`application_id = ${0x466f6f74}`);
    old.pragma('user_version = 1');
    old.close();
    expect(healthOf('database', report(given))).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/^version 1, this program writes/),
    });
    expect(readdirSync(other).sort()).toEqual(['footfall.db', 'towns.mmdb']);
    rmSync(other, { recursive: true });
  });
});

describe('what is told', () => {
  test('first and last line say what the report is not, and nowhere does it claim more', () => {
    for (const given of [careful, { DATA_DIR: folder }]) {
      const text = reportText(report(given));
      const lines = text.trim().split('\n');
      expect(lines[0]).toMatch(/no certification/);
      expect(lines.at(-1)).toMatch(/no certification/);
      expect(text + JSON.stringify(report(given))).not.toMatch(
        /certified|complian|conforme|konform|approved|guarantee/i,
      );
    }
  });

  test('each condition has a source that is listed, and each that is not met a way out', () => {
    const { conditions, health } = report({ DATA_DIR: folder });
    const text = reportText(report({ DATA_DIR: folder }));
    for (const { requirement, references, met, change } of conditions) {
      expect(text).toContain(requirement);
      for (const source of references) expect(text).toContain(`] ${source}\n`);
      if (met === 'no') expect(change).toMatch(/FOOTFALL_\w+=|footfall |curl /);
    }
    for (const { state, change } of health) expect(change === null).toBe(state === 'ok');
  });
});

describe('the command', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'footfall-doctor-'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  /** Every file with its bytes: what must be the same afterwards. */
  const files = (): string[] =>
    readdirSync(home, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((file) => `${file} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`);
  const asked = async (...options: string[]) => {
    const { code, out, err } = await footfall(home, ['doctor', '--json', ...options]);
    expect(err).toBe('');
    return { code, report: DoctorReport.parse(JSON.parse(out)) };
  };
  const inProcess = () => report({ DATA_DIR: join(home, 'data') });

  test('works before there is a database, beside a server and after a crash, and writes nothing', async () => {
    expect((await asked()).code).toBe(0);
    expect(files()).toEqual([]);

    const path = join(home, 'data/footfall.db');
    const tool = await openTool(path, () => now);
    await tool.config.addSite(NewSite.parse({ domain: 'example.com' }));
    await tool.close();
    const closed = files();
    expect(healthOf('server', inProcess()).found).toBe('none runs on this data folder');
    expect(files()).toEqual(closed);

    const server = await startServer(home);
    await sendEvent(server, { n: 'pageview', u: 'https://example.com/' });
    const beside = await asked();
    expect(beside.code).toBe(0);
    expect(healthOf('server', beside.report).found).toBe(`process ${server.process.pid} serves`);
    expect(conditionOf('one-site', beside.report).met).toBe('yes');
    await server.stop('SIGKILL');

    const crashed = files();
    expect(crashed.some((file) => file.includes('footfall.db-wal'))).toBe(true);
    expect(healthOf('server', inProcess()).found).toBe('none runs on this data folder');
    // The index of the log is the readers' own scratch paper; the database and its log are as they were.
    const lasting = (all: string[]) => all.filter((file) => !file.includes('-shm '));
    expect(lasting(files())).toEqual(lasting(crashed));
  });

  test('fails for what is wrong, and for unmet conditions only when asked to', async () => {
    const text = await footfall(home, ['doctor', '--strict-exit']);
    expect([text.code, text.out.split('\n')[0]]).toEqual([1, expect.stringContaining('no certification')]);
    mkdirSync(join(home, 'broken/data'), { recursive: true });
    writeFileSync(
      join(home, 'broken/data/footfall.db'),
      'no database, but long enough to be one. '.repeat(20),
    );
    expect((await footfall(join(home, 'broken'), ['doctor'])).code).toBe(1);
  });
});
