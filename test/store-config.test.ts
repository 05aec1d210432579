import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Config } from '../collector/access/config.ts';
import { NewSite, SiteChange } from '../schema/site.ts';
import { batch, newFolder, noon, openAt, pageview } from './store-folder.ts';

const site = (domain: string, timezone = 'UTC') => NewSite.parse({ domain, timezone });
const digest = 'f'.repeat(43);

test('sites: added, listed, changed, removed', async () => {
  const store = await openAt(join(newFolder(), 'a.db'));
  const config: Config = store.config;
  const added = await config.addSite(
    NewSite.parse({ domain: 'www.Example.com', timezone: 'Europe/Berlin', settings: { dnt: false } }),
  );
  expect(added).toMatchObject({
    id: 1,
    domain: 'example.com',
    timezone: 'Europe/Berlin',
    nextTimezone: null,
    createdAt: noon,
  });
  await expect(config.addSite(site('example.com'))).rejects.toMatchObject({
    name: 'Conflict',
    message: 'There is a site "example.com" already.',
  });

  const changed = await config.changeSite(1, SiteChange.parse({ settings: { queryKeys: ['q'] } }));
  expect(changed.settings).toEqual({ ...added.settings, queryKeys: ['q'] });
  expect(changed.settings.dnt).toBe(false);
  await expect(config.changeSite(9, {})).rejects.toMatchObject({ name: 'NotFound' });

  await config.addSite(site('a.example'));
  expect((await config.listSites()).map(({ domain }) => domain)).toEqual(['a.example', 'example.com']);
  await config.removeSite(2);
  await expect(config.removeSite(2)).rejects.toMatchObject({ name: 'NotFound' });
  // Its number is not given to another site.
  expect((await config.addSite(site('b.example'))).id).toBe(3);
  await store.close();
});

test('a timezone applies from the next local midnight; the one in force cancels it', async () => {
  let now = Date.UTC(2026, 2, 10, 12);
  const store = await openAt(join(newFolder(), 'a.db'), { clock: () => now });
  await store.config.addSite(site('example.com', 'Europe/Berlin'));
  const midnight = Date.UTC(2026, 2, 10, 23);
  const pending = { timezone: 'Europe/Berlin', nextTimezone: 'Asia/Tokyo', nextTimezoneFrom: midnight };
  expect(await store.config.changeSite(1, { timezone: 'Asia/Tokyo' })).toMatchObject(pending);
  expect(await store.config.changeSite(1, { settings: { dnt: false } })).toMatchObject(pending);
  const none = { timezone: 'Europe/Berlin', nextTimezone: null, nextTimezoneFrom: null };
  expect(await store.config.changeSite(1, { timezone: 'Europe/Berlin' })).toMatchObject(none);
  await store.config.changeSite(1, { timezone: 'Asia/Tokyo' });
  now = midnight;
  // In Tokyo it is 8 in the morning.
  expect(await store.config.changeSite(1, { timezone: 'UTC' })).toMatchObject({
    timezone: 'Asia/Tokyo',
    nextTimezone: 'UTC',
    nextTimezoneFrom: Date.UTC(2026, 2, 11, 15),
  });
  await store.close();
});

