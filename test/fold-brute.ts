/** Folding by P6, written apart from the collector's code: slow, and one cell at a time where it can be. */

export interface Plain {
  readonly values: readonly string[];
  readonly sums: readonly number[];
}
/** Who has which source and channel, from the same bucket. */
export interface From {
  readonly withReferrer: readonly Plain[];
  readonly withChannel: readonly Plain[];
}

const other = '(other)';
const declared = [
  'Cross-network',
  'Paid Shopping',
  'Paid Search',
  'Paid Social',
  'Paid Video',
  'Display',
  'Paid Other',
  'Organic Shopping',
  'Organic Social',
  'Organic Video',
  'AI Assistants',
  'Organic Search',
  'Email',
  'Affiliates',
  'Audio',
  'SMS',
  'Mobile Push Notifications',
  'Referral',
  'Direct',
];

/** All the values above one, nearest first, `(other)` last. */
function wayUp(dim: string, value: string, from: From): string[] {
  if (value === other) return [];
  switch (dim) {
    case 'page':
    case 'entry_page':
    case 'exit_page': {
      if (value[0] !== '/') return [other];
      const folders = (value.endsWith('/*') ? value.slice(0, -1) : value.replace(/[?#].*$/s, '')).split('/');
      // ['', 'blog', '2026', 'post'], a folder ends with ''.
      const steps = [];
      for (let keep = folders.length - (value.endsWith('/*') ? 2 : 1); keep >= 1; keep--)
        steps.push(`${folders.slice(0, keep).join('/')}/*`);
      return [...steps, other];
    }
    case 'city': {
      const parts = value.split(', ');
      if (parts.length === 1) return [other];
      if (parts.length === 2) return [parts[1] as string, other];
      return [parts.slice(-2).join(', '), parts.at(-1) as string, other];
    }
    case 'region':
      return value.includes(', ') ? [value.split(', ').at(-1) as string, other] : [other];
    case 'browser_version':
    case 'os_version': {
      const words = value.split(' ');
      const last = words.pop() ?? '';
      const isVersion = /\d/.test(last) || ['XP', 'Vista', 'ME', 'NT', 'RT'].includes(last);
      if (words.length === 0 || !isVersion) return [other];
      const name = words.join(' ');
      return [name, ...wayUp(dim, name, from)];
    }
    case 'referrer':
    case 'source': {
      const isChannel = (name: string) =>
        declared.includes(name) || from.withChannel.some(({ values }) => values[1] === name);
      if (isChannel(value)) return [other];
      const channel = most(from.withChannel, 0, 1, value);
      if (channel !== null) return [channel, other];
      const source = most(from.withReferrer, 1, 0, value);
      // A source without a channel is none of this bucket’s.
      if (
        source === null ||
        !(isChannel(source) || from.withChannel.some(({ values }) => values[0] === source))
      )
        return [other];
      return [source, ...wayUp('source', source, { withReferrer: [], withChannel: from.withChannel })];
    }
    default:
      return [other];
  }
}

function most(cells: readonly Plain[], by: number, wanted: number, value: string): string | null {
  const found = cells.filter(({ values }) => values[by] === value);
  found.sort(
    (a, b) =>
      (b.sums[0] ?? 0) - (a.sums[0] ?? 0) || ((a.values[wanted] ?? '') < (b.values[wanted] ?? '') ? -1 : 1),
  );
  return found[0]?.values[wanted] ?? null;
}

function merged(cells: readonly Plain[]): Plain[] {
  const result: { values: readonly string[]; sums: number[] }[] = [];
  for (const cell of cells) {
    const same = result.find(
      ({ values }) => values.length === cell.values.length && values.every((v, i) => v === cell.values[i]),
    );
    if (same) for (const [i, sum] of cell.sums.entries()) same.sums[i] = (same.sums[i] ?? 0) + sum;
    else result.push({ values: cell.values, sums: [...cell.sums] });
  }
  return result;
}

const isTop = ({ values }: Plain) => values.every((value) => value === other);

function step(cell: Plain, dims: readonly string[], from: From): Plain {
  const values = [...cell.values];
  for (let at = values.length - 1; at >= 0; at--) {
    if (values[at] === other) continue;
    values[at] = wayUp(dims[at] as string, values[at] as string, from)[0] ?? other;
    break;
  }
  return { values, sums: cell.sums };
}

/** `sums[0]` is how many people share a cell. */
export function bruteK(cells: readonly Plain[], dims: readonly string[], k: number, from: From): Plain[] {
  let now = merged(cells);
  const small = (cell: Plain) => (cell.sums[0] ?? 0) < k && !isTop(cell);
  while (now.some(small)) now = merged(now.map((cell) => (small(cell) ? step(cell, dims, from) : cell)));
  return now;
}

export function bruteMost(
  cells: readonly Plain[],
  dims: readonly string[],
  limit: number,
  from: From,
): Plain[] {
  let now = merged(cells);
  while (now.length > limit) {
    const order = now
      .filter((cell) => !isTop(cell))
      .sort((a, b) => {
        if (a.sums[0] !== b.sums[0]) return (b.sums[0] ?? 0) - (a.sums[0] ?? 0);
        for (const [i, value] of a.values.entries())
          if (value !== b.values[i]) return value < (b.values[i] ?? '') ? -1 : 1;
        return 0;
      });
    const kept = order.slice(0, limit - (now.length - order.length));
    now = merged(now.map((cell) => (isTop(cell) || kept.includes(cell) ? cell : step(cell, dims, from))));
  }
  return now;
}

export const lines = (cells: readonly Plain[]): string[] =>
  cells.map(({ values, sums }) => JSON.stringify([values, sums])).sort();
