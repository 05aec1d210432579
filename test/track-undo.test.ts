import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSalts } from '../collector/gate/salts.ts';
import { KeyTable } from '../collector/track/key-table.ts';
import type { Tracker } from '../collector/track/tracker.ts';
import { aSite } from './support/site.ts';
import { anyStep, play, type Step, start } from './support/steps.ts';
import { moment, total, visitors } from './support/visitors.ts';

const at = Date.parse('2026-06-10T12:00:00Z');
const minute = 60_000;

test('after an undo the same signal gives the same facts', () => {
  const v = visitors();
  v.send(at, { page: '/a' });
  v.tracker.seal();
  const signals = [
    [at + 1, { page: '/b', of: { utm_term: 'new' } }],
    [at + 2, { kind: 'engagement', page: '/b', scroll: 30 }],
    [at + 3, { who: 'other', event: 'Play' }],
    [at + 40 * minute, { page: '/c', of: { source: 'Google' } }],
  ] as const;
  const first = signals.map(([when, signal]) => v.send(when, signal));
  v.tracker.seal().undo();
  expect(signals.map(([when, signal]) => v.send(when, signal))).toEqual(first);
});

test('an undo takes back what came after the seal, too', () => {
  const v = visitors();
  v.send(at, { page: '/a' });
  const sealed = v.tracker.seal();
  v.send(at + 1, { page: '/b' });
  sealed.undo();
  expect(v.tracker.closeAll()).toEqual([]);
  expect(v.tracker.realtime(1, at).visits).toBe(0);
  expect(v.tracker.realtime(1, at).minutes[29]).toEqual({ pageviews: 0, events: 0 });
  expect(total(v.send(at + 2, { page: '/b' }))).toMatchObject({ starts: 1, day_first: 1, path_first: 1 });
});

test('a close that was not written is told again', () => {
  const v = visitors();
  v.send(at, {});
  v.tracker.seal();
  const closed = v.sweep(at + 60 * minute);
  expect(closed).toHaveLength(1);
  v.tracker.seal().undo();
  expect(v.sweep(at + 60 * minute)).toEqual(closed);
});

test('a day that is over stays gone, but its last closes are told again until they are written', () => {
  const v = visitors();
  v.send('2026-06-10T23:55:00Z', {});
  v.tracker.seal();
  for (let m = 10; m < 240; m += 20) v.send(moment('2026-06-11T00:00:00Z') + m * minute, {});
  v.tracker.seal();
  // A view that will be refused, then the end of the day in the same batch.
  v.send('2026-06-11T03:59:00Z', { page: '/refused' });
  const [refused] = v.sweep('2026-06-11T04:00:00Z');
  expect(refused?.dims.exit_page).toBe('/refused');
  v.tracker.seal().undo();
  for (let attempt = 0; attempt < 2; attempt++) {
    const again = v.sweep('2026-06-11T04:01:00Z');
    expect(again.map(({ dims, amounts }) => [dims.exit_page, amounts.views])).toEqual([['/', 13]]);
    v.tracker.seal().undo();
  }
  expect(v.sweep('2026-06-11T04:02:00Z')).toHaveLength(1);
  v.tracker.seal();
  expect(v.sweep('2026-06-11T04:03:00Z')).toEqual([]);
});

test('a visitor of many pages is known by those that were written', () => {
  const v = visitors();
  const view = (page: number) => total(v.send(at, { page: `/p${page}` })).path_first ?? 0;
  for (let page = 0; page < 20; page++) view(page);
  v.tracker.seal();
  for (let page = 20; page < 30; page++) expect(view(page)).toBe(1);
  v.tracker.seal().undo();
  for (let page = 39; page >= 20; page--) expect(view(page)).toBe(1);
  for (let page = 0; page < 40; page++) expect(view(page)).toBe(0);
});

test('an undone string is not saved with the next batch', () => {
  const memory = { salts: createSalts(randomBytes), frames: [] };
  const v = visitors({ memory, salts: memory.salts });
  v.send(at, { page: '/kept' });
  v.tracker.seal();
  v.send(at, { page: '/refused' });
  v.tracker.seal().undo();
  v.send(at, { page: '/next' });
  const saved = Buffer.from(v.tracker.seal().state ?? []).toString();
  expect(saved).toContain('/next');
  expect(saved).not.toContain('/refused');
});

test('a key table forgets its newest keys', () => {
  const table = new KeyTable(2);
  const zero = new Int32Array(2);
  expect([table.intern(new Int32Array([7, 7])), table.intern(zero), table.intern(zero)]).toEqual([0, 1, 1]);
  table.forget(0);
  table.rows.rollback(table.rows.seal());
  expect(table.find(zero)).toBe(-1);
  for (let key = 0; key < 100; key++) expect(table.intern(new Int32Array([key, 0]))).toBe(key);
  for (let key = 0; key < 100; key++) expect(table.find(new Int32Array([key, 0]))).toBe(key);
});

test('refused visitors take no room, however many', () => {
  const table = new KeyTable(1);
  for (let round = 0; round < 1_000; round++) {
    const count = table.rows.count;
    for (let key = 0; key < 8; key++) table.intern(new Int32Array([round * 8 + key + 1]));
    // If a place stayed taken, the table would soon be full, and the next look-up would never end.
    table.forget(count);
    table.rows.rollback(table.rows.seal());
  }
  const v = visitors();
  for (let who = 0; who < 1_000; who++) {
    expect(total(v.send(at, { who: String(who) })).day_first).toBe(1);
    v.tracker.seal().undo();
  }
  expect(v.tracker.realtime(1, at).visits).toBe(0);
});

test('refused batches between the steps of any run leave no trace', () => {
  fc.assert(
    fc.property(
      fc.array(anyStep, { maxLength: 60 }),
      fc.array(fc.array(anyStep, { maxLength: 12 }), { minLength: 60, maxLength: 60 }),
      (steps, refused) => {
        const salts = createSalts(randomBytes);
        const plain = visitors({ salts, site: aSite({ timezone: 'Europe/Berlin' }) });
        const shaken = visitors({ salts, site: aSite({ timezone: 'Europe/Berlin' }) });
        let now = start;
        steps.forEach((step, index) => {
          disturb(shaken.tracker, () => playAll(shaken, now, refused[index] ?? []));
          now += step.after;
          expect(play(shaken, now, step)).toEqual(play(plain, now, step));
          shaken.tracker.seal();
        });
        expect(shaken.tracker.closeAll()).toEqual(plain.tracker.closeAll());
      },
    ),
    { numRuns: 60 },
  );
});

/** The steps at one moment, so that no day ends in them. */
function playAll(v: ReturnType<typeof visitors>, now: number, steps: readonly Step[]): void {
  for (const step of steps) play(v, now, { ...step, sweep: false });
}

/** Lets something happen partly before and partly after a seal, and undoes it. */
function disturb(tracker: Tracker, something: () => void): void {
  something();
  const sealed = tracker.seal();
  something();
  sealed.undo();
}
