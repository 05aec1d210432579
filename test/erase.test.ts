import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createSalts } from '../collector/gate/salts.ts';
import type { Generation } from '../collector/track/generation.ts';
import { applyState } from '../collector/track/state.ts';
import { createStateWriter, loadState } from '../collector/track/state-file.ts';
import { field, flag } from '../collector/track/visit.ts';
import { openReplay, type Replay } from './support/replay.ts';
import { get, press } from './support/rights.ts';
import { realBrowser } from './support/server.ts';
import { aSite } from './support/site.ts';
import { anyStep, play, start } from './support/steps.ts';
import { total, visitors } from './support/visitors.ts';

const site = aSite({ timezone: 'Europe/Berlin' });
const minute = 60_000;
const noon = Date.parse('2026-06-10T12:00:00Z');

describe('in the track stage', () => {
  test('erasing closes the visit as its end would, and nothing more counts until local midnight', () => {
    const [erased, kept] = [visitors({ site }), visitors({ site })];
    for (const v of [erased, kept]) {
      v.send(noon, { page: '/a' });
      v.send(noon + minute, { page: '/b' });
      v.send(noon + 2 * minute, { event: 'Buy' });
      v.send(noon + 3 * minute, { kind: 'engagement', page: '/b', scroll: 60, engaged: 9_000 });
    }
    const facts = erased.erase(noon + 4 * minute, '192.0.2.1');
    expect(facts).toEqual(kept.sweep(noon + 60 * minute));
    expect(facts).toHaveLength(1);
    for (const kind of ['pageview', 'event', 'engagement'] as const)
      expect(erased.dropped(noon + 5 * minute, { kind, page: '/b' })).toBe('erased');
    expect(erased.tracker.realtime(site.id, noon + 5 * minute).visits).toBe(0);
    // 23:59 in Berlin, then a minute after its midnight.
    expect(erased.dropped('2026-06-10T21:59:00Z', {})).toBe('erased');
    expect(total(erased.send('2026-06-10T22:01:00Z', {}))).toMatchObject({ day_first: 1, starts: 1 });
  });

  test('once erased, a second time changes nothing, and who was not here is not counted either', () => {
    const v = visitors({ site });
    v.send(noon, {});
    expect(v.erase(noon, '192.0.2.1')).toHaveLength(1);
    expect(v.erase(noon + 1, '192.0.2.1')).toEqual([]);
    expect(v.erase(noon, 'nobody')).toEqual([]);
    expect(v.dropped(noon + 1, { who: 'nobody' })).toBe('erased');
    expect(total(v.send(noon + 1, { who: 'other' }))).toMatchObject({ day_first: 1 });
    expect(v.tracker.closeAll()).toHaveLength(1);
  });

  test('after midnight the visit of the day before is erased too', () => {
    const v = visitors({ site });
    v.send('2026-06-10T21:50:00Z', { page: '/late' });
    v.send('2026-06-10T22:10:00Z', { page: '/after' });
    const facts = v.erase('2026-06-10T22:20:00Z', '192.0.2.1');
    expect(facts.map(({ dims, amounts }) => [dims.entry_page, dims.exit_page, amounts.views])).toEqual([
      ['/late', '/after', 2],
    ]);
    expect(v.dropped('2026-06-10T22:21:00Z', {})).toBe('erased');
    expect(v.sweep('2026-06-11T02:00:00Z')).toEqual([]);
    expect(v.dropped('2026-06-11T20:00:00Z', {})).toBe('erased');
    expect(total(v.send('2026-06-11T22:00:00Z', {}))).toMatchObject({ day_first: 1 });
  });

  test('of others nothing changes, whenever it happens', () => {
    fc.assert(
      fc.property(
        fc.array(anyStep, { minLength: 1, maxLength: 50 }),
        fc.array(fc.boolean(), { minLength: 50, maxLength: 50 }),
        (steps, erasures) => {
          const salts = createSalts(randomBytes);
          const [plain, erasing] = [visitors({ site, salts }), visitors({ site, salts })];
          let now = start;
          steps.forEach((step, index) => {
            now += step.after;
            if (erasures[index]) erasing.erase(now, 'gone');
            // Somebody who comes again and again, and has all of it erased, now and then.
            if (!step.sweep) erasing.dropped(now, { ...step.signal, who: 'gone' });
            if (erasures[index]) erasing.erase(now, 'gone');
            const facts = play(erasing, now, step);
            if (!step.sweep) expect(facts).toEqual(play(plain, now, step));
            else play(plain, now, step);
          });
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a refused batch takes it back, and the next try gives the same facts', () => {
    const v = visitors({ site });
    v.send(noon, { page: '/a' });
    v.send(noon + minute, { page: '/b' });
    v.tracker.seal();
    const facts = v.erase(noon + 2 * minute, '192.0.2.1');
    v.tracker.seal().undo();
    expect(total(v.send(noon + 3 * minute, { page: '/b' }))).toEqual({ pageviews: 1 });
    v.tracker.seal().undo();
    expect(v.erase(noon + 2 * minute, '192.0.2.1')).toEqual(facts);
    v.tracker.seal();
    expect(v.dropped(noon + 4 * minute, {})).toBe('erased');
  });
});

describe('in the memory-backed folder', () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const path of folders.splice(0)) rmSync(path, { recursive: true });
  });

  test('after the next sweep a row holds its key and the mark, and nothing else', () => {
    const directory = mkdtempSync(join(tmpdir(), 'footfall-erase-'));
    folders.push(directory);
    const salts = createSalts(randomBytes);
    const v = visitors({ site, salts, memory: { salts, frames: [] } });
    const writer = createStateWriter(directory);
    let seq = 0;
    const save = () => {
      const { state } = v.tracker.seal();
      seq += 1;
      if (state) writer.write(seq, state);
      writer.committed(seq);
    };
    for (let page = 0; page < 30; page++) v.send(noon + page, { page: `/p${page}` });
    save();
    v.erase(noon + minute, '192.0.2.1');
    save();
    v.sweep(noon + minute);
    save();
    writer.close();

    const frames = loadState(directory, seq);
    expect(frames).toHaveLength(1);
    const days = new Map<number, Map<number, Generation>>();
    for (const frame of frames) applyState(frame, days);
    const [generation] = days.get(site.id)?.values() ?? [];
    if (!generation) throw new Error('nothing was saved');
    expect(generation.visits.count).toBe(1);
    const row = [...generation.visits.values()];
    expect(row.filter((value) => value !== 0)).toEqual([flag.erased]);
    expect(row[field.state]).toBe(flag.erased);
    expect([...generation.seen.cells.values()].filter((value) => value !== 0)).toEqual([]);
  });
});

