/** Something of that name is there already. The message says what, in words for the user. */
export class Conflict extends Error {
  override readonly name = 'Conflict';
}

/** Nothing of that name is there. */
export class NotFound extends Error {
  override readonly name = 'NotFound';
}

/** The file cannot serve as the database: not one, another program's, or from a newer version. */
export class UnusableDatabase extends Error {
  override readonly name = 'UnusableDatabase';
}

/** The store cannot do it; `code` is SQLite's or the system's (`SQLITE_FULL`, `SQLITE_BUSY`, …), or one of ours. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }
}

/** An error as it crosses between threads. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code: string | null;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), code: null };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null;
  return { name: error.name, message: error.message, code };
}

const known = { Conflict, NotFound, UnusableDatabase };

/** The error again, of its own class where it is one of ours. */
export function errorOf({ name, message, code }: Failure): Error {
  if (Object.hasOwn(known, name)) return new known[name as keyof typeof known](message);
  return new StoreError(message, code ?? name);
}
