import { retention } from '../../../schema/retention.ts';
import { type Rollup, storedRollups } from '../../../schema/rollups.ts';
import { soil } from './dictionary.ts';
import { readMark, writeMark } from './marks.ts';
import { type Context, type SiteContext, type StepName, type Task, writeFor } from './task.ts';

/** Rows of one transaction: about 10 ms with everything overwritten, so that events beside it hardly wait. */
const portion = 1_000;

const steps = {
  detail: 'delete detail',
  pairs: 'delete day pairs',
  long: 'delete old counters',
} as const satisfies Record<Rollup['keep'], StepName>;

/** Deletes what a site's retention classes no longer hold. */
export function expireSite(context: SiteContext): Task[] {
  return (['detail', 'pairs', 'long'] as const).flatMap((keep) => expireClass(context, keep) ?? []);
}

interface Doomed {
  readonly table: string;
  readonly rollup: number;
  readonly before: number;
}

function expireClass(context: SiteContext, keep: Rollup['keep']): Task | null {
  const { db, site } = context;
  const doomed = storedRollups
    .filter((rollup) => rollup.keep === keep)
    .flatMap((rollup) => doomedOf(context, rollup))
    .filter(
      ({ table, rollup, before }) =>
        db
          .prepare(`SELECT 1 FROM ${table} WHERE site = ? AND rollup = ? AND bucket < ? LIMIT 1`)
          .get(site.id, rollup, before) !== undefined,
    );
  const count = () =>
    doomed.reduce(
      (sum, { table, rollup, before }) =>
        sum +
        Number(
          db
            .prepare(`SELECT count(*) FROM ${table} WHERE site = ? AND rollup = ? AND bucket < ?`)
            .pluck()
            .get(site.id, rollup, before),
        ),
      0,
    );
  const marking = keep === 'pairs' && (readMark(db, site.id, 'pairs') ?? 0) < pairsEdge(context);
  if (doomed.length === 0 && !marking) return null;
  return { step: steps[keep], site, size: Math.ceil(count() / portion) + 1, count, work };

  function* work(): Generator<number> {
    if (keep === 'pairs')
      yield writeFor(context, () => {
        // Before the first of them goes: what is not whole is never folded again.
        writeMark(db, site.id, 'pairs', pairsEdge(context));
        return 0;
      });
    // A month may have been folded only now, and only then may its days go.
    const most = keep === 'pairs' ? pairsEdge(context) : Number.MAX_SAFE_INTEGER;
    const removals = doomed.map(({ table, rollup, before }) => {
      const remove = db.prepare(`DELETE FROM ${table} WHERE site = ? AND rollup = ? AND bucket < ? LIMIT ?`);
      return (limit: number): number => remove.run(site.id, rollup, Math.min(before, most), limit).changes;
    });
    let here = true;
    while (here && removals.length > 0) {
      here = false;
      yield writeFor(context, () => {
        here = true;
        let deleted = 0;
        for (let remove = removals[0]; remove && deleted < portion; remove = removals[0]) {
          deleted += remove(portion - deleted);
          if (deleted < portion) removals.shift();
        }
        // Every value of `detail` stands in a rollup that is kept longer.
        if (keep !== 'detail' && deleted > 0) soil(db);
        return deleted;
      });
    }
  }
}

/** Day pairs before it may go: expired, and in a month that was folded. */
const pairsEdge = ({ db, site, edges }: SiteContext): number =>
  Math.min(edges.pairsFrom, readMark(db, site.id, 'months') ?? 0);

function doomedOf({ edges, rollupIds }: SiteContext, { name, shape, grain, keep }: Rollup): Doomed[] {
  const rollup = rollupIds.get(name) ?? -1;
  const from = { detail: edges.detailFrom, pairs: edges.pairsFrom, long: edges.longFrom }[keep];
  const before = keep === 'long' && grain === 'hour' ? from * 24 : from;
  const rows = { table: shape, rollup, before };
  // How much of a pair was folded is kept as long as the pair.
  return shape !== 'pair' ? [rows] : [rows, { table: 'fold', rollup, before }];
}

/** Deletes what is not of one site: old privacy requests, sessions that have ended. */
export function expireInstance({ db, now }: Context): Task[] {
  const requestsBefore = now - retention.requests.longest * 86_400_000;
  return [
    simple('delete old requests', 'request WHERE received_at < ?', requestsBefore),
    simple('delete ended sessions', 'session WHERE expires_at <= ?', now),
  ].flatMap((task) => task ?? []);

  function simple(step: StepName, rows: string, bound: number): Task | null {
    const count = () => Number(db.prepare(`SELECT count(*) FROM ${rows}`).pluck().get(bound));
    if (count() === 0) return null;
    return {
      step,
      site: null,
      size: 1,
      count,
      *work() {
        yield db.transaction(() => db.prepare(`DELETE FROM ${rows}`).run(bound).changes).immediate();
      },
    };
  }
}
