/**
 * The browser script: whatever happens on the page, the same few steps are taken (`notice`). What the tag says stands in
 * script.ts, what is sent in track.ts, how in post.ts. The build wraps all of it in `try`, so that a browser that lacks
 * something loses the count and nothing else.
 */
import { address, forget, moved } from './address.ts';
import { follow } from './clicks.ts';
import { choose } from './opt-out.ts';
import { consent } from './returning.ts';
import { attend, type Options, track } from './track.ts';

type Call = [name: string, options?: Options];
type Act = [name: 'optOut' | 'optIn' | 'consent', said: 'granted' | 'denied'];
interface Footfall {
  (...call: Call): void;
  /** The visitor objects, or no longer does. */
  optOut?(): void;
  optIn?(): void;
  /** What the visitor said to the site's question whether returning may be measured. */
  consent?(said: 'granted' | 'denied'): unknown;
  /** Calls made before the script was there, by the stub of the snippet. */
  q?: Call[];
  a?: Act[];
  /** Set once a script runs: a second one on the same page does nothing. */
  v?: 1;
}
declare global {
  interface Window {
    footfall?: Footfall;
  }
}

const stub = window.footfall;
const calls = stub?.q || [];

/** Takes in whatever happened: an event, or anything that has none of its fields. Nothing it meets is thrown into the page. */
const notice = (event: Partial<PageTransitionEvent & MouseEvent> | unknown[]) => {
  try {
    attend();
    if ((event as PageTransitionEvent).persisted) forget();
    // A prerendered page is hidden, too, until someone opens it.
    if (!document.hidden && moved()) track('pageview');
    // What is called before the page was visible waits for its pageview.
    if (address) for (const call of calls.splice(0)) track(...call);
    follow(event as MouseEvent);
  } catch {}
};

if (!stub?.v) {
  const footfall = (...call: Call) => {
    calls.push(call);
    notice(call);
  };
  footfall.v = 1 as const;
  footfall.optOut = () => choose(1);
  footfall.optIn = () => choose(0);
  footfall.consent = RETURNING ? consent : (said: string): unknown => said === 'granted' || choose();
  window.footfall = footfall;
  // Before the first pageview, unlike the calls: it must be known whether it may be counted.
  for (const [act, said] of stub?.a || []) footfall[act](said);
  // On the way down (`true`), so that a click that the page stops is counted. No listener here prevents a default.
  for (const type of [
    'click',
    'auxclick',
    'submit',
    'scroll',
    'focus',
    'blur',
    'visibilitychange',
    'pageshow',
    'popstate',
  ]) {
    addEventListener(type, notice, true);
  }
  notice(calls);
  // Where the browser tells of a new address, history need not be patched.
  if (window.navigation) window.navigation.addEventListener('currententrychange', notice);
  else {
    for (const method of ['pushState', 'replaceState'] as const) {
      const original = history[method];
      history[method] = (...state) => {
        original.apply(history, state);
        notice(state);
      };
    }
  }
}
