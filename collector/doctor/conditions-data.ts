import { limits } from '../../schema/limits.ts';
import { retention } from '../../schema/retention.ts';
import type { SentProperty } from '../store/examine.ts';
import { asked } from './ask.ts';
import { type Condition, no, yes } from './finding.ts';
import { positionIn } from './property-names.ts';
import { sources } from './sources.ts';

/** Below this many visitors a folded value tells more of each than of all. */
const leastK = 10;
const toStrict = 'FOOTFALL_PROFILE=strict';

const told = (found: readonly SentProperty[]): string =>
  found.map(({ site, key }) => `${key} (${site})`).join(', ');
const sitesOf = (found: readonly SentProperty[]): string[] => found.map(({ site }) => site);
const leaveOut = (found: readonly SentProperty[]): string =>
  `leave ${told(found)} out of the calls of footfall(…, { props })`;

/** What is collected, how coarse it is, and how long it stays. */
export const dataConditions: readonly Condition[] = [
  {
    id: 'anonymous',
    requirement: 'It gives anonymous statistics only.',
    references: [sources.page, sources.guidelines],
    check({ settings: { PROFILE, K }, profile }) {
      if (profile.roundTo === null || !profile.foldDays)
        return no(
          `FOOTFALL_PROFILE is ${PROFILE}: small counts are shown as they are, and pairs of dimensions stand unfolded until their month is over`,
          toStrict,
        );
      return K < leastK
        ? no(`FOOTFALL_K is ${K}: as few visitors may share a value that is kept`, `FOOTFALL_K=${leastK}`)
        : yes(
            `FOOTFALL_PROFILE is ${PROFILE}: counts are multiples of ${profile.roundTo}, and values that fewer than ${K} visitors share (FOOTFALL_K) are folded when the day closes`,
          );
    },
  },
  {
    id: 'no-more-than-needed',
    requirement: 'No more is collected than measuring an audience takes.',
    references: [sources.guidelines, sources.gdpr('5(1)(c)')],
    check({ settings: { PROFILE, DETAIL_HOURS }, profile }) {
      const more = [
        ...(profile.referrerHostOnly ? [] : ['the path of referrers']),
        ...(profile.majorVersionsOnly ? [] : ['minor versions of systems']),
        ...(profile.screen ? ['the width of windows'] : []),
        ...(DETAIL_HOURS > 0 ? [`seven dimensions together for ${DETAIL_HOURS} hours`] : []),
      ];
      return more.length > 0
        ? no(`FOOTFALL_PROFILE is ${PROFILE}, which keeps ${more.join(', ')}`, toStrict)
        : yes(
            `FOOTFALL_PROFILE is ${PROFILE}: of referrers the host, of versions the major number, no screen, no detail`,
          );
    },
  },
  {
    id: 'thirteen-months',
    requirement:
      'What is kept on a visitor’s device lives for at most 13 months, and visits do not renew it.',
    references: [sources.page, sources.recommendation],
    check: asked(({ sites, longestAway }) => {
      const longer = longestAway.filter(({ days }) => days > limits.browserDays);
      if (longer.length > 0)
        return no(
          `browsers told of visits longer ago than ${limits.browserDays} days: ${longer.map(({ site, days }) => `${days} days at ${site}`).join(', ')}`,
          'replace other copies of the script by this collector’s own: /js/footfall.js',
          longer.map(({ site }) => site),
        );
      const storing = sites
        .filter(({ settings }) => settings.returning !== 'off')
        .map(({ domain }) => domain);
      return storing.length === 0
        ? yes(
            'no site measures returning browsers (sites, returning), so nothing is kept but the mark of who objected',
          )
        : yes(
            `two dates, at ${storing.join(', ')} (sites, returning): removed ${limits.browserDays} days after the first visit, whatever happens in between`,
          );
    }),
  },
  {
    id: 'twenty-five-months',
    requirement: 'What was collected is deleted after at most 25 months.',
    references: [sources.page, sources.recommendation],
    check: asked(({ oldest }, { settings: { KEEP_DAYS } }) => {
      const over = oldest.filter(({ name, overdue }) => name === 'long' && overdue);
      return over.length > 0
        ? no(
            `figures of ${over.map(({ site, date }) => `${date} stand at ${site}`).join(', ')}, and FOOTFALL_KEEP_DAYS is ${KEEP_DAYS}`,
            'footfall jobs run retain',
            over.map(({ site }) => site),
          )
        : yes(
            `FOOTFALL_KEEP_DAYS is ${KEEP_DAYS} (25 months are ${retention.long.longest}), and nothing older stands in any table`,
          );
    }),
  },
  {
    id: 'address',
    requirement: 'Addresses are not kept; a cut one serves to find the place and is then forgotten.',
    references: [sources.earlier, sources.gdpr('5(1)(c)')],
    check: asked(({ properties }) => {
      const found = properties.filter(({ address }) => address);
      return found.length > 0
        ? no(`events carry IP addresses in their properties: ${told(found)}`, leaveOut(found), sitesOf(found))
        : yes(
            'no table has a column for one; the place is looked up for the network (IPv4 /24, IPv6 /48), and no property of the last 30 days holds an address',
          );
    }),
  },
  {
    id: 'city',
    requirement: 'Places are no finer than the city.',
    references: [sources.earlier],
    check: asked(({ properties }, { settings: { K }, profile }) => {
      const found = properties.filter(({ key }) => positionIn(key));
      return found.length > 0
        ? no(`events carry finer places in their properties: ${told(found)}`, leaveOut(found), sitesOf(found))
        : yes(
            `country, region and city are all that is read of the city file${profile.foldDays ? `, cities of fewer than ${K} visitors are folded into their region when the day closes` : ''}, and no property of the last 30 days is named like a finer place`,
          );
    }),
  },
];
