import type { values } from '../schema/dimensions.ts';
import { format } from './format.ts';
import { messages } from './messages.ts';

/** Stored values come from anybody's browser: they are shown as text, and become a link only where that is safe. */

type Special = (typeof values)[keyof typeof values];
/** What stand-ins are called. */
export const special: Readonly<Record<Special, string>> = {
  'Direct / None': messages.panel.direct,
  new: messages.panel.newBrowser,
  '(unknown)': messages.panel.unknown,
  '(none)': messages.panel.noValue,
  '(other)': messages.panel.folded,
};

export interface Shown {
  readonly text: string;
  /** The stored code beside its name. */
  readonly code?: string;
  /** Stands for something else than itself. */
  readonly special: boolean;
}

/** Controls and marks that turn the direction of writing: they would let one value disguise itself as another. */
const disguises = /[\p{Cc}\p{Bidi_Control}\ufeff]/gu;

/** A stored value as a reader sees it. */
export function shown(dimension: string, value: string): Shown {
  if (Object.hasOwn(special, value)) return { text: special[value as Special], special: true };
  const name =
    dimension === 'visit:country'
      ? format.country(value)
      : dimension === 'visit:language'
        ? format.language(value)
        : null;
  if (name !== null && name !== value) return { text: name, code: value, special: false };
  return { text: value.replace(disguises, '�') || '�', special: false };
}

/** The address that a value names, if it is surely an http(s) one on the host it seems to be on; else null. */
export function addressOf(dimension: string, value: string, domain: string): string | null {
  if (dimension === 'event:page' || dimension === 'visit:entry_page' || dimension === 'visit:exit_page') {
    return value.startsWith('/') ? addressOn(domain, value) : null;
  }
  if (dimension !== 'visit:referrer') return null;
  const [, host, path] = /^([a-z0-9-]+(?:\.[a-z0-9-]+)+)(\/.*)?$/i.exec(value) ?? [];
  return host ? addressOn(host, path ?? '/') : null;
}

function addressOn(host: string, path: string): string | null {
  // Backslashes and a second slash would move the host, controls and spaces are dropped by browsers.
  if (path.startsWith('//') || /[\\\s\p{Cc}]/u.test(path) || path.includes(':redacted')) return null;
  const text = `https://${host}${path}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  return url && url.protocol === 'https:' && url.host === host.toLowerCase() && !url.username
    ? url.href
    : null;
}
