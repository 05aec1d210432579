import { type Context, Hono } from 'hono';
import { NewKey, NewUser } from '../../schema/access.ts';
import { NewSite, type Site, SiteChange } from '../../schema/site.ts';
import { addKey, addUser } from '../access/accounts.ts';
import type { Env } from './client.ts';
import { mayRead, readableSite, requireScope, visibleSite } from './principal.ts';
import { Problem, readBody } from './problem.ts';
import type { Services } from './services.ts';

/** Sites, users and keys. Reading sites takes the scope `stats`, all else `sites`. */
export function adminRoutes(services: Services): Hono<Env> {
  const { config, directory, random } = services;
  const siteOf = (c: Context<Env>): Site => {
    const site = directory.find((c.req.param('domain') ?? '').toLowerCase().replace(/^www\./, ''));
    if (!site) throw new Problem(404, 'unknown_site', `There is no site "${c.req.param('domain')}".`);
    return site;
  };
  const idOf = (c: Context<Env>): number => {
    const id = Number(c.req.param('id'));
    if (!Number.isInteger(id)) throw new Problem(404, 'not_found', 'There is nothing by that id.');
    return id;
  };

  return new Hono<Env>()
    .get('/sites', async (c) => {
      const principal = await requireScope(c, services, 'stats', 'sites');
      const sites = directory.list().filter((site) => mayRead(principal, site));
      return c.json({ sites: sites.map((site) => visibleSite(principal, site)) });
    })
    .post('/sites', async (c) => {
      await requireScope(c, services, 'sites');
      const site = await config.addSite(await readBody(c, NewSite));
      await directory.refresh();
      return c.json({ site }, 201);
    })
    .get('/sites/:domain', async (c) => {
      const principal = await requireScope(c, services, 'stats', 'sites');
      const site = readableSite(principal, services, c.req.param('domain'));
      return c.json({ site: visibleSite(principal, site), receiving: await config.receiving(site.id) });
    })
    .patch('/sites/:domain', async (c) => {
      await requireScope(c, services, 'sites');
      const site = await config.changeSite(siteOf(c).id, await readBody(c, SiteChange));
      await directory.refresh();
      return c.json({ site });
    })
    .delete('/sites/:domain', async (c) => {
      await requireScope(c, services, 'sites');
      await config.removeSite(siteOf(c).id);
      await directory.refresh();
      return c.body(null, 204);
    })
    .get('/users', async (c) => {
      await requireScope(c, services, 'sites');
      return c.json({ users: await config.listUsers() });
    })
    .post('/users', async (c) => {
      await requireScope(c, services, 'sites');
      return c.json({ user: await addUser(config, directory, random, await readBody(c, NewUser)) }, 201);
    })
    .delete('/users/:id', async (c) => {
      const principal = await requireScope(c, services, 'sites');
      const id = idOf(c);
      if ('user' in principal && principal.user.id === id)
        throw new Problem(409, 'own_user', 'You cannot remove yourself.', {
          hint: 'Ask another admin, or use: footfall user remove',
        });
      await config.removeUser(id);
      return c.body(null, 204);
    })
    .get('/keys', async (c) => {
      await requireScope(c, services, 'sites');
      return c.json({ keys: await config.listKeys() });
    })
    .post('/keys', async (c) => {
      await requireScope(c, services, 'sites');
      const { key, secret } = await addKey(config, random, await readBody(c, NewKey));
      return c.json({ key, secret }, 201);
    })
    .delete('/keys/:id', async (c) => {
      await requireScope(c, services, 'sites');
      await config.removeKey(idOf(c));
      return c.body(null, 204);
    });
}
