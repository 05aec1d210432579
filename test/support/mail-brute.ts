/**
 * What opens and clicks of mails add up to, counted the slow way: from the whole list, looking back from each event. It
 * shares nothing with the collector.
 */

export interface Happening {
  readonly what: 'open' | 'click';
  readonly at: number;
  readonly site: number;
  readonly message: string;
  readonly link: string | null;
  readonly opener: 'direct' | 'proxied' | 'machine';
  readonly rule: string | null;
  readonly recipient: string | null;
  readonly reader: string | null;
}
/** What is forgotten between two events: the clicks of the last seconds, or recipients too. */
export interface Forgetting {
  readonly what: 'forget clicks' | 'forget all';
}
export type Past = readonly (Happening | Forgetting)[];

const week = 7 * 24 * 3_600_000;
const tenSeconds = 10_000;

interface Verdict {
  readonly opener: Happening['opener'];
  readonly rule: string | null;
}

const isHappening = (entry: Happening | Forgetting): entry is Happening => 'at' in entry;

/** Entries before `index` that were not forgotten by then. */
const since = (past: Past, index: number, forgetting: readonly Forgetting['what'][]): number =>
  past.findLastIndex((entry, at) => at < index && forgetting.includes(entry.what as Forgetting['what'])) + 1;

/** Clicks of the same reader in the ten seconds before, by their places in the list. */
function recentOf(past: Past, index: number): number[] {
  const click = past[index] as Happening;
  if (click.what !== 'click' || click.reader === null) return [];
  const found: number[] = [];
  for (let at = since(past, index, ['forget clicks', 'forget all']); at < index; at++) {
    const one = past[at] as Happening;
    if (one.what === 'click' && one.reader === click.reader && click.at - one.at <= tenSeconds)
      found.push(at);
  }
  return found;
}

/** The rule by which a click shows its reader to be a machine; null: by none. */
function shown(past: Past, index: number, memo: Map<number, string | null>): string | null {
  const known = memo.get(index);
  if (known !== undefined) return known;
  const click = past[index] as Happening;
  const recent = recentOf(past, index);
  const last = recent.at(-1);
  const links = new Set([...recent, index].map((at) => (past[at] as Happening).link));
  const rule =
    click.reader === null
      ? null
      : click.rule === 'decoy'
        ? 'decoy'
        : ((last === undefined ? null : shown(past, last, memo)) ?? (links.size >= 3 ? 'burst' : null));
  memo.set(index, rule);
  return rule;
}

export interface Counted {
  /** `site message hour link opener rule` and its four sums: opens, clicks, and of recipients each the first. */
  readonly buckets: ReadonlyMap<string, readonly number[]>;
  readonly corrections: number;
  readonly uniques: number;
  /** Recipients who counted again after a click of theirs had been taken back. */
  readonly again: number;
}

/** @param hourOf the site-local hour of a time */
export function countMails(past: Past, hourOf: (site: number, at: number) => number): Counted {
  const memo = new Map<number, string | null>();
  const verdicts = new Map<number, Verdict>();
  /** Places in the list at which a recipient counts. */
  const firsts = new Set<number>();
  let [corrections, again] = [0, 0];
  const takenBack = new Set<string>();
  /** Places at which a recipient was there who, at that time, seemed to be one. */
  const persons: number[] = [];
  past.forEach((entry, index) => {
    if (!isHappening(entry)) return;
    const rule = entry.what === 'click' ? shown(past, index, memo) : null;
    const own: Verdict = { opener: entry.opener, rule: entry.rule };
    const verdict: Verdict = rule === null || entry.opener === 'machine' ? own : { opener: 'machine', rule };
    verdicts.set(index, verdict);
    if (rule !== null)
      for (const at of recentOf(past, index)) {
        if (verdicts.get(at)?.opener === 'machine') continue;
        verdicts.set(at, { opener: 'machine', rule });
        corrections += 1;
        const { site, message, recipient } = past[at] as Happening;
        if (firsts.delete(at)) takenBack.add(`${site} ${message} ${recipient}`);
      }
    if (verdict.opener === 'machine' || entry.recipient === null) return;
    const begin = since(past, index, ['forget all']);
    const alike = (at: number): boolean => {
      const one = past[at] as Happening;
      return isHappening(one) && one.site === entry.site && one.message === entry.message;
    };
    const opened = persons.find((at) => at >= begin && alike(at));
    persons.push(index);
    if (opened !== undefined && entry.at - (past[opened] as Happening).at > week) return;
    for (const at of firsts) {
      const one = past[at] as Happening;
      if (at >= begin && alike(at) && one.what === entry.what && one.recipient === entry.recipient) return;
    }
    firsts.add(index);
    if (entry.what === 'click' && takenBack.has(`${entry.site} ${entry.message} ${entry.recipient}`))
      again += 1;
  });
  const buckets = new Map<string, number[]>();
  for (const [index, { opener, rule }] of verdicts) {
    const { site, message, at, link, what } = past[index] as Happening;
    const name = [site, message, hourOf(site, at), link, opener, rule].join(' ');
    const sums = buckets.get(name) ?? [0, 0, 0, 0];
    const first = firsts.has(index) ? 1 : 0;
    const more = what === 'open' ? [1, 0, first, 0] : [0, 1, 0, first];
    buckets.set(
      name,
      sums.map((sum, at) => sum + (more[at] ?? 0)),
    );
  }
  return { buckets, corrections, uniques: firsts.size, again };
}
