import { type DimensionName, dimensions } from '../../schema/dimensions.ts';
import { type Amount, amounts } from '../../schema/measures.ts';
import type { FactScope } from '../../schema/rollups.ts';
import type { Fact } from '../track/fact.ts';

/** What facts of one kind have in common: numbers of the names of their scope, dimensions and amounts. */
type Shape = readonly [scope: number, dims: readonly number[], amounts: readonly number[]];
/** For each fact its shape, site, hour, 1 if opted out, the numbers of its dimensions' values, and its amounts. */
type Encoded = readonly [strings: string[], shapes: Shape[], numbers: number[]];

const scopes = {
  web: true,
  goal: true,
  prop: true,
  revenue: true,
  drop: true,
  browser: true,
  cohort: true,
  bounded: true,
  mail: true,
} as const satisfies Record<FactScope, true>;
const isScope = (name: string): name is FactScope => Object.hasOwn(scopes, name);
const isDimension = (name: string): name is DimensionName => Object.hasOwn(dimensions, name);
const amountNames: ReadonlySet<string> = new Set(amounts);
const isAmount = (name: string): name is Amount => amountNames.has(name);

/**
 * Facts as text, a fifth of their JSON: every value and name once, then numbers that point to them. Names are in the
 * text, not in its order, so that a journal outlives an upgrade.
 */
export function encodeFacts(facts: readonly Fact[]): string {
  const ids = new Map<string, number>();
  const strings: string[] = [];
  const idOf = (value: string): number => {
    const known = ids.get(value);
    if (known !== undefined) return known;
    const id = strings.push(value) - 1;
    ids.set(value, id);
    return id;
  };
  const shapes: Shape[] = [];
  const known: { readonly scope: FactScope; readonly dims: string[]; readonly amounts: string[] }[] = [];
  const numbers: number[] = [];
  for (const { scope, site, hour, dims, amounts, optedOut } of facts) {
    const dimNames = Object.keys(dims) as DimensionName[];
    const amountNames = Object.keys(amounts) as Amount[];
    // A batch has a dozen shapes at most, because track writes few; comparing is cheaper than hashing.
    let shape = known.findIndex(
      (one) => one.scope === scope && same(one.dims, dimNames) && same(one.amounts, amountNames),
    );
    if (shape < 0) {
      shape = known.push({ scope, dims: dimNames, amounts: amountNames }) - 1;
      shapes.push([idOf(scope), dimNames.map(idOf), amountNames.map(idOf)]);
    }
    numbers.push(shape, site, hour, optedOut ? 1 : 0);
    for (const name of dimNames) numbers.push(idOf(dims[name] ?? ''));
    for (const name of amountNames) numbers.push(amounts[name] ?? 0);
  }
  return JSON.stringify([strings, shapes, numbers] satisfies Encoded);
}

function same(some: readonly string[], others: readonly string[]): boolean {
  // From the end: what differs between shapes stands after the attributes of the visit.
  if (some.length !== others.length) return false;
  for (let at = some.length - 1; at >= 0; at--) if (some[at] !== others[at]) return false;
  return true;
}

/** The facts of {@link encodeFacts}. Dimensions and amounts that this version does not know are left out. Throws a SyntaxError on other text. */
export function decodeFacts(text: string): Fact[] {
  const [strings, encodedShapes, numbers]: Encoded = JSON.parse(text);
  const nameOf = (id: number) => strings[id] as string;
  const shapes = encodedShapes.map(([scope, dims, amounts]) => ({
    scope: nameOf(scope),
    dims: fieldsOf(dims.map(nameOf), isDimension, ''),
    amounts: fieldsOf(amounts.map(nameOf), isAmount, 0),
  }));
  const facts: Fact[] = [];
  for (let at = 0; at < numbers.length; ) {
    const { scope, dims, amounts } = shapes[numbers[at] as number] as (typeof shapes)[number];
    const values = { ...dims.template };
    const counts = { ...amounts.template };
    const site = numbers[at + 1] as number;
    const hour = numbers[at + 2] as number;
    const optedOut = numbers[at + 3] === 1;
    at += 4;
    for (const name of dims.names) {
      if (name) values[name] = strings[numbers[at] as number] as string;
      at++;
    }
    for (const name of amounts.names) {
      if (name) counts[name] = numbers[at] as number;
      at++;
    }
    if (isScope(scope)) {
      const fact = { scope, site, hour, dims: values, amounts: counts };
      facts.push(optedOut ? { ...fact, optedOut } : fact);
    }
  }
  return facts;
}

/**
 * The fields of a shape in order, null where this version has no such name, and an object with all of them to copy: made
 * by JSON.parse, it has V8's fast shape, which an object that gets twenty fields one by one in a loop has not.
 */
function fieldsOf<N extends string, V>(
  names: readonly string[],
  isKnown: (name: string) => name is N,
  nothing: V,
): { names: (N | null)[]; template: Record<N, V> } {
  const known = names.map((name) => (isKnown(name) ? name : null));
  const fields = known.flatMap((name) => (name ? [[name, nothing]] : []));
  return { names: known, template: JSON.parse(JSON.stringify(Object.fromEntries(fields))) };
}
