import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeFacts, encodeFacts } from '../collector/journal/codec.ts';
import { createJournal, JournalUnavailable } from '../collector/journal/group.ts';
import type { Batch } from '../collector/journal/journal.ts';
import type { Fact } from '../collector/track/fact.ts';
import { factsBetween } from './support/facts.ts';
import { total, visitors } from './support/visitors.ts';

const fact = (hour: number): Fact => ({
  scope: 'web',
  site: 1,
  hour,
  dims: { page: '/' },
  amounts: { pageviews: 1 },
});
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A disk whose commits end when told to. */
function disk() {
  const batches: Batch[] = [];
  const ends: { accept: () => void; refuse: (error: Error) => void }[] = [];
  return {
    batches,
    commit: (batch: Batch) => {
      batches.push(batch);
      return new Promise<void>((accept, refuse) => ends.push({ accept, refuse }));
    },
    async end(error?: Error) {
      const end = ends.shift();
      if (error) end?.refuse(error);
      else end?.accept();
      await turn();
    },
  };
}

/** A journal, what it undid, and a clock. */
function journalOn(commit: (batch: Batch) => Promise<void>, state: Batch['state'] = null) {
  const undone: number[] = [];
  const time = { now: 0 };
  let seals = 0;
  const seal = () => {
    const number = ++seals;
    return { state, undo: () => void undone.push(number) };
  };
  return { journal: createJournal({ commit, seal, firstSeq: 7, clock: () => time.now }), undone, time };
}

const hours = (batch: Batch | undefined) => batch?.facts.map(({ hour }) => hour);

test('what comes in one turn goes together; what comes during a commit goes with the next', async () => {
  const { batches, commit, end } = disk();
  const { journal } = journalOn(commit);
  const first = journal.append([fact(1), fact(2)]);
  void journal.append([fact(3)]);
  await turn();
  expect(batches.map(hours)).toEqual([[1, 2, 3]]);
  const done: string[] = [];
  void first.then(() => done.push('first'));
  const second = journal.append([fact(4)]).then(() => done.push('second'));
  void journal.append([fact(5)]);
  await turn();
  expect(batches).toHaveLength(1);
  expect(done).toEqual([]);
  await end();
  expect(done).toEqual(['first']);
  expect(batches.map(hours)).toEqual([
    [1, 2, 3],
    [4, 5],
  ]);
  expect(batches.map(({ seq }) => seq)).toEqual([7, 8]);
  await end();
  await second;
});

test('a failed batch is undone with what came after it, and its number is used again', async () => {
  const { batches, commit, end } = disk();
  const { journal, undone } = journalOn(commit);
  const first = expect(journal.append([fact(1)])).rejects.toThrow(JournalUnavailable);
  await turn();
  const second = expect(journal.append([fact(2)])).rejects.toThrow('could not be written');
  await end(new Error('disk full'));
  await first;
  await second;
  expect(undone).toEqual([1]);
  expect(journal.healthy).toBe(false);
  expect(batches).toHaveLength(1);
  const third = journal.append([fact(3)]);
  await turn();
  await end();
  await third;
  expect(batches.map(({ seq, facts }) => [seq, facts[0]?.hour])).toEqual([
    [7, 1],
    [7, 3],
  ]);
  expect(journal.healthy).toBe(true);
  expect(undone).toEqual([1]);
});

test('nothing to write is not written, but a changed state is', async () => {
  const { batches, commit, end } = disk();
  await journalOn(commit).journal.append([]);
  expect(batches).toEqual([]);
  const changed = journalOn(commit, { visits: new Uint8Array([1]) }).journal.append([]);
  await turn();
  expect(batches.map(({ facts, state }) => [facts.length, state?.visits?.length])).toEqual([[0, 1]]);
  await end();
  await changed;
});

test('idle waits for what is under way and what waits', async () => {
  const { commit, end } = disk();
  const { journal } = journalOn(commit);
  await journal.idle();
  let idle = false;
  void journal.append([fact(1)]);
  const waiting = journal.idle().then(() => {
    idle = true;
  });
  await turn();
  void journal.append([fact(2)]);
  await end();
  expect(idle).toBe(false);
  await end();
  await waiting;
});

test('the lag is the age of the oldest facts that wait', async () => {
  const { commit, end } = disk();
  const { journal, time } = journalOn(commit);
  expect(journal.lag).toBe(0);
  void journal.append([fact(1)]);
  time.now = 30;
  expect(journal.lag).toBe(30);
  await turn();
  void journal.append([fact(2)]);
  time.now = 40;
  expect(journal.lag).toBe(40);
  await end();
  expect(journal.lag).toBe(10);
  await end();
  expect(journal.lag).toBe(0);
});

test('a refused event leaves no trace, and its retry is counted in full', async () => {
  const { commit, end } = disk();
  const { tracker, send } = visitors();
  const journal = createJournal({
    commit,
    seal: () => ({ state: null, undo: tracker.seal().undo }),
    firstSeq: 1,
    clock: () => 0,
  });
  const at = Date.parse('2026-06-10T12:00:00Z');
  const before = send(at, {});
  const first = expect(journal.append(before)).rejects.toThrow(JournalUnavailable);
  await turn();
  const second = expect(journal.append(send(at + 1, { page: '/b' }))).rejects.toThrow(JournalUnavailable);
  await end(new Error('disk full'));
  await Promise.all([first, second]);
  const again = send(at, {});
  expect(again).toEqual(before);
  void journal.append(again);
  await turn();
  await end();
  expect(total(tracker.closeAll())).toMatchObject({ closed: 1, views: 1 });
});

test('facts come out of the codec as they went in', () => {
  fc.assert(
    fc.property(factsBetween(490_000, 490_100, 20), (facts) => {
      expect(decodeFacts(encodeFacts(facts))).toEqual(facts);
    }),
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.maxSafeNat(), (page, bytes) => {
      const facts = [{ ...fact(1), dims: { page, source: 'web' }, amounts: { bytes } }];
      expect(decodeFacts(encodeFacts(facts))).toEqual(facts);
    }),
  );
  const alike = (['web', 'revenue', 'goal'] as const).map((scope) => ({ ...fact(1), scope }));
  expect(decodeFacts(encodeFacts(alike))).toEqual(alike);
  expect(decodeFacts(encodeFacts([]))).toEqual([]);
});

test('the codec leaves out what another version wrote and this one does not know', () => {
  const text = encodeFacts([fact(1)])
    .replace('"page"', '"colour"')
    .replace('"pageviews"', '"smiles"');
  expect(decodeFacts(text)).toEqual([{ ...fact(1), dims: {}, amounts: {} }]);
  expect(decodeFacts(encodeFacts([fact(1)]).replace('"web"', '"toString"'))).toEqual([]);
});
