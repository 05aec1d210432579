import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bytesCanary, type Canary } from '../../collector/prove/canary.ts';
import { pathsBelow, searchFiles } from '../../collector/prove/search.ts';
import { type ClockAhead, clockAhead } from '../support/ahead.ts';
import { filesBelow } from '../support/files.ts';
import {
  addSiteAndKey,
  ask,
  newFolder,
  removeFolder,
  type Server,
  sendEvent,
  settled,
  startServer,
} from '../support/server.ts';

const domain = 'example.com';
const view = { n: 'pageview', d: domain, u: 'https://example.com/' };
const hour = 3_600_000;

/** The salts that stand in the memory-backed folder: base64 of 32 bytes. */
function saltsIn(runtime: string): Canary[] {
  const texts = filesBelow(runtime).map(({ bytes }) => bytes.toString('latin1'));
  const salts = texts.flatMap((text) =>
    [...text.matchAll(/\[1,\d+,"([A-Za-z0-9+/]{43}=)"\]/g)].map(([, salt = '']) => salt),
  );
  return [...new Set(salts)].map((salt) => bytesCanary('salt', Buffer.from(salt, 'base64')));
}

describe('P3: the random key behind visit keys lives for a local day and four hours, in memory', () => {
  let folder: string;
  let runtime: string;
  let clock: ClockAhead;
  let server: Server;
  let key: string;
  let midnight: number;
  const send = async () => {
    expect((await sendEvent(server, view)).status).toBe(202);
    await settled(server);
  };
  const figures = async (): Promise<(number | null)[]> => {
    const { results } = await ask(server, key, { site_id: domain, metrics: ['visitors', 'visits'] });
    return results[0]?.metrics ?? [];
  };
  /** The day's end is noticed once a second. */
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) await new Promise((go) => setTimeout(go, 50));
  };

  beforeAll(async () => {
    folder = newFolder();
    runtime = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'footfall-keys-'));
    clock = clockAhead(folder);
    midnight = Math.ceil(clock.now() / (24 * hour)) * 24 * hour;
    // Half an hour before a midnight of the site, so that what follows needs no more than a day.
    clock.set(midnight - 20 * 60_000);
    key = await addSiteAndKey(folder, domain, '--timezone', 'UTC');
    server = await startServer(folder, { FOOTFALL_RUNTIME_DIR: runtime, ...clock.environment });
  });
  afterAll(async () => {
    await server.stop('SIGKILL');
    removeFolder(folder);
    rmSync(runtime, { recursive: true, force: true });
  });

  test('P3: a visit may cross midnight; four hours later its key is gone, and nobody is recognised', async () => {
    await send();
    const [first] = saltsIn(runtime);
    expect(first).toBeDefined();
    const ofFirstDay = first ? [first] : [];
    // Over midnight the visit goes on, under yesterday's key.
    clock.set(midnight + 5 * 60_000);
    await send();
    expect(await figures()).toEqual([2, 1]);
    expect(searchFiles(runtime, ofFirstDay).found).not.toEqual([]);
    clock.set(midnight + 4 * hour - 60_000);
    await send();
    expect(searchFiles(runtime, ofFirstDay).found).not.toEqual([]);
    // At four the key of the day before is forgotten: it stands in no file, of memory or disk.
    clock.set(midnight + 4 * hour + 1_000);
    await send();
    await until(() => searchFiles(runtime, ofFirstDay).found.length === 0);
    expect(searchFiles(join(folder, 'data'), ofFirstDay).found).toEqual([]);
    expect(saltsIn(runtime)).toHaveLength(1);
  });

  test('P3: the memory-backed folder is its owner’s alone, and nothing of it is in the data folder', () => {
    expect(statSync(runtime).mode & 0o777).toBe(0o700);
    for (const file of pathsBelow(runtime)) expect(statSync(join(runtime, file)).mode & 0o777).toBe(0o600);
    expect(pathsBelow(runtime).length).toBeGreaterThan(0);
    const salts = saltsIn(runtime);
    expect(salts.length).toBeGreaterThan(0);
    expect(searchFiles(join(folder, 'data'), salts).found).toEqual([]);
  });
});
