/**
 * What the snippet's own tag says: `data-domain` the site, or several with commas (absent: the server takes the host of the
 * page), `data-hash`, `data-api`; of privacy `data-opted-out`, `data-dnt`, `data-returning` and `data-timezone`, which
 * `schema/snippet.ts` writes.
 * Without a tag (a module, an inlined copy) reading it throws, and the build's `try` ends the script.
 */
const script = document.currentScript as HTMLScriptElement;
export const { dataset } = script;

/** Routes stand in the fragment, so it belongs to the address. */
export const hashMode = 'hash' in dataset;

/** Where events go: as told, or the path on the host the script came from. */
export const endpoint = dataset.api || new URL('/api/event', script.src);

declare global {
  /** Set by the build: whether the script is the one that can measure returning browsers. */
  const RETURNING: boolean;
}
