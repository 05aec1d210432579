import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createApp } from '../collector/app.ts';
import { holdFolder } from '../collector/store/hold.ts';
import type { Store } from '../collector/store/store.ts';
import { openTool } from '../collector/store/tool.ts';
import { rollupOver } from '../schema/rollups.ts';
import { Settings } from '../schema/settings.ts';
import { wholeRead } from './store-brute.ts';
import { addSites, batch, newFolder, noon, openAt, pageview } from './store-folder.ts';
import {
  addSiteAndKey,
  ask,
  footfall,
  realBrowser,
  type Server,
  sendEvent,
  settled,
  startServer,
} from './support/server.ts';

const domain = 'example.com';
const view = { n: 'pageview', d: domain, u: 'https://example.com/' };

/** Sends pageviews, eight at a time, until told to stop; gives how many were answered 202. */
function load(server: Server): () => Promise<number> {
  let going = true;
  let acknowledged = 0;
  const sender = async () => {
    while (going) {
      const { status } = await sendEvent(server, view);
      expect(status).toBe(202);
      acknowledged++;
    }
  };
  const senders = Array.from({ length: 8 }, sender);
  return async () => {
    going = false;
    await Promise.all(senders);
    return acknowledged;
  };
}

async function pageviews(server: Server, key: string): Promise<number | undefined> {
  await settled(server);
  const { results } = await ask(server, key, { site_id: domain, metrics: ['pageviews'] });
  return results[0]?.metrics[0] as number | undefined;
}

test('a second server on a folder refuses at once and in words; the first one loses nothing', async () => {
  const folder = newFolder();
  const key = await addSiteAndKey(folder, domain);
  const first = await startServer(folder);
  const stop = load(first);
  const words = `Another footfall serve (process ${first.process.pid}) uses ${join(folder, 'data')}. Stop it, or choose another folder: FOOTFALL_DATA_DIR=`;
  await expect(startServer(folder)).rejects.toThrow(words);
  const acknowledged = await stop();

  // Whoever waited for the database would have to say that it is locked.
  const busy = new Database(join(folder, 'data/footfall.db'));
  busy.exec('BEGIN IMMEDIATE');
  const { code, out, err } = await footfall(folder, ['serve']);
  busy.close();
  expect([code, out]).toEqual([1, '']);
  expect(err).toContain(words);

  expect(acknowledged).toBeGreaterThan(0);
  expect(await pageviews(first, key)).toBe(acknowledged);
  expect(await first.stop()).toBe(0);
});

test('a folder is free again after its server was killed, and after a start that failed', async () => {
  const folder = newFolder();
  const key = await addSiteAndKey(folder, domain);
  const first = await startServer(folder);
  const stop = load(first);
  while ((await (await fetch(`${first.url}/metrics`)).text()).includes('kind="pageview"} 0')) {}
  const acknowledged = await stop();
  await first.stop('SIGKILL');
  await expect(startServer(folder, { FOOTFALL_HOST: '192.0.2.1' })).rejects.toThrow('FOOTFALL_HOST');
  const second = await startServer(folder);
  expect(await pageviews(second, key)).toBe(acknowledged);
  await second.stop();
  holdFolder(join(folder, 'data')).release();
});

test('commands beside a loaded server lose nothing', async () => {
  const folder = newFolder();
  const key = await addSiteAndKey(folder, domain);
  const server = await startServer(folder);
  const stop = load(server);
  for (const command of ['one', 'two', 'three']) {
    const ended = await Promise.all([
      footfall(folder, ['site', 'add', `${command}.example`]),
      footfall(folder, ['key', 'add', '--name', command]),
      footfall(folder, ['user', 'add', `${command}@example.com`], 'correct horse battery\n'),
      footfall(folder, ['site', 'list', '--json']),
    ]);
    expect(ended.map(({ code, err }) => [code, code === 0 ? '' : err])).toEqual(ended.map(() => [0, '']));
  }
  expect((await footfall(folder, ['site', 'remove', 'two.example', '--yes'])).code).toBe(0);
  const acknowledged = await stop();
  expect(acknowledged).toBeGreaterThan(0);
  expect(await pageviews(server, key)).toBe(acknowledged);
  await server.stop();
});

test('a demo does not fill the folder that another one serves', async () => {
  const folder = newFolder();
  const data = join(folder, 'data/demo');
  const hold = holdFolder(data);
  writeFileSync(join(data, 'footfall.db'), 'of the other one');
  const { code, err } = await footfall(folder, ['demo', '--fresh', '--no-serve', '--days', '2']);
  expect(code).toBe(1);
  expect(err).toContain(`(process ${process.pid})`);
  expect(statSync(join(data, 'footfall.db')).size).toBe(16);
  hold.release();
});

test('a hold is for one, also within a process, and names a folder that cannot be written', () => {
  const folder = join(newFolder(), 'data');
  const hold = holdFolder(folder);
  expect(statSync(join(folder, 'server.lock')).mode & 0o777).toBe(0o600);
  for (let time = 0; time < 2; time++)
    expect(() => holdFolder(folder)).toThrow(expect.objectContaining({ code: 'STORE_HELD' }));
  hold.release();
  holdFolder(folder).release();
  expect(() => holdFolder(join(folder, 'server.lock'))).toThrow(
    expect.objectContaining({ code: 'STORE_OPEN' }),
  );
});

