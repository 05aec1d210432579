/**
 * The target with the tags that it does not have yet; everything that is there keeps its spelling and its place. They
 * are parted by `&` also behind `;`, which only some servers take for a separator.
 */
export function withUtm(target: string, tags: Readonly<Record<string, string>>): string {
  const hash = target.indexOf('#');
  const [address, fragment] = hash < 0 ? [target, ''] : [target.slice(0, hash), target.slice(hash)];
  const question = address.indexOf('?');
  const there = new Set(keysOf(question < 0 ? '' : address.slice(question + 1)));
  const added = Object.entries(tags)
    .filter(([key]) => !there.has(key))
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&');
  if (added === '') return target;
  const joint = question < 0 ? '?' : /[?&]$/.test(address) ? '' : '&';
  return `${address}${joint}${added}${fragment}`;
}

/** The value of a tag as analytics read it, or null. */
export function utmOf(target: string, key: string): string | null {
  return URL.canParse(target) ? new URL(target).searchParams.get(key) : null;
}

const keysOf = (query: string): string[] =>
  query.split(/[&;]/).map((pair) => decoded(pair.split('=')[0] ?? '').toLowerCase());

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
