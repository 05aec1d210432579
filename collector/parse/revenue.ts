import { minorDigits } from '../../schema/currency.ts';
import { limits } from '../../schema/limits.ts';
import { WireRevenue } from '../../schema/wire.ts';
import { badField } from './malformed.ts';
import type { Submitted } from './submitted.ts';

const known = new Set(Intl.supportedValuesOf('currency'));

/**
 * Revenue in whole minor units, halves rounded up. Refunds are refused: stored numbers only ever grow.
 *
 * @param sent `{currency, amount}` or its JSON; anything empty is no revenue
 * @param path the field's name, for errors
 * @throws Malformed
 */
export function revenueOf(sent: unknown, path: string): Submitted['revenue'] {
  if (sent === undefined || sent === null || sent === '') return null;
  const parsed = WireRevenue.safeParse(typeof sent === 'string' ? fromJson(sent, path) : sent);
  const hint = 'Send {"currency": "EUR", "amount": 12.50}.';
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw badField([path, ...(issue?.path ?? [])].join('.'), issue?.message ?? 'is not valid', hint);
  }
  const currency = parsed.data.currency.toUpperCase();
  if (!known.has(currency))
    throw badField(`${path}.currency`, `is ${currency}, which is no currency of ISO 4217`, hint);
  const amount = Number(parsed.data.amount);
  if (amount < 0)
    throw badField(
      `${path}.amount`,
      'must not be negative',
      'Footfall counts revenue; it does not take refunds back out.',
    );
  // 15 digits undo what binary fractions add: 1.005 * 100 is 100.49999999999999.
  const minor = Math.round(Number((amount * 10 ** minorDigits(currency)).toPrecision(15)));
  if (!(minor <= limits.revenue))
    throw badField(
      `${path}.amount`,
      `must be at most ${limits.revenue / 10 ** minorDigits(currency)} ${currency} for one event`,
    );
  return { currency, minor };
}

function fromJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badField(
      path,
      'must be an object, or the JSON of one',
      'Send {"currency": "EUR", "amount": 12.50}.',
    );
  }
}
