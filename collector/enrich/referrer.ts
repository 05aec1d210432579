import { bareHost } from '../parse/text.ts';
import { scrubPath } from './scrub.ts';

/** Where a link was followed: a host, or an Android app's package, and the path there. */
export interface Referrer {
  readonly host: string;
  /** Unscrubbed, begins with `/`. */
  readonly path: string;
}

/**
 * Reads a referrer; null for what is none: no address, another protocol than http(s) and android-app, or this machine.
 * Whether it is the site itself is not decided here.
 */
export function readReferrer(text: string | null): Referrer | null {
  if (text === null) return null;
  const url = parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:' && url.protocol !== 'android-app:'))
    return null;
  const host = bareHost(url.hostname);
  return host === '' || isLocal(host) ? null : { host, path: url.pathname === '' ? '/' : url.pathname };
}

function parse(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

const isLocal = (host: string): boolean =>
  host === 'localhost' ||
  host.endsWith('.localhost') ||
  host === '[::1]' ||
  host === '0.0.0.0' ||
  /^127\.\d+\.\d+\.\d+$/.test(host);

/** A referrer without its path. */
export const hostOnly = (referrer: Referrer | null): Referrer | null =>
  referrer && { host: referrer.host, path: '/' };

/** Host and scrubbed path, as reports show it; the root's slash is left out. */
export function showReferrer({ host, path }: Referrer): string {
  const shown = scrubPath(path);
  return shown === '/' ? host : host + shown;
}
