import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../time/clock.ts';
import type { Random } from './random.ts';

const lifetime = 60 * 60 * 1_000;

/** Says that a form came from a page of ours, for one purpose and within the last hour. It is bound to no person. */
export interface FormNonces {
  issue(purpose: string): string;
  valid(purpose: string, given: string): boolean;
}

/** The key is random and dies with the process: after a restart, pages are to be loaded again. */
export function createFormNonces(clock: Clock, random: Random): FormNonces {
  const key = random(32);
  const signed = (purpose: string, at: string): string =>
    `${at}.${createHmac('sha256', key).update(`${at}\0${purpose}`).digest('base64url')}`;
  return {
    issue: (purpose) => signed(purpose, clock().toString(36)),
    valid(purpose, given) {
      const [at = ''] = given.split('.');
      const age = clock() - Number.parseInt(at, 36);
      if (!(age >= 0 && age < lifetime)) return false;
      const expected = Buffer.from(signed(purpose, at));
      const actual = Buffer.from(given);
      return actual.length === expected.length && timingSafeEqual(actual, expected);
    },
  };
}
