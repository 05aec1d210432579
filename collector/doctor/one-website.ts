/** Names of this machine, which a site may count too, to be tried out. */
export const isLocal = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);

/** Whether two hosts belong to one registrable domain, as `shop.example.co.uk` and `example.co.uk` do. */
export const areOneWebsite = (one: string, other: string): boolean => registrable(one) === registrable(other);

/**
 * The last two labels of a host, or three where the last but one is as short as those under which countries
 * register names (`co.uk`, `com.au`). Not the public suffix list: too strict rather than too lenient is fine here.
 */
function registrable(host: string): string {
  const labels = host.split('.');
  const [second = '', first = ''] = labels.slice(-2);
  const ofCountry = first.length === 2 && second.length <= 3 && labels.length > 2;
  return labels.slice(ofCountry ? -3 : -2).join('.');
}
