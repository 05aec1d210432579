import { type Profile, profiles } from '../../schema/profiles.ts';
import type { Query } from '../../schema/query.ts';
import type { Site } from '../../schema/site.ts';
import { answer } from '../query/answer.ts';
import type { Services } from './services.ts';

/** The answers to questions about one site, under the settings of this instance. */
export function answersTo(
  services: Services,
  site: Site,
  queries: readonly Query[],
): ReturnType<typeof answer> {
  const { settings } = services;
  const { roundTo }: Profile = profiles[settings.PROFILE];
  return answer({
    queries,
    site,
    now: services.clock(),
    read: services.read,
    folds: services.config,
    detailHours: settings.DETAIL_HOURS,
    roundTo,
    pairDays: settings.PAIR_DAYS,
    keepDays: settings.KEEP_DAYS,
    k: settings.K,
  });
}
