import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Proof } from '../collector/prove/report.ts';
import { pathsBelow } from '../collector/prove/search.ts';
import { version } from '../collector/version.ts';
import {
  addSiteAndKey,
  footfall,
  newFolder,
  removeFolder,
  sendEvent,
  settled,
  startServer,
} from './support/server.ts';

const domain = 'example.com';
let folder: string;

/** Runs the check; gives its exit code, and what failed. */
async function prove(...args: string[]) {
  const { code, out, err } = await footfall(folder, ['privacy', 'prove', '--json', ...args]);
  if (out === '') throw new Error(err);
  const proof = Proof.parse(JSON.parse(out));
  return { code, proof, failed: proof.findings.filter(({ passed }) => !passed) };
}

/** Changes the database behind the collector's back, for as long as `work` takes. */
async function spoilt<T>(spoil: string, undo: string, work: () => Promise<T>): Promise<T> {
  const path = join(folder, 'data/footfall.db');
  const change = (sql: string) => {
    const db = new Database(path);
    db.exec(sql);
    db.close();
  };
  change(spoil);
  try {
    return await work();
  } finally {
    change(undo);
  }
}

describe('footfall privacy prove', () => {
  beforeAll(async () => {
    folder = newFolder();
    await addSiteAndKey(folder, domain);
    const server = await startServer(folder);
    for (let page = 0; page < 20; page++)
      expect(
        (await sendEvent(server, { n: 'pageview', d: domain, u: `https://${domain}/${page}` })).status,
      ).toBe(202);
    await settled(server);
    await server.stop();
  });
  afterAll(() => removeFolder(folder));

  test('passes on a healthy instance, prints a dated report, and leaves nothing behind', async () => {
    const before = pathsBelow(folder);
    const { code, proof, failed } = await prove();
    expect(failed).toEqual([]);
    expect([code, proof.passed, proof.server, proof.sites]).toEqual([0, true, 'started', 1]);
    expect(Date.parse(proof.begun)).toBeLessThanOrEqual(Date.parse(proof.ended));
    expect(pathsBelow(folder)).toEqual(before);
    const { out } = await footfall(folder, ['site', 'list', '--json']);
    expect((JSON.parse(out) as { domain: string }[]).map((site) => site.domain)).toEqual([domain]);
  });

  test('as text it says when, what and how, and how to run it again', async () => {
    const { out, code } = await footfall(folder, ['privacy', 'prove']);
    expect(code).toBe(0);
    for (const part of [/\d{4}-\d\d-\d\dT/, /All \d+ checks passed/, /spellings/, /footfall privacy prove/])
      expect(out).toMatch(part);
  });

  test.each([
    [
      'detail older than a week',
      "INSERT INTO detail (site, rollup, bucket, v1, v2, v3, v4, v5, v6, v7, pageviews) SELECT 1, id, 100, 0, 0, 0, 0, 0, 0, 0, 1 FROM rollup WHERE name = 'detail'",
      'DELETE FROM detail WHERE bucket = 100',
      /several dimensions and hour/,
    ],
    [
      'a pair by day older than 60 days',
      "INSERT INTO pair (site, rollup, bucket, v1, v2, pageviews) SELECT 1, id, 100, 1, 1, 1 FROM rollup WHERE name = 'page+source'",
      'DELETE FROM pair WHERE bucket = 100',
      /two dimensions and day/,
    ],
    [
      'a month in which three visitors share a pair',
      "INSERT INTO pair (site, rollup, bucket, v1, v2, visitors) SELECT 1, rollup.id, 100000, string.id, 1, 3 FROM rollup, string WHERE name = 'page+source by month' AND value = '/1'",
      'DELETE FROM pair WHERE bucket = 100000',
      /folded months/,
    ],
    [
      'a text that nothing refers to',
      "INSERT INTO string (value) VALUES ('left over')",
      "DELETE FROM string WHERE value = 'left over'",
      /nothing refers to/,
    ],
    [
      'an e-mail address',
      "UPDATE string SET value = '/ann@mail.example' WHERE value = '/3'",
      "UPDATE string SET value = '/3' WHERE value = '/ann@mail.example'",
      /looks like/,
    ],
  ])('fails for %s, and names it', async (_what, spoil, undo, words) => {
    const { code, failed } = await spoilt(spoil, undo, () => prove());
    expect(code).toBe(1);
    expect(failed).toHaveLength(1);
    expect(failed[0]?.what).toMatch(words);
    expect(failed[0]?.found).not.toEqual([]);
  });

  test('beside a running server it uses that one', async () => {
    const server = await startServer(folder);
    const settings = { FOOTFALL_PORT: String(server.port) };
    const { code, out } = await footfall(folder, ['privacy', 'prove', '--json'], '', settings);
    const proof = Proof.parse(JSON.parse(out));
    expect([code, proof.server, proof.passed]).toEqual([0, 'running', true]);
    const elsewhere = await footfall(folder, ['privacy', 'prove'], '', { FOOTFALL_PORT: '9' });
    expect(elsewhere.code).toBe(1);
    expect(elsewhere.err).toContain('FOOTFALL_PORT');
    await server.stop();
  });
});

test('the version is the package’s', () => {
  const { version: packaged } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  ) as {
    version: string;
  };
  expect(version).toBe(packaged);
});
