import { expect, test } from 'vitest';
import { mark, scenario } from '../../support/tracker-scenario.ts';

const here = scenario();

test('a tab opened in the background counts when it is first looked at, and so do the calls it made', async () => {
  const { browser, page, stage } = here;
  await page.goto(`${stage.site}/hidden/`);
  await stage.event('pageview');
  const [later] = await Promise.all([
    browser.context.waitForEvent('page'),
    page.click('a', { modifiers: ['Control'] }),
  ]);
  await later.waitForLoadState('load');
  expect(await later.evaluate(() => document.visibilityState)).toBe('hidden');
  await later.evaluate(() => window.footfall?.('Called'));
  await mark(page);
  expect(stage.seen()).toEqual(['pageview /hidden/', 'marker /hidden/']);
  await later.bringToFront();
  await stage.event('Called');
  await mark(later, 'end');
  expect(stage.seen().filter((line) => line.endsWith('early'))).toEqual([
    'pageview /hidden/?early',
    'Early /hidden/?early',
    'Called /hidden/?early',
    'end /hidden/?early',
  ]);
});
