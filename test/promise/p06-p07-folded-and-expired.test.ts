import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { textCanary } from '../../collector/prove/canary.ts';
import { searchFiles } from '../../collector/prove/search.ts';
import { type ClockAhead, clockAhead } from '../support/ahead.ts';
import {
  addSiteAndKey,
  ask,
  footfall,
  newFolder,
  removeFolder,
  type Server,
  sendEvent,
  settled,
  startServer,
} from '../support/server.ts';

const domain = 'example.com';
const day = 24 * 3_600_000;
/** One page that many see, and one that three do. */
const popular = '/popular-canary';
const rare = '/offers/rare-canary';
const names = [popular, 'rare-canary'].map((name) => textCanary(name, name));

describe('P6 and P7: what is kept grows coarser with time, and ends', () => {
  let folder: string;
  let clock: ClockAhead;
  let server: Server;
  let key: string;
  let visited: number;
  const settings = () => ({ FOOTFALL_TRUST_PROXY: 'loopback', ...clock.environment });

  const rows = (sql: string): Record<string, number>[] => {
    const db = new Database(join(folder, 'data/footfall.db'), { readonly: true });
    try {
      return db.prepare<[], Record<string, number>>(sql).all();
    } finally {
      db.close();
    }
  };
  const countOf = (sql: string): number => rows(`SELECT count(*) AS n FROM ${sql}`)[0]?.n ?? -1;
  const pair = (name: string): string => `pair WHERE rollup = (SELECT id FROM rollup WHERE name = '${name}')`;
  /** The job of an instance whose clock says that so many days have passed. */
  async function retain(days: number): Promise<void> {
    clock.set(visited + days * day);
    const { code, err } = await footfall(folder, ['jobs', 'run', 'retain'], '', settings());
    expect([code, err]).toEqual([0, expect.anything()]);
  }

  beforeAll(async () => {
    folder = newFolder();
    clock = clockAhead(folder);
    key = await addSiteAndKey(folder, domain);
    // The tenth of a month to come, so that every step after it is the same whenever this runs.
    const now = new Date(clock.now());
    visited = Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 10, 12);
    clock.set(visited);
    server = await startServer(folder, settings());
    for (let visitor = 1; visitor <= 15; visitor++) {
      const page = visitor <= 12 ? popular : rare;
      const reply = await sendEvent(
        server,
        { n: 'pageview', d: domain, u: `https://example.com${page}`, r: 'https://www.google.com/' },
        { 'x-forwarded-for': `84.130.12.${visitor}` },
      );
      expect(reply.status).toBe(202);
    }
    await settled(server);
  });
  afterAll(() => removeFolder(folder));

  test('P6: facts live until they are counted, and no longer', async () => {
    expect(countOf('journal')).toBe(0);
    expect(countOf('detail')).toBeGreaterThan(0);
    expect(await server.stop()).toBe(0);
  });

  test('P6: the joint of the core dimensions lives a week', async () => {
    await retain(6);
    expect(countOf('detail')).toBeGreaterThan(0);
    await retain(8);
    expect(countOf('detail')).toBe(0);
    expect(countOf(pair('page+source'))).toBe(2);
  });

  test('P6: after 60 days pairs stand by month, where at least ten visitors share them; totals stay exact', async () => {
    await retain(58);
    expect(countOf(pair('page+source'))).toBe(2);
    await retain(62);
    expect(countOf(pair('page+source'))).toBe(0);
    const months = rows(
      "SELECT visitors, pageviews, v1, v2 FROM pair JOIN rollup ON rollup.id = rollup WHERE name LIKE '% by month'",
    );
    expect(months.length).toBeGreaterThan(20);
    for (const { visitors, v1, v2 } of months)
      expect(v1 === 1 && v2 === 1 ? 10 : visitors).toBeGreaterThanOrEqual(10);
    const sums = rows(
      "SELECT rollup.name, sum(pageviews) AS n FROM pair JOIN rollup ON rollup.id = rollup WHERE name IN ('page+source by month', 'page+country by month', 'country+city by month') GROUP BY rollup",
    );
    expect(sums.map(({ n }) => n)).toEqual([15, 15, 15]);
    // As a reader meets it: the few are no longer told apart, and the answer says so.
    server = await startServer(folder, settings());
    const month = new Date(visited).toISOString().slice(0, 8);
    const answer = await ask(server, key, {
      site_id: domain,
      metrics: ['pageviews'],
      dimensions: ['event:page', 'visit:source'],
      date_range: [
        `${month}01`,
        new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0))
          .toISOString()
          .slice(0, 10),
      ],
    });
    expect(answer.results.map(({ dimensions, metrics }) => [dimensions[0], metrics[0]])).not.toContainEqual([
      rare,
      3,
    ]);
    expect(answer.results.reduce((sum, { metrics }) => sum + (metrics[0] ?? 0), 0)).toBe(15);
    expect(answer.meta.notes.join(' ')).toMatch(/coarser|\(other\)/);
    await server.stop();
  });

  test('P7: after 759 days nothing is left, and what is deleted is gone from the files', async () => {
    await retain(757);
    expect(searchFiles(join(folder, 'data'), names).found).not.toEqual([]);
    await retain(760);
    for (const table of ['trend', 'single', 'pair', 'detail', 'mail', 'fold', 'journal'])
      expect([table, countOf(table)]).toEqual([table, 0]);
    expect(countOf('string')).toBe(2);
    expect(searchFiles(join(folder, 'data'), names).found).toEqual([]);
  });
});
