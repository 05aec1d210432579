import type { Site } from '../../schema/site.ts';
import type { Header } from './agents.ts';

const optOutCookie = /(?:^|;)\s*footfall_optout\s*(?:=|;|$)/;
const speculative = /prefetch|prerender/i;

/** Exactly `1`, also where a proxy has joined several lines of the header. */
const isOne = (value: string | undefined): boolean =>
  value !== undefined &&
  (value === '1' || (value.includes(',') && value.split(',').some((one) => one.trim() === '1')));

/** Whether the visitor has objected, by any signal (P4; Sec-GPC: https://w3c.github.io/gpc/). The server decides, whatever the page thinks. */
export function hasOptedOut(flag: boolean, site: Site, header: Header): boolean {
  if (flag || isOne(header('sec-gpc'))) return true;
  if (site.settings.dnt && isOne(header('dnt'))) return true;
  const cookie = header('cookie');
  return cookie !== undefined && optOutCookie.test(cookie);
}

/** Whether the browser fetched ahead of a visit that may never come. */
export function isSpeculative(header: Header): boolean {
  const purpose = header('sec-purpose') ?? header('purpose') ?? header('x-purpose') ?? header('x-moz');
  return purpose !== undefined && speculative.test(purpose);
}
