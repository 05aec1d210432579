import type { QueryResult } from '../../schema/query.ts';
import type { Question } from './question.ts';
import type { Fold, FoldSpan, Read } from './read.ts';
import type { SpanPlan } from './reads.ts';
import { list, nameOf } from './refuse.ts';
import type { Rounding } from './rounding.ts';

/** How much of what was read for a question was folded, and from how many visitors on it is not. */
export interface Folds {
  readonly current: Fold | null;
  readonly comparison: Fold | null;
  readonly k: number;
}

/** The reads of a pair for a span; none where it needs no pairs. */
const pairReads = ({ main, revenue, base }: SpanPlan): readonly Read[] =>
  [main, revenue, base].find((ask) => ask?.rollup.shape === 'pair')?.reads ?? [];

/** Their buckets. */
export const foldSpansOf = (plan: SpanPlan): FoldSpan[] =>
  pairReads(plan).map(({ rollup, from, until }) => ({ rollup: rollup.name, from, until }));

/** Percent with one decimal. */
const shareOf = ({ visitors, folded }: Fold): number =>
  visitors === 0 ? 0 : Math.min(100, Math.round((1_000 * folded) / visitors) / 10);

/** What `meta` says of it; undefined where nothing was folded. */
export function foldedOf({ current }: Folds, { sum }: Rounding): QueryResult['meta']['folded'] {
  if (!current || current.folded === 0) return undefined;
  const fold = { visitors: sum('visitors', current.visitors), folded: sum('visitors', current.folded) };
  return { visitors: fold.folded, share: shareOf(fold) };
}

const coarser = 'under a coarser value (a region, a folder, “(other)”)';

/** The same in words: of filtered figures it is not known how much of them is elsewhere. */
export function foldNotes(
  { where, set, propKey }: Question,
  spans: { readonly current: SpanPlan; readonly comparison: SpanPlan | null },
  { current, comparison, k }: Folds,
): string[] {
  const why = (plan: SpanPlan) =>
    pairReads(plan).some(({ rollup }) => rollup.grain === 'month')
      ? `because fewer than ${k} shared their own`
      : 'because few shared their own';
  const percent = (fold: Fold) =>
    fold.folded * 100 < fold.visitors ? 'less than 1 %' : `${Math.round(shareOf(fold))} %`;
  const names = list(set.map((dim) => nameOf(dim, propKey)));
  const of = where.length > 0 ? `of all visitors by ${names}` : 'of these visitors';
  const notes: string[] = [];
  if (current && current.folded > 0) {
    const missing = where.length > 0 ? ': some of them may be missing here' : '';
    const note = `${percent(current)} ${of} stand ${coarser}, ${why(spans.current)}${missing}.`;
    notes.push(note.charAt(0).toUpperCase() + note.slice(1));
  }
  if (comparison && comparison.folded > 0 && spans.comparison)
    notes.push(
      `In what it is compared with, ${percent(comparison)} ${of} stand ${coarser}, ${why(spans.comparison)}.`,
    );
  return notes;
}
