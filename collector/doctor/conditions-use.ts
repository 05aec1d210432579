import { asked, change, named } from './ask.ts';
import { type Condition, confirm, no, yes } from './finding.ts';
import { areOneWebsite, isLocal } from './one-website.ts';
import { identifierIn } from './property-names.ts';
import { sources } from './sources.ts';

/** What is done with the figures, and for whom. */
export const useConditions: readonly Condition[] = [
  {
    id: 'purpose',
    requirement: 'It measures the audience of the site or app and nothing else, for its publisher alone.',
    references: [sources.page, sources.guidelines],
    check: ({ settings: { CONTROLLER } }) =>
      CONTROLLER === undefined
        ? no(
            'FOOTFALL_CONTROLLER is not set: nobody is named for whom it measures',
            'FOOTFALL_CONTROLLER="Example Ltd, 1 High Street, London"',
          )
        : confirm(
            `FOOTFALL_CONTROLLER is ${CONTROLLER}. Only you can know that this is the publisher of every site here, and that the figures serve no other purpose`,
          ),
  },
  {
    id: 'no-combination',
    requirement: 'What is collected is not combined with other data, such as customer files.',
    references: [sources.page, sources.guidelines],
    check: asked(({ foreign, properties }) => {
      if (foreign.length > 0)
        return no(
          `the database holds tables that Footfall has not made: ${named(foreign)}`,
          'move them to a database of their own',
        );
      const found = properties.filter(({ key }) => identifierIn(key));
      return found.length > 0
        ? no(
            `events carry properties that can be matched with other files: ${named(found.map(({ site, key }) => `${key} (${site})`))}`,
            `leave them out of the calls of footfall(…, { props }) on ${named([...new Set(found.map(({ site }) => site))])}`,
            found.map(({ site }) => site),
          )
        : yes(
            'the database has no tables but Footfall’s, no identifiers to match by, and no property sent in the last 30 days is named like one',
          );
    }),
  },
  {
    id: 'no-third-party',
    requirement: 'Nothing that is not anonymous goes to anybody else.',
    references: [sources.page, sources.guidelines],
    check: asked(({ keys }) => {
      const readers = keys.filter(({ scopes }) => scopes.includes('stats'));
      return readers.length > 0
        ? confirm(
            `the collector opens no connection to anybody, but programs read figures with these keys: ${named(readers.map(({ name }) => name))}. Only you can know who runs them`,
            'footfall key revoke <name> ends the access of one',
          )
        : yes(
            'the collector opens no connection to anybody, and no key lets a program read figures (footfall key list)',
          );
    }),
  },
  {
    id: 'one-site',
    requirement: 'Nobody is followed from one website or app to another.',
    references: [sources.page, sources.guidelines],
    check: asked(({ sites }, instance) => {
      const mixed = sites.flatMap(({ domain, settings: { hostnames } }) => {
        const others = hostnames.filter((host) => !isLocal(host) && !areOneWebsite(domain, host));
        return others.length === 0
          ? []
          : [{ domain, others, kept: hostnames.filter((host) => !others.includes(host)) }];
      });
      const [first] = mixed;
      if (!first)
        return yes(
          'the site is part of what visit keys are made of, the day’s random key too, and no site counts pages of another domain (sites, hostnames)',
        );
      return no(
        `counted together as one site, so that a visit is followed across them: ${mixed.map(({ domain, others }) => `${domain} with ${named(others)}`).join('; ')}`,
        `make each a site of its own: footfall site add ${first.others[0]}, and ${change(instance, first.domain, { hostnames: first.kept })}`,
        mixed.map(({ domain }) => domain),
      );
    }),
  },
  {
    id: 'publishers-apart',
    requirement: 'Where several publishers are served, each one’s data are collected, kept and read apart.',
    references: [sources.page],
    check: asked(({ sites, users, keys }) => {
      const kept =
        'every counter belongs to one site (column site of every table), and no question spans two';
      if (sites.length < 2) return yes(`${kept}; there is ${sites.length === 1 ? 'one site' : 'no site'}`);
      const shared = users.filter(({ role, sites: seen }) => role === 'admin' || seen.length > 1);
      const readers = keys.filter(({ scopes }) => scopes.includes('stats'));
      return confirm(
        `${kept}, but of the ${sites.length} sites here more than one can be read by ${shared.length} users and ${readers.length} keys. If they belong to several publishers, each needs readers of its own`,
        'footfall user add <e-mail> --role viewer --site <domain>; or an instance for each publisher',
      );
    }),
  },
];
