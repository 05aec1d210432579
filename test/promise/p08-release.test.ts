import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metrics as allMetrics } from '../../schema/query.ts';
import { PrivateRelease, panels, Released } from '../../schema/release.ts';
import { type ClockAhead, clockAhead } from '../support/ahead.ts';
import {
  addSiteAndKey,
  footfall,
  newFolder,
  removeFolder,
  sendEvent,
  settled,
  startServer,
} from '../support/server.ts';

const domain = 'example.com';
const day = 24 * 3_600_000;
const counts = new Set(
  Object.entries(allMetrics).flatMap(([name, { unit }]) => (unit === 'count' ? [name] : [])),
);

describe('P8: what leaves the owner’s view passes one release function', () => {
  let folder: string;
  let clock: ClockAhead;
  let visited: number;
  let date: string;
  const run = (...args: string[]) =>
    footfall(folder, ['export', ...args, '--site', domain], '', clock.environment);

  beforeAll(async () => {
    folder = newFolder();
    clock = clockAhead(folder);
    visited = Math.ceil(clock.now() / day) * day + day / 2;
    date = new Date(visited).toISOString().slice(0, 10);
    clock.set(visited);
    await addSiteAndKey(folder, domain);
    const server = await startServer(folder, { FOOTFALL_TRUST_PROXY: 'loopback', ...clock.environment });
    // Twenty-three visitors on one page, three of them on another one too.
    for (let visitor = 1; visitor <= 23; visitor++)
      for (const page of visitor <= 3 ? ['/many', '/few'] : ['/many'])
        expect(
          (
            await sendEvent(
              server,
              { n: 'pageview', d: domain, u: `https://example.com${page}` },
              { 'x-forwarded-for': `84.130.12.${visitor}` },
            )
          ).status,
        ).toBe(202);
    await settled(server);
    const open = await run('--released', '--period', 'day', '--of', date, '--json');
    expect([open.code, open.out]).toEqual([1, '']);
    expect(open.err).toMatch(/not over|still|until/);
    await server.stop();
    clock.set(visited + day);
  });
  afterAll(() => removeFolder(folder));

  test('P8: closed days and fixed panels only, every count a multiple of ten, no value that few share', async () => {
    const { code, out, err } = await run('--released', '--period', 'day', '--of', date, '--json');
    expect([code, err]).toEqual([0, expect.anything()]);
    const released = Released.parse(JSON.parse(out));
    expect(released.panels.map(({ panel }) => panel)).toEqual(
      Object.keys(panels).filter((name) => name !== 'trend'),
    );
    let seen = 0;
    for (const { metrics, rows } of released.panels)
      for (const { figures } of rows)
        metrics.forEach((metric, index) => {
          if (!counts.has(metric)) return;
          seen += 1;
          expect((figures[index] ?? 0) % 10).toBe(0);
        });
    expect(seen).toBeGreaterThan(10);
    expect(released.panels[0]?.rows[0]?.figures.slice(0, 3)).toEqual([20, 20, 30]);
    expect(out).toContain('/many');
    expect(out).not.toContain('/few');
    for (const fine of ['Gengenbach', 'visit:city', '84.130']) expect(out).not.toContain(fine);
  });

  test('P8: what is not on the list cannot be asked', async () => {
    for (const args of [
      ['--released', '--period', 'hour', '--of', date],
      ['--released', '--period', 'week', '--of', date],
      ['--released', '--period', 'day', '--of', '2999-01-01'],
    ]) {
      const { code, out, err } = await run(...args);
      expect([code, out]).toEqual([1, '']);
      expect(err).toMatch(/^footfall: /);
    }
  });

  test('P8: the private export has noise, a threshold, a header that says what is protected, and a ledger', async () => {
    // A week that is over.
    clock.set(visited + 14 * day);
    const args = ['--private', '--period', 'week', '--of', date, '--epsilon', '1', '--json'];
    const { code, out, err } = await run(...args);
    expect([code, err]).toEqual([0, expect.anything()]);
    const released = PrivateRelease.parse(JSON.parse(out));
    expect(released).toMatchObject({ epsilon: '1', bound: 10, spent: { releases: 1, epsilon: '1' } });
    expect(released.threshold).toBeGreaterThan(100);
    // Twenty-three visitor-days are under the threshold, whatever the noise that can be drawn in a lifetime.
    expect(released.rows).toEqual([]);
    expect(released.statement.doesNot.join(' ')).toMatch(/other days/);
    const again = await run(...args);
    expect([again.code, again.out]).toEqual([1, '']);
    expect(again.err).toMatch(/--again/);
  });
});
