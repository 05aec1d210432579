import type { MailSubmitted } from '../parse/mail.ts';
import type { Mailing } from './mailing.ts';

/** Someone with a browser. */
export interface Reader {
  readonly address: string;
  readonly country: string;
  readonly agent: string;
  readonly width: number;
  readonly optedOut: boolean;
}

/** One request of the tracker. */
interface Beacon {
  readonly at: number;
  readonly address: string;
  readonly agent: string;
  readonly language: string;
  readonly gpc: boolean;
  readonly body: object;
}

/** A picture of a mail that is fetched, or a link that is followed. */
export interface MailRequest {
  readonly at: number;
  readonly address: string;
  readonly agent: string;
  readonly gpc: boolean;
  readonly mail: Omit<MailSubmitted, 'site'>;
}

/** What the sender does: prepares a mail, and says how many were delivered. */
interface Sending {
  readonly at: number;
  readonly step: 'prepared' | 'sent';
  readonly mailing: Mailing;
}

export type Signal = Beacon | MailRequest | Sending;
