/** What a secret is replaced with. */
export const redacted = ':redacted';

/**
 * Things that should not be in an address or a name but are: they say who somebody is, or let the reader act for them.
 * Every repetition is bounded, so that no input costs more than its length times a constant.
 */
const email =
  /[^\s@＠﹫]{1,64}(?:[@＠﹫]|&#64;|&#x40;|&commat;)(?:[\p{L}\p{N}.-]{1,190}\.\p{L}{2,}|\p{L}[\p{L}\p{N}.-]{0,190})/giu;
/** Addresses of machines (RFC 791, RFC 4291): a visitor's own may stand in a parameter. */
const ipv4 = /(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![\d.])/g;
const ipv6 =
  /(?<![0-9a-z:])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:[0-9a-f]{1,4}:){1,6}:(?!redacted)(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,5})?)(?![0-9a-z:])/gi;
/** JSON Web Tokens (RFC 7519) begin with the base64url of `{"`. */
const jwt = /eyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?/g;
const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
/** Digests, ids and session keys in hex. */
const hex = /(?<![0-9a-z])[0-9a-f]{16,}(?![0-9a-z])/gi;
/** Phone, card, customer and tax numbers; the second and third also with the usual spaces. */
const digits = /\d{9,}/g;
const card = /\d{4}[ -]\d{4}[ -]\d{4}[ -]\d{1,7}/g;
const phone = /\+\d(?:[ ().-]{0,2}\d){8,14}/g;
/** `sid=…` and its like, in whatever stands around it. */
const assigned =
  /\b(sid|sess(?:ion)?_?(?:id|key)?|j?phpsessid|jsessionid|token|(?:access|refresh|id)_token|auth|code|password|passwd|pwd|secret|signature|api_?key)(=|%3d)(?!:redacted)[^\s&;,/#]+/gi;
const run = /[\w-]{20,}/g;

/** A word, perhaps with a number behind or before it: `Landing`, `iphone15`, `10th`. */
const wordlike = /^(?:[A-Za-z]?[a-z]*|[A-Z]+)\d*$|^\d+[a-z]*$/;

/**
 * Whether a run of 20 and more base64url characters is a token and not a slug of words: one long mix of letters and digits, or
 * enough of its pieces are no words. `how-to-build-10-great-pages` is none.
 */
function isToken(text: string): boolean {
  if (!/\d/.test(text) || !/[a-z]/i.test(text)) return false;
  let odd = 0;
  for (const piece of text.split(/[-_]/)) {
    if (!/\d/.test(piece)) continue;
    if (piece.length >= 20 && /[a-z]/i.test(piece)) return true;
    if (!wordlike.test(piece)) odd += piece.length;
  }
  return odd >= 8;
}

/** The text with every secret in it replaced. Most texts have none, and cheap tests find that out. */
export function redactSecrets(text: string): string {
  if (text.length < 5) return text;
  let result = text;
  if (/[@＠﹫]|&(?:#|comm)/.test(text)) result = result.replace(email, redacted);
  if (text.includes(':')) result = result.replace(ipv6, redacted);
  if (text.includes('=') || text.includes('%')) result = result.replace(assigned, `$1$2${redacted}`);
  if (/\d\.\d/.test(text)) result = result.replace(ipv4, redacted);
  if (text.length < 9) return result;
  if (/\d/.test(text))
    result = result
      .replace(uuid, redacted)
      .replace(phone, redacted)
      .replace(card, redacted)
      .replace(digits, redacted);
  if (text.length < 16) return result;
  return result
    .replace(jwt, redacted)
    .replace(hex, redacted)
    .replace(run, (found) => (isToken(found) ? redacted : found));
}

export const hasSecret = (text: string): boolean => redactSecrets(text) !== text;
