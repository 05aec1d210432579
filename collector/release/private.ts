import { limits } from '../../schema/limits.ts';
import {
  type LedgerEntry,
  type PeriodKind,
  type PrivateRelease,
  privacyBudget,
  privateStatement,
} from '../../schema/release.ts';
import { bounded } from '../../schema/rollups.ts';
import type { Site } from '../../schema/site.ts';
import type { Random } from '../access/random.ts';
import type { Reader } from '../query/read.ts';
import { decimal, less, plus, type Rational, textOf } from './decimal.ts';
import { noiseFrom } from './noise.ts';
import { capital, closedPeriod, NotReleasable, nameOf } from './period.ts';
import { thresholdFor } from './threshold.ts';

/** What is written down before anything is shown. */
interface Spending {
  readonly site: number;
  readonly kind: PeriodKind;
  /** Site-local days: the first, and the one after the last. */
  readonly first: number;
  readonly until: number;
  /** Decimals. */
  readonly epsilon: string;
  readonly delta: string;
  readonly rows: number;
  /** Also where days of the period have been released before. */
  readonly again: boolean;
}

/**
 * Writes a release down unless days of it have been released before and `again` is not set: whether it did, and all releases of
 * the site that share a day with the period, the new one included.
 */
type Spend = (spending: Spending) => Promise<{ written: boolean; entries: readonly LedgerEntry[] }>;

export interface WantedPrivately {
  readonly site: Site;
  readonly kind: Exclude<PeriodKind, 'day'>;
  /** Any date within the period, `YYYY-MM-DD`. */
  readonly of: string;
  /** ms since 1970. */
  readonly now: number;
  /** Days for which counters are kept. */
  readonly keepDays: number;
  /** Decimals, as someone wrote them. */
  readonly epsilon: string;
  readonly delta: string;
  readonly again: boolean;
  readonly read: Reader;
  readonly random: Random;
  readonly spend: Spend;
  /** Name and version of this program. */
  readonly program: string;
}

const bound = BigInt(limits.boundedPages);
const folded = '(other)';

/**
 * Pages of a closed week or month with noise, (ε, δ)-differentially private for one visitor on one day. The release is written
 * down before this resolves: it is spent even if nobody gets to see it. Rejects with {@link NotReleasable}, having spent
 * nothing, and where the store does.
 */
export async function releasePrivately(wanted: WantedPrivately): Promise<PrivateRelease> {
  const { site, now, read, random, again } = wanted;
  const epsilon = budgetOf('epsilon', wanted.epsilon);
  const delta = budgetOf('delta', wanted.delta);
  const { period, first, until } = closedPeriod(wanted);
  const counts = await countsOf(read, site.id, first, until);

  const threshold = thresholdFor(epsilon, delta, bound);
  const scale: Rational = { top: bound * epsilon.bottom, bottom: epsilon.top };
  const noise = noiseFrom(random);
  const rows = [...counts]
    // The noise first: a count that were left out before it would say that it was small.
    .map(([page, count]) => ({ page, noisy: BigInt(count) + noise.geometric(scale) }))
    .filter(({ noisy }) => noisy >= threshold)
    .map(({ page, noisy }) => ({ page, visitor_days: Number(noisy) }))
    .sort((one, other) => other.visitor_days - one.visitor_days || (one.page < other.page ? -1 : 1));

  const exact = { epsilon: textOf(epsilon), delta: textOf(delta) };
  const { written, entries } = await wanted.spend({
    site: site.id,
    kind: period.kind,
    first,
    until,
    ...exact,
    rows: rows.length,
    again,
  });
  if (!written) throw spentBefore(`${capital(nameOf(period))} of ${site.domain}`, entries);
  return {
    format: 1,
    program: wanted.program,
    site: site.domain,
    period,
    released: new Date(now).toISOString(),
    unit: 'one visitor on one day of the site',
    ...exact,
    bound: limits.boundedPages,
    mechanism: `two-sided geometric noise (discrete Laplace) with scale ${bound}/epsilon, sampled exactly, added to each page’s count before any is left out`,
    threshold: Number(threshold),
    rounding: 'none: whole numbers as the noise leaves them; pages under the threshold are left out',
    spent: sumOf(entries),
    statement: privateStatement({ ...exact, bound: limits.boundedPages, days: until - first }),
    rows,
  };
}

/** Reads epsilon or delta. Throws {@link NotReleasable} for what is no number, and for what would protect nobody or show nothing. */
function budgetOf(name: 'epsilon' | 'delta', text: string): Rational {
  const { least, most } = privacyBudget[name];
  const [smallest, largest] = [decimal(least), decimal(most)];
  const given = decimal(text);
  const example = name === 'epsilon' ? '1 or 0.5' : '0.000001 or 1e-6';
  if (!given || !smallest || !largest)
    throw new NotReleasable(`--${name} must be a number such as ${example}`);
  if (less(given, smallest))
    throw new NotReleasable(
      `--${name} must be at least ${least}: ${name === 'epsilon' ? 'with less, all that is left is noise' : 'with less, next to no page reaches the threshold'}`,
    );
  if (less(largest, given))
    throw new NotReleasable(
      `--${name} must be at most ${most}: ${name === 'epsilon' ? 'more protects nobody' : 'it is the chance that the protection fails'}`,
    );
  return given;
}

/** Visitor-days by page. Throws {@link NotReleasable} where pages were folded: which ones depends on who came first. */
async function countsOf(
  read: Reader,
  site: number,
  first: number,
  until: number,
): Promise<ReadonlyMap<string, number>> {
  const [sums = []] = await read([
    {
      rollup: bounded,
      site,
      from: first,
      until,
      sums: ['visitors'],
      groups: ['page'],
      time: null,
      where: null,
    },
  ]);
  const counts = new Map(sums.map(({ values: [page = ''], sums: [count = 0] }) => [page, count]));
  if (counts.has(folded))
    throw new NotReleasable(
      'A day of this period had more pages than are kept apart, so that one visitor could have changed the counts of others: its pages cannot be released privately. Ask for another week or month.',
    );
  return counts;
}

function spentBefore(what: string, entries: readonly LedgerEntry[]): NotReleasable {
  const { epsilon, delta } = sumOf(entries);
  const before = entries.map(
    (entry) =>
      `${entry.from} to ${entry.to} with epsilon ${entry.epsilon} on ${new Date(entry.at).toISOString().slice(0, 10)}`,
  );
  return new NotReleasable(
    `${what}, or days of it, has been released before: ${before.join('; ')}. Spent for these days: epsilon ${epsilon}, delta ${delta}. Releasing it again adds to that, because the average of several releases undoes their noise. Use the output that you have; or, if you accept the sum, add --again.`,
  );
}

/** What releases have spent together, for whoever is in all of them. */
function sumOf(entries: readonly LedgerEntry[]): PrivateRelease['spent'] {
  const sum = (of: (entry: LedgerEntry) => string): string =>
    textOf(entries.map((entry) => decimal(of(entry)) ?? zero).reduce((total, one) => plus(total, one), zero));
  return {
    releases: entries.length,
    epsilon: sum(({ epsilon }) => epsilon),
    delta: sum(({ delta }) => delta),
  };
}
const zero: Rational = { top: 0n, bottom: 1n };
