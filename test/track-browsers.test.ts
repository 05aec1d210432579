import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSalts } from '../collector/gate/salts.ts';
import { dateOfDay, dayOfDate, dayOfHour, hourOfDay } from '../collector/time/calendar.ts';
import type { Fact } from '../collector/track/fact.ts';
import { createStateWriter, loadState } from '../collector/track/state-file.ts';
import { total, type Visitors, visitors } from './support/visitors.ts';

/** A Wednesday. */
const noon = Date.parse('2026-06-10T12:00:00Z');
const monday = dayOfDate('2026-06-08');
const minute = 60_000;

/** Facts about browsers, in words: day and hour, then what they count. */
const counted = (facts: readonly Fact[]): string[] =>
  facts.flatMap(({ scope, hour, dims, amounts }) =>
    scope === 'browser' || scope === 'cohort'
      ? [
          `${dateOfDay(dayOfHour(hour))} ${hourOfDay(hour)}: ${Object.values(dims).join()} ${JSON.stringify(amounts)}`,
        ]
      : [],
  );
const from = (lastVisit: number | null, firstWeek = monday) => ({ returning: { lastVisit, firstWeek } });
const one = '{"browsers":1}';

test('a new browser counts on its day and in its week, by facts that share nothing but that they count one', () => {
  const facts = visitors().send(noon, from(null));
  expect(counted(facts)).toEqual([`2026-06-10 12: new ${one}`, `2026-06-08 0: 2026-06-08 ${one}`]);
  for (const { scope, dims } of facts)
    if (scope === 'browser' || scope === 'cohort') expect(Object.keys(dims)).toHaveLength(1);
});

test('a browser counts once in its week', () => {
  const v = visitors();
  expect(counted(v.send(noon, from(3, monday - 70)))).toEqual([
    `2026-06-10 12: 3 ${one}`,
    `2026-06-08 0: 2026-03-30 ${one}`,
  ]);
  expect(counted(v.send(noon, from(2, monday - 70)))).toEqual([`2026-06-10 12: 2 ${one}`]);
  expect(counted(v.send('2026-06-08T00:00:00Z', { who: 'x', ...from(1, monday - 7) }))).toEqual([
    `2026-06-08 0: 1 ${one}`,
    `2026-06-08 0: 2026-06-01 ${one}`,
  ]);
  expect(counted(v.send('2026-06-14T23:59:00Z', { who: 'y', ...from(6) }))).toEqual([
    `2026-06-14 23: 6 ${one}`,
  ]);
});

test('the same dates of one visitor count once a day, other dates are another browser', () => {
  const v = visitors();
  const send = (at: number, dates: object, who = 'one') => counted(v.send(at, { who, ...dates })).length;
  expect(send(noon, from(null))).toBe(2);
  expect(send(noon + 1, from(null))).toBe(0);
  // In another visit, and after so many pages that their list has an index.
  for (let page = 0; page < 40; page++) v.send(noon + 2, { who: 'one', page: `/${page}` });
  expect(send(noon + 40 * minute, from(null))).toBe(0);
  expect(send(noon + 40 * minute, from(1))).toBe(1);
  expect(send(noon + 40 * minute, from(1, monday - 7))).toBe(1);
  expect(send(noon + 40 * minute, from(1))).toBe(0);
  expect(send(noon + 40 * minute, from(null), 'other')).toBe(2);
  expect(counted(v.send(noon + 41 * minute, { who: 'one' }))).toEqual([]);
});

test('pages, events and dates are never taken for each other', () => {
  const v = visitors();
  v.send(noon, { page: `new ${monday}` });
  v.send(noon, { event: `new ${monday}` });
  expect(counted(v.send(noon, from(null)))).toHaveLength(2);
  const next = visitors();
  next.send(noon, from(null));
  // The next name in the tables, whose number must not be that of the dates.
  expect(total(next.send(noon, { page: '/next' }))).toMatchObject({ path_first: 1 });
});

test('a visit that crosses midnight counts its browser on both days', () => {
  const v = visitors();
  expect(counted(v.send('2026-06-14T23:50:00Z', from(null)))).toHaveLength(2);
  const after = v.send('2026-06-15T00:10:00Z', from(1));
  expect(after.some(({ amounts }) => amounts.starts)).toBe(false);
  expect(counted(after)).toEqual([`2026-06-15 0: 1 ${one}`, `2026-06-15 0: 2026-06-08 ${one}`]);
  expect(counted(v.send('2026-06-15T00:11:00Z', from(1)))).toEqual([]);
});

test('after an undo the browser counts when it says so again', () => {
  const v = visitors();
  v.send(noon, {});
  v.tracker.seal();
  const first = counted(v.send(noon + 1, from(null)));
  v.tracker.seal().undo();
  expect(counted(v.send(noon + 2, from(null)))).toEqual(first);
  v.tracker.seal();
  v.send(noon + 3, { page: '/later' });
  v.tracker.seal().undo();
  expect(counted(v.send(noon + 4, from(null)))).toEqual([]);
});

test('a restart remembers which browsers were counted today', () => {
  const directory = mkdtempSync(join(tmpdir(), 'footfall-browsers-'));
  const boot = (seq: number) => {
    const salts = createSalts(randomBytes);
    return visitors({ salts, memory: { salts, frames: loadState(directory, seq) } });
  };
  const save = (v: Visitors, seq: number) => {
    const writer = createStateWriter(directory);
    const { state } = v.tracker.seal();
    if (state) writer.write(seq, state);
    writer.committed(seq);
    writer.close();
  };
  try {
    const running = boot(0);
    running.send(noon, from(null));
    save(running, 1);
    const next = boot(1);
    expect(counted(next.send(noon + 1, from(null)))).toEqual([]);
    expect(counted(next.send(noon + 1, from(4, monday - 7)))).toHaveLength(2);
    save(next, 2);
    expect(counted(boot(2).send(noon + 2, from(4, monday - 7)))).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
