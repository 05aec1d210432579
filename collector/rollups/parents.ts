import { channels, type DimensionName, dimensions, values } from '../../schema/dimensions.ts';
import type { FoldCell } from './fold.ts';

/** What replaces a value that too few people share; `(other)` at the end of every way up. */
export type Parent = (value: string) => string;

/** Where visits came from, as one bucket's own data tells it. */
export interface Origins {
  readonly sourceOf: ReadonlyMap<string, string>;
  readonly channelOf: ReadonlyMap<string, string>;
  readonly channels: ReadonlySet<string>;
}

/**
 * The source of each referrer and the channel of each source that most people of the bucket came with, of equals the first
 * by its name. Cells are those of `source+referrer` and `source+channel` before anything is folded; `people` is the sum
 * that counts people.
 */
export function originsOf(
  withReferrer: readonly FoldCell[],
  withChannel: readonly FoldCell[],
  people: number,
): Origins {
  const seen = withChannel.map(({ values: [, channel = ''] }) => channel);
  return {
    sourceOf: mostSeen(withReferrer, people, 1, 0),
    channelOf: mostSeen(withChannel, people, 0, 1),
    channels: new Set([...channels, ...seen]),
  };
}

function mostSeen(
  cells: readonly FoldCell[],
  people: number,
  of: number,
  wanted: number,
): Map<string, string> {
  const best = new Map<string, { name: string; count: number }>();
  // A pair has each two values once, so there is nothing to add up.
  for (const { values: pair, sums } of cells) {
    const key = pair[of] ?? '';
    const name = pair[wanted] ?? '';
    const count = sums[people] ?? 0;
    const known = best.get(key);
    if (!known || count > known.count || (count === known.count && name < known.name))
      best.set(key, { name, count });
  }
  return new Map([...best].map(([key, { name }]) => [key, name]));
}

/** How a dimension's values are folded. */
export function parentOf(dim: DimensionName, origins: Origins): Parent {
  const climb = climbs[dimensions[dim].parent ?? ''] ?? toOther;
  return (value) => (value === values.other ? value : climb(value, origins));
}

const toOther = (): string => values.other;

/** By what the dimensions declare as their parent. */
const climbs: Readonly<Record<string, (value: string, origins: Origins) => string>> = {
  directory: (value) => directoryOf(value),
  region: (value) => placeAround(value),
  country: (value) => placeAround(value),
  browser: (value) => withoutVersion(value),
  os: (value) => withoutVersion(value),
  source: (value, origins) => originAbove(value, origins),
  channel: (value, origins) => originAbove(value, origins),
};

/** `/blog/2026/post` → `/blog/2026/*` → `/blog/*` → `/*`: the star keeps a folder apart from a page of its name. */
function directoryOf(page: string): string {
  if (!page.startsWith('/') || page === '/*') return values.other;
  const path = page.endsWith('/*') ? page.slice(0, -2) : (page.split(/[?#]/, 1)[0] ?? '/');
  return `${path.slice(0, path.lastIndexOf('/') + 1)}*`;
}

/** `Munich, Bavaria, DE` → `Bavaria, DE` → `DE`. A city's own name may have commas in it. */
function placeAround(place: string): string {
  const parts = place.split(', ');
  return parts.length === 1 ? values.other : parts.slice(Math.max(1, parts.length - 2)).join(', ');
}

/** `Mobile Safari 17` → `Mobile Safari`, `Windows XP` → `Windows`: the last word, where it is a version. */
function withoutVersion(name: string): string {
  const [, without] = /^(.+) (?:\S*\d\S*|XP|Vista|ME|NT|RT)$/.exec(name) ?? [];
  return without ?? values.other;
}

/**
 * Referrer → source → channel. A name may be several of these (a referrer's host is often the source too, and anyone may
 * name a source after a channel): it is taken for the last of them, so that every way ends.
 */
function originAbove(value: string, { sourceOf, channelOf, channels: known }: Origins): string {
  if (known.has(value)) return values.other;
  const channel = channelOf.get(value);
  if (channel !== undefined) return channel;
  const source = sourceOf.get(value);
  // A source that is no channel and has none must be the end: nothing else says that it is not a referrer too.
  if (source === undefined || source === value) return values.other;
  return known.has(source) || channelOf.has(source) ? source : values.other;
}
