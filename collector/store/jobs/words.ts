import { failureOf, StoreError } from '../failures.ts';

const fixes: readonly (readonly [code: RegExp, words: string])[] = [
  [/^STORE_(HELD|OPEN|DEAD|BUILD)/, ''],
  [/^(SQLITE_FULL|ENOSPC)/, 'The disk is full. Free some space, and run it again'],
  [/^SQLITE_(BUSY|LOCKED)/, 'The database is locked by another program. Let it finish, and run it again'],
  [
    /^(SQLITE_(READONLY|CANTOPEN|PERM)|EACCES|EROFS|EPERM)/,
    'The data folder cannot be written. Make it writable for this user, and run it again',
  ],
  [/^SQLITE_IOERR/, 'The disk cannot be read or written. Look at the machine’s own log, and run it again'],
];

/** Why a job ended early, in words for whoever runs it; other errors as they are. */
export function explain(error: unknown): Error {
  const { message, code } = failureOf(error);
  for (const [pattern, words] of fixes)
    if (code !== null && pattern.test(code))
      return words === ''
        ? (error as Error)
        : new StoreError(
            `${words}: footfall jobs run retain. What was done by then is whole, and the rest is as it was. (${message})`,
            code,
          );
  return error instanceof Error ? error : new Error(message);
}
