import type { VisitAttributes } from '../../schema/dimensions.ts';
import type { Site } from '../../schema/site.ts';
import type { Identity, Returning } from '../gate/admitted.ts';

/** An event in the words of the reports: every string scrubbed, referrer and campaign turned into source and channel. */
export interface Enriched {
  readonly site: Site;
  readonly at: number;
  readonly kind: 'pageview' | 'event' | 'engagement';
  /** `pageview`, or the custom event's name. */
  readonly event: string;
  readonly page: string;
  readonly hostname: string;
  /** What a visit that begins with this event will be counted under. */
  readonly attributes: VisitAttributes;
  readonly props: readonly (readonly [key: string, value: string])[];
  readonly revenue: { readonly currency: string; readonly minor: number } | null;
  readonly engaged: number;
  readonly scroll: number;
  readonly interactive: boolean;
  readonly status: number | null;
  readonly bytes: number;
  readonly returning: Returning | null;
  readonly identity: Identity | null;
}
