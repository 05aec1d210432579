import type { WireEvent } from '../schema/wire.ts';
import { endpoint } from './script.ts';

/**
 * Called once the outcome is known: with the answer's HTTP status, or with the error if there was no answer; where returning
 * browsers are measured, also with the reason for which the event was not counted.
 */
export type Callback = (outcome: unknown, dropped?: unknown) => void;

/**
 * Posts one event. A string as body makes it `text/plain`, so that no preflight is needed; `keepalive` lets it outlive the page.
 * One retry, on 429 and 503 only, if it is due in under `patience` seconds: later the page is probably gone.
 * A lost answer is no reason for another try: the event may have been counted.
 */
export const post = (event: WireEvent, callback: Callback, patience?: number): void => {
  const body = JSON.stringify(event);
  try {
    fetch(endpoint, { method: 'POST', body, keepalive: true, credentials: 'omit' })
      .then((response) => {
        const wait = (response.headers.get('retry-after') || 1) as number;
        if (/429|503/.test(response.status as unknown as string) && wait < (patience as number)) {
          // Without patience: this is the last try.
          setTimeout(post, wait * 1e3, event, callback);
        } else if (RETURNING) callback(response.status, response.headers.get('x-footfall-dropped'));
        else callback(response.status);
      }, callback)
      .catch(() => {});
  } catch {
    navigator.sendBeacon(endpoint, body);
  }
};
