import { describe, expect, test } from 'vitest';
import { mark, scenario } from '../../support/tracker-scenario.ts';

const here = scenario();

/** Everything but engagement, up to a marker. */
const counted = async () => {
  await mark(here.page);
  return here.stage.seen().filter((line) => !/^engagement|^marker/.test(line));
};

describe.each([
  ['with the Navigation API', ''],
  ['without it', '?old'],
])('%s', (_, search) => {
  test('a route counts when the address changes, however it does', async () => {
    const { page, stage } = here;
    await page.goto(`${stage.site}/spa/${search}`);
    expect(await page.evaluate(() => typeof window.navigation)).toBe(search ? 'undefined' : 'object');
    await page.evaluate(() => history.pushState(null, '', '/spa/one?page=1'));
    await page.evaluate(() => history.pushState(null, '', '/spa/one?page=1'));
    await page.evaluate(() => history.replaceState({ scrolled: 5 }, '', '/spa/one?page=1'));
    await page.evaluate(() => {
      history.replaceState(null, '', '/spa/replaced');
      history.pushState(null, '', '/spa/two');
    });
    await page.evaluate(() => {
      location.hash = 'part';
    });
    await page.evaluate(
      () =>
        new Promise((done) => {
          addEventListener('popstate', done, { once: true });
          history.go(-3);
        }),
    );
    expect(await counted()).toEqual([
      `pageview /spa/${search}`,
      'pageview /spa/one?page=1',
      'pageview /spa/replaced',
      'pageview /spa/two',
      'pageview /spa/one?page=1',
    ]);
    const referrers = stage.events
      .filter(({ fields }) => fields.n === 'pageview')
      .map(({ fields }) => fields.referrer);
    expect(referrers).toEqual(
      ['', `/spa/${search}`, '/spa/one?page=1', '/spa/replaced', '/spa/two'].map(
        (path) => path && stage.site + path,
      ),
    );
    expect(stage.events.filter(({ fields }) => 'st' in fields)).toHaveLength(1);
  });

  test('a route sends the engagement of the page before it', async () => {
    const { page, stage } = here;
    await page.goto(`${stage.site}/spa/${search}`);
    await page.evaluate(() => history.pushState(null, '', '/spa/next'));
    expect(await stage.event('engagement')).toMatchObject({ url: `${stage.site}/spa/${search}` });
    expect((await counted()).at(-1)).toBe('pageview /spa/next');
    expect(
      stage
        .seen()
        .slice(0, 3)
        .map((line) => line.split(' ')[0]),
    ).toEqual(['pageview', 'engagement', 'pageview']);
  });
});

test('in hash mode the fragment is part of the address', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/spa/hash.html#/a`);
  await page.evaluate(() => {
    location.hash = '/b';
  });
  expect(await counted()).toEqual(['pageview /spa/hash.html#/a', 'pageview /spa/hash.html#/b']);
  expect(stage.events[0]?.fields.h).toBe(true);
});
