/**
 * Click ids that only advertisements carry, and whose. Google's, Microsoft's and the others' own documentation of auto-tagging.
 * `fbclid` and `igshid` are not here: Meta appends them to unpaid links too.
 */
const clickIds: Readonly<Record<string, string>> = {
  gclid: 'Google',
  gbraid: 'Google',
  wbraid: 'Google',
  msclkid: 'Bing',
  yclid: 'Yandex',
  ttclid: 'TikTok',
  twclid: 'Twitter',
  li_fat_id: 'LinkedIn',
  ScCid: 'Snapchat',
  rdt_cid: 'Reddit',
};
const names = Object.keys(clickIds);

/** Whether the address carries the click id of an advertisement on this very source. */
export const isPaidClick = (query: URLSearchParams, source: string): boolean =>
  names.some((name) => clickIds[name] === source && query.has(name));
