import { Window, type WindowChanges } from './recipients.ts';
import { kind } from './state.ts';

/** A mail's key, as the gate hashes tokens with. */
export interface SavedKey {
  readonly site: number;
  readonly message: string;
  readonly key: Uint8Array;
}

/** Another layout is not read: after an upgrade, recipients count anew. */
const layout = 1;

interface Saved {
  readonly layout: number;
  readonly windows: readonly {
    readonly site: number;
    readonly message: string;
    readonly since: number;
    readonly over: boolean;
    /** Base64, with a window's first rows only. */
    readonly key?: string;
    /** Rows that there were before. */
    readonly count: number;
    /** Base64 of the new rows: two integers of the hash each, and what each has done. */
    readonly hashes: string;
    readonly deeds: string;
    /** Older rows that changed, and what each has done by now. */
    readonly changed: readonly (readonly [row: number, deed: number])[];
  }[];
}

const base64 = (values: Int32Array): string =>
  Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');
const integers = (text: string): Int32Array =>
  new Int32Array(Uint8Array.from(Buffer.from(text, 'base64')).buffer);

/** Changes as bytes: what a state begins with (see `kind`), three unused, JSON. Everything is the changes since nothing. */
export function encodeRecipients(
  changes: readonly WindowChanges[],
  whole: boolean,
  keys: readonly SavedKey[],
): Uint8Array {
  const saved: Saved = {
    layout,
    windows: changes.map(({ window, deeds }) => {
      const { site, message, since, over } = window;
      const count = whole ? 0 : deeds.count;
      const key = keys.find((one) => one.site === site && one.message === message);
      return {
        site,
        message,
        since,
        over,
        ...(count === 0 && key && !over ? { key: Buffer.from(key.key).toString('base64') } : {}),
        count,
        hashes: base64(window.keys.rows.values(count)),
        deeds: base64(window.deeds.values(count)),
        changed: whole ? [] : [...deeds.before.keys()].map((row) => [row, window.deeds.get(row, 0)] as const),
      };
    }),
  };
  return Buffer.concat([
    Buffer.from([whole ? kind.whole : kind.changes, 0, 0, 0]),
    Buffer.from(JSON.stringify(saved)),
  ]);
}

/** Applies what {@link encodeRecipients} gave, and gives the keys in it. Throws a RangeError if the bytes do not continue what there is. */
export function applyRecipients(state: Uint8Array, windows: Map<string, Window>): SavedKey[] {
  if (state[0] === kind.whole) windows.clear();
  const saved: Saved = JSON.parse(Buffer.from(state.subarray(4)).toString());
  if (saved.layout !== layout)
    throw new RangeError(`saved recipients have layout ${saved.layout}, not ${layout}`);
  return saved.windows.flatMap(({ site, message, since, over, key, count, hashes, deeds, changed }) => {
    const name = windowName(site, message);
    const window = windows.get(name) ?? new Window(site, message, since, over);
    windows.set(name, window);
    if (window.size !== count) throw new RangeError(`saved recipients of site ${site} have a gap`);
    window.keys.rows.append(integers(hashes));
    window.deeds.append(integers(deeds));
    for (const [row, deed] of changed) window.deeds.set(row, 0, deed);
    return key === undefined ? [] : [{ site, message, key: new Uint8Array(Buffer.from(key, 'base64')) }];
  });
}

export const windowName = (site: number, message: string): string => `${site} ${message}`;
