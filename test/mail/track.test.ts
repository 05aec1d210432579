import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import type { MailAdmitted } from '../../collector/gate/mail.ts';
import { createRecipientKeys, type RecipientKeys } from '../../collector/gate/recipient-keys.ts';
import { localHour } from '../../collector/time/calendar.ts';
import type { Fact } from '../../collector/track/fact.ts';
import { createMailTracker, type MailTracker } from '../../collector/track/mail.ts';
import { loadState } from '../../collector/track/state-file.ts';
import { createStatesWriter, type StatesWriter } from '../../collector/track/states.ts';
import type { Site } from '../../schema/site.ts';
import { type Counted, countMails, type Forgetting, type Happening } from '../support/mail-brute.ts';
import { aSite } from '../support/site.ts';

const start = Date.parse('2026-06-10T21:59:40Z');
const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;

const folders: string[] = [];
function folder(): string {
  const path = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'footfall-mail-state-'));
  folders.push(path);
  return join(path, 'runtime');
}
afterEach(() => {
  for (const path of folders.splice(0)) rmSync(path, { recursive: true });
});

/** A tracker as a process starts it: on what the folder holds, or on nothing. */
interface Running {
  readonly tracker: MailTracker;
  readonly keys: RecipientKeys;
  readonly writer: StatesWriter | null;
}

const known = new Map<number, Site>();
const bothSites = () => {
  known.clear();
  known.set(1, aSite({ id: 1, timezone: 'Europe/Berlin' }));
  known.set(2, aSite({ id: 2, domain: 'two.example', timezone: 'America/New_York' }));
};

function boot(directory: string | null, lastSeq: number, reasons: string[] = []): Running {
  const keys = createRecipientKeys(randomBytes);
  const memory =
    directory === null
      ? null
      : {
          keys,
          frames: loadState(directory, lastSeq, 'mails'),
          discarded: (reason: string) => void reasons.push(reason),
        };
  const tracker = createMailTracker({ siteOf: (id) => known.get(id), memory });
  return { tracker, keys, writer: directory === null ? null : createStatesWriter(directory) };
}

/** What the gate makes of it. */
function admitted({ keys }: Running, one: Happening): MailAdmitted {
  const { what, site, recipient, ...rest } = one;
  return {
    ...rest,
    site: known.get(site) ?? aSite({ id: site }),
    kind: what,
    recipient: recipient === null ? null : keys.hash(site, one.message, recipient),
  } as MailAdmitted;
}

const readers = ['ann', 'ann', 'ben', 'eve', 'desk', 'objected'] as const;
const anyStep = fc.record({
  after: fc.oneof(
    { weight: 20, arbitrary: fc.nat(3 * second) },
    { weight: 4, arbitrary: fc.constantFrom(10 * second, 10 * second + 1, 9_999) },
    { weight: 2, arbitrary: fc.nat(3 * hour) },
    { weight: 1, arbitrary: fc.constantFrom(day, 3 * day, 7 * day, 7 * day + 1) },
  ),
  what: fc.constantFrom('open', 'click', 'click', 'click'),
  link: fc.constantFrom('a', 'b', 'c', 'd'),
  told: fc.constantFrom(
    ...Array.from({ length: 8 }, () => ['direct', null] as const),
    ['proxied', 'gmail_proxy'] as const,
    ['machine', 'scanner_agent'] as const,
    ['machine', 'decoy'] as const,
  ),
  /** Null: of the same mail and reader as before. */
  from: fc.option(
    fc.record({
      site: fc.constantFrom(1, 1, 1, 2),
      message: fc.constantFrom('spring', 'spring', 'autumn'),
      who: fc.constantFrom(...readers),
    }),
    { freq: 1, nil: null },
  ),
  next: fc.constantFrom(
    ...Array.from({ length: 20 }, () => 'nothing' as const),
    ...(['sweep', 'sweep', 'commit', 'commit', 'commit', 'seal', 'seal', 'fail'] as const),
    ...(['restart', 'crash', 'crash after the commit'] as const),
  ),
});
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

/** The events of the steps, each at its time; the first is of somebody. */
function happeningsOf(steps: readonly Step[]): Happening[] {
  let at = start;
  let last = { site: 1, message: 'spring', who: 'ann' as (typeof readers)[number] };
  return steps.map(({ after, what, link, told: [opener, rule], from }) => {
    at += after;
    last = from ?? last;
    const { site, message, who } = last;
    const decoy = rule === 'decoy';
    const ofOpen = decoy ? { opener: 'direct', rule: null } : { opener, rule };
    return {
      what,
      at,
      site,
      message,
      recipient: who === 'desk' || who === 'objected' ? null : who,
      ...(what === 'open'
        ? { link: null, reader: null, ...ofOpen }
        : {
            link: decoy ? 'hidden' : link,
            reader: who === 'objected' ? null : `${site} ${message} ${who}`,
            opener,
            rule,
          }),
    } as Happening;
  });
}

