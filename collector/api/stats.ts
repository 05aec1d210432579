import { Hono } from 'hono';
import { type Profile, profiles } from '../../schema/profiles.ts';
import { type Query, QueryBody, type Realtime } from '../../schema/query.ts';
import type { Site } from '../../schema/site.ts';
import { roundingTo } from '../query/rounding.ts';
import { answersTo } from './answers.ts';
import type { Env } from './client.ts';
import { readableSite, requireScope } from './principal.ts';
import { Problem, readBody } from './problem.ts';
import type { Services } from './services.ts';

/** The figures: everything that is read goes through here. */
export function statsRoutes(services: Services): Hono<Env> {
  const { roundTo }: Profile = profiles[services.settings.PROFILE];
  const shown = roundingTo(roundTo);
  return new Hono<Env>()
    .post('/query', async (c) => {
      const principal = await requireScope(c, services, 'stats');
      const body = await readBody(c, QueryBody);
      const queries = Array.isArray(body) ? body : [body];
      const bySite = new Map<Site, Query[]>();
      for (const query of queries) {
        const site = readableSite(principal, services, query.site_id);
        bySite.set(site, [...(bySite.get(site) ?? []), query]);
      }
      const answers = new Map<Query, Awaited<ReturnType<typeof answersTo>>[number]>();
      for (const [site, asked] of bySite) {
        const given = await answersTo(services, site, asked);
        asked.forEach((query, index) => {
          const result = given[index];
          if (result) answers.set(query, result);
        });
      }
      if (Array.isArray(body)) return c.json(queries.map((query) => answers.get(query)));
      const only = answers.get(body);
      if (only && 'error' in only)
        throw new Problem(422, only.error.code, only.error.message, {
          path: only.error.path,
          hint: only.error.hint,
          instead: only.error.instead,
        });
      return c.json(only);
    })
    .get('/realtime', async (c) => {
      const principal = await requireScope(c, services, 'stats');
      const site = readableSite(principal, services, c.req.query('site_id') ?? '');
      const { visits, minutes } = services.realtime(site.id, services.clock());
      return c.json({
        visits: shown.sum('visits', visits),
        minutes: minutes.map(({ pageviews, events }) => ({
          pageviews: shown.sum('pageviews', pageviews),
          events: shown.sum('custom', events),
        })),
        receiving: await services.config.receiving(site.id),
      } satisfies Realtime);
    });
}
