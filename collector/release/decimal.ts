/** A fraction of whole numbers, as exact as the decimal it was written as. */
export interface Rational {
  readonly top: bigint;
  /** At least 1. */
  readonly bottom: bigint;
}

const written = /^(\d{1,30})(?:\.(\d{1,30}))?(?:e([+-]?\d{1,3}))?$/i;

/** The number that a text such as `1`, `0.5` or `1e-6` writes, with no binary fraction in between; null for any other text. */
export function decimal(text: string): Rational | null {
  const [, whole, fraction = '', exponent = '0'] = written.exec(text) ?? [];
  if (whole === undefined) return null;
  const digits = BigInt(whole + fraction);
  const shift = BigInt(exponent) - BigInt(fraction.length);
  return reduced(
    shift < 0n ? { top: digits, bottom: 10n ** -shift } : { top: digits * 10n ** shift, bottom: 1n },
  );
}

function gcd(one: bigint, other: bigint): bigint {
  return other === 0n ? one : gcd(other, one % other);
}

function reduced({ top, bottom }: Rational): Rational {
  const common = gcd(top, bottom);
  return { top: top / common, bottom: bottom / common };
}

export const less = (one: Rational, other: Rational): boolean =>
  one.top * other.bottom < other.top * one.bottom;

export const plus = (one: Rational, other: Rational): Rational =>
  reduced({ top: one.top * other.bottom + other.top * one.bottom, bottom: one.bottom * other.bottom });

/** The decimal text of a number that {@link decimal} read, or of a sum of such: exact, without exponent. */
export function textOf({ top, bottom }: Rational): string {
  // A decimal's denominator has no other prime factors than 2 and 5, so some power of ten holds it.
  let places = 0;
  while (10n ** BigInt(places) % bottom !== 0n) places += 1;
  const digits = String((top * 10n ** BigInt(places)) / bottom).padStart(places + 1, '0');
  const at = digits.length - places;
  return places === 0 ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`;
}
