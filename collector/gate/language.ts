import { values } from '../../schema/dimensions.ts';

const range = /^\s*([a-z]{2,3})(?:-[a-z0-9-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?$/i;

/** The primary tag (BCP 47, `de` of `de-AT`) of the language that Accept-Language (RFC 9110, 12.5.4) weighs most, the first of equals. */
export function languageOf(header: string | undefined): string {
  let best: string = values.unknown;
  let weight = 0;
  for (const part of (header ?? '').split(',', 20)) {
    const [, tag, q] = range.exec(part) ?? [];
    const quality = q === undefined ? 1 : Number(q);
    if (tag === undefined || !(quality > weight)) continue;
    best = tag.toLowerCase();
    weight = quality;
    // Nothing weighs more than 1, and most headers begin with it.
    if (weight >= 1) break;
  }
  return best;
}
