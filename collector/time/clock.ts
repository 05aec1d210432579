/** Milliseconds since 1970; a parameter everywhere, so that midnight can be tested at noon. */
export type Clock = () => number;

/** A clock that stands still while the machine's clock is set back, so that no day begins twice. */
export function steady(clock: Clock): Clock {
  let latest = Number.NEGATIVE_INFINITY;
  return () => {
    latest = Math.max(latest, clock());
    return latest;
  };
}
