import type { DimensionName } from '../../schema/dimensions.ts';
import { mailLimits, type Opener, type OpenerRule } from '../../schema/mail.ts';
import type { Amounts } from '../../schema/measures.ts';
import type { Site } from '../../schema/site.ts';
import type { MailAdmitted } from '../gate/mail.ts';
import { localHour, zoneOf } from '../time/calendar.ts';
import { Bursts, type Click } from './bursts.ts';
import type { Fact } from './fact.ts';
import { type Deed, Window, type WindowChanges, windowMs } from './recipients.ts';
import { applyRecipients, encodeRecipients, type SavedKey, windowName } from './recipients-state.ts';
import type { Sealed } from './tracker.ts';

/** Saved changes are put together anew when they have grown past this many bytes, and past twice what they stand for. */
const compactAt = 16 * 1024 * 1024;

export interface MailTrackerOptions {
  /** The site as it is now; undefined once it was removed. */
  readonly siteOf: (id: number) => Site | undefined;
  /** How recipients outlive a restart, together with the keys of their hashes; null: they do not. */
  readonly memory: {
    readonly keys: { export(): readonly SavedKey[]; restore(keys: Iterable<SavedKey>): void };
    readonly frames: readonly Uint8Array[];
    readonly discarded?: (reason: string) => void;
  } | null;
}

export interface MailTracker {
  /** The facts of one open or click; of a click also what it corrects of earlier ones. */
  track(event: MailAdmitted): readonly Fact[];
  /** Forgets the recipients of mails whose window is over, and the clicks of past seconds. */
  sweep(at: number): void;
  /** Whether recipients of a mail are remembered. */
  isLive(site: number, message: string): boolean;
  seal(): Sealed;
}

