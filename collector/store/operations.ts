import type { Clock } from '../time/clock.ts';
import type { Db } from './database.ts';
import { readMeta, writeMeta } from './meta.ts';
import { folds, monthsUntil } from './operations/folds.ts';
import { addKey, findKey, listKeys, removeKey } from './operations/keys.ts';
import {
  addMailKey,
  findTemplate,
  listCampaigns,
  listMailKeys,
  listSuppressed,
  makeMailKey,
  removeMailKey,
  saveDelivered,
  saveTemplate,
} from './operations/mail.ts';
import { listReleases, spendRelease } from './operations/releases.ts';
import {
  addRequest,
  closeRequest,
  findSuppressionKey,
  isSuppressed,
  listNotices,
  listRequests,
  makeSuppressionKey,
  publishNotice,
  suppress,
} from './operations/rights.ts';
import { addSite, changeSite, listSites, receiving, removeSite } from './operations/sites.ts';
import {
  addSession,
  addUser,
  countUsers,
  findSession,
  findUser,
  listUsers,
  removeExpiredSessions,
  removeSession,
  removeUser,
  setPassword,
} from './operations/users.ts';

/** Questions about the configuration and about what the job has folded: `(db, …arguments)`. */
const questions = {
  listSites,
  receiving,
  countUsers,
  listUsers,
  findUser,
  findSession,
  listKeys,
  findKey,
  monthsUntil,
  folds,
  listReleases,
  listRequests,
  listNotices,
  findSuppressionKey,
  isSuppressed,
  listSuppressed,
  listMailKeys,
  listCampaigns,
  findTemplate,
  /** Grows with every change of sites, users and keys, whichever process made it. */
  configVersion: (db: Db): number => readMeta(db, 'config_version'),
};

/** Changes of it: `(db, now, …arguments)`, each in one transaction. */
const changes = {
  addSite,
  changeSite,
  removeSite,
  addUser,
  setPassword,
  removeUser,
  addKey,
  removeKey,
  addMailKey,
  makeMailKey,
  removeMailKey,
  suppress,
};
/** Changes that no one else needs to notice. */
const quietChanges = {
  addSession,
  removeSession,
  removeExpiredSessions,
  spendRelease,
  addRequest,
  closeRequest,
  publishNotice,
  makeSuppressionKey,
  saveTemplate,
  saveDelivered,
};
const allChanges = { ...changes, ...quietChanges };

type Tail<Skipped extends unknown[], Work> = Work extends (
  ...all: [...Skipped, ...infer Rest]
) => infer Result
  ? (...rest: Rest) => Result
  : never;
/** The operations as their callers see them. */
type Operations = { [Name in keyof typeof questions]: Tail<[Db], (typeof questions)[Name]> } & {
  [Name in keyof typeof allChanges]: Tail<[Db, number], (typeof allChanges)[Name]>;
};
export type OperationName = keyof Operations;
const operationNames = [...Object.keys(questions), ...Object.keys(allChanges)] as OperationName[];

/** Each operation, answered later. */
export type Config = {
  readonly [Name in OperationName]: (
    ...args: Parameters<Operations[Name]>
  ) => Promise<ReturnType<Operations[Name]>>;
};
export const configOf = (run: (name: OperationName) => (...args: unknown[]) => Promise<unknown>): Config =>
  Object.fromEntries(operationNames.map((name) => [name, run(name)])) as Config;

/** Whether a read-only connection can run it. */
export const isQuestion = (name: OperationName): boolean => Object.hasOwn(questions, name);

/**
 * Runs an operation on a connection of any process: the server's threads, or the CLI beside it. Throws Conflict or
 * NotFound, having changed nothing.
 */
export function runOperation(db: Db, clock: Clock, name: OperationName, args: readonly unknown[]): unknown {
  if (isQuestion(name))
    return (questions as Record<string, (...all: unknown[]) => unknown>)[name]?.(db, ...args);
  const change = (allChanges as Record<string, (...all: unknown[]) => unknown>)[name];
  return db
    .transaction(() => {
      const result = change?.(db, clock(), ...args);
      if (Object.hasOwn(changes, name)) writeMeta(db, 'config_version', readMeta(db, 'config_version') + 1);
      return result;
    })
    .immediate();
}