const bucketOf = ({ site, hour: at, dims }: Fact): string =>
  [site, dims.message, at, dims.link ?? null, dims.opener, dims.rule ?? null].join(' ');
const sumsOf = ({ amounts }: Fact): number[] => [
  amounts.opens ?? 0,
  amounts.clicks ?? 0,
  amounts.unique_opens ?? 0,
  amounts.unique_clicks ?? 0,
];

/** Plays the steps as a journal would, with commits that fail and processes that end; gives what was committed. */
function play(steps: readonly Step[], directory: string | null, removeAt: number) {
  bothSites();
  let now = start;
  let seq = 0;
  let running = boot(directory, seq);
  /** Everything that survived, what is being committed, and what waits. */
  const past: (Happening | Forgetting)[] = [];
  let sealed: { events: Happening[]; facts: Fact[]; undo: () => void } | null = null;
  let events: Happening[] = [];
  let facts: Fact[] = [];
  const buckets = new Map<string, number[]>();

  const add = (some: readonly Fact[]): void => {
    for (const fact of some) {
      const sums = buckets.get(bucketOf(fact)) ?? [0, 0, 0, 0];
      buckets.set(
        bucketOf(fact),
        sums.map((sum, at) => sum + (sumsOf(fact)[at] ?? 0)),
      );
      expect(Math.min(...(buckets.get(bucketOf(fact)) ?? []))).toBeGreaterThanOrEqual(0);
    }
  };
  const seal = (): void => {
    const { state, undo } = running.tracker.seal();
    if (state) running.writer?.write(seq + 1, { mails: state });
    sealed = { events, facts, undo };
    events = [];
    facts = [];
  };
  const committed = (tellWriter = true): void => {
    if (sealed === null) seal();
    seq += 1;
    if (tellWriter) running.writer?.committed(seq);
    past.push(...(sealed?.events ?? []));
    add(sealed?.facts ?? []);
    sealed = null;
  };
  const failed = (): void => {
    if (sealed === null) seal();
    sealed?.undo();
    sealed = null;
    events = [];
    facts = [];
    past.push({ what: 'forget clicks' });
  };
  const restart = (): void => {
    sealed = null;
    events = [];
    facts = [];
    running.writer?.close();
    running = boot(directory, seq);
    past.push({ what: directory === null ? 'forget all' : 'forget clicks' });
  };
  const sweep = (): void => {
    running.tracker.sweep(now);
    running.keys.keep(running.tracker.isLive);
  };

  happeningsOf(steps).forEach((one, index) => {
    now = one.at;
    const next = steps[index]?.next;
    if (index === removeAt) {
      known.delete(2);
      sweep();
    }
    if (known.has(one.site)) {
      events.push(one);
      facts.push(...running.tracker.track(admitted(running, one)));
    }
    if (next === 'sweep') sweep();
    if (next === 'seal' && sealed === null) seal();
    if (next === 'commit') committed();
    if (next === 'fail') failed();
    if (next === 'restart') {
      committed();
      committed();
      restart();
    }
    if (next === 'crash') restart();
    if (next === 'crash after the commit') {
      committed(false);
      restart();
    }
  });
  committed();
  committed();
  sweep();
  return { buckets, past, running };
}

const some = (buckets: ReadonlyMap<string, readonly number[]>): Record<string, readonly number[]> =>
  Object.fromEntries([...buckets].filter(([, sums]) => sums.some((sum) => sum !== 0)).sort());

describe.each(['with', 'without'])('%s the memory-backed folder', (how) => {
  test('whatever fails or ends in between, what is committed adds up to a count by hand', () => {
    let covered: Pick<Counted, 'corrections' | 'uniques' | 'again'> = {
      corrections: 0,
      uniques: 0,
      again: 0,
    };
    fc.assert(
      fc.property(
        fc.array(anyStep, { minLength: 1, maxLength: 70, size: 'max' }),
        fc.nat(140),
        (steps: readonly Step[], removeAt: number) => {
          const { buckets, past, running } = play(steps, how === 'with' ? folder() : null, removeAt);
          const counted = countMails(past, (site, at) =>
            localHour(site === 1 ? 'Europe/Berlin' : 'America/New_York', at),
          );
          expect(some(buckets)).toEqual(some(counted.buckets));
          if (!known.has(2)) expect(running.tracker.isLive(2, 'spring')).toBe(false);
          covered = {
            corrections: covered.corrections + counted.corrections,
            uniques: covered.uniques + counted.uniques,
            again: covered.again + counted.again,
          };
        },
      ),
      { numRuns: 300 },
    );
    expect(covered.corrections).toBeGreaterThan(200);
    expect(covered.uniques).toBeGreaterThan(250);
    expect(covered.again).toBeGreaterThan(10);
  });
});

