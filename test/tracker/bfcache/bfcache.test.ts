import { expect, test } from 'vitest';
import { mark, scenario } from '../../support/tracker-scenario.ts';

const here = scenario();

test('a page that comes back from the back/forward cache counts again, and the time away from it does not', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/bfcache/one`);
  await stage.event('pageview');
  await page.goto(`${stage.site}/bfcache/two`);
  await stage.event('pageview', 1);
  const before = stage.events.length;
  await page.evaluate(() => history.back());
  await stage.event('pageview', before);
  await page.waitForFunction(() => 'restored' in window);
  expect(await page.evaluate(() => (window as unknown as { restored: boolean }).restored)).toBe(true);
  await mark(page);
  expect(stage.seen().filter((line) => line.startsWith('pageview'))).toEqual([
    'pageview /bfcache/one',
    'pageview /bfcache/two',
    'pageview /bfcache/one',
  ]);
  const left = stage.events.filter(
    ({ fields }) => fields.n === 'engagement' && fields.url === `${stage.site}/bfcache/one`,
  );
  expect(left).toHaveLength(1);
  expect(left[0]?.fields.e).toBeLessThan(300_000);
});
