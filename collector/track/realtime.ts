const minutes = 30;
const minuteMs = 60_000;

/** Hits in one minute. */
export interface Minute {
  readonly pageviews: number;
  /** Pageviews and custom events. */
  readonly events: number;
}

/** Hits of one site in each of the last 30 minutes. A slot is three integers: minute since 1970, pageviews, events. */
export class MinuteRing {
  readonly #slots = new Int32Array(minutes * 3);

  /** Counts a hit; `by` -1 takes it back. */
  count(at: number, pageview: boolean, by: 1 | -1 = 1): void {
    const minute = Math.floor(at / minuteMs);
    const slot = (minute % minutes) * 3;
    if (this.#slots[slot] !== minute) {
      if (by < 0) return;
      this.#slots[slot] = minute;
      this.#slots[slot + 1] = 0;
      this.#slots[slot + 2] = 0;
    }
    if (pageview) this.#slots[slot + 1] = (this.#slots[slot + 1] as number) + by;
    this.#slots[slot + 2] = (this.#slots[slot + 2] as number) + by;
  }

  /** The 30 minutes up to now, the oldest first; the last one is still running. */
  read(at: number): Minute[] {
    const now = Math.floor(at / minuteMs);
    return Array.from({ length: minutes }, (_, index) => {
      const minute = now - minutes + 1 + index;
      const slot = (minute % minutes) * 3;
      const known = this.#slots[slot] === minute;
      return {
        pageviews: known ? (this.#slots[slot + 1] as number) : 0,
        events: known ? (this.#slots[slot + 2] as number) : 0,
      };
    });
  }
}