test('a tool leaves the journal and the log to the server', async () => {
  const path = join(newFolder(), 'a.db');
  const server = await openAt(path);
  await addSites(server);
  await server.commit(batch(1, [pageview('/')]));
  const log = () => statSync(`${path}-wal`).size;
  const before = log();
  const tool = await openTool(path, () => noon);
  await tool.config.addSite({ domain: 'three.example', timezone: 'UTC', settings: {} });
  expect(await tool.config.listSites()).toHaveLength(3);
  await tool.close();
  expect(log()).toBeGreaterThanOrEqual(before);
  const file = new Database(path, { readonly: true });
  expect(file.prepare('SELECT seq FROM journal').pluck().all()).toEqual([1]);
  file.close();
  await server.close();
  expect(existsSync(`${path}-wal`)).toBe(false);
});

test('a tool that changes nothing does not wait for one that writes', async () => {
  const path = join(newFolder(), 'a.db');
  const server = await openAt(path);
  await addSites(server);
  const writing = new Database(path);
  writing.exec('BEGIN IMMEDIATE');
  const tool = await openTool(path, () => noon);
  expect(await tool.config.listSites()).toHaveLength(2);
  await tool.close();
  writing.close();
  await server.close();
});

async function counted(store: Store): Promise<number> {
  const trend = rollupOver([]);
  if (!trend) throw new Error('no trend');
  const [rows] = await store.read([{ ...wholeRead(trend, 1), sums: ['pageviews'], time: null }]);
  return rows?.[0]?.sums[0] ?? 0;
}

test('two writers past the hold: what was answered is counted once, what is refused never', async () => {
  const action = fc.record({
    by: fc.nat({ max: 1 }),
    what: fc.constantFrom('commit', 'commit', 'commit', 'stale', 'flush', 'reopen'),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(action, { minLength: 3, maxLength: 30 }), async (actions) => {
      const path = join(newFolder(), 'a.db');
      const stores = [await openAt(path), await openAt(path)] as [Store, Store];
      await addSites(stores[0]);
      let last = 0;
      let answered = 0;
      for (const { by, what } of actions) {
        const index = by === 0 ? 0 : 1;
        const store = stores[index];
        if (what === 'commit') {
          await store.commit(batch(++last, [pageview('/')]));
          answered++;
        } else if (what === 'stale') {
          const stale = store.commit(batch(Math.max(1, last), [pageview('/')]));
          if (last > 0) await expect(stale).rejects.toMatchObject({ code: 'STORE_SEQ' });
          else {
            await stale;
            last = 1;
            answered++;
          }
        } else if (what === 'flush') await store.flush();
        else {
          await store.close();
          stores[index] = await openAt(path);
          expect(stores[index].lastSeq).toBe(last);
        }
      }
      for (const store of [...stores, ...stores]) await store.flush();
      expect(await counted(stores[0])).toBe(answered);
      for (const store of stores) await store.close();
    }),
    { numRuns: 40 },
  );
});

test('what another process took from the journal is not counted again', async () => {
  const path = join(newFolder(), 'a.db');
  const store = await openAt(path);
  await addSites(store);
  for (const seq of [1, 2, 3]) await store.commit(batch(seq, [pageview('/')]));
  const other = new Database(path);
  other.prepare('DELETE FROM journal WHERE seq = 2').run();
  other.close();
  await store.flush();
  expect(await counted(store)).toBe(2);
  await store.close();
});

test('what another process left in the journal is not deleted uncounted, whatever its number', async () => {
  const path = join(newFolder(), 'a.db');
  const store = await openAt(path);
  await addSites(store);
  for (const seq of [11, 12]) await store.commit(batch(seq, [pageview('/')]));
  const other = new Database(path);
  other.prepare('INSERT INTO journal (seq, facts) SELECT 5, facts FROM journal WHERE seq = 11').run();
  await store.flush();
  expect(await counted(store)).toBe(2);
  expect(other.prepare('SELECT seq FROM journal').pluck().all()).toEqual([5]);
  other.close();
  await store.close();
  const again = await openAt(path);
  expect(again.lastSeq).toBe(12);
  await again.flush();
  expect(await counted(again)).toBe(3);
  await again.close();
  const third = await openAt(path);
  expect(third.lastSeq).toBe(12);
  await third.close();
});

test('a failed commit is told once in words, and the collector is not ready until one works, which it tries', async () => {
  const folder = newFolder();
  const path = join(folder, 'a.db');
  const lines: string[] = [];
  const store = await openAt(path, { log: (line) => lines.push(line) });
  await addSites(store);
  const app = await createApp({
    settings: Settings.parse({ DATA_DIR: folder }),
    store,
    clock: () => noon,
    dist: folder,
  });
  const post = (address: string) =>
    app.http.request(
      '/api/event',
      {
        method: 'POST',
        headers: { 'user-agent': realBrowser },
        body: JSON.stringify({ ...view, d: 'one.example', u: 'https://one.example/' }),
      },
      { incoming: { socket: { remoteAddress: address } } },
    );
  const ready = async () => (await app.http.request('/readyz')).status;
  expect((await post('198.51.100.1')).status).toBe(202);
  expect(await ready()).toBe(200);

  // Another process writes the same journal: ours begins with a number that is taken.
  const other = new Database(path);
  other.prepare('INSERT INTO journal (seq, facts) SELECT seq + 1, facts FROM journal').run();
  expect((await post('198.51.100.2')).status).toBe(503);
  expect((await post('198.51.100.3')).status).toBe(503);
  await app.tick();
  expect(lines).toEqual([expect.stringMatching(/commit failed.*another process.*STORE_SEQ/)]);
  // The database as such can be written.
  await store.check();
  expect(await ready()).toBe(503);

  other.prepare('DELETE FROM journal WHERE seq > 1').run();
  other.close();
  expect(await ready()).toBe(503);
  await app.tick();
  expect(await ready()).toBe(200);
  expect(lines).toHaveLength(2);
  await store.close();
});
