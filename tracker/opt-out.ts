import { dataset, endpoint } from './script.ts';

/** Said on this page. It holds even where the browser keeps nothing for us. */
let objected: unknown;

/** Removes the two dates of returning.ts. Throws where storage is forbidden. */
export const forgetDates = (): void => {
  delete localStorage.footfall_first;
  delete localStorage.footfall_last;
};

/** Global Privacy Control, or Do Not Track where the site heeds it: the browser speaks for the visitor. */
export const signalled = (): unknown =>
  // As a text, because a browser that has no such signal says nothing, like a tag without the attribute.
  dataset.dnt === `${navigator.doNotTrack}` ||
  (navigator as { globalPrivacyControl?: boolean }).globalPrivacyControl;

/** The mark that opting out leaves here or on the collector’s privacy page. Throws where storage is forbidden. */
export const marked = (): unknown =>
  document.cookie.includes('footfall_optout') || localStorage.footfall_optout;

/** Whether this browser says no. Asked anew for every event, because the answer can change while the page is open. */
export const optedOut = (): unknown => {
  try {
    return objected || signalled() || marked();
  } catch {
    // An opaque origin, or storage forbidden: no mark can stand there.
  }
};

/**
 * Whatever is chosen, the dates go. 1 leaves the mark; 0 takes it away, with the cookie that the collector’s privacy page sets
 * for a shared domain.
 */
export const choose = (out?: 0 | 1): void => {
  objected = out ?? objected;
  try {
    forgetDates();
    if (out) localStorage.footfall_optout = 1;
    if (out === 0) {
      delete localStorage.footfall_optout;
      // Of the host, of each domain above it, and of the host alone, which is what an empty domain means.
      `.${location.hostname}`.split('.').forEach((_, at, labels) => {
        // biome-ignore lint/suspicious/noDocumentCookie: not every browser has the Cookie Store
        document.cookie = `footfall_optout=;max-age=0;path=/;domain=${labels.slice(at + 1).join('.')}`;
      });
    }
  } catch {}
};

/**
 * The choice that the collector’s privacy page, where it is on another domain, sends the visitor back with. Anyone may link to
 * an opt-out: it harms nobody. Back in leads only the way from the collector, whose page asks first; where that is the site's
 * own origin, every link on the site would be such a way, and none counts.
 */
const [url, choice] = location.href.split(/#footfall-opt(out|in)$/);
if (choice) {
  history.replaceState(history.state, '', url);
  const { origin } = endpoint as URL;
  if (choice === 'out') choose(1);
  else if (origin !== location.origin && document.referrer.startsWith(`${origin}/`)) choose(0);
}
