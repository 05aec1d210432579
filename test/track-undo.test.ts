import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSalts } from '../collector/gate/salts.ts';
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
