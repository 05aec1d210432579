import { expect, test } from 'vitest';
import { mark, scenario } from '../../support/tracker-scenario.ts';

const here = scenario();

test.each(['gpc', 'flag', 'cookie'])(
  'opted out by %s: marked, without engagement, window, offset, status and bytes',
  async (way) => {
    const { browser, page, stage } = here;
    await page.goto(`${stage.site}/opt-out/?${way}`);
    const other = await browser.newPage();
    await page.bringToFront();
    await page.evaluate(() => history.pushState(null, '', '/opt-out/next'));
    await mark(page, 'Signup');
    expect(stage.events.map(({ fields }) => [fields.n, fields.o])).toEqual([
      ['pageview', 1],
      ['pageview', 1],
      ['Signup', 1],
    ]);
    for (const { fields } of stage.events) {
      for (const field of ['w', 'z', 'st', 'by', 'e', 'sd']) expect(fields).not.toHaveProperty(field);
    }
    await page.evaluate(() => {
      localStorage.clear();
      // biome-ignore lint/suspicious/noDocumentCookie: the page that opts out writes it like this
      document.cookie = 'footfall_optout=; max-age=0';
    });
    await other.close();
  },
);

test('the answer is asked anew for each event', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/opt-out/`);
  await mark(page, 'Before');
  await page.evaluate(() => localStorage.setItem('footfall_optout', '1'));
  await mark(page, 'After');
  await page.evaluate(() => localStorage.clear());
  expect((await stage.event('Before')).o).toBeUndefined();
  expect((await stage.event('After')).o).toBe(1);
});
