import { z } from 'zod';

/** What somebody may ask for: GDPR Articles 15 to 18 and 21, California Civil Code 1798.105 to 1798.121. */
export const requestKinds = {
  access: 'to see what is held',
  correct: 'to have something corrected',
  erase: 'to have something erased',
  limit: 'to limit how it is used',
  object: 'to object, so that it ends',
} as const;
export const RequestKind = z.enum(
  Object.keys(requestKinds) as [keyof typeof requestKinds],
  'must be access, correct, erase, limit or object',
);
export type RequestKind = z.infer<typeof RequestKind>;

/** Days within which a request is to be answered. */
export const requestDays = 30;

/** One request in the log: nothing says whose it is. Times are ms since 1970. */
export interface PrivacyRequest {
  readonly reference: string;
  readonly kind: RequestKind;
  /** Somebody asked on behalf of somebody else. */
  readonly agent: boolean;
  readonly receivedAt: number;
  readonly dueAt: number;
  readonly closedAt: number | null;
}

/** A version of the privacy notice that was published. */
export interface PublishedNotice {
  readonly version: string;
  /** `YYYY-MM-DD` from which it applies. */
  readonly effective: string;
  readonly publishedAt: number;
}
