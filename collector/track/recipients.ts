import { mailLimits } from '../../schema/mail.ts';
import { KeyTable } from './key-table.ts';
import { type Changes, Records } from './records.ts';

const dayMs = 86_400_000;
/** How long a mail's recipients are remembered, from the first one on. */
export const windowMs = mailLimits.uniqueDays * dayMs;

/** What a recipient did first. */
export type Deed = 'open' | 'click';
const bits = { open: 1, click: 2 } as const satisfies Record<Deed, number>;
/** 32-bit integers of a keyed hash. */
const hashWidth = 2;

/** What one mail has of its recipients: keyed hashes, and what each of them has done. */
export class Window {
  readonly site: number;
  readonly message: string;
  /** ms since 1970. */
  readonly since: number;
  /** Its time is up: nobody is remembered, and nobody counts any more, because everybody would count again. */
  over: boolean;
  readonly keys = new KeyTable(hashWidth);
  readonly deeds = new Records(1);

  constructor(site: number, message: string, since: number, over: boolean) {
    this.site = site;
    this.message = message;
    this.since = since;
    this.over = over;
  }

  get size(): number {
    return this.deeds.count;
  }

  knows(hash: Int32Array): boolean {
    return this.keys.find(hash) >= 0;
  }

  /** Whether the recipient had not done this before; nothing changes where they had. */
  meet(hash: Int32Array, deed: Deed): boolean {
    const row = this.keys.intern(hash);
    if (row === this.deeds.count) this.deeds.add();
    const done = this.deeds.get(row, 0);
    if ((done & bits[deed]) !== 0) return false;
    this.deeds.touch(row);
    this.deeds.set(row, 0, done | bits[deed]);
    return true;
  }

  /** As if the recipient had not done this: it was a machine. */
  takeBack(hash: Int32Array, deed: Deed): void {
    const row = this.keys.find(hash);
    if (row < 0) return;
    this.deeds.touch(row);
    this.deeds.set(row, 0, this.deeds.get(row, 0) & ~bits[deed]);
  }

  seal(): WindowChanges {
    return { window: this, keys: this.keys.rows.seal(), deeds: this.deeds.seal() };
  }

  rollback({ keys, deeds }: WindowChanges): void {
    this.keys.forget(keys.count);
    this.keys.rows.rollback(keys);
    this.deeds.rollback(deeds);
  }
}

/** What has changed in a window since a seal. */
export interface WindowChanges {
  readonly window: Window;
  readonly keys: Changes;
  readonly deeds: Changes;
}
