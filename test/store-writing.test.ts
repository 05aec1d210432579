import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import type { Store } from '../collector/store/store.ts';
import { type DimensionName, dimensionNames, dimensions } from '../schema/dimensions.ts';
import { rollupOver } from '../schema/rollups.ts';
import { wholeRead } from './store-brute.ts';
import { addSites, batch, newFolder, openAt, pageview } from './store-folder.ts';

async function pagesOf(
  store: Store,
  dims: DimensionName[] = ['page'],
  site = 1,
): Promise<Record<string, number>> {
  const rollup = rollupOver(dims);
  if (!rollup) throw new Error(`no rollup over ${dims}`);
  const [rows = []] = await store.read([{ ...wholeRead(rollup, site), sums: ['pageviews'] }]);
  return Object.fromEntries(
    rows.map(({ time, values, sums }) => [[time, ...values].join(' '), sums[0] ?? 0]),
  );
}

/** Makes every write to a table fail, as a full disk would, until it is called again. */
function breakTable(path: string, table: string): () => void {
  const db = new Database(path);
  db.exec(
    `CREATE TRIGGER broken BEFORE INSERT ON ${table} BEGIN SELECT RAISE(FAIL, 'broken on purpose'); END`,
  );
  return () => {
    db.exec('DROP TRIGGER broken');
    db.close();
  };
}

test('a commit that fails leaves nothing, keeps its code, and the next one counts', async () => {
  const path = join(newFolder(), 'a.db');
  const store = await openAt(path);
  await addSites(store);
  await store.commit(batch(1, [pageview('/a')]));
  const repair = breakTable(path, 'journal');
  await expect(store.commit(batch(2, [pageview('/b')]))).rejects.toMatchObject({
    code: 'SQLITE_CONSTRAINT_TRIGGER',
  });
  repair();
  await store.commit(batch(2, [pageview('/c')]));
  await store.flush();
  expect(await pagesOf(store)).toEqual({ '20000 /a': 1, '20000 /c': 1 });
  await store.close();
});

test('a roll-up that fails changes nothing, and what waited is counted once afterwards', async () => {
  const path = join(newFolder(), 'a.db');
  const store = await openAt(path);
  await addSites(store);
  await store.commit(batch(1, [pageview('/a')]));
  await store.flush();
  const repair = breakTable(path, 'detail');
  await store.commit(batch(2, [pageview('/a'), pageview('/new')]));
  await expect(store.flush()).rejects.toThrow('broken on purpose');
  expect(await pagesOf(store)).toEqual({ '20000 /a': 1 });
  await store.commit(batch(3, [pageview('/new'), pageview('/newer')]));
  repair();
  await store.flush();
  expect(await pagesOf(store)).toEqual({ '20000 /a': 2, '20000 /new': 2, '20000 /newer': 1 });
  await store.close();
});

test('batches are numbered upwards, also across a restart and with an empty journal', async () => {
  const path = join(newFolder(), 'a.db');
  let store = await openAt(path);
  await addSites(store);
  expect(store.lastSeq).toBe(0);
  for (const seq of [1, 2, 3]) await store.commit(batch(seq, [pageview('/')]));
  await store.close();
  store = await openAt(path);
  expect(store.lastSeq).toBe(3);
  await expect(store.commit(batch(3, [pageview('/')]))).rejects.toMatchObject({ code: 'STORE_SEQ' });
  await store.commit(batch(4, []));
  await store.close();
  store = await openAt(path);
  expect(store.lastSeq).toBe(4);
  expect(await pagesOf(store)).toEqual({ '20000 /': 3 });
  await store.close();
});

test('refuses a number that is not whole before it is written', async () => {
  const store = await openAt(join(newFolder(), 'a.db'));
  await addSites(store);
  const broken = { ...pageview('/'), amounts: { pageviews: 0.5 } };
  await expect(store.commit(batch(1, [pageview('/'), broken]))).rejects.toMatchObject({ code: 'STORE_FACT' });
  await store.commit(batch(1, [pageview('/')]));
  await store.flush();
  expect(await pagesOf(store)).toEqual({ '20000 /': 1 });
  await store.close();
});

