import { decodeFacts } from '../journal/codec.ts';
import type { States, StatesWriter } from '../track/states.ts';
import type { Db } from './database.ts';
import { StoreError } from './failures.ts';
import { readMeta } from './meta.ts';
import { Roller, type Waiting } from './roller.ts';

/** What has been committed and is not in the rollups yet; `oldest` in ms since 1970, if this process committed it. */
export interface Pending {
  readonly batches: number;
  readonly oldest: number | null;
}

export interface WritingOptions {
  readonly db: Db;
  readonly state: StatesWriter | null;
  /** Distinct values a dimension may have a site and day, where not as declared. */
  readonly caps?: ConstructorParameters<typeof Roller>[1];
  /** Whether the joint of the core dimensions is kept; by default it is. */
  readonly detail?: boolean;
}

/**
 * Facts in one transaction of the rollups, which holds up commits for as long as it takes. Half as many take more than
 * half as long, because fewer share a cell: pieces of 1,000 cost a fifth to a half more
 * a fact, pieces of 150 (about 25 ms) three times as much, and at 4,000 facts/s commits then wait longer, not shorter.
 */
const mostFacts = 5_000;
/** Batches kept in memory until they are counted; a longer backlog is read from the journal. */
const mostKept = 20_000;

interface Kept extends Waiting {
  readonly count: number;
  /** ms since 1970; null where an earlier process committed it. */
  readonly at: number | null;
}

/** All that is written of events: the journal and, from it, the rollups. One thread, one connection. */
export class Writing {
  readonly #db: Db;
  readonly #state: StatesWriter | null;
  readonly #roller: Roller;
  readonly #insert;
  readonly #highest;
  #kept: Kept[] = [];
  #keptFacts = 0;
  /** The journal has batches before, between or after the kept ones. */
  #backlog: boolean;

  constructor({ db, state, caps, detail }: WritingOptions) {
    this.#db = db;
    this.#state = state;
    this.#roller = new Roller(db, caps, detail);
    this.#insert = db.prepare<[number, string]>('INSERT INTO journal (seq, facts) VALUES (?, ?)');
    this.#highest = db.prepare<[], number>('SELECT max(seq) FROM journal').pluck();
    this.#backlog = Boolean(this.#highest.get());
  }

  /** The largest number that a batch was ever committed under, by any process. */
  lastSeq(): number {
    return Math.max(this.#highest.get() ?? 0, readMeta(this.#db, 'watermark'));
  }

  get waitingFacts(): number {
    return this.#keptFacts;
  }

  get waiting(): boolean {
    return this.#backlog || this.#kept.length > 0;
  }

  /** Makes one batch durable; `at`, ms since 1970, is when. Throws, with SQLite's code, where it certainly is not. */
  commit(seq: number, facts: string, count: number, state: States | null, at: number): void {
    this.#db
      .transaction(() => {
        const last = this.lastSeq();
        if (seq <= last)
          throw new StoreError(
            `batch ${seq} comes after batch ${last}: another process writes this database. Stop it, and restart this one`,
            'STORE_SEQ',
          );
        if (state) this.#state?.write(seq, state);
        this.#insert.run(seq, facts);
      })
      .immediate();
    if (state) this.#confirmState(seq);
    if (this.#keptFacts + count > mostKept) this.#backlog = true;
    if (this.#backlog) return;
    this.#kept.push({ seq, facts, count, at });
    this.#keptFacts += count;
  }

  /** The batch is durable whatever happens here; the state's own next write, or its reader, makes up for it. */
  #confirmState(seq: number): void {
    try {
      this.#state?.committed(seq);
    } catch {}
  }

  /** Counts the oldest batches that wait, at most {@link mostFacts} of theirs; true if more wait. */
  rollUp(): boolean {
    if (this.#backlog && this.#kept.length === 0) this.#readBacklog();
    let facts = 0;
    const batches: Kept[] = [];
    for (const batch of this.#kept) {
      if (batches.length > 0 && facts + batch.count > mostFacts) break;
      batches.push(batch);
      facts += batch.count;
    }
    if (batches.length === 0) return this.waiting;
    if (!this.#roller.count(batches)) {
      this.#kept = [];
      this.#keptFacts = 0;
      this.#backlog = true;
      return true;
    }
    this.#kept.splice(0, batches.length);
    this.#keptFacts -= facts;
    return this.waiting;
  }

  flush(): void {
    while (this.waiting) this.rollUp();
  }

  pending(): Pending {
    if (!this.#backlog) return { batches: this.#kept.length, oldest: this.#kept[0]?.at ?? null };
    const batches = this.#db.prepare('SELECT count(*) FROM journal').pluck().get();
    return { batches: Number(batches), oldest: this.#kept[0]?.at ?? null };
  }

  /** Throws where nothing can be written. */
  check(): void {
    this.#db
      .transaction(() => {
        this.#db.prepare("UPDATE meta SET value = value WHERE name = 'watermark'").run();
      })
      .immediate();
  }

  /**
   * Empties the write-ahead log, in which facts stand that are deleted already. false if a reader was in the way; it
   * does not wait for one.
   */
  truncateLog(): boolean {
    const busy = this.#db.pragma('busy_timeout', { simple: true });
    this.#db.pragma('busy_timeout = 0');
    try {
      const [result] = this.#db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
      return result?.busy === 0;
    } finally {
      this.#db.pragma(`busy_timeout = ${Number(busy)}`);
    }
  }

  close(): void {
    this.flush();
    this.truncateLog();
    this.#state?.close();
    this.#db.close();
  }

  #readBacklog(): void {
    const rows = this.#db
      .prepare<[number], Waiting>('SELECT seq, facts FROM journal ORDER BY seq LIMIT ?')
      .all(200);
    for (const row of rows) {
      const count = decodeFacts(row.facts).length;
      this.#kept.push({ ...row, count, at: null });
      this.#keptFacts += count;
    }
    this.#backlog = rows.length === 200;
  }
}
