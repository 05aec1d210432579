import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { mark, scenario } from '../../support/tracker-scenario.ts';

const here = scenario();

const pass = (page: Page, ms: number) =>
  page.evaluate((more) => {
    (window as unknown as { later: number }).later += more;
  }, ms);
/** Scrolls, and waits for the event that tells of it. */
const scroll = (page: Page, top: number) =>
  page.evaluate(
    (to) =>
      new Promise((done) => {
        addEventListener('scroll', done, { once: true });
        scrollTo(0, to);
      }),
    top,
  );
const percent = (page: Page, top: number) =>
  page.evaluate((y) => Math.round((100 * (y + innerHeight)) / document.documentElement.scrollHeight), top);
const engagements = () =>
  here.stage.events.filter(({ fields }) => fields.n === 'engagement').map(({ fields }) => fields);

test('hiding the tab sends the time since the last sent and the deepest scroll, and nothing if neither grew', async () => {
  const { browser, page, stage } = here;
  await page.goto(`${stage.site}/engagement/`);
  const other = await browser.newPage();
  const first = await stage.event('engagement');
  expect(first).toMatchObject({
    url: `${stage.site}/engagement/`,
    d: 'example.com',
    sd: await percent(page, 0),
  });
  expect(first.e).toBeLessThan(60_000);

  // Hidden time is not engaged time.
  await pass(page, 500_000);
  await page.bringToFront();
  await other.bringToFront();
  await mark(page, 'nothing new');
  expect(engagements()).toHaveLength(1);

  await page.bringToFront();
  await scroll(page, 1_000);
  await scroll(page, 200);
  await pass(page, 100_000);
  await other.bringToFront();
  const second = await stage.event(
    'engagement',
    stage.events.findIndex(({ fields }) => fields.n === 'nothing new'),
  );
  expect(second.sd).toBe(await percent(page, 1_000));
  expect(second.e).toBeGreaterThanOrEqual(100_000);
  expect(second.e).toBeLessThan(400_000);
});

test('depth is measured by the height the page has grown to', async () => {
  const { browser, page, stage } = here;
  await page.goto(`${stage.site}/engagement/`);
  await scroll(page, 1_000);
  await page.evaluate(() => {
    document.body.append(Object.assign(document.createElement('div'), { style: 'height:4000px' }));
  });
  await browser.newPage();
  const { sd } = await stage.event('engagement');
  expect(sd).toBe(await percent(page, 1_000));
  expect(sd).toBeLessThan(25);
});

test.each(['blur', 'visibilitychange'])('%s alone is enough to send it, and ends the time', async (only) => {
  const { browser, page, stage } = here;
  await page.goto(`${stage.site}/engagement/?only=${only}`);
  await stage.event('pageview');
  await pass(page, 5_000);
  await browser.newPage();
  const { e } = await stage.event('engagement');
  expect(e).toBeGreaterThanOrEqual(5_000);
  expect(e).toBeLessThan(50_000);
  await pass(page, 50_000);
  await page.bringToFront();
  await page.evaluate(() => history.pushState(null, '', '/engagement/next'));
  await stage.event('pageview', 1);
  expect(engagements()).toHaveLength(1);
});

test('leaving by a link sends it for the page left; a page that fits the window is 100 % deep', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/engagement/short.html`);
  await page.click('a');
  expect(await stage.event('engagement')).toMatchObject({
    url: `${stage.site}/engagement/short.html`,
    sd: 100,
  });
  await stage.event('pageview', 1);
});
