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

/** Thrown within the transaction to undo it: somebody else has counted meanwhile. */
const outrun = Symbol('outrun');

/**
 * Carries batches from the journal into the rollups: the cells, the watermark and the deletion of the journal's rows in
 * one transaction, so that each fact reaches each rollup exactly once, wherever the process dies. What stands in the
 * journal is not counted yet, whoever wrote it and whatever its number: a batch is counted by who deletes it, and nothing
 * else is ever deleted.
 */
export class Roller {
  readonly #db: Db;
  readonly #dictionary: Dictionary;
  readonly #values: CappedValues;
  readonly #upsert;
  readonly #claim;
  #watermark: number;
  #configVersion = -1;
  #sites = new Set<number>();
  readonly #detail: boolean;

  constructor(db: Db, caps?: ConstructorParameters<typeof CappedValues>[2], detail = true) {
    this.#db = db;
    this.#detail = detail;
    this.#dictionary = new Dictionary(db);
    this.#values = new CappedValues(db, this.#dictionary, caps);
    this.#upsert = upserts(db);
    this.#claim = db.prepare<[number]>('DELETE FROM journal WHERE seq = ?');
    this.#watermark = readMeta(db, 'watermark');
  }

  /**
   * Counts batches, in their order. Gives false, and counts nothing, where another process has rolled up meanwhile: what
   * waits must then be read from the journal again. Throws, and has changed nothing, where the database cannot be written.
   */
  count(batches: readonly Waiting[]): boolean {
    if (batches.length === 0) return true;
    try {
      this.#watermark = this.#db.transaction(() => this.#countWithin(batches)).immediate();
      return true;
    } catch (error) {
      this.#forget();
      if (error !== outrun) throw error;
      this.#watermark = readMeta(this.#db, 'watermark');
      return false;
    }
  }

  /** Gives the new watermark. */
  #countWithin(batches: readonly Waiting[]): number {
    const watermark = readMeta(this.#db, 'watermark');
    if (watermark !== this.#watermark) throw outrun;
    for (const { seq } of batches) if (this.#claim.run(seq).changes !== 1) throw outrun;
    this.#noticeChanges();
    const idsOfDay = (site: number, day: number) => this.#values.idsOfDay(site, day);
    this.#upsert(aggregate(this.#factsOf(batches), idsOfDay, this.#detail));
    const highest = batches.reduce((most, { seq }) => Math.max(most, seq), watermark);
    writeMeta(this.#db, 'watermark', highest);
    return highest;
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
