import { limits } from '../../schema/limits.ts';
import type { Site } from '../../schema/site.ts';
import { cut } from '../parse/text.ts';
import { scrubPath, scrubText } from './scrub.ts';

/** The path of a page without query and fragment. */
export const pathOf = (url: URL): string => scrubPath(url.pathname === '' ? '/' : url.pathname);

/**
 * A page as reports name it: its path, then the query parameters that the site declares (sorted, so that their order does not
 * matter), then, for sites that route by fragment, the fragment's path.
 */
export function pageOf(path: string, url: URL, site: Site, hashMode: boolean): string {
  const { queryKeys } = site.settings;
  let page = path;
  if (queryKeys.length > 0 && url.search !== '') page += queryOf(url, queryKeys);
  if (hashMode && url.hash.length > 1) page += `#${scrubPath(url.hash.slice(1).replace(/\?.*$/s, ''))}`;
  return cut(page, limits.value);
}

function queryOf(url: URL, keys: readonly string[]): string {
  const kept = [...new Set(keys)]
    .sort()
    .flatMap((key) => url.searchParams.getAll(key).map((value) => `${key}=${encoded(scrubText(value))}`));
  return kept.length === 0 ? '' : `?${kept.join('&')}`;
}

/** Only what would end the value is encoded, so that reports stay readable. */
const encoded = (value: string): string =>
  value.replace(/[%&#+]/g, (character) => encodeURIComponent(character));
