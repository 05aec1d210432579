import fc from 'fast-check';
import type { Condition, Read } from '../collector/query/read.ts';
import type { Fact } from '../collector/track/fact.ts';
import { type DimensionName, propSeparator } from '../schema/dimensions.ts';
import { amounts } from '../schema/measures.ts';
import { detailAmounts, type Rollup, rollups } from '../schema/rollups.ts';

/** What a fact is in one rollup: a row with its time, its values and its sums. Written apart from the collector's code. */
export interface Row {
  readonly site: number;
  readonly bucket: number;
  readonly values: readonly string[];
  readonly sums: Readonly<Record<string, number>>;
}

/** The rows that facts make in a rollup, one a fact, by the rule of the rollups' declaration. */
export function rowsOf(facts: readonly Fact[], rollup: Rollup): Row[] {
  const rows: Row[] = [];
  for (const fact of facts) {
    const joint = rollup.shape === 'pair' || rollup.shape === 'detail';
    if (fact.scope !== rollup.scope || (fact.optedOut && joint)) continue;
    const values = rollup.dims.map((dim) => fact.dims[dim] ?? (rollup.shape === 'detail' ? '' : null));
    if (values.includes(null)) continue;
    const sums: Record<string, number> = {};
    if (rollup.shape === 'detail')
      for (const amount of detailAmounts) sums[amount] = fact.amounts[amount] ?? 0;
    else
      for (const [column, amount] of Object.entries(rollup.measured))
        sums[column] = fact.amounts[amount] ?? 0;
    if (rollup.people) sums.visitors = fact.amounts[rollup.people] ?? 0;
    if (rollup.shape === 'trend') sums.hour_first = fact.amounts.hour_first ?? 0;
    if (Object.values(sums).every((sum) => sum === 0)) continue;
    const bucket = rollup.grain === 'hour' ? fact.hour : Math.floor(fact.hour / 24);
    rows.push({ site: fact.site, bucket, values: values as string[], sums });
  }
  return rows;
}

/** Rows with the same keys summed, as text lines in order. */
export function summed(
  rows: readonly { key: readonly (string | number)[]; sums: readonly number[] }[],
): string[] {
  const groups = new Map<string, number[]>();
  for (const { key, sums } of rows) {
    const name = JSON.stringify(key);
    const group = groups.get(name);
    if (group) for (const [index, sum] of sums.entries()) group[index] = (group[index] ?? 0) + sum;
    else groups.set(name, [...sums]);
  }
  return [...groups].map(([name, sums]) => `${name} ${sums.join(' ')}`).sort();
}

/** The same rows from a store: every cell of a rollup. */
export function wholeRead(rollup: Rollup, site: number): Read {
  const sums = rollup.shape === 'detail' ? detailAmounts : Object.keys(rollup.measured);
  return {
    rollup,
    site,
    from: 0,
    until: 10_000_000,
    sums: [...sums, ...(rollup.shape === 'trend' ? ['hour_first'] : [])] as Read['sums'],
    groups: rollup.dims,
    time: 'bucket',
    where: null,
  };
}

/** Whether a condition holds for a row's values. Patterns of the tests mean the same to JavaScript and RE2. */
function holds(condition: Condition, of: (dim: DimensionName) => string): boolean {
  if ('all' in condition) {
    const each = condition.all.map((one) => holds(one, of));
    return condition.op === 'and' ? !each.includes(false) : each.includes(true);
  }
  if ('one' in condition) return !holds(condition.one, of);
  const whole = of(condition.dim);
  const [key, ...rest] = whole.split(propSeparator);
  const own =
    condition.propKey === undefined ? whole : key === condition.propKey ? rest.join(propSeparator) : '';
  switch (condition.op) {
    case 'is':
      return condition.values.includes(whole);
    case 'is_not':
      return !condition.values.includes(whole);
    case 'contains':
      return condition.values.some((part) => own.includes(part));
    case 'contains_not':
      return !condition.values.some((part) => own.includes(part));
    case 'matches':
      return condition.values.some((text) => new RegExp(text).test(own));
    default:
      return !condition.values.some((text) => new RegExp(text).test(own));
  }
}

const word = fc.constantFrom(
  'a',
  'b',
  'A',
  'ab',
  'é€',
  '(none)',
  '(other)',
  '/x/y',
  "'; DROP TABLE pair; --",
  '%_',
);
const prop = fc
  .tuple(fc.constantFrom('plan', 'plan2', 'pl'), fc.constantFrom('free', 'pro', ''))
  .map(([key, value]) => key + propSeparator + value);
const anyValueOf = (dim: DimensionName) => (dim === 'prop' ? prop : word);

const dimsOf = (scope: Fact['scope']): DimensionName[] => [
  ...new Set(rollups.filter((rollup) => rollup.scope === scope).flatMap((rollup) => rollup.dims)),
];

