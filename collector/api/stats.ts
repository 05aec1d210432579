import { Hono } from 'hono';
import { type Query, QueryBody } from '../../schema/query.ts';
import type { Site } from '../../schema/site.ts';
import { answer } from '../query/answer.ts';
import type { Env } from './client.ts';
import { readableSite, requireScope } from './principal.ts';
import { Problem, readBody } from './problem.ts';
import type { Services } from './services.ts';

/** The figures: everything that is read goes through here. */
export function statsRoutes(services: Services): Hono<Env> {
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
      const answers = new Map<Query, Awaited<ReturnType<typeof answer>>[number]>();
      for (const [site, asked] of bySite) {
        const given = await answer({
          queries: asked,
          site,
          now: services.clock(),
          read: services.read,
          folds: services.config,
          detailHours: services.settings.DETAIL_HOURS,
          pairDays: services.settings.PAIR_DAYS,
          keepDays: services.settings.KEEP_DAYS,
          k: services.settings.K,
        });
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
      return c.json({
        ...services.realtime(site.id, services.clock()),
        receiving: await services.config.receiving(site.id),
      });
    });
}
