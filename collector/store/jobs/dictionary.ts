import { rollups } from '../../../schema/rollups.ts';
import { shapes } from '../../rollups/stored.ts';
import type { Db } from '../database.ts';
import { readMeta, writeMeta } from '../meta.ts';
import { keyColumns } from '../upsert.ts';
import type { Context, Task } from './task.ts';

/** In `job_mark`, of no site: no row, strings may be gone and their traces not; else whether there may be unused ones. */
const mark = { site: 0, job: 'strings', dirty: 0, clean: 1 } as const;
/** Strings deleted in one transaction. */
const portion = 500;
/** How often facts may come between before it is looked within the transaction. */
const tries = 5;
/** Every value of any rollup stands in its day's own rollup, and facts of an older day than this bring none that is new. */
const recentDays = 62;

/** Says that rows were deleted that may have been the last to use a string; to be called in the same transaction. */
export function soil(db: Db): void {
  db.prepare('UPDATE job_mark SET until = ? WHERE site = ? AND job = ?').run(mark.dirty, mark.site, mark.job);
}

const used = shapes
  .flatMap((shape) =>
    keyColumns(shape)
      .filter((column) => column.startsWith('v'))
      .map((column) => `SELECT ${column} FROM ${shape}`),
  )
  .join(' UNION ');
const unused = `FROM string WHERE id > 1 AND id NOT IN (${used})`;

/** Deletes the strings that nothing uses; within the transaction that removed what used them. Their traces go with the next job. */
export function deleteUnusedStrings(db: Db): void {
  db.prepare(`DELETE ${unused}`).run();
  db.prepare('DELETE FROM job_mark WHERE site = ? AND job = ?').run(mark.site, mark.job);
}

/**
 * Deletes the strings that nothing uses any more. Beside a writer that gives them out: what is unused is looked up in a
 * snapshot, and deleted in transactions that look again if facts were counted meanwhile. Writers forget which ids they
 * know when `config_version` has changed.
 */
export function cleanDictionary(context: Context): Task | null {
  const { db } = context;
  const state = db
    .prepare<unknown[], number>('SELECT until FROM job_mark WHERE site = ? AND job = ?')
    .pluck()
    .get(mark.site, mark.job);
  if (state === mark.clean) return null;
  const find = db.prepare<[], number>(`SELECT id ${unused}`).pluck();
  return {
    step: 'delete unused strings',
    site: null,
    size: 10,
    count: () => find.all().length,
    *work() {
      let { watermark, ids } = db.transaction(() => ({
        watermark: readMeta(db, 'watermark'),
        ids: find.all(),
      }))();
      let deleted = 0;
      for (let attempt = 1; ids.length > 0; ) {
        const gone = db.transaction(() => deleteSome(db, ids, watermark, attempt >= tries)).immediate();
        if (gone === null) {
          // Facts were counted: look again, outside, so that they need not wait for it.
          attempt += 1;
          ({ watermark, ids } = db.transaction(() => stillUnused(context, ids))());
        } else {
          attempt = 1;
          deleted += gone.length;
          ids = ids.slice(portion);
          yield gone.length;
        }
      }
      if (deleted > 0 || state === undefined) {
        db.transaction(() => rebuild(db)).immediate();
        yield 0;
      }
      yield db
        .transaction(() => {
          db.prepare('INSERT OR REPLACE INTO job_mark (site, job, until) VALUES (?, ?, ?)').run(
            mark.site,
            mark.job,
            mark.clean,
          );
          return 0;
        })
        .immediate();
    },
  };

  function deleteSome(on: Db, ids: readonly number[], watermark: number, insist: boolean): number[] | null {
    let some = ids.slice(0, portion);
    if (readMeta(on, 'watermark') !== watermark) {
      if (!insist) return null;
      some = stillUnused(context, some).ids;
    }
    const remove = on.prepare('DELETE FROM string WHERE id = ?');
    for (const id of some) remove.run(id);
    writeMeta(on, 'config_version', readMeta(on, 'config_version') + 1);
    return some;
  }
}

/** Those that no recent day uses, and up to which batch that is so. */
function stillUnused({ db, now, rollupIds }: Context, ids: readonly number[]) {
  const since = Math.floor(now / 86_400_000) - recentDays;
  const values = db
    .prepare<unknown[], number>('SELECT v1 FROM single WHERE site = ? AND rollup = ? AND bucket >= ?')
    .pluck();
  const left = new Set(ids);
  for (const site of db.prepare<[], number>('SELECT id FROM site').pluck().all())
    for (const { name, shape } of rollups)
      if (shape === 'single')
        for (const id of values.iterate(site, rollupIds.get(name), since)) left.delete(id);
  return { watermark: readMeta(db, 'watermark'), ids: [...left] };
}

/**
 * Writes the table and its index anew, in their order, and drops the old ones, whose pages are overwritten. Where a page
 * of a B-tree was split or merged, SQLite leaves copies of strings that moved in its unused part, and they would outlive
 * the string, whatever `secure_delete` says.
 */
function rebuild(db: Db): void {
  const [sql, last] = [
    db.prepare<[], string>("SELECT sql FROM sqlite_schema WHERE name = 'string'").pluck().get() ?? '',
    db.prepare<[], number>("SELECT seq FROM sqlite_sequence WHERE name = 'string'").pluck().get() ?? 1,
  ];
  db.exec(sql.replace(/^CREATE TABLE "?string"?/, 'CREATE TABLE string_new'));
  // The same columns in the same order: SQLite copies the B-trees row by row, without sorting.
  db.exec(
    'INSERT INTO string_new SELECT * FROM string; DROP TABLE string; ALTER TABLE string_new RENAME TO string',
  );
  // No number is given twice.
  db.prepare("UPDATE sqlite_sequence SET seq = ? WHERE name = 'string'").run(last);
}
