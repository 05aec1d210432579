import { limits } from '../../schema/limits.ts';
import { cut, visible } from '../parse/text.ts';
import { decode, decodeForDisplay } from './decode.ts';
import { hasSecret, redacted, redactSecrets } from './secrets.ts';

/** Whoever wraps a text in more layers of encoding than this wants to hide something. */
const layers = 8;
const simple = /^[\x20-\x24\x26-\x7e]*$/;

/**
 * A value fit for a report: no invisible characters, no secrets, at most `most` characters; scrubbing it again changes nothing.
 * A secret that is percent-encoded, however often, takes the whole value with it.
 */
export function scrubText(text: string, most: number = limits.value): string {
  return settle(text, (value) => {
    const shown = visible(value).trim();
    return cut(hidesSecret(shown) ? redacted : redactSecrets(shown), most).trim();
  });
}

/** One segment of a path, decoded for display; a secret in it takes the whole segment. */
function scrubSegment(segment: string): string {
  if (segment === '') return '';
  return settle(segment, (value) => {
    const shown = visible(decodeForDisplay(visible(value)));
    const bare = shown.replace(matrixSession, '');
    return sessionSegment.test(bare) || hasSecret(bare) || hidesSecret(bare) ? redacted : bare;
  });
}

/** Session ids as matrix parameters (Java, PHP) are cut off, and the page stays itself. */
const matrixSession = /;(?:jsessionid|phpsessid|sid|session_?id|aspsessionid\w*|cfid|cftoken)=[^;]*/gi;
/** ASP.NET's cookieless session: `(S(lit3py55t21z5v55vlm25s55))`. */
const sessionSegment = /^\((?:[A-Z]\([^()]*\))+\)$/;

/** A path: repeated slashes collapse, every segment is scrubbed; at most `most` characters. */
export function scrubPath(path: string, most: number = limits.value): string {
  return settle(path, (value) => {
    const segments = value.split('/').map(scrubSegment);
    return cut(segments.join('/').replace(/\/{2,}/g, '/'), most);
  });
}

/** Whether a secret shows once some or all percent-encoding is undone: one layer more may hide it again. */
function hidesSecret(text: string): boolean {
  if (simple.test(text)) return false;
  let inner = text;
  for (let layer = 0; layer < layers; layer += 1) {
    const next = visible(decode(inner));
    if (next === inner) return false;
    if (hasSecret(next)) return true;
    inner = next;
  }
  return true;
}

/** Taking something out can bring new things together; so it is done until nothing changes, and given up as a secret otherwise. */
function settle(text: string, step: (text: string) => string): string {
  let value = text;
  for (let round = 0; round < layers; round += 1) {
    const next = step(value);
    if (next === value) return value;
    value = next;
  }
  return redacted;
}