/** Facts of every scope, over two sites, three days and few values, so that much falls together. */
export const anyFact: fc.Arbitrary<Fact> = fc
  .constantFrom<Fact['scope']>(
    'web',
    'web',
    'web',
    'goal',
    'prop',
    'revenue',
    'drop',
    'browser',
    'cohort',
    'bounded',
    'mail',
  )
  .chain((scope) =>
    fc.record(
      {
        scope: fc.constant(scope),
        site: fc.constantFrom(1, 2),
        hour: fc.integer({ min: 24 * 20_000, max: 24 * 20_000 + 71 }),
        dims: fc.record(Object.fromEntries(dimsOf(scope).map((dim) => [dim, anyValueOf(dim)])), {
          requiredKeys: [],
        }),
        amounts: fc.record(Object.fromEntries(amounts.map((amount) => [amount, fc.nat({ max: 3 })])), {
          requiredKeys: [],
        }),
        optedOut: fc.constant(true as const),
      },
      { requiredKeys: ['scope', 'site', 'hour', 'dims', 'amounts'] },
    ),
  );

const conditionOver = (dims: readonly DimensionName[]): fc.Arbitrary<Condition> => {
  const leaf: fc.Arbitrary<Condition> = fc.constantFrom(...dims).chain((dim) =>
    fc.oneof(
      fc.record({
        op: fc.constantFrom('is' as const, 'is_not' as const),
        dim: fc.constant(dim),
        values: fc.array(fc.oneof(anyValueOf(dim), fc.constant('unheard of')), {
          minLength: 1,
          maxLength: 3,
        }),
      }),
      fc.record(
        {
          op: fc.constantFrom('contains' as const, 'contains_not' as const),
          dim: fc.constant(dim),
          values: fc.array(fc.constantFrom('a', 'A', 'x/', '%', 'r', 'plan'), { minLength: 1, maxLength: 2 }),
          ...(dim === 'prop' ? { propKey: fc.constantFrom('plan', 'pl') } : {}),
        },
        { requiredKeys: ['op', 'dim', 'values'] },
      ),
      fc.record(
        {
          op: fc.constantFrom('matches' as const, 'matches_not' as const),
          dim: fc.constant(dim),
          values: fc.array(fc.constantFrom('^a', 'b$', '[xé]', '^$', 'o|e', '^pl'), {
            minLength: 1,
            maxLength: 2,
          }),
          ...(dim === 'prop' ? { propKey: fc.constantFrom('plan', 'pl') } : {}),
        },
        { requiredKeys: ['op', 'dim', 'values'] },
      ),
    ),
  );
  return fc.letrec<{ node: Condition }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      leaf,
      fc.record({
        op: fc.constantFrom('and' as const, 'or' as const),
        all: fc.array(tie('node'), { maxLength: 3 }),
      }),
      fc.record({ op: fc.constant('not' as const), one: tie('node') }),
    ),
  })).node;
};

/** Any scan of any rollup: some sums, some groups, some time, some filter. */
export const anyRead: fc.Arbitrary<Read> = fc.constantFrom(...rollups).chain((rollup) => {
  const stored = wholeRead(rollup, 1).sums;
  return fc.record(
    {
      rollup: fc.constant(rollup),
      site: fc.constantFrom(1, 2, 3),
      from: fc.constantFrom(0, rollup.grain === 'hour' ? 24 * 20_000 + 10 : 20_001),
      until: fc.constantFrom(10_000_000, rollup.grain === 'hour' ? 24 * 20_000 + 50 : 20_002),
      sums: fc.subarray([...stored], { minLength: 1 }),
      groups: fc.shuffledSubarray([...rollup.dims]),
      time: fc.constantFrom(null, 'bucket' as const, 'day' as const),
      where: rollup.dims.length === 0 ? fc.constant(null) : fc.option(conditionOver(rollup.dims)),
      ...(rollup.dims.includes('prop') ? { propKey: fc.constantFrom('plan', 'pl') } : {}),
    },
    { requiredKeys: ['rollup', 'site', 'from', 'until', 'sums', 'groups', 'time', 'where'] },
  );
});

/** The answer to a scan, by filtering and adding up rows. */
export function bruteRead(facts: readonly Fact[], read: Read): string[] {
  const { rollup, propKey } = read;
  const rows = rowsOf(facts, rollup).filter((row) => {
    if (row.site !== read.site || row.bucket < read.from || row.bucket >= read.until) return false;
    const of = (dim: DimensionName) => row.values[rollup.dims.indexOf(dim)] ?? '';
    if (propKey !== undefined && !of('prop').startsWith(propKey + propSeparator)) return false;
    return read.where === null || holds(read.where, of);
  });
  const lines = rows.map((row) => ({
    key: [
      ...(read.time === null
        ? []
        : [read.time === 'day' && rollup.grain === 'hour' ? Math.floor(row.bucket / 24) : row.bucket]),
      ...read.groups.map((dim) => {
        const value = row.values[rollup.dims.indexOf(dim)] ?? '';
        return dim === 'prop' && propKey !== undefined ? value.slice(propKey.length + 1) : value;
      }),
    ],
    sums: read.sums.map((sum) => row.sums[sum] ?? 0),
  }));
  // A total is a row also where nothing was counted.
  const zero = { key: [], sums: read.sums.map(() => 0) };
  return summed(read.time === null && read.groups.length === 0 ? [...lines, zero] : lines);
}
