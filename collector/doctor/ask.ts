import type { Settings } from '../../schema/settings.ts';
import { type Answer, confirm } from './finding.ts';
import type { Current, Instance } from './instance.ts';

/** Conditions that ask the database; without one, nothing was counted that could break them. */
export const asked = (check: (database: Current, instance: Instance) => Answer) => (instance: Instance) =>
  instance.database.state === 'current'
    ? check(instance.database, instance)
    : confirm('there is no database that could be asked', 'ask again once it is there: footfall doctor');

/** Where browsers reach the collector. */
export const baseOf = ({ PUBLIC_URL, HOST, PORT }: Settings): string =>
  PUBLIC_URL?.replace(/\/+$/, '') ?? `http://${HOST}:${PORT}`;

/** The request that changes a site. */
export const change = (
  { settings }: Instance,
  domain: string,
  some: Readonly<Record<string, unknown>>,
): string =>
  `curl -X PATCH ${baseOf(settings)}/api/v2/sites/${domain} -H "authorization: Bearer $KEY" -H 'content-type: application/json' -d '${JSON.stringify({ settings: some })}' (the key: footfall key add --name admin --scope sites)`;

export const named = (items: readonly string[]): string => items.join(', ');
