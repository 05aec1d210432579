import { expect, test } from 'vitest';
import { mark, scenario } from '../../support/tracker-scenario.ts';

const here = scenario();

/** Names and props of the custom events, up to a marker. */
const clicked = async () => {
  await mark(here.page);
  return here.stage.events
    .filter(({ fields }) => !/^(pageview|engagement|marker)$/.test(String(fields.n)))
    .map(({ fields }) => [fields.n, fields.props]);
};

test('links that lead away and downloads count; links within the site and mail do not', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/clicks/`);
  await page.click('#inside');
  await page.click('#mail');
  await page.click('#stopped');
  await page.click('#file b');
  await page.click('#host a');
  expect(await clicked()).toEqual([
    ['Outbound Link: Click', { url: `${stage.stats}/stopped` }],
    ['File Download', { url: `${stage.site}/clicks/Report.PDF` }],
    ['Outbound Link: Click', { url: `${stage.stats}/shadow` }],
  ]);
});

test('middle and modified clicks count, a right click does not, and the link is followed without delay', async () => {
  const { browser, page, stage } = here;
  await page.goto(`${stage.site}/clicks/`);
  await page.click('#out', { button: 'right' });
  await Promise.all([browser.context.waitForEvent('page'), page.click('#out', { button: 'middle' })]);
  await Promise.all([browser.context.waitForEvent('page'), page.click('#out', { modifiers: ['Control'] })]);
  const away = { url: `${stage.stats}/elsewhere?x=1` };
  expect(await clicked()).toEqual([
    ['Outbound Link: Click', away],
    ['Outbound Link: Click', away],
  ]);
  const before = stage.events.length;
  await page.click('#out');
  expect(await stage.event('Outbound Link: Click', before)).toMatchObject({ props: away });
  await page.waitForURL(away.url);
});

test('marked elements count with their properties: forms when submitted, all else when clicked', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/clicks/`);
  await page.click('#marked');
  await page.click('input');
  await page.click('#submit');
  expect(await clicked()).toEqual([
    ['Pick', { plan: 'pro', 'plan-size': 'xl' }],
    ['Join', { list: 'news' }],
  ]);
});
