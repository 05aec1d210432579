import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { backUp } from '../collector/store/backup.ts';
import { restore } from '../collector/store/restore.ts';
import type { Store } from '../collector/store/store.ts';
import { addSites, batch, newFolder, noon, openAt, pageview } from './store-folder.ts';
import { storedAt, totalsOf } from './support/purged.ts';
import { footfall, sendEvent, startServer } from './support/server.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const sessionCanary = 'digest-of-a-session';

/** A data folder in use: a pageview is counted, another waits in the journal, somebody is signed in. */
async function inUse(): Promise<{ folder: string; path: string; store: Store }> {
  const folder = join(newFolder(), 'data');
  const path = join(folder, 'footfall.db');
  const store = await openAt(path);
  await addSites(store);
  const { id } = await store.config.addUser({
    email: 'a@example.com',
    passwordHash: 'x',
    role: 'admin',
    sites: [],
  });
  await store.config.addSession({ digest: sessionCanary, userId: id, expiresAt: noon * 2 });
  await store.commit(batch(1, [pageview('/counted')]));
  await store.flush();
  await store.commit(batch(2, [pageview('/waiting')]));
  return { folder, path, store };
}

/** Names and contents of a folder, but for the lock, which names the process that had it last. */
const contentOf = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => name !== 'server.lock')
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );

async function pagesIn(path: string): Promise<string[]> {
  const store = await openAt(path);
  await store.flush();
  await store.close();
  return (storedAt(path).get('page') ?? []).map(({ values }) => `${values}`);
}

test('a backup holds what waits in the journal, and no session; only its owner may read it', async () => {
  const { folder, path, store } = await inUse();
  const file = join(newFolder(), 'a.backup');
  const backup = backUp(path, file);
  expect(backup).toEqual({ file, bytes: statSync(file).size, waiting: 1 });
  expect(modeOf(file)).toBe('600');
  expect(readFileSync(file).includes(sessionCanary)).toBe(false);
  expect(
    readFileSync(path).includes(sessionCanary) || readFileSync(`${path}-wal`).includes(sessionCanary),
  ).toBe(true);
  expect(readdirSync(join(file, '..'))).toEqual(['a.backup']);
  await store.commit(batch(3, [pageview('/after')]));
  await store.close();

  const restored = restore(file, folder, noon);
  const aside = `${path}.before-restore-2026-03-10T12-00-00`;
  expect(restored).toEqual({ bytes: statSync(path).size, old: aside, carried: {} });
  expect(modeOf(path)).toBe('600');
  expect(await pagesIn(path)).toEqual(['/counted', '/waiting']);
  expect(await pagesIn(aside)).toEqual(['/after', '/counted', '/waiting']);
  expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
});

test('a backup goes into a folder without a database too', async () => {
  const { path, store } = await inUse();
  const file = join(newFolder(), 'a.backup');
  backUp(path, file);
  await store.close();
  const folder = join(newFolder(), 'new');
  expect(restore(file, folder, noon).old).toBeNull();
  expect(await pagesIn(join(folder, 'footfall.db'))).toEqual(['/counted', '/waiting']);
});

test('an older version is brought up to date', async () => {
  const { folder, path, store } = await inUse();
  await store.close();
  const file = join(newFolder(), 'old.db');
  const old = new Database(file);
  const first = new URL('../collector/store/migrations/0001-rollups-and-configuration.sql', import.meta.url);
  old.exec(readFileSync(first, 'utf8'));
  old.pragma(`application_id = ${0x466f6f74}`);
  old.pragma('user_version = 1');
  old.close();
  restore(file, folder, noon);
  const db = new Database(path);
  expect(db.pragma('user_version', { simple: true })).toBe(3);
  db.close();
});

