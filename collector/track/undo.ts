import type { Fact } from './fact.ts';
import type { Generation, GenerationChanges } from './generation.ts';
import type { MinuteRing } from './realtime.ts';

/** What happened in the tracker since a seal, kept until the journal has it: enough to undo it. */
export class Changes {
  readonly touched = new Set<Generation>();
  /** Generations that are over and were let go. They do not come back; only what their visits were is told again. */
  readonly dropped: Generation[] = [];
  /** Facts told late, see {@link undo}. */
  readonly late: Fact[] = [];
  readonly #minutes: { readonly ring: MinuteRing; readonly at: number; readonly pageview: boolean }[] = [];
  #sealed: GenerationChanges[] | null = null;

  count(ring: MinuteRing, at: number, pageview: boolean): void {
    ring.count(at, pageview);
    this.#minutes.push({ ring, at, pageview });
  }

  /** Ends the list; what happens from now on belongs to the next one. */
  seal(): readonly GenerationChanges[] {
    this.#sealed ??= Array.from(this.touched, (generation) => generation.seal());
    return this.#sealed;
  }

  /** Undoes it all. Later lists are to be undone first. */
  undo(): void {
    for (const changes of this.seal()) changes.generation.rollback(changes);
    for (const { ring, at, pageview } of this.#minutes) ring.count(at, pageview, -1);
  }
}
