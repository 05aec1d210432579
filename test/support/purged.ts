import Database from 'better-sqlite3';
import { storedSums } from '../../collector/rollups/stored.ts';
import { keyColumns } from '../../collector/store/upsert.ts';
import type { Fact } from '../../collector/track/fact.ts';
import { storedRollups } from '../../schema/rollups.ts';
import { addSites, batch, openAt } from '../store-folder.ts';

/** A cell as it stands in the database, its values as words. */
export interface StoredCell {
  readonly bucket: number;
  readonly values: readonly string[];
  readonly sums: Readonly<Record<string, number>>;
}
export type Stored = ReadonlyMap<string, readonly StoredCell[]>;

/** Makes a database in which these facts are counted. */
export async function countedAt(path: string, facts: readonly Fact[]): Promise<void> {
  const store = await openAt(path);
  await addSites(store);
  await store.commit(batch(1, facts));
  await store.flush();
  await store.close();
}

/** Every cell of every rollup of a site, in the order of its words. */
export function storedAt(path: string, site = 1): Stored {
  const db = new Database(path, { readonly: true });
  const words = new Map(db.prepare<[], [number, string]>('SELECT id, value FROM string').raw().all());
  const stored = storedRollups.map((rollup) => {
    const keys = keyColumns(rollup.shape).slice(2);
    const sums = storedSums[rollup.shape];
    const rows = db
      .prepare<[number, string], number[]>(
        `SELECT ${[...keys, ...sums].join(', ')} FROM ${rollup.shape} JOIN rollup ON rollup.id = rollup WHERE site = ? AND rollup.name = ?`,
      )
      .raw()
      .all(site, rollup.name);
    const cells = rows.map(
      (row): StoredCell => ({
        bucket: row[0] ?? -1,
        values: row.slice(1, keys.length).map((id) => words.get(id) ?? `missing ${id}`),
        sums: Object.fromEntries(
          sums.flatMap((sum, index) =>
            row[keys.length + index] ? [[sum, row[keys.length + index] ?? 0]] : [],
          ),
        ),
      }),
    );
    const name = ({ bucket, values }: StoredCell) => JSON.stringify([bucket, ...values]);
    cells.sort((one, other) => (name(one) < name(other) ? -1 : 1));
    return [rollup.name, cells] as const;
  });
  db.close();
  return new Map(stored);
}

/** Sums of a rollup’s cells, without those that are zero. */
export function totalsOf(cells: readonly StoredCell[] = []): Record<string, number> {
  const totals: Record<string, number> = {};
  for (const { sums } of cells)
    for (const [name, sum] of Object.entries(sums)) totals[name] = (totals[name] ?? 0) + sum;
  return totals;
}