test('objections, requests and spent privacy are not forgotten with what is younger than the backup', async () => {
  const { folder, path, store } = await inUse();
  const db = new Database(path);
  db.exec(`INSERT INTO secret VALUES ('mail', x'01'); INSERT INTO suppression VALUES (x'aa', 1);
    INSERT INTO request VALUES ('before', 'access', 0, 1, 2, NULL);
    INSERT INTO release (at, site, kind, first_day, until_day, epsilon, delta, rows) VALUES (1, 1, 'week', 2, 9, '1', '0', 5)`);
  const file = join(newFolder(), 'a.backup');
  backUp(path, file);
  db.exec(`INSERT INTO suppression VALUES (x'bb', 2); INSERT INTO notice VALUES ('2', '2026-01-01', 3);
    INSERT INTO request VALUES ('ref', 'object', 0, 1, 2, NULL); UPDATE request SET closed_at = 7 WHERE reference = 'before';
    INSERT INTO release (at, site, kind, first_day, until_day, epsilon, delta, rows) VALUES (2, 1, 'week', 9, 16, '1', '0', 5)`);
  db.close();
  await store.close();
  expect(restore(file, folder, noon).carried).toEqual({ suppression: 1, notice: 1, request: 1, release: 1 });
  const now = new Database(path);
  expect(now.prepare('SELECT hex(hash) FROM suppression ORDER BY 1').pluck().all()).toEqual(['AA', 'BB']);
  expect(now.prepare('SELECT at FROM release ORDER BY 1').pluck().all()).toEqual([1, 2]);
  expect(now.prepare('SELECT closed_at FROM request ORDER BY reference').pluck().all()).toEqual([7, null]);
  // Hashes under another key mean nothing here.
  now.exec(`UPDATE secret SET value = x'02'; INSERT INTO suppression VALUES (x'cc', 3)`);
  now.close();
  expect(restore(file, folder, noon + 1_000).carried).toEqual({ notice: 1, request: 1, release: 1 });
});

test('an objection is kept by the key it was made with, also where the backup is from before the first one', async () => {
  const { folder, path, store } = await inUse();
  const file = join(newFolder(), 'a.backup');
  backUp(path, file);
  const db = new Database(path);
  db.exec(`INSERT INTO secret VALUES ('suppression', x'01'); INSERT INTO suppression VALUES (x'aa', 1)`);
  db.close();
  await store.close();
  expect(restore(file, folder, noon).carried).toEqual({ suppression: 1 });
  const now = new Database(path);
  expect(now.prepare('SELECT name, hex(value) FROM secret').raw().all()).toEqual([['suppression', '01']]);
  now.close();
});

test('a file that is there is not overwritten, and a database that is not there not made', async () => {
  const { path, store } = await inUse();
  const folder = newFolder();
  const file = join(folder, 'a.backup');
  writeFileSync(file, 'precious');
  expect(() => backUp(path, file)).toThrow(`${file} is there already and is not overwritten`);
  expect(() => backUp(path, join(folder, 'no/where'))).toThrow(`there is no folder ${join(folder, 'no')}`);
  expect(() => backUp(join(folder, 'footfall.db'), join(folder, 'b'))).toThrow('There is no database');
  expect(readdirSync(folder)).toEqual(['a.backup']);
  expect(readFileSync(file, 'utf8')).toBe('precious');
  await store.close();
});

test.each<[string, (good: Buffer) => Buffer | null, string]>([
  ['is missing', () => null, 'There is no file'],
  ['is damaged', damaged, 'is damaged'],
  ['was cut off', (good) => good.subarray(0, 40_960), 'is damaged'],
  ['is no database', () => Buffer.from('a,b,c\n'.repeat(2_000)), 'is not a database'],
  ['is of another program', (good) => withHeader(good, 68, 1_234), 'is a database of another program'],
  [
    'is of a newer version',
    (good) => withHeader(good, 60, 4_711),
    'has version 4711; this program knows versions up to',
  ],
])('a backup that %s is refused in words, and nothing is changed', async (_, spoil, words) => {
  const { folder, path, store } = await inUse();
  const elsewhere = newFolder();
  const file = join(elsewhere, 'a.backup');
  backUp(path, join(elsewhere, 'good'));
  await store.close();
  const spoiled = spoil(readFileSync(join(elsewhere, 'good')));
  if (spoiled) writeFileSync(file, spoiled);
  const before = contentOf(folder);
  expect(() => restore(file, folder, noon)).toThrow(words);
  expect(contentOf(folder)).toEqual(before);
});