test('users and sessions', async () => {
  const store = await openAt(join(newFolder(), 'a.db'));
  const { config } = store;
  await config.addSite(site('example.com'));
  expect(await config.countUsers()).toBe(0);
  const user = await config.addUser({
    email: 'a@example.com',
    passwordHash: 'one',
    role: 'viewer',
    sites: [1, 1],
  });
  expect(user).toEqual({ id: 1, email: 'a@example.com', role: 'viewer', sites: [1], createdAt: noon });
  const again = { email: 'a@example.com', passwordHash: 'x', role: 'admin' as const, sites: [] };
  await expect(config.addUser(again)).rejects.toMatchObject({
    name: 'Conflict',
    message: 'There is a user a@example.com already.',
  });
  await expect(config.addUser({ ...again, email: 'b@example.com', sites: [9] })).rejects.toMatchObject({
    name: 'NotFound',
  });
  expect(await config.countUsers()).toBe(1);
  expect(await config.findUser('a@example.com')).toEqual({ user, passwordHash: 'one' });
  expect(await config.findUser('b@example.com')).toBeNull();

  await config.addSession({ digest, userId: 1, expiresAt: noon + 1_000 });
  expect(await config.findSession(digest, noon + 999)).toEqual(user);
  expect(await config.findSession(digest, noon + 1_000)).toBeNull();
  expect(await config.findSession('another', noon)).toBeNull();
  await config.setPassword(1, 'two');
  expect((await config.findUser('a@example.com'))?.passwordHash).toBe('two');
  expect(await config.findSession(digest, noon), 'a new password ends sessions').toBeNull();

  await config.addSession({ digest, userId: 1, expiresAt: noon });
  await config.addSession({ digest: 'longer', userId: 1, expiresAt: noon + 1 });
  await config.removeExpiredSessions();
  expect(await config.findSession(digest, noon - 1)).toBeNull();
  expect(await config.findSession('longer', noon)).toEqual(user);
  await config.removeSession('longer');
  expect(await config.findSession('longer', noon)).toBeNull();

  await config.addSession({ digest, userId: 1, expiresAt: noon + 1 });
  await config.removeSite(1);
  expect((await config.findSession(digest, noon))?.sites).toEqual([]);
  await config.removeUser(1);
  expect(await config.findSession(digest, noon)).toBeNull();
  await expect(config.removeUser(1)).rejects.toMatchObject({ name: 'NotFound' });
  await expect(config.setPassword(1, 'x')).rejects.toMatchObject({ name: 'NotFound' });
  await store.close();
});

test('keys', async () => {
  const store = await openAt(join(newFolder(), 'a.db'));
  const key = await store.config.addKey({ name: 'grafana', digest, prefix: 'ff_abcd', scopes: ['stats'] });
  expect(key).toEqual({ id: 1, name: 'grafana', prefix: 'ff_abcd', scopes: ['stats'], createdAt: noon });
  expect(await store.config.findKey(digest)).toEqual(key);
  expect(await store.config.findKey('another')).toBeNull();
  expect(await store.config.listKeys()).toEqual([key]);
  await store.config.removeKey(1);
  expect(await store.config.findKey(digest)).toBeNull();
  await expect(store.config.removeKey(1)).rejects.toMatchObject({ name: 'NotFound' });
  await store.close();
});

test('a change made by another process is seen, and moves the version', async () => {
  const path = join(newFolder(), 'a.db');
  const server = await openAt(path);
  const version = await server.config.configVersion();
  const cli = await openAt(path);
  await cli.config.addSite(site('example.com'));
  expect(await server.config.configVersion()).toBe(version + 1);
  expect((await server.config.listSites()).map(({ domain }) => domain)).toEqual(['example.com']);
  await expect(cli.config.addSite(site('example.com'))).rejects.toMatchObject({ name: 'Conflict' });
  await cli.config.addUser({ email: 'a@example.com', passwordHash: 'x', role: 'admin', sites: [] });
  await cli.config.addSession({ digest, userId: 1, expiresAt: noon + 1 });
  expect(await server.config.configVersion(), 'neither a failed change nor a session moves it').toBe(
    version + 2,
  );

  expect(await server.config.receiving(1)).toBe(false);
  await server.commit(
    batch(1, [{ scope: 'drop', site: 1, hour: 480_000, dims: { reason: 'bot' }, amounts: { dropped: 1 } }]),
  );
  await server.flush();
  expect(await cli.config.receiving(1), 'drops are not events').toBe(false);
  await server.commit(batch(2, [pageview('/')]));
  await server.flush();
  expect(await cli.config.receiving(1)).toBe(true);
  await cli.close();
  await server.check();
  await server.close();
});
