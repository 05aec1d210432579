import type { Site } from '../../schema/site.ts';
import type { Header } from './agents.ts';

const optOutCookie = /(?:^|;)\s*footfall_optout\s*(?:=|;|$)/;
const speculative = /prefetch|prerender/i;

/** Exactly `1`, also where a proxy has joined several lines of the header. */
const isOne = (value: string | undefined): boolean =>
  value !== undefined &&
  (value === '1' || (value.includes(',') && value.split(',').some((one) => one.trim() === '1')));

/** By which signal a visitor has objected; `mark` is the page's own word for a flag on the device. */
export type OptOutSignal = 'gpc' | 'dnt' | 'cookie' | 'mark';

/**
 * The signal by which the visitor has objected, or null (P4; Sec-GPC: https://w3c.github.io/gpc/). The server decides,
 * whatever the page thinks.
 */
export function optOutSignal(flag: boolean, site: Site, header: Header): OptOutSignal | null {
  if (isOne(header('sec-gpc'))) return 'gpc';
  if (site.settings.dnt && isOne(header('dnt'))) return 'dnt';
  const cookie = header('cookie');
  if (cookie !== undefined && optOutCookie.test(cookie)) return 'cookie';
  return flag ? 'mark' : null;
}

/** Whether the visitor has objected, by any signal. */
export const hasOptedOut = (flag: boolean, site: Site, header: Header): boolean =>
  flag || optOutSignal(false, site, header) !== null;

/** Whether the browser fetched ahead of a visit that may never come. */
export function isSpeculative(header: Header): boolean {
  const purpose = header('sec-purpose') ?? header('purpose') ?? header('x-purpose') ?? header('x-moz');
  return purpose !== undefined && speculative.test(purpose);
}