test('a long backlog is counted in pieces, in order, whoever counts it', async () => {
  const path = join(newFolder(), 'a.db');
  const server = await openAt(path);
  await addSites(server);
  for (let seq = 1; seq <= 450; seq++) await server.commit(batch(seq, [pageview('/'), pageview(`/${seq}`)]));
  // Another process counts it meanwhile: the server must notice, and count nothing twice.
  const other = await openAt(path);
  await server.commit(batch(451, [pageview('/')]));
  await other.close();
  await server.commit(batch(452, [pageview('/')]));
  await server.flush();
  const pages = await pagesOf(server);
  expect(pages['20000 /']).toBe(452);
  expect(Object.values(pages).reduce((sum, count) => sum + count, 0)).toBe(902);
  await server.close();
});

test('only so many values of a dimension keep their names, a site and day, also across a restart', async () => {
  const path = join(newFolder(), 'a.db');
  const declared = Object.fromEntries(dimensionNames.map((name) => [name, dimensions[name].cap])) as Record<
    DimensionName,
    number
  >;
  const caps = { ...declared, page: 3 };
  const country = (page: string) => ({ ...pageview(page), dims: { page, country: 'DE' } });
  let store = await openAt(path, { caps });
  await addSites(store);
  await store.commit(batch(1, [country('/1'), country('/2')]));
  await store.close();
  store = await openAt(path, { caps });
  await store.commit(
    batch(2, [country('(other)'), country('/3'), country('/4'), country('/1'), country('/5')]),
  );
  await store.commit(batch(3, [pageview('/4', 480_024), pageview('/4', 480_000, 2)]));
  await store.close();
  store = await openAt(path, { caps });
  await store.commit(batch(4, [country('/4'), country('/3')]));
  await store.flush();
  const today = { '20000 /1': 2, '20000 /2': 1, '20000 /3': 2, '20000 (other)': 4 };
  expect(await pagesOf(store)).toEqual({ ...today, '20001 /4': 1 });
  const joint = Object.fromEntries(Object.entries(today).map(([name, count]) => [`${name} DE`, count]));
  expect(await pagesOf(store, ['page', 'country'])).toEqual(joint);
  expect(await pagesOf(store, ['page'], 2)).toEqual({ '20000 /4': 1 });
  await store.close();
});

test('a removed site takes all that was counted for it along, and the words that only it used', async () => {
  const path = join(newFolder(), 'a.db');
  const store = await openAt(path);
  await addSites(store);
  await store.commit(
    batch(1, [pageview('/shared'), pageview('/only-here'), pageview('/shared', 480_000, 2)]),
  );
  await store.flush();
  await store.commit(batch(2, [pageview('/still-waiting'), pageview('/other', 480_000, 2)]));
  await store.config.removeSite(1);
  await store.commit(batch(3, [pageview('/only-here'), pageview('/other', 480_000, 2)]));
  await store.flush();
  expect(await pagesOf(store)).toEqual({});
  expect(await pagesOf(store, ['page'], 2)).toEqual({ '20000 /shared': 1, '20000 /other': 2 });
  await store.close();
  const bytes = readFileSync(path).toString('latin1');
  expect(bytes).toContain('/shared');
  expect(bytes).not.toContain('/only-here');
  expect(bytes).not.toContain('/still-waiting');
});

test('a site removed by another process: strings that are gone are not written again', async () => {
  const path = join(newFolder(), 'a.db');
  const server = await openAt(path);
  await addSites(server);
  await server.commit(batch(1, [pageview('/word')]));
  await server.flush();
  const cli = await openAt(path);
  await cli.config.removeSite(1);
  await cli.close();
  await server.commit(batch(2, [pageview('/word'), pageview('/word', 480_000, 2)]));
  await server.flush();
  expect(await pagesOf(server)).toEqual({});
  expect(await pagesOf(server, ['page'], 2)).toEqual({ '20000 /word': 1 });
  await server.close();
});
