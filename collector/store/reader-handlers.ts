import type { Read } from '../query/read.ts';
import { openReadOnly } from './database.ts';
import { type OperationName, runOperation } from './operations.ts';
import { Reading } from './reading.ts';

/** What the reading thread does. It opens a database that the writer has brought up to date. */
export function readerHandlers({ path }: { readonly path: string }) {
  const db = openReadOnly(path);
  const reading = new Reading(db);
  return {
    read: (reads: readonly Read[]) => reading.read(reads),
    run: (name: OperationName, args: readonly unknown[], now: number) =>
      runOperation(db, () => now, name, args),
    close: () => {
      db.close();
    },
  };
}
export type ReaderHandlers = ReturnType<typeof readerHandlers>;
