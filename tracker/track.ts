import type { WireEvent } from '../schema/wire.ts';
import { address } from './address.ts';
import { choose, optedOut } from './opt-out.ts';
import { type Callback, post } from './post.ts';
import { postInTurn } from './returning.ts';
import { dataset, hashMode } from './script.ts';

/** The second argument of `footfall(name, options)`. All but the callback are the wire's own long names, and go out as they are. */
export interface Options {
  /** Instead of the page's address. */
  url?: string;
  props?: Record<string, string | number | boolean>;
  revenue?: { currency: string; amount: number | string };
  /** false: does not end a bounce. */
  interactive?: boolean;
  callback?: Callback;
}

/** The page last counted, as sent; engagement and events belong to it. */
let page: string | undefined;
let referrer: string | undefined;
/** When looking at the page began; 0 while the tab is hidden or without focus. */
let since = 0;
/** Of this page: ms looked at and not yet sent, the lowest pixel seen, the deepest scroll sent (percent). */
let engaged = 0;
let lowest = 0;
let sent = 0;

/** Sends a pageview, a custom event, or an engagement. A pageview ends the page before it, which becomes its referrer. */
export const track = (
  name: string,
  { callback = () => {}, ...fields }: Options & Pick<WireEvent, 'e' | 'sd'> = {},
): void => {
  const [load] = page ? [] : (performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]);
  if (name === 'pageview') {
    attend(true);
    referrer = page || document.referrer;
    page = fields.url || address;
    engaged = lowest = sent = 0;
  }
  const out = optedOut();
  // Whether or not anything is sent: who says no keeps no dates either.
  if (RETURNING && out) choose();
  // `callback` is often what takes the visitor on, so it is called also when there is nothing to wait for.
  if (out && dataset.optedOut === 'ignore') callback(0);
  else
    (RETURNING ? postInTurn : post)(
      {
        n: name,
        url: page,
        d: dataset.domain,
        referrer,
        h: hashMode,
        v: 1,
        ...fields,
        // Opted out, nothing is sent that only an identified visit is counted by.
        ...(out
          ? { o: 1 }
          : {
              w: innerWidth,
              z: -new Date().getTimezoneOffset(),
              // Of the load alone. 0 is what a browser says that does not know.
              st: load?.responseStatus || undefined,
              // A page from the cache has no transfer, so its size stands in.
              by: load?.transferSize || load?.encodedBodySize,
            }),
      } satisfies WireEvent,
      callback,
      10,
    );
};

/**
 * Adds up how long and how far down the page was looked at until now. When looking has ended, or `leaving`, sends it: if it
 * is 3 s or more, or a deeper scroll (in percent of the document's present height), and the visitor has not opted out.
 */
export const attend = (leaving?: boolean): void => {
  const now = performance.now();
  if (since) {
    engaged += now - since;
    lowest = Math.max(lowest, scrollY + innerHeight);
  }
  // On the way into the back/forward cache a page can be hidden and have the focus.
  since = document.hidden || !document.hasFocus() ? 0 : now;
  const depth = Math.min(100, Math.round((lowest / document.documentElement.scrollHeight) * 100));
  if ((leaving || !since) && page && (engaged >= 3e3 || depth > sent) && !optedOut()) {
    track('engagement', { e: engaged | 0, sd: depth });
    engaged = 0;
    sent = depth;
  }
};