/** Noise in the middle of every page but the first. */
function damaged(good: Buffer): Buffer {
  const bytes = Buffer.from(good);
  for (let at = 4_096; at < bytes.length; at += 4_096) bytes.fill(0xa5, at, at + 200);
  return bytes;
}

/** SQLite keeps `user_version` at byte 60 of a file and `application_id` at 68, big-endian. */
function withHeader(good: Buffer, at: number, value: number): Buffer {
  const bytes = Buffer.from(good);
  bytes.writeUInt32BE(value, at);
  return bytes;
}

test('a database that somebody else has open is left alone', async () => {
  const { folder, path, store } = await inUse();
  const file = join(newFolder(), 'a.backup');
  backUp(path, file);
  await store.close();
  const other = new Database(path);
  other.exec('BEGIN; SELECT * FROM meta');
  const writer = new Database(path);
  writer.exec("INSERT INTO secret VALUES ('late', x'01')");
  expect(() => restore(file, folder, noon)).toThrow('another process has');
  writer.close();
  other.close();
  const kept = new Database(path);
  expect(kept.prepare('SELECT name FROM secret').pluck().all()).toEqual(['late']);
  kept.close();
  expect(readdirSync(folder).sort()).toEqual(['footfall.db', 'server.lock']);
});

test('what cannot be written whole is not kept', async () => {
  const { folder, path, store } = await inUse();
  const room = join(newFolder(), 'room');
  mkdirSync(room);
  backUp(path, join(room, 'good'));
  await store.close();
  const before = [contentOf(room), contentOf(folder)];
  const program = resolve(import.meta.dirname, '../dist/collector/cli/footfall.js');
  // No file may grow beyond 32 KiB: to a writer the same as a disk that is full.
  const limited = (...args: string[]) =>
    spawnSync(
      'bash',
      ['-c', `trap '' XFSZ; ulimit -f 32; exec "$@"`, 'bash', process.execPath, program, ...args],
      {
        env: { PATH: process.env.PATH, FOOTFALL_DATA_DIR: folder },
        encoding: 'utf8',
      },
    );
  for (const args of [
    ['backup', join(room, 'new')],
    ['restore', join(room, 'good')],
  ]) {
    const { status, stdout, stderr } = limited(...args);
    expect([status, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/footfall: cannot write .*Nothing was changed; make room, or name another place/);
    expect([contentOf(room), contentOf(folder)]).toEqual(before);
  }
});

test('beside a server under load, everything that was answered before is in the backup; restoring waits for its end', async () => {
  const folder = newFolder();
  const data = join(folder, 'data');
  const store = await openAt(join(data, 'footfall.db'));
  await addSites(store);
  await store.close();
  const server = await startServer(folder);
  let going = true;
  let acknowledged = 0;
  let sent = 0;
  const senders = Array.from({ length: 4 }, async () => {
    while (going) {
      sent += 1;
      const { status } = await sendEvent(server, {
        n: 'pageview',
        d: 'one.example',
        u: 'https://one.example/',
      });
      expect(status).toBe(202);
      acknowledged += 1;
    }
  });
  while (acknowledged < 100)
    await sendEvent(server, { n: 'pageview', d: 'two.example', u: 'https://two.example/' });
  const before = acknowledged;
  const file = join(folder, 'a.backup');
  const { code, out, err } = await footfall(folder, ['backup', file]);
  expect([code, out]).toEqual([0, expect.stringContaining(`Wrote ${file} (`)]);
  expect(err).toContain('Copying ');
  going = false;
  await Promise.all(senders);

  expect(() => restore(file, data, noon)).toThrow(
    `Another footfall serve (process ${server.process.pid}) uses`,
  );
  await server.stop();
  restore(file, data, noon);
  await pagesIn(join(data, 'footfall.db'));
  const counted = totalsOf(storedAt(join(data, 'footfall.db')).get('trend')).pageviews ?? 0;
  expect(counted).toBeGreaterThanOrEqual(before);
  expect(counted).toBeLessThanOrEqual(sent);
});
