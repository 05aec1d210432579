import { randomBytes } from 'node:crypto';
import {
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, expect, test } from 'vitest';
import { createSalts, type Salts } from '../collector/gate/salts.ts';
import { createStateWriter, loadState, type StateWriter } from '../collector/track/state-file.ts';
import { aSite } from './support/site.ts';
import { anyStep, play, start } from './support/steps.ts';
import { total, type Visitors, visitors } from './support/visitors.ts';

const folders: string[] = [];
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'footfall-state-'));
  folders.push(path);
  return join(path, 'runtime');
}
afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true });
});

const site = aSite({ timezone: 'Europe/Berlin' });
const at = Date.parse('2026-06-10T12:00:00Z');

/** A tracker as it starts on a folder: its salts are only what the folder holds. */
function boot(
  directory: string,
  lastSeq: number,
  reasons: string[] = [],
): { v: Visitors; salts: Salts; writer: StateWriter } {
  const salts = createSalts(randomBytes);
  const memory = {
    salts,
    frames: loadState(directory, lastSeq),
    discarded: (reason: string) => void reasons.push(reason),
  };
  return { v: visitors({ site, salts, memory }), salts, writer: createStateWriter(directory) };
}

/** Writes what changed as batch `seq`. */
function save({ v, writer }: { v: Visitors; writer: StateWriter }, seq: number): void {
  const { state } = v.tracker.seal();
  if (state) writer.write(seq, state);
  writer.committed(seq);
}

test('a restart at any moment changes no fact', () => {
  fc.assert(
    fc.property(
      fc.array(anyStep, { minLength: 1, maxLength: 60 }),
      fc.array(fc.constantFrom('nothing', 'nothing', 'save', 'restart', 'refuse'), {
        minLength: 60,
        maxLength: 60,
      }),
      (steps, events) => {
        const directory = folder();
        const plain = visitors({ site });
        let now = start;
        let seq = 0;
        let running = boot(directory, seq);
        steps.forEach((step, index) => {
          if (events[index] === 'refuse') {
            save(running, ++seq);
            // A signal whose batch reaches the folder, but not the journal.
            play(running.v, now, { ...step, sweep: false });
            const { state, undo } = running.v.tracker.seal();
            if (state) running.writer.write(seq + 1, state);
            undo();
          }
          now += step.after;
          expect(play(running.v, now, step)).toEqual(play(plain, now, step));
          if (events[index] === 'save' || events[index] === 'restart') save(running, ++seq);
          if (events[index] === 'restart') {
            running.writer.close();
            running = boot(directory, seq);
          }
        });
        expect(running.v.tracker.closeAll()).toEqual(plain.tracker.closeAll());
      },
    ),
    { numRuns: 60 },
  );
});

test('what was written but never committed is not restored', () => {
  const directory = folder();
  const running = boot(directory, 0);
  running.v.send(at, { page: '/a' });
  save(running, 1);
  running.v.send(at + 1, { page: '/b' });
  running.writer.write(2, running.v.tracker.seal().state ?? new Uint8Array());
  const { v } = boot(directory, 1);
  expect(total(v.send(at + 2, { page: '/b' }))).toEqual({ pageviews: 1, path_first: 1, page_visits: 1 });
  const later = boot(directory, 2);
  expect(total(later.v.send(at + 2, { page: '/b' }))).toEqual({ pageviews: 1 });
});

test('a whole state that was never committed leaves the older one in force', () => {
  const directory = folder();
  const first = boot(directory, 0);
  first.v.send(at, { page: '/a' });
  save(first, 1);
  const second = boot(directory, 1);
  second.v.send(at + 1, { page: '/b' });
  second.writer.write(2, second.v.tracker.seal().state ?? new Uint8Array());
  expect(existsSync(join(directory, 'visits.next'))).toBe(true);
  const third = boot(directory, 1);
  expect(total(third.v.send(at + 2, { page: '/b' }))).toEqual({
    pageviews: 1,
    path_first: 1,
    page_visits: 1,
  });
});

test('a whole state outlives two crashes that come before it took the older one’s place', () => {
  const directory = folder();
  const first = boot(directory, 0);
  first.v.send(at, { page: '/a' });
  // Committed, but the process ends before it hears of it.
  first.writer.write(1, first.v.tracker.seal().state ?? new Uint8Array());
  const second = boot(directory, 1);
  second.v.send(at + 1, { page: '/b' });
  // Not committed.
  second.writer.write(2, second.v.tracker.seal().state ?? new Uint8Array());
  const { v } = boot(directory, 1);
  expect(total(v.send(at + 2, { page: '/a' }))).toEqual({ pageviews: 1 });
});

test('a whole state whose batch failed is written whole again', () => {
  const directory = folder();
  const running = boot(directory, 0);
  running.v.send(at, { page: '/refused' });
  const failed = running.v.tracker.seal();
  running.writer.write(1, failed.state ?? new Uint8Array());
  failed.undo();
  running.v.send(at, { page: '/a' });
  save(running, 1);
  const { v } = boot(directory, 1);
  expect(total(v.send(at + 1, { page: '/a' }))).toEqual({ pageviews: 1 });
  expect(total(v.send(at + 1, { page: '/refused' }))).toMatchObject({ path_first: 1 });
});

