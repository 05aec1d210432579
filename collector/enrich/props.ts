import { limits } from '../../schema/limits.ts';
import { readReferrer, showReferrer } from './referrer.ts';
import { scrubPath, scrubText } from './scrub.ts';

type Props = readonly (readonly [key: string, value: string])[];

/** The tracker's events of its own, by Plausible's names; their property is an address or a path. */
const addressed: Readonly<Record<string, string>> = {
  'Outbound Link: Click': 'url',
  'File Download': 'url',
  '404': 'path',
};

/**
 * Properties with scrubbed keys and values. Addresses, in the tracker's own events and wherever else a value is one, are kept as
 * host and path; the path of a 404 as a path. Where scrubbing makes two keys one, the first stays.
 */
export function scrubProps(event: string, props: Props): Props {
  const scrubbed = new Map<string, string>();
  for (const [key, value] of props) {
    const name = scrubText(key, limits.propKey);
    if (name !== '' && !scrubbed.has(name)) scrubbed.set(name, scrubValue(event, key, value));
  }
  return [...scrubbed];
}

function scrubValue(event: string, key: string, value: string): string {
  if (Object.hasOwn(addressed, event) && addressed[event] === key && value.startsWith('/'))
    return scrubPath(value.replace(/[?#].*$/s, ''));
  const address = /^\s*https?:\/\//i.test(value) ? readReferrer(value.trim()) : null;
  return address ? scrubText(showReferrer(address)) : scrubText(value);
}