/** One process on one folder, with commits that work. */
function alone(directory: string | null, firstSeq = 0) {
  bothSites();
  let seq = firstSeq;
  const reasons: string[] = [];
  const running = boot(directory, seq, reasons);
  const track = (at: number, some: Partial<Happening>): readonly Fact[] => {
    const click = some.what === 'click';
    const recipient = some.recipient ?? null;
    return running.tracker.track(
      admitted(running, {
        what: 'open',
        at,
        site: 1,
        message: 'spring',
        link: click ? 'a' : null,
        opener: 'direct',
        rule: null,
        recipient,
        reader: click ? (recipient ?? 'desk') : null,
        ...some,
      }),
    );
  };
  return {
    ...running,
    reasons,
    track,
    /** Of these facts, how often a recipient was counted. */
    uniques: (at: number, some: Partial<Happening>): number =>
      track(at, some).reduce((sum, fact) => sum + (sumsOf(fact)[2] ?? 0) + (sumsOf(fact)[3] ?? 0), 0),
    save(): number {
      const { state } = running.tracker.seal();
      if (state) running.writer?.write(seq + 1, { mails: state });
      seq += 1;
      running.writer?.committed(seq);
      return seq;
    },
    sweep(at: number): void {
      running.tracker.sweep(at);
      running.keys.keep(running.tracker.isLive);
    },
  };
}
const heldIn = (directory: string): Buffer =>
  Buffer.concat(readdirSync(directory).map((name) => readFileSync(join(directory, name))));

test('three links within ten seconds take back the first two, in the hour in which they were counted', () => {
  const { track } = alone(null);
  const ann = { what: 'click', recipient: 'ann' } as const;
  // The second click is of the next hour, in Berlin of the next day too.
  expect(track(start, { ...ann, link: 'a' })).toEqual([
    {
      scope: 'mail',
      site: 1,
      hour: localHour('Europe/Berlin', start),
      dims: { message: 'spring', link: 'a', opener: 'direct' },
      amounts: { clicks: 1, unique_clicks: 1 },
    },
  ]);
  expect(track(start, { ...ann, link: 'a' }).map(sumsOf)).toEqual([[0, 1, 0, 0]]);
  expect(track(start + 5_000, { ...ann, link: 'b' }).map(sumsOf)).toEqual([[0, 1, 0, 0]]);
  const at = start + 10_000;
  expect(localHour('Europe/Berlin', at)).toBe(localHour('Europe/Berlin', start));
  const facts = track(at, { ...ann, link: 'c' });
  expect(facts.map((fact) => [fact.dims.link, fact.dims.opener, fact.dims.rule, ...sumsOf(fact)])).toEqual([
    ['a', 'direct', undefined, 0, -1, 0, -1],
    ['a', 'machine', 'burst', 0, 1, 0, 0],
    ['a', 'direct', undefined, 0, -1, 0, 0],
    ['a', 'machine', 'burst', 0, 1, 0, 0],
    ['b', 'direct', undefined, 0, -1, 0, 0],
    ['b', 'machine', 'burst', 0, 1, 0, 0],
    ['c', 'machine', 'burst', 0, 1, 0, 0],
  ]);
  // A person whose scanner was there first counts when they come.
  expect(track(at + 10_001, { ...ann, link: 'a' }).map(sumsOf)).toEqual([[0, 1, 0, 1]]);
});

test('a correction falls into the hour of what it corrects', () => {
  const { track } = alone(null);
  const before = start + 15_000;
  const after = before + 9_000;
  expect(localHour('Europe/Berlin', after)).toBe(localHour('Europe/Berlin', before) + 1);
  track(before, { what: 'click', link: 'a' });
  track(before, { what: 'click', link: 'b' });
  expect(track(after, { what: 'click', link: 'c' }).map((fact) => fact.hour)).toEqual([
    ...Array.from({ length: 4 }, () => localHour('Europe/Berlin', before)),
    localHour('Europe/Berlin', after),
  ]);
});

test('a reader who has objected is never a burst, and who follows the hidden link always is one', () => {
  const { track } = alone(null);
  for (const link of ['a', 'b', 'c', 'd'])
    expect(track(start, { what: 'click', link, reader: null }).map((fact) => fact.dims.opener)).toEqual([
      'direct',
    ]);
  track(start, { what: 'click', link: 'a', opener: 'proxied', rule: 'gmail_proxy' });
  const decoy = track(start, { what: 'click', link: 'hidden', opener: 'machine', rule: 'decoy' });
  expect(decoy.map((fact) => [fact.dims.opener, fact.dims.rule, ...sumsOf(fact)])).toEqual([
    ['proxied', 'gmail_proxy', 0, -1, 0, 0],
    ['machine', 'decoy', 0, 1, 0, 0],
    ['machine', 'decoy', 0, 1, 0, 0],
  ]);
});

