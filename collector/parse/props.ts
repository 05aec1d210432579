import { limits } from '../../schema/limits.ts';
import { badField } from './malformed.ts';
import type { Submitted } from './submitted.ts';
import { cut, visible } from './text.ts';

/**
 * The first 30 scalar properties, numbers and booleans as text; null, lists and objects are left out. Keys and values that are
 * too long are cut, not refused: one long value should not cost the whole event.
 *
 * @param sent an object, or its JSON
 * @param path the field's name, for errors
 * @throws Malformed for text that is not the JSON of an object
 */
export function propsOf(sent: unknown, path: string): Submitted['props'] {
  if (sent === undefined || sent === null || sent === '') return [];
  const object = typeof sent === 'string' ? fromJson(sent, path) : sent;
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(object ?? {})) {
    if (found.size === limits.props) break;
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') continue;
    const name = cut(visible(key).trim(), limits.propKey);
    if (name === '' || found.has(name)) continue;
    found.set(name, cut(visible(String(value)), limits.propValue));
  }
  return [...found];
}

function fromJson(text: string, path: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  if (value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value))
    throw badField(path, 'must be an object, or the JSON of one', 'Send {"plan": "pro", "seats": 3}.');
  return value;
}