test('an empty batch takes the place of a failed one', () => {
  const directory = folder();
  const running = boot(directory, 0);
  running.v.send(at, { page: '/a' });
  save(running, 1);
  running.v.send(at + 1, { page: '/b' });
  const failed = running.v.tracker.seal();
  running.writer.write(2, failed.state ?? new Uint8Array());
  failed.undo();
  save(running, 2);
  const { v } = boot(directory, 2);
  expect(total(v.send(at + 2, { page: '/b' }))).toEqual({ pageviews: 1, path_first: 1, page_visits: 1 });
});

test.each(['torn', 'damaged'])('a %s last frame is ignored', (how) => {
  const directory = folder();
  const running = boot(directory, 0);
  running.v.send(at, { page: '/a' });
  save(running, 1);
  const file = join(directory, 'visits');
  const { size } = statSync(file);
  running.v.send(at + 1, { page: '/b' });
  save(running, 2);
  if (how === 'torn') truncateSync(file, size + 20);
  else {
    const bytes = readFileSync(file);
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    writeFileSync(file, bytes);
  }
  expect(loadState(directory, 2)).toHaveLength(1);
  const { v } = boot(directory, 2);
  expect(total(v.send(at + 2, { page: '/b' }))).toEqual({ pageviews: 1, path_first: 1, page_visits: 1 });
});

test('when a day is over, its salt, keys and pages are out of the folder', () => {
  const directory = folder();
  const running = boot(directory, 0);
  running.v.send('2026-06-10T12:00:00Z', { page: '/yesterday-only' });
  save(running, 1);
  running.v.send('2026-06-11T00:30:00Z', { page: '/today' });
  save(running, 2);
  const salt = Buffer.from(
    running.salts.at(site, Date.parse('2026-06-11T00:30:00Z')).yesterday?.salt ?? [],
  ).toString('base64');
  expect(salt).toHaveLength(44);
  const held = () =>
    ['visits', 'visits.next']
      .map((name) => join(directory, name))
      .filter((path) => existsSync(path))
      .map((path) => readFileSync(path, 'latin1'))
      .join();
  expect(held()).toContain(salt);
  expect(held()).toContain('/yesterday-only');
  running.v.sweep('2026-06-11T02:00:00Z');
  save(running, 3);
  expect(held()).not.toContain(salt);
  expect(held()).not.toContain('/yesterday-only');
  expect(held()).toContain('/today');
});

test('visits that timed out while the process was down are closed by the next sweep, those of a past day too', () => {
  const directory = folder();
  const running = boot(directory, 0);
  running.v.send(at, { page: '/a' });
  save(running, 1);
  running.writer.close();
  for (const later of ['2026-06-10T15:00:00Z', '2026-06-13T12:00:00Z']) {
    const { v } = boot(directory, 1);
    expect(v.sweep(later)).toMatchObject([{ hour: Math.floor(at / 3_600_000) + 2, amounts: { closed: 1 } }]);
  }
});

test('a salt is restored with its visitors, byte for byte', () => {
  const directory = folder();
  const running = boot(directory, 0);
  running.v.send(at, { page: '/a' });
  save(running, 1);
  const { salts } = boot(directory, 1);
  expect(salts.export().map(({ day }) => day)).toEqual([Math.floor(at / 86_400_000)]);
  const bytes = (of: Salts) => of.export().map(({ salt }) => [...salt]);
  expect(bytes(salts)).toEqual(bytes(running.salts));
});

test('a salt is saved with the first visitors of its day, and not again', () => {
  const running = boot(folder(), 0);
  const saved = ['/a', '/b'].map((page) => {
    running.v.send(at, { page });
    return Buffer.from(running.v.tracker.seal().state ?? []).toString('latin1');
  });
  const salt = Buffer.from(running.salts.export()[0]?.salt ?? []).toString('base64');
  expect(saved.map((state) => state.includes(salt))).toEqual([true, false]);
});

test('what cannot be read is discarded in words, and visits begin anew', () => {
  const directory = folder();
  const running = boot(directory, 0);
  running.v.send(at, { page: '/a' });
  const { state } = running.v.tracker.seal();
  const other = Buffer.from(
    Buffer.from(state ?? [])
      .toString('latin1')
      .replace('"layout":3', '"layout":9'),
    'latin1',
  );
  running.writer.write(1, other);
  running.writer.committed(1);
  const reasons: string[] = [];
  const { v } = boot(directory, 1, reasons);
  expect(reasons.join()).toContain('layout 9');
  expect(total(v.send(at, { page: '/a' })).day_first).toBe(1);
});

test('only the owner can look into the folder', () => {
  const directory = folder();
  const running = boot(directory, 0);
  running.v.send(at, {});
  save(running, 1);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, 'visits')).mode & 0o777).toBe(0o600);
});

test('the first state must be whole', () => {
  const directory = folder();
  const running = boot(directory, 0);
  running.v.tracker.seal();
  running.v.send(at, {});
  const { state } = running.v.tracker.seal();
  expect(() => running.writer.write(1, state ?? new Uint8Array())).toThrow('must be whole');
});

test('without a folder there is no state', () => {
  const v = visitors({ site });
  v.send(at, {});
  expect(v.tracker.seal().state).toBeNull();
});