test('one link followed all the time by one reader costs no more than by many', () => {
  const { track } = alone(null);
  const timeOf = (readerOf: (index: number) => string): number => {
    const begun = performance.now();
    for (let index = 0; index < 40_000; index++)
      track(start + index / 10, { what: 'click', reader: readerOf(index) });
    return performance.now() - begun;
  };
  const many = timeOf((index) => `reader ${index}`);
  // With all of them remembered it is hundreds of times as long.
  expect(timeOf(() => 'one reader') / many).toBeLessThan(40);
});

test('when a window is over, or its site removed, its hashes and its key are out of the folder', () => {
  const directory = folder();
  const { uniques, save, sweep, keys } = alone(directory);
  const secrets = (message: string): Buffer[] => {
    const { key = new Uint8Array() } = keys.export().find((one) => one.message === message) ?? {};
    const hash = keys.hash(message === 'two' ? 2 : 1, message, 'ann');
    return [
      Buffer.from(Buffer.from(key).toString('base64')),
      Buffer.from(Buffer.from(hash.buffer).toString('base64').slice(0, 10)),
    ];
  };
  uniques(start, { recipient: 'ann' });
  uniques(start + day, { recipient: 'ann', message: 'autumn' });
  uniques(start + day, { recipient: 'ann', message: 'two', site: 2 });
  save();
  const [spring, autumn, two] = [secrets('spring'), secrets('autumn'), secrets('two')];
  expect(spring[0]).toHaveLength(44);
  for (const secret of [...spring, ...autumn, ...two]) expect(heldIn(directory).includes(secret)).toBe(true);
  sweep(start + 7 * day);
  save();
  for (const secret of spring) expect(heldIn(directory).includes(secret)).toBe(true);
  sweep(start + 7 * day + 1);
  save();
  for (const secret of spring) expect(heldIn(directory).includes(secret)).toBe(false);
  for (const secret of [...autumn, ...two]) expect(heldIn(directory).includes(secret)).toBe(true);
  known.delete(2);
  sweep(start + 7 * day + 1);
  save();
  for (const secret of two) expect(heldIn(directory).includes(secret)).toBe(false);
  for (const secret of autumn) expect(heldIn(directory).includes(secret)).toBe(true);
  expect(keys.export().map(({ message }) => message)).toEqual(['autumn']);
});

test('after the window nobody counts again, also after a restart', () => {
  const directory = folder();
  const first = alone(directory);
  expect(first.uniques(start, { recipient: 'ann' })).toBe(1);
  expect(first.uniques(start + 7 * day, { recipient: 'ben' })).toBe(1);
  expect(first.uniques(start + 7 * day + 1, { recipient: 'eve' })).toBe(0);
  first.sweep(start + 7 * day + 1);
  const seq = first.save();
  const again = alone(directory, seq);
  expect(again.uniques(start + 8 * day, { recipient: 'ann' })).toBe(0);
  expect(again.uniques(start + 8 * day, { recipient: 'ann', message: 'autumn' })).toBe(1);
});

test('what cannot be read is discarded in words, and taken out of the folder by the next batch', () => {
  const directory = folder();
  const first = alone(directory);
  first.uniques(start, { recipient: 'ann' });
  const { state } = first.tracker.seal();
  const text = Buffer.from(state ?? []).toString('latin1');
  const hash = Buffer.from(first.keys.hash(1, 'spring', 'ann').buffer)
    .toString('base64')
    .slice(0, 10);
  expect(text).toContain(hash);
  first.writer?.write(1, { mails: Buffer.from(text.replace('"layout":1', '"layout":9'), 'latin1') });
  first.writer?.committed(1);
  const again = alone(directory, 1);
  expect(again.reasons.join()).toContain('layout 9');
  expect(heldIn(directory).includes(hash)).toBe(true);
  again.save();
  expect(heldIn(directory).includes(hash)).toBe(false);
  // Nor is a file left that belongs to another database.
  writeFileSync(join(directory, 'mails'), `of another database ${hash}`);
  const other = alone(directory, 1);
  other.save();
  expect(heldIn(directory).includes(hash)).toBe(false);
});

test('only the owner can look into the file, and what changes nothing is not written', () => {
  const directory = folder();
  const { uniques, tracker, save } = alone(directory);
  uniques(start, { recipient: 'ann' });
  save();
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(statSync(join(directory, 'mails')).mode & 0o777).toBe(0o600);
  expect(uniques(start, { recipient: 'ann' })).toBe(0);
  expect(tracker.seal().state).toBeNull();
  expect(alone(null).tracker.seal().state).toBeNull();
});
