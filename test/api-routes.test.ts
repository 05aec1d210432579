import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openApiDocument } from '../collector/api/openapi.ts';
import { createApp } from '../collector/app.ts';
import { dist } from '../collector/dist.ts';
import { Settings } from '../schema/settings.ts';
import { newFolder, noon, openAt } from './store-folder.ts';

/** What is no part of the API: files, pages for people, and what the one who runs it looks at. */
const undescribed = [
  /^OPTIONS /,
  /^GET \/js\//,
  /^GET \/(healthz|readyz|metrics)$/,
  /^GET \/practice\//,
  /^GET \/privacy\/(style\.css)?$/,
  /^GET .*\*$/,
];
/** One route for three acts, each of which is described. */
const acts = 'POST /api/privacy/{action}';

test('every route is described', async () => {
  const folder = newFolder();
  const store = await openAt(join(folder, 'a.db'));
  const settings = Settings.parse({ DATA_DIR: folder, LOG_LEVEL: 'silent' });
  const { http } = await createApp({ settings, store, clock: () => noon, dist });
  await store.close();
  const mounted = new Set(
    http.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)(\{[^}]*\})?\??/g, '{$1}')}`)
      .map((route) => route.replace('/m/o/{file}', '/m/o/{token}'))
      .filter((route) => !undescribed.some((pattern) => pattern.test(route)) && route !== acts),
  );
  const { paths } = openApiDocument() as { paths: Record<string, object> };
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect([...mounted].filter((route) => !described.includes(route))).toEqual([]);
  expect(mounted.size).toBeGreaterThan(30);
});
