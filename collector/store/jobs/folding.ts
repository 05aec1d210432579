import type { Rollup } from '../../../schema/rollups.ts';
import { rollups } from '../../../schema/rollups.ts';
import type { Folded, Rule } from '../../rollups/fold.ts';
import { type Origins, originsOf, parentOf } from '../../rollups/parents.ts';
import type { Db } from '../database.ts';
import {
  apply,
  cellsOf,
  differenceOf,
  peopleAt,
  type Row,
  readRows,
  type Span,
  sameRows,
  sizeOf,
} from './cells.ts';
import { type SiteContext, writeFor } from './task.ts';

/** Those that tell where visits came from come last, because the others are folded by what they say. */
const telling = ['source+referrer', 'source+channel'];
const named = (name: string): Rollup => {
  const found = rollups.find((rollup) => rollup.name === name);
  if (!found) throw new Error(`schema/rollups.ts has no ${name}`);
  return found;
};
export const pairs: readonly Rollup[] = [
  ...rollups.filter(({ shape, name }) => shape === 'pair' && !telling.includes(name)),
  ...telling.map(named),
];

export const spanOf = (
  { site, rollupIds }: SiteContext,
  rollup: Rollup,
  from: number,
  until: number = from + 1,
): Span => ({ site: site.id, rollup, id: rollupIds.get(rollup.name) ?? -1, from, until });

/** Where the visits of these days came from. */
export function originsBetween(context: SiteContext, from: number, until: number): Origins {
  const [withReferrer = [], withChannel = []] = telling.map((name) => {
    const span = spanOf(context, named(name), from, until);
    return cellsOf(context.db, span, readRows(context.db, span));
  });
  return originsOf(withReferrer, withChannel, peopleAt(named('source+channel')));
}

export const ruleOf = (rollup: Rollup, origins: Origins): Rule => ({
  parents: rollup.dims.map((dim) => parentOf(dim, origins)),
  people: peopleAt(rollup),
});

/** How often what was read outside may be overtaken by new facts before it is read within the transaction. */
const tries = 5;

/**
 * Folds one bucket where it stands, in one transaction. Reading and folding happen before it, so that events need not
 * wait for them; within it the rows are compared with what was read, and nothing that came meanwhile is lost.
 */
export function foldInPlace(
  context: SiteContext,
  span: Span,
  fold: (rows: readonly Row[]) => Folded,
): number {
  const { db } = context;
  for (let attempt = 1; ; attempt++) {
    let rows = readRows(db, span);
    let folded = fold(rows);
    let difference = differenceOf(db, span, rows, folded.cells);
    if (sizeOf(difference) === 0) return 0;
    let overtaken = false;
    const changed = writeFor(context, () => {
      const current = readRows(db, span);
      if (!sameRows(rows, current)) {
        if (attempt < tries) {
          overtaken = true;
          return 0;
        }
        rows = current;
        folded = fold(rows);
        difference = differenceOf(db, span, rows, folded.cells);
      }
      if (span.rollup.shape === 'pair')
        noteFold(db, span, folded.total, Math.min(folded.total, foldedBetween(db, span) + folded.folded));
      return apply(db, span, difference);
    });
    if (!overtaken) return changed;
  }
}

/** How much of these buckets was folded already. */
export const foldedBetween = (db: Db, { site, id, from, until }: Span): number =>
  Number(
    db
      .prepare('SELECT total(folded) FROM fold WHERE site = ? AND rollup = ? AND bucket >= ? AND bucket < ?')
      .pluck()
      .get(site, id, from, until),
  );

export function noteFold(db: Db, { site, id, from }: Span, total: number, folded: number): void {
  db.prepare('INSERT OR REPLACE INTO fold (site, rollup, bucket, total, folded) VALUES (?, ?, ?, ?, ?)').run(
    site,
    id,
    from,
    total,
    folded,
  );
}
