import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { shapes, storedSums } from '../collector/rollups/stored.ts';
import { keyColumns } from '../collector/store/upsert.ts';
import { storedRollups } from '../schema/rollups.ts';
import { addSites, batch, newFolder, openAt, pageview } from './store-folder.ts';

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

test('the migrations make the columns that the schema declares', async () => {
  const path = join(newFolder(), 'a.db');
  await (await openAt(path)).close();
  const db = new Database(path);
  for (const shape of shapes) {
    const columns = db.pragma(`table_info(${shape})`) as { name: string; pk: number }[];
    expect(
      columns.map(({ name }) => name),
      shape,
    ).toEqual([...keyColumns(shape), ...storedSums[shape]]);
    expect(
      columns.filter(({ pk }) => pk > 0).map(({ name }) => name),
      shape,
    ).toEqual(keyColumns(shape));
  }
  expect(db.prepare('SELECT name FROM rollup ORDER BY id').pluck().all()).toEqual(
    storedRollups.map(({ name }) => name),
  );
  const files = readdirSync(new URL('../collector/store/migrations/', import.meta.url));
  expect(db.pragma('user_version', { simple: true })).toBe(files.length);
  db.close();
});

test('only the owner may read the files and the folder made for them', async () => {
  const folder = join(newFolder(), 'data');
  const path = join(folder, 'a.db');
  const store = await openAt(path);
  await addSites(store);
  await store.commit(batch(1, [pageview('/')]));
  expect(modeOf(folder)).toBe('700');
  for (const file of [path, `${path}-wal`, `${path}-shm`]) expect(modeOf(file), file).toBe('600');
  await store.close();
  chmodSync(path, 0o644);
  await (await openAt(path)).close();
  expect(modeOf(path)).toBe('600');
});

test('leaves a folder that was there as it is', async () => {
  const folder = join(newFolder(), 'data');
  mkdirSync(folder);
  chmodSync(folder, 0o750);
  await (await openAt(join(folder, 'a.db'))).close();
  expect(modeOf(folder)).toBe('750');
});

test('refuses a database of a newer version, naming both', async () => {
  const path = join(newFolder(), 'a.db');
  await (await openAt(path)).close();
  const db = new Database(path);
  db.pragma('user_version = 4711');
  db.close();
  const newest = readdirSync(new URL('../collector/store/migrations/', import.meta.url)).length;
  await expect(openAt(path)).rejects.toMatchObject({
    name: 'UnusableDatabase',
    message: expect.stringContaining(`has version 4711; this program knows versions up to ${newest}`),
  });
});

test('refuses a file that is no database, and one of another program, and leaves them as they are', async () => {
  const folder = newFolder();
  const text = join(folder, 'text.db');
  writeFileSync(text, 'All happy families are alike. '.repeat(100));
  await expect(openAt(text)).rejects.toMatchObject({
    name: 'UnusableDatabase',
    message: expect.stringContaining('is not a database'),
  });
  expect(statSync(text).size).toBe(3_000);

  const other = join(folder, 'other.db');
  const db = new Database(other);
  db.exec('CREATE TABLE site (id INTEGER PRIMARY KEY)');
  db.close();
  chmodSync(other, 0o644);
  const before = readFileSync(other);
  await expect(openAt(other)).rejects.toMatchObject({
    name: 'UnusableDatabase',
    message: expect.stringContaining('another program'),
  });
  expect(readFileSync(other)).toEqual(before);
  expect(modeOf(other)).toBe('644');
});

test('says which folder cannot be made', async () => {
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  await expect(openAt(join(file, 'data', 'a.db'))).rejects.toMatchObject({
    name: 'StoreError',
    code: 'STORE_OPEN',
  });
});

test('nothing of a counted fact is left in the journal, and no log beside the closed file', async () => {
  const path = join(newFolder(), 'a.db');
  const store = await openAt(path);
  await addSites(store);
  await store.commit(batch(1, [pageview('/secret-plan')]));
  expect(await store.pending()).toEqual({ batches: 1, oldest: Date.UTC(2026, 2, 10, 12) });
  await store.close();
  expect(existsSync(`${path}-wal`)).toBe(false);
  const db = new Database(path);
  expect(db.prepare('SELECT count(*) FROM journal').pluck().get()).toBe(0);
  db.close();
});
