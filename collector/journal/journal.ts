import type { Fact } from '../track/fact.ts';
import type { States } from '../track/states.ts';

/** What a group commit makes durable: facts, and in the memory-backed folder the visits that changed with them. */
export interface Batch {
  /** One more than the batch before. */
  readonly seq: number;
  readonly facts: readonly Fact[];
  /** Changed visits and recipients, as *track* writes them; null where nothing is kept across a restart. */
  readonly state: States | null;
}

/** Writes one batch; resolves when it is durable, rejects when it certainly is not. */
export type Commit = (batch: Batch) => Promise<void>;
