import { decodeFacts } from '../journal/codec.ts';
import { aggregate } from '../rollups/aggregate.ts';
import type { Fact } from '../track/fact.ts';
import { CappedValues } from './caps.ts';
import type { Db } from './database.ts';
import { Dictionary } from './dictionary.ts';
import { readMeta, writeMeta } from './meta.ts';
import { upserts } from './upsert.ts';

/** A committed batch that is not in the rollups yet. */
export interface Waiting {
  readonly seq: number;
  readonly facts: string;
}

/**
 * Carries batches from the journal into the rollups: the cells, the watermark and the deletion of the journal's rows in
 * one transaction, so that each fact reaches each rollup exactly once, wherever the process dies.
 */
export class Roller {
  readonly #db: Db;
  readonly #dictionary: Dictionary;
  readonly #values: CappedValues;
  readonly #upsert;
  #watermark: number;
  #configVersion = -1;
  #sites = new Set<number>();

  constructor(db: Db, caps?: ConstructorParameters<typeof CappedValues>[2]) {
    this.#db = db;
    this.#dictionary = new Dictionary(db);
    this.#values = new CappedValues(db, this.#dictionary, caps);
    this.#upsert = upserts(db);
    this.#watermark = readMeta(db, 'watermark');
  }

  get watermark(): number {
    return this.#watermark;
  }

  /**
   * Counts batches, in their order. Gives false, and counts nothing, where another process has rolled up meanwhile: what
   * waits must then be read from the journal again. Throws, and has changed nothing, where the database cannot be written.
   */
  count(batches: readonly Waiting[]): boolean {
    const last = batches.at(-1);
    if (!last) return true;
    try {
      const counted = this.#db.transaction(() => this.#countWithin(batches, last.seq)).immediate();
      if (counted) this.#watermark = last.seq;
      return counted;
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  #countWithin(batches: readonly Waiting[], last: number): boolean {
    const watermark = readMeta(this.#db, 'watermark');
    if (watermark !== this.#watermark) {
      this.#watermark = watermark;
      this.#forget();
      return false;
    }
    this.#noticeChanges();
    this.#upsert(aggregate(this.#factsOf(batches), (site, day) => this.#values.idsOfDay(site, day)));
    writeMeta(this.#db, 'watermark', last);
    this.#db.prepare('DELETE FROM journal WHERE seq <= ?').run(last);
    return true;
  }

  /** A site may have been removed meanwhile, by any process: its facts go with it, and strings may be gone. */
  #noticeChanges(): void {
    const version = readMeta(this.#db, 'config_version');
    if (version === this.#configVersion) return;
    this.#forget();
    this.#sites = new Set(this.#db.prepare<[], number>('SELECT id FROM site').pluck().all());
    this.#configVersion = version;
  }

  *#factsOf(batches: readonly Waiting[]): Generator<Fact> {
    for (const batch of batches)
      for (const fact of decodeFacts(batch.facts)) if (this.#sites.has(fact.site)) yield fact;
  }

  #forget(): void {
    this.#dictionary.clear();
    this.#values.clear();
    this.#configVersion = -1;
  }
}
