const known = new Map<string, number>();

/** Digits after the point of a currency's amounts (ISO 4217, as the runtime knows it): 2 for EUR, 0 for JPY. */
export function minorDigits(currency: string): number {
  let digits = known.get(currency);
  if (digits === undefined) {
    const format = new Intl.NumberFormat('en', { style: 'currency', currency });
    digits = format.resolvedOptions().maximumFractionDigits ?? 2;
    known.set(currency, digits);
  }
  return digits;
}
