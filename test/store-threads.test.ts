import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { threadPort } from '../collector/store/port.ts';
import { rollupOver } from '../schema/rollups.ts';
import { wholeRead } from './store-brute.ts';
import { addSites, batch, newFolder, openAt, pageview } from './store-folder.ts';

test('a store on threads counts, answers and ends like one on this thread', async () => {
  const path = join(newFolder(), 'a.db');
  const store = await openAt(path, { threads: true });
  await addSites(store);
  const pages = rollupOver(['page']);
  if (!pages) throw new Error('no rollup over pages');
  const [, , ...later] = await Promise.all([
    store.commit(batch(1, [pageview('/a')])),
    store.commit(batch(2, [pageview('/a'), pageview('/b')])),
    store.config.listSites(),
    store.flush(),
  ]);
  expect(later[0]).toHaveLength(2);
  const [rows] = await store.read([{ ...wholeRead(pages, 1), sums: ['pageviews'], time: null }]);
  expect(rows).toEqual([
    { time: null, values: ['/a'], sums: [2] },
    { time: null, values: ['/b'], sums: [1] },
  ]);
  await store.commit(batch(3, [pageview('/c')]));
  await store.close();
  const again = await openAt(path, { threads: true });
  expect(again.lastSeq).toBe(3);
  expect(await again.pending()).toEqual({ batches: 0, oldest: null });
  await again.check();
  await again.close();
});

test('errors cross the threads with their class, words and code', async () => {
  const folder = newFolder();
  const store = await openAt(join(folder, 'a.db'), { threads: true });
  await addSites(store);
  await expect(
    store.config.addSite({ domain: 'one.example', timezone: 'UTC', settings: {} }),
  ).rejects.toMatchObject({
    name: 'Conflict',
    message: 'There is a site "one.example" already.',
  });
  await store.commit(batch(5, []));
  await expect(store.commit(batch(5, []))).rejects.toMatchObject({ name: 'StoreError', code: 'STORE_SEQ' });
  await store.close();

  writeFileSync(join(folder, 'text.db'), 'All happy families are alike. '.repeat(100));
  await expect(openAt(join(folder, 'text.db'), { threads: true })).rejects.toMatchObject({
    name: 'UnusableDatabase',
  });
});

test('a thread that dies rejects what it was asked and what comes after, and says so once', async () => {
  const deaths: string[] = [];
  const script = `
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', ({ name }) => { if (name === 'die') process.exit(3); });
    parentPort.postMessage({ id: 0, result: null });`;
  const call = await threadPort<{ wait(): void; die(): void }>(
    new URL(`data:text/javascript,${encodeURIComponent(script)}`),
    null,
    (error) => deaths.push(error.message),
  );
  const waiting = [call('wait'), call('die')];
  for (const one of waiting)
    await expect(one).rejects.toMatchObject({ name: 'StoreError', code: 'STORE_DEAD' });
  await expect(call('wait')).rejects.toMatchObject({ code: 'STORE_DEAD' });
  expect(deaths).toHaveLength(1);
  expect(deaths[0]).toContain('ended with code 3');
});
