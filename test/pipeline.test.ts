import { expect, test } from 'vitest';
import { eventRoutes } from '../collector/api/events.ts';
import { parseBody } from '../collector/parse/parse.ts';
import { createPipeline } from '../collector/pipeline.ts';
import { createTally } from '../collector/tally.ts';
import type { Fact } from '../collector/track/fact.ts';
import { aSite } from './support/site.ts';
import { attributes } from './support/visitors.ts';

const fact = (page: string): Fact => ({
  scope: 'web',
  site: 1,
  hour: 0,
  dims: { page },
  amounts: { pageviews: 1 },
});

test('the pixel is a picture even when something is wrong inside, and the metric says so', async () => {
  const tally = createTally({ find: () => undefined });
  const logged: unknown[] = [];
  const routes = eventRoutes({
    collect: () => Promise.reject(new TypeError('with the words of a visitor')),
    tally,
    clock: () => 0,
    log: (line) => logged.push(line),
  });
  const reply = await routes.request('/pixel.gif?u=https%3A%2F%2Fexample.com%2F');
  expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'image/gif']);
  expect(tally.total.dropped.get('unstored')).toBe(1);
  expect(logged).toEqual([{ level: 'error', what: 'pixel', error: 'TypeError' }]);
});

test('what was tracked before a fault in a later event of the request is counted all the same', async () => {
  const counted: Fact[] = [];
  const site = aSite();
  const collect = createPipeline(
    {
      gate: (submitted) => ({
        ...submitted,
        site,
        at: 0,
        unheard: null,
        identity: null,
        returning: null,
        place: { country: 'DE', region: '', city: '' },
        agent: { device: 'Desktop', browser: '', browser_version: '', os: '', os_version: '' },
        language: '',
        screen: '',
        utc_offset: '',
      }),
      enrich(admitted) {
        if (admitted.url.pathname === '/fault') throw new Error('a fault');
        const { url, ...rest } = admitted;
        return {
          ...rest,
          kind: 'pageview',
          event: 'pageview',
          page: url.pathname,
          hostname: url.hostname,
          attributes,
        };
      },
      track: ({ page }) => [fact(page)],
      journal: async (facts) => {
        counted.push(...facts);
      },
    },
    createTally({ find: () => site }),
    () => 0,
  );
  const view = (path: string): object => ({ n: 'pageview', u: `https://example.com${path}` });
  const events = parseBody(JSON.stringify([view('/one'), view('/fault'), view('/two')]));
  await expect(collect(events, { peer: '', header: () => undefined })).rejects.toThrow('a fault');
  expect(counted).toEqual([fact('/one')]);
});
