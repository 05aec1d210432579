/**
 * Returning browsers without identifiers, where the site measures them: two dates of the site's calendar stay on the device,
 * and how far they lie back goes out with the day's first pageview.
 */
import type { WireEvent } from '../schema/wire.ts';
import { choose, forgetDates, optedOut } from './opt-out.ts';
import { type Callback, post } from './post.ts';
import { dataset } from './script.ts';

/** 13 months, counted from the first visit and not renewed by later ones. */
const longest = 395;

/** What `footfall.consent` was last called with on this page. */
let answer: string | undefined;

/** `denied`, also after `granted`, removes the dates. */
export const consent = (said: string): void => {
  answer = said;
  if (said !== 'granted') choose();
};

const allowed = (): unknown =>
  !optedOut() &&
  dataset.timezone &&
  (dataset.returning === 'on'
    ? answer !== 'denied'
    : dataset.returning === 'consent' && answer === 'granted');

/** Days since 1970 of a date such as 2026-05-31; NaN for anything else. */
const dayOf = (date: string): number => Date.parse(date) / 864e5;

interface Visit {
  readonly fields: Pick<WireEvent, 'dy' | 'lv' | 'fv'>;
  /** Writes the dates, unless that has been forbidden since. */
  readonly keep: () => void;
}

/** What the next pageview has to say; undefined if today was said, or nothing may be. */
const due = (): Visit | undefined => {
  try {
    if (!allowed()) return;
    // Swedish dates are those of ISO 8601.
    const date = new Date().toLocaleDateString('sv', { timeZone: dataset.timezone });
    const today = dayOf(date);
    let { footfall_first: first, footfall_last: last } = localStorage;
    // Over, missing, damaged, or from a clock that ran ahead: the browser is new.
    const known = dayOf(first) <= dayOf(last) && dayOf(last) <= today && today - dayOf(first) < longest;
    if (!known) {
      if (first || last) forgetDates();
      first = date;
      last = undefined;
    }
    if (last === date) return;
    const began = dayOf(first);
    return {
      // 1970 began on a Thursday. JSON leaves out what is undefined.
      fields: { dy: today, lv: last && today - dayOf(last), fv: began - ((began + 3) % 7) },
      keep: () => {
        if (!allowed()) return;
        localStorage.footfall_first = first;
        localStorage.footfall_last = date;
      },
    };
  } catch {
    // Storage forbidden, or a timezone that the browser does not know.
  }
};

/** Posts that wait, for about a millisecond, until it is known which tab speaks for the browser. */
let held: (() => void)[] | undefined;

/**
 * Posts an event, a day's first pageview with its dates. They are written once the answer says that it has arrived, so two tabs
 * that open together would both be first: a lock, which leaves nothing behind, lets one of them speak. The other does not wait;
 * if no answer comes, the next pageview of either speaks.
 */
export const postInTurn = (event: WireEvent, callback: Callback): void => {
  const send = (visit?: Visit, answered?: () => void) =>
    post(
      { ...event, ...visit?.fields },
      (outcome, dropped) => {
        try {
          // What was not counted was not said either.
          if (/^2/.test(outcome as string) && !dropped) visit?.keep();
        } finally {
          answered?.();
          callback(outcome);
        }
      },
      10,
    );
  const release = (visit?: Visit, answered?: () => void) => {
    const waiting = held;
    held = undefined;
    send(visit, answered);
    for (const other of waiting || []) other();
  };

  if (held) held.push(send);
  else if (event.n !== 'pageview' || !due()) send();
  else if (!navigator.locks) send(due());
  else {
    held = [];
    navigator.locks
      .request('footfall', { ifAvailable: true }, (lock) =>
        lock ? new Promise<void>((answered) => release(due(), answered)) : release(),
      )
      .catch(() => release());
  }
};
