import { asked, baseOf, change, named } from './ask.ts';
import { type Condition, confirm, no, yes } from './finding.ts';
import { isLocal } from './one-website.ts';
import { sources } from './sources.ts';

/** How old a review may be. */
const reviewMs = 366 * 86_400_000;

/** What people are told and can do, and who watches over it. */
export const peopleConditions: readonly Condition[] = [
  {
    id: 'informed',
    requirement: 'People are told that their visits are measured, by whom and why.',
    references: [sources.recommendation, sources.gdpr('13')],
    check(instance) {
      const { settings, database, noticeToday } = instance;
      if (settings.CONTROLLER === undefined)
        return no(
          'FOOTFALL_CONTROLLER is not set: the notice cannot say who is responsible',
          'FOOTFALL_CONTROLLER="Example Ltd, 1 High Street, London"',
        );
      if (settings.CONTACT === undefined)
        return no(
          'FOOTFALL_CONTACT is not set: the notice cannot say where to ask',
          'FOOTFALL_CONTACT=privacy@example.com',
        );
      if (database.state !== 'current' || database.notice === null)
        return no('no privacy notice has been published (table notice)', 'footfall privacy notice --publish');
      const { version, effective } = database.notice;
      if (noticeToday !== null && noticeToday !== version)
        return no(
          `the published notice has version ${version}; what is collected today would be ${noticeToday}`,
          'footfall privacy notice --publish',
        );
      return confirm(
        `the notice is published (table notice, version ${version}, since ${effective}). Only you can see whether every page links to it`,
        `link to ${baseOf(settings)}/privacy?site=<domain>`,
      );
    },
  },
  {
    id: 'objection',
    requirement: 'Everybody can object easily, on every device and browser, and is then not measured at all.',
    references: [sources.gdpr('21'), sources.earlier],
    check(instance) {
      const { settings, profile, database } = instance;
      const url = new URL(baseOf(settings));
      if (isLocal(url.hostname.replace(/^\[|\]$/g, '')))
        return no(
          `${url.origin} is this machine’s own address, so visitors cannot open the page where they object`,
          'FOOTFALL_PUBLIC_URL=https://stats.example.com',
        );
      if (database.state !== 'current') return asked(() => yes(''))(instance);
      const deaf = database.sites.filter((site) => !site.settings.dnt).map(({ domain }) => domain);
      if (deaf[0] !== undefined)
        return no(
          `Do Not Track is no objection at ${named(deaf)} (sites, dnt)`,
          change(instance, deaf[0], { dnt: true }),
          deaf,
        );
      const counting = database.sites
        .filter((site) => !profile.ignoreOptedOut && site.settings.optedOut === 'count')
        .map(({ domain }) => domain);
      return counting[0] !== undefined
        ? no(
            `pageviews of those who objected are counted, without identity, at ${named(counting)} (sites, optedOut)`,
            `FOOTFALL_PROFILE=strict, or ${change(instance, counting[0], { optedOut: 'ignore' })}`,
            counting,
          )
        : yes(
            `Global Privacy Control, Do Not Track and the button on ${url.origin}/privacy are honoured at every site, and nothing of those visitors is counted`,
          );
    },
  },
  {
    id: 'processors',
    requirement:
      'Whoever hosts it does so on the publisher’s instructions, and uses nothing for purposes of their own.',
    references: [sources.page, sources.gdpr('28')],
    check: () =>
      confirm(
        'no setting can tell who runs this machine, its proxy and its backups, where they stand, and what was agreed with them',
        'keep the contracts (GDPR, article 28), and where they stand outside the European Union the ground of the transfer',
      ),
  },
  {
    id: 'review',
    requirement: 'Settings and periods are looked at again from time to time.',
    references: [sources.page, sources.recommendation],
    check({ settings: { REVIEWED }, now }) {
      const fix = `look through this list, then FOOTFALL_REVIEWED=${new Date(now).toISOString().slice(0, 10)}`;
      if (REVIEWED === undefined) return no('FOOTFALL_REVIEWED is not set: nobody says when that was', fix);
      const age = now - Date.parse(REVIEWED);
      if (age < -86_400_000) return no(`FOOTFALL_REVIEWED is ${REVIEWED}, which is to come`, fix);
      return age > reviewMs
        ? no(`FOOTFALL_REVIEWED is ${REVIEWED}, more than 12 months ago`, fix)
        : yes(`FOOTFALL_REVIEWED is ${REVIEWED}`);
    },
  },
];
