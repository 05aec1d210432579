// A process that commits batches until it is killed, and says which are durable: store-kill.test.ts starts it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [dist, folder, threads] = process.argv.slice(2);
const { openStore } = await import(pathToFileURL(join(dist, 'collector/store/store.js')).href);
const batches = JSON.parse(readFileSync(join(folder, 'batches.json'), 'utf8'));
const store = await openStore({
  path: join(folder, 'a.db'),
  threads: threads === 'threads',
  clock: Date.now,
  log: (line) => console.error(line),
  rollupEveryMs: 3,
});
process.stdout.write('open\n');
for (let seq = store.lastSeq + 1; ; seq++) {
  await store.commit({ seq, facts: batches[seq % batches.length], state: null });
  process.stdout.write(`${seq}\n`);
}
