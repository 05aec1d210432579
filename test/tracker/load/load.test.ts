import { expect, test } from 'vitest';
import { mark, scenario } from '../../support/tracker-scenario.ts';

const here = scenario();

test('one pageview at load, with what an identified visit needs, from two copies of the script', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/load/?q=1#secret`, { referer: 'https://search.example/' });
  await mark(page);
  expect(stage.seen()).toEqual(['pageview /load/?q=1', 'marker /load/?q=1']);
  const [pageview, custom] = stage.events;
  const size = await page.evaluate(() => innerWidth);
  expect(pageview?.fields).toMatchObject({
    d: 'example.com',
    referrer: 'https://search.example/',
    v: 1,
    st: 200,
    w: size,
    h: false,
  });
  expect(pageview?.fields.by).toBeGreaterThan(300);
  expect(pageview?.fields.z).toBe(await page.evaluate(() => -new Date().getTimezoneOffset() + 0));
  expect(pageview?.fields).not.toHaveProperty('o');
  expect(pageview?.headers['content-type']).toMatch(/^text\/plain/);
  expect(pageview?.headers.cookie).toBeUndefined();
  expect(custom?.fields).not.toHaveProperty('st');
  expect(custom?.fields).not.toHaveProperty('by');
});

test('a missing page sends its status', async () => {
  await here.page.goto(`${here.stage.site}/load/?status=404`);
  expect(await here.stage.event('pageview')).toMatchObject({ st: 404 });
});

test('calls made before the script is there follow the pageview, and keep props, revenue and interactive', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/load/?early`);
  expect(await stage.event('Early')).toMatchObject({ props: { plan: 'pro' } });
  const status = await page.evaluate(
    () =>
      new Promise((callback) =>
        window.footfall?.('Buy', {
          revenue: { currency: 'EUR', amount: 12.5 },
          interactive: false,
          callback,
        }),
      ),
  );
  expect(status).toBe(202);
  expect(await stage.event('Buy')).toMatchObject({
    revenue: { currency: 'EUR', amount: 12.5 },
    interactive: false,
  });
  expect(stage.seen().map((line) => line.split(' ')[0])).toEqual(['pageview', 'Early', 'Buy']);
});

test('a pageview by hand is the page that events and engagement belong to', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/load/`);
  await page.evaluate((url) => window.footfall?.('pageview', { url }), `${stage.site}/virtual`);
  await mark(page);
  expect(stage.seen()).toEqual([
    'pageview /load/',
    'engagement /load/',
    'pageview /virtual',
    'marker /virtual',
  ]);
  expect(stage.events[2]?.fields.referrer).toBe(`${stage.site}/load/`);
});

test('leaves nothing on the device and no name but its own in the page', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/load/`);
  await mark(page);
  const left = await page.evaluate(() => ({
    names: Object.keys(window).filter(
      (name) => !(window as unknown as { before: string[] }).before.includes(name),
    ),
    cookie: document.cookie,
    stored: localStorage.length + sessionStorage.length,
  }));
  expect(left).toEqual({ names: ['before', 'footfall'], cookie: '', stored: 0 });
});
