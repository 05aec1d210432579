import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Prepared } from '../../schema/mail.ts';
import { agents, filled, type Mail, mailIn, recipientTag } from '../support/mails.ts';
import {
  addSiteAndKey,
  ask,
  footfall,
  newFolder,
  removeFolder,
  type Server,
  settled,
  startServer,
} from '../support/server.ts';

/** What is known of recipients when the built server ends in the middle of it, and what an operator says beside it. */

const domain = 'example.com';
let folder: string;
let runtime: string;
let key: string;
let server: Server;

beforeEach(async () => {
  folder = newFolder();
  runtime = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'footfall-mail-'));
  key = await addSiteAndKey(folder, domain);
});
afterEach(async () => {
  await server.stop();
  removeFolder(folder);
  rmSync(runtime, { recursive: true, force: true });
});

async function prepared(campaign: string): Promise<Mail> {
  const reply = await fetch(`${server.url}/api/v2/mail/prepare`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      site_id: domain,
      campaign,
      html: `<p><a href="https://${domain}/">Look</a></p>`,
      token: recipientTag,
    }),
  });
  return mailIn(((await reply.json()) as Prepared).html);
}
const get = async (path: string, recipient: string): Promise<string> => {
  const reply = await fetch(`${server.url}${filled(path, { recipient })}`, {
    headers: { 'user-agent': agents.direct },
    redirect: 'manual',
  });
  return reply.text();
};
/** Opens, clicks, and of recipients each the first. */
async function counted(): Promise<readonly (number | null)[] | undefined> {
  await settled(server);
  const { results } = await ask(server, key, {
    site_id: domain,
    metrics: ['opens', 'clicks', 'unique_opens', 'unique_clicks'],
    dimensions: ['mail:message'],
  });
  return results[0]?.metrics;
}

test.each([
  ['with a memory-backed folder a recipient counts once, however the server ends', true],
  ['without one nothing on the disk knows a recipient again', false],
])('%s', async (_, remembers) => {
  const settings: Record<string, string> = remembers ? { FOOTFALL_RUNTIME_DIR: runtime } : {};
  server = await startServer(folder, settings);
  const mail = await prepared('spring');
  await get(mail.open, 'ann');
  await get(mail.clicks[0] ?? '', 'ann');
  await get(mail.open, 'ann');
  expect(await counted()).toEqual([2, 1, 1, 1]);
  for (const [round, signal] of (['SIGKILL', 'SIGTERM'] as const).entries()) {
    await server.stop(signal);
    server = await startServer(folder, settings);
    await get(mail.open, 'ann');
    await get(mail.open, `new ${round}`);
  }
  expect(await counted()).toEqual([6, 1, remembers ? 3 : 5, 1]);
  expect(readdirSync(runtime).includes('mails')).toBe(remembers);
});

test('who objects on the command line is dropped by the running server, and by the next one', async () => {
  server = await startServer(folder, { FOOTFALL_RUNTIME_DIR: runtime });
  const mail = await prepared('spring');
  const page = (): Promise<string> => get(mail.optOut, 'ann');
  expect(await page()).toContain('You are counted once for each mail');
  const done = await footfall(folder, ['privacy', 'request', '--kind', 'object', '--recipient'], 'ann\n');
  expect([done.code, done.err]).toEqual([0, expect.stringContaining('reference')]);
  // The server looks once a second whether anything was said beside it.
  while (!(await page()).includes('You are not measured'));
  await get(mail.open, 'ann');
  await get(mail.clicks[0] ?? '', 'ann');
  expect(await counted()).toEqual([1, 1, 0, 0]);
  await server.stop('SIGKILL');
  server = await startServer(folder, { FOOTFALL_RUNTIME_DIR: runtime });
  await get(mail.open, 'ann');
  await get(mail.open, 'ben');
  expect(await counted()).toEqual([3, 1, 1, 0]);
});