/** Counts opens and clicks, each recipient once where the sender tells recipients apart. */
export function createMailTracker({ siteOf, memory }: MailTrackerOptions): MailTracker {
  const windows = new Map<string, Window>();
  const bursts = new Bursts();
  let touched = new Set<Window>();
  let begun: string[] = [];
  let snapshotDue = true;
  let snapshotBytes = 0;
  let savedBytes = 0;
  let remembered = 0;

  if (memory) restore(memory);
  return { track, sweep, isLive, seal };

  function track(event: MailAdmitted): readonly Fact[] {
    const hour = localHour(zoneOf(event.site, event.at), event.at);
    return event.kind === 'open' ? [openFact(event, hour)] : clickFacts(event, hour);
  }

  function openFact(event: MailAdmitted, hour: number): Fact {
    const first = event.opener !== 'machine' && isFirst(event, 'open');
    return factOf(event, hour, event, { opens: 1, ...(first ? { unique_opens: 1 } : {}) });
  }

  function clickFacts(event: MailAdmitted, hour: number): Fact[] {
    const { at, reader, recipient } = event;
    const link = event.link ?? '';
    const { rule, mistaken } = reader ? bursts.judge(reader, { at, link, rule: event.rule }) : nothing;
    const told = event.opener === 'machine' || !rule ? event : { opener: 'machine' as const, rule };
    const first = told.opener !== 'machine' && isFirst(event, 'click');
    if (reader)
      bursts.note(reader, { at, hour, link, opener: told.opener, rule: told.rule, unique: first, recipient });
    const counted = factOf({ ...event, link }, hour, told, {
      clicks: 1,
      ...(first ? { unique_clicks: 1 } : {}),
    });
    return [...mistaken.flatMap((click) => correct(event, click, rule)), counted];
  }

  /** Two facts: the click is taken back, and counted as a machine's. */
  function correct(event: MailAdmitted, click: Click, rule: OpenerRule | null): Fact[] {
    const { hour, link, unique, recipient } = click;
    if (unique && recipient) {
      const window = windows.get(windowName(event.site.id, event.message));
      if (window && !window.over) {
        window.takeBack(recipient, 'click');
        touched.add(window);
      }
    }
    const of = { ...event, link };
    return [
      factOf(of, hour, click, { clicks: -1, ...(unique ? { unique_clicks: -1 } : {}) }),
      factOf(of, hour, { opener: 'machine', rule }, { clicks: 1 }),
    ];
  }

  /** Whether the recipient does this for the first time, as far as recipients of the mail are remembered. */
  function isFirst({ site, message, recipient, at }: MailAdmitted, deed: Deed): boolean {
    if (!recipient) return false;
    const name = windowName(site.id, message);
    let window = windows.get(name);
    if (!window) {
      window = new Window(site.id, message, at, false);
      windows.set(name, window);
      begun.push(name);
    }
    if (window.over || at - window.since > windowMs) return false;
    if (remembered >= mailLimits.recipients && !window.knows(recipient)) return false;
    const size = window.size;
    const first = window.meet(recipient, deed);
    if (first) touched.add(window);
    remembered += window.size - size;
    return first;
  }

  function sweep(at: number): void {
    bursts.sweep(at);
    for (const [name, window] of windows) {
      if (siteOf(window.site) === undefined) windows.delete(name);
      else if (!window.over && at - window.since > windowMs)
        windows.set(name, new Window(window.site, window.message, window.since, true));
      else continue;
      touched.delete(window);
      remembered -= window.size;
      snapshotDue = true;
    }
  }

  function isLive(site: number, message: string): boolean {
    const window = windows.get(windowName(site, message));
    return window !== undefined && !window.over;
  }

  function seal(): Sealed {
    const changes: readonly WindowChanges[] = [...touched].map((window) => window.seal());
    const created = begun;
    touched = new Set();
    begun = [];
    // At first also where there is nothing: what an earlier process left, readable or not, is replaced.
    const whole = snapshotDue && memory !== null;
    const state = memory && (whole || changes.length > 0) ? encode(memory, whole, changes) : null;
    return {
      state,
      undo() {
        // What came after is on top of it.
        for (const window of touched) window.rollback(window.seal());
        for (const one of changes) one.window.rollback(one);
        for (const name of [...created, ...begun]) windows.delete(name);
        touched = new Set();
        begun = [];
        bursts.clear();
        remembered = [...windows.values()].reduce((sum, { size }) => sum + size, 0);
        snapshotDue = true;
      },
    };
  }

  /** Changes since the last seal, or everything: at first, when it is shorter, and when something must really be gone. */
  function encode(
    { keys }: NonNullable<MailTrackerOptions['memory']>,
    whole: boolean,
    changes: readonly WindowChanges[],
  ): Uint8Array {
    const state = encodeRecipients(
      whole ? [...windows.values()].map((window) => window.seal()) : changes,
      whole,
      keys.export(),
    );
    if (whole) {
      snapshotBytes = state.length;
      savedBytes = 0;
      snapshotDue = false;
    } else savedBytes += state.length;
    if (savedBytes > Math.max(compactAt, 2 * snapshotBytes)) snapshotDue = true;
    return state;
  }

  function restore({ frames, keys, discarded }: NonNullable<MailTrackerOptions['memory']>): void {
    const saved = new Map<string, SavedKey>();
    try {
      for (const frame of frames)
        for (const key of applyRecipients(frame, windows)) saved.set(windowName(key.site, key.message), key);
    } catch (error) {
      windows.clear();
      discarded?.(String(error));
      return;
    }
    for (const window of windows.values()) {
      window.keys.reindex();
      window.seal();
      remembered += window.size;
    }
    keys.restore([...saved.values()].filter(({ site, message }) => isLive(site, message)));
  }
}

const nothing = { rule: null, mistaken: [] } as const;

function factOf(
  { site, message, link }: Pick<MailAdmitted, 'site' | 'message' | 'link'>,
  hour: number,
  { opener, rule }: { readonly opener: Opener; readonly rule: OpenerRule | null },
  amounts: Amounts,
): Fact {
  const dims: Partial<Record<DimensionName, string>> = { message, opener };
  if (link !== null) dims.link = link;
  if (rule !== null) dims.rule = rule;
  return { scope: 'mail', site: site.id, hour, dims, amounts };
}