describe('at the front door', () => {
  const domain = 'example.com';
  let replay: Replay;
  let now = noon;
  const ann = { peer: '203.0.113.1', headers: { 'user-agent': realBrowser } };
  const bob = { ...ann, peer: '203.0.113.2' };

  const view = async (who: typeof ann, page = '/'): Promise<void> => {
    now += 1_000;
    replay.setClock(now);
    const body = { n: 'pageview', d: domain, u: `https://${domain}${page}` };
    expect((await replay.send('POST', '/api/event', { ...who, body })).status).toBe(202);
  };
  async function figures(): Promise<(number | null)[] | undefined> {
    await replay.tick();
    await replay.flush();
    const [answer] = await replay.ask([
      { site_id: domain, metrics: ['visitors', 'visits', 'pageviews', 'bounce_rate'], date_range: 'day' },
    ]);
    return answer && 'results' in answer ? answer.results[0]?.metrics : undefined;
  }

  beforeAll(async () => {
    replay = await openReplay(noon);
    await replay.manage('POST', '/api/v2/sites', { domain, timezone: 'Europe/Berlin' });
  });
  afterAll(() => replay.close());

  test('the visit ends, stays counted in the sums, and nothing is added, also after a restart and a crash', async () => {
    await view(ann);
    await view(bob);
    await press(replay, 'erase', { site: domain, ...ann });
    await view(ann, '/next');
    expect(await figures()).toEqual([2, 2, 2, 100]);
    for (const crash of [false, true]) {
      await replay.restart(crash);
      await view(ann, '/again');
      expect(await figures()).toEqual([2, 2, 2, 100]);
    }
    await view(bob, '/next');
    expect(await figures()).toEqual([2, 2, 3, 100]);
  });

  test('the page says so, and offers it no more', async () => {
    const page = await (await get(replay, `/privacy?site=${domain}`, ann)).text();
    expect(page).toMatch(/Erased, not counted today/);
    expect(page).not.toMatch(/api\/privacy\/erase/);
    const other = await (await get(replay, `/privacy?site=${domain}`, bob)).text();
    expect(other).toMatch(/api\/privacy\/erase/);
  });

  test('the reply does not tell whether there was a visit', async () => {
    const shape = (reply: Response) => [
      reply.status,
      [...reply.headers].map(([name, value]) => [name, value.replace(/proof=[\w.-]+/, 'proof')]),
    ];
    await view({ ...ann, peer: '203.0.113.3' });
    const was = shape(await press(replay, 'erase', { site: domain, ...ann, peer: '203.0.113.3' }));
    const was_not = shape(await press(replay, 'erase', { site: domain, ...ann, peer: '203.0.113.4' }));
    expect(was_not).toEqual(was);
  });

  test('who has opted out has nothing to erase, and no key is made to find that out', async () => {
    const quiet = { ...bob, headers: { ...bob.headers, 'sec-gpc': '1' } };
    const page = await (await get(replay, `/privacy?site=${domain}`, quiet)).text();
    expect(page).not.toMatch(/<form/);
    expect(page).toMatch(/deleted by four in the morning/);
    const before = await figures();
    await view(bob, '/still-here');
    expect((await figures())?.[1]).toBe(before?.[1]);
  });

  test('the next day counts again', async () => {
    now = Date.parse('2026-06-10T22:30:00Z');
    await view(ann);
    expect(await figures()).toEqual([1, 1, 1, null]);
  });
});
