import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { mark, strangers } from '../../support/tracker-scenario.ts';

const here = strangers();

/** Days since 1970. */
const day = (date: string): number => Date.parse(date) / 86_400_000;
const monday = day('2026-06-01');

/** What is stored, and what of it and of a day a pageview said. */
const stored = (page: Page) =>
  page.evaluate(() => ({ ...Object.fromEntries(Object.entries(localStorage)), cookie: document.cookie }));
const dates = (first: string, last: string) => ({ footfall_first: first, footfall_last: last, cookie: '' });
const none = { cookie: '' };

/** The pageviews so far, by what they said of the browser. */
const said = () =>
  here.stage.events
    .filter(({ fields }) => fields.n === 'pageview')
    .map(({ fields: { dy, lv, fv } }) =>
      dy === undefined && lv === undefined && fv === undefined ? null : [dy, lv, fv],
    );

/** Opens a page at a moment and waits for the answers. */
async function visit(page: Page, at: string, path = ''): Promise<void> {
  await page.clock.setFixedTime(at);
  await page.goto(`${here.stage.site}/returning/${path}`);
  await answered(page);
}
/** Another pageview of an open page. */
async function move(page: Page, path = `/returning/${here.stage.events.length}`): Promise<void> {
  await page.evaluate((to) => history.pushState(null, '', to), path);
  await answered(page);
}
/** Two events after each other: of the first the pageview's answer may still be on its way. */
async function answered(page: Page): Promise<void> {
  await mark(page);
  await mark(page);
}

test('two dates of the site’s calendar: the first day, the same day, later days, cleared storage', async () => {
  const page = await here.browser.newPage();
  await visit(page, '2026-06-03T10:00:00Z');
  expect(await stored(page)).toEqual(dates('2026-06-03', '2026-06-03'));
  await visit(page, '2026-06-03T20:00:00Z', 'again');
  await move(page);
  await visit(page, '2026-06-06T10:00:00Z');
  expect(await stored(page)).toEqual(dates('2026-06-03', '2026-06-06'));
  await visit(page, '2026-06-16T10:00:00Z');
  await page.evaluate(() => localStorage.clear());
  await visit(page, '2026-06-17T10:00:00Z');
  expect(await stored(page)).toEqual(dates('2026-06-17', '2026-06-17'));
  expect(said()).toEqual([
    [day('2026-06-03'), undefined, monday],
    null,
    null,
    [day('2026-06-06'), 3, monday],
    [day('2026-06-16'), 10, monday],
    [day('2026-06-17'), undefined, monday + 14],
  ]);
  for (const { fields } of here.stage.events)
    if (fields.n !== 'pageview') expect(fields).not.toHaveProperty('dy');
});

test('a browser far from the site keeps the site’s days', async () => {
  const page = await here.browser.newPage({ timezoneId: 'Pacific/Auckland' });
  // In Auckland it is the 2nd and the 3rd, in Berlin still the 1st, then just the 2nd.
  await visit(page, '2026-06-01T21:59:00Z');
  expect(await page.evaluate(() => new Date().getDate())).toBe(2);
  expect(await stored(page)).toEqual(dates('2026-06-01', '2026-06-01'));
  await visit(page, '2026-06-01T22:01:00Z');
  const west = await here.browser.newPage({ timezoneId: 'America/Los_Angeles' });
  await visit(west, '2026-06-01T22:01:00Z');
  expect(await west.evaluate(() => new Date().getDate())).toBe(1);
  expect(said()).toEqual([
    [monday, undefined, monday],
    [monday + 1, 1, monday],
    [monday + 1, undefined, monday],
  ]);
});

test('a page that stays open over midnight says the new day', async () => {
  const page = await here.browser.newPage();
  await visit(page, '2026-06-01T21:00:00Z');
  await page.clock.setFixedTime('2026-06-01T22:30:00Z');
  await move(page);
  expect(said()).toEqual([
    [monday, undefined, monday],
    [monday + 1, 1, monday],
  ]);
});

test.each([
  ['lost', { status: null }],
  ['an error', { status: 500 }],
  ['that it was not counted', { status: 202, headers: { 'x-footfall-dropped': 'excluded_path' } }],
])('an answer that is %s: nothing is written, and the next pageview says it', async (_, answer) => {
  const page = await here.browser.newPage();
  here.stage.answers.push(answer);
  await visit(page, '2026-06-03T10:00:00Z');
  expect(await stored(page)).toEqual(none);
  await move(page);
  await move(page);
  expect(await stored(page)).toEqual(dates('2026-06-03', '2026-06-03'));
  expect(said()).toEqual([
    [day('2026-06-03'), undefined, monday],
    [day('2026-06-03'), undefined, monday],
    null,
  ]);
});

test('of two tabs that open together one speaks, and the other if no answer comes', async () => {
  for (const status of [202, 500]) {
    here.stage.events.length = 0;
    const one = await here.browser.newPage();
    const two = await one.context().newPage();
    let answer = () => {};
    const after = new Promise<void>((go) => {
      answer = go;
    });
    here.stage.answers.push({ status, after });
    await one.clock.setFixedTime('2026-06-03T10:00:00Z');
    await one.goto(`${here.stage.site}/returning/one`);
    await here.stage.event('pageview');
    await two.clock.setFixedTime('2026-06-03T10:00:00Z');
    await two.goto(`${here.stage.site}/returning/two`);
    await answered(two);
    expect(await stored(two)).toEqual(none);
    answer();
    await answered(one);
    await move(two, '/returning/three');
    const spoken = [day('2026-06-03'), undefined, monday];
    expect(said()).toEqual([spoken, null, status === 202 ? null : spoken]);
    expect(await stored(one)).toEqual(dates('2026-06-03', '2026-06-03'));
    await one.context().close();
  }
});

test('events after a pageview that says its day stay behind it', async () => {
  const page = await here.browser.newPage();
  const left: string[] = [];
  page.on('request', (request) => {
    if (request.url().endsWith('/api/event')) left.push(String(JSON.parse(request.postData() ?? '{}').n));
  });
  await page.clock.setFixedTime('2026-06-03T10:00:00Z');
  await page.goto(`${here.stage.site}/returning/`);
  await page.evaluate(() => {
    localStorage.clear();
    history.pushState(null, '', '/returning/next');
    window.footfall?.('First');
    window.footfall?.('Second');
  });
  await here.stage.event('Second');
  // As they left: they go by several connections, and may arrive in any order.
  await expect.poll(() => left.slice(-3)).toEqual(['pageview', 'First', 'Second']);
});

test('13 months after the first day the dates go, however often they were used', async () => {
  const page = await here.browser.newPage();
  await visit(page, '2026-06-03T10:00:00Z');
  await visit(page, '2027-03-01T10:00:00Z');
  await visit(page, '2027-07-02T10:00:00Z');
  expect(await stored(page)).toEqual(dates('2026-06-03', '2027-07-02'));
  // 395 days after 2026-06-03.
  await visit(page, '2027-07-03T10:00:00Z');
  expect(await stored(page)).toEqual(dates('2027-07-03', '2027-07-03'));
  expect(said()).toEqual([
    [day('2026-06-03'), undefined, monday],
    [day('2027-03-01'), 271, monday],
    [day('2027-07-02'), 123, monday],
    [day('2027-07-03'), undefined, day('2027-06-28')],
  ]);
});

test.each([
  ['from a clock that ran ahead', '2030-01-01', '2030-01-01'],
  ['of which one is missing', '2026-05-01', undefined],
  ['that are damaged', 'x', '2026-06-02'],
  ['in the wrong order', '2026-06-02', '2026-05-01'],
])('dates %s make the browser new', async (_, first, last) => {
  const page = await here.browser.newPage();
  await page.goto(`${here.stage.site}/nowhere.txt`);
  await page.evaluate(
    ([a, b]) => {
      if (a) localStorage.footfall_first = a;
      if (b) localStorage.footfall_last = b;
    },
    [first, last],
  );
  await visit(page, '2026-06-03T10:00:00Z');
  expect(said()).toEqual([[day('2026-06-03'), undefined, monday]]);
  expect(await stored(page)).toEqual(dates('2026-06-03', '2026-06-03'));
});

test.each(['gpc', 'dnt', 'flag', 'cookie', 'optOut'])(
  'opted out by %s: no day is said, and dates that were there go',
  async (way) => {
    const page = await here.browser.newPage();
    await visit(page, '2026-06-03T10:00:00Z');
    expect(await stored(page)).toEqual(dates('2026-06-03', '2026-06-03'));
    if (way === 'gpc' || way === 'dnt')
      await page.addInitScript((signal) => {
        if (signal === 'gpc')
          Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true });
        else Object.defineProperty(Navigator.prototype, 'doNotTrack', { value: '1' });
      }, way);
    else
      await page.evaluate((how) => {
        if (how === 'flag') localStorage.footfall_optout = '1';
        // biome-ignore lint/suspicious/noDocumentCookie: the page that opts out writes it like this
        else if (how === 'cookie') document.cookie = 'footfall_optout=1; path=/';
        else window.footfall?.optOut?.();
      }, way);
    await visit(page, '2026-06-04T10:00:00Z');
    await move(page);
    expect(said().slice(1)).toEqual([null, null]);
    const left = await stored(page);
    expect(left).not.toHaveProperty('footfall_first');
    expect(left).not.toHaveProperty('footfall_last');
  },
);

test('dates go also where nothing at all is sent of who says no', async () => {
  const page = await here.browser.newPage();
  await visit(page, '2026-06-03T10:00:00Z', 'quiet.html');
  expect(await stored(page)).toEqual(dates('2026-06-03', '2026-06-03'));
  await page.addInitScript(() =>
    Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true }),
  );
  await visit(page, '2026-06-03T11:00:00Z', 'quiet.html');
  expect(await stored(page)).toEqual(none);
  expect(said()).toHaveLength(1);
});

test('without data-returning the same script keeps nothing, whatever is granted', async () => {
  const page = await here.browser.newPage();
  await visit(page, '2026-06-03T10:00:00Z', 'off.html');
  await page.evaluate(() => window.footfall?.consent?.('granted'));
  await move(page);
  expect(said()).toEqual([null, null]);
  expect(await stored(page)).toEqual(none);
});

test('consent: before it no date is read, written or sent; after it the next pageview says its day; withdrawn, the dates go', async () => {
  const page = await here.browser.newPage();
  const touched = () => page.evaluate(() => (window as unknown as { touched: string[] }).touched);
  await visit(page, '2026-06-03T10:00:00Z', 'consent.html');
  await move(page);
  expect(await touched()).not.toContain('footfall_first');
  expect(await touched()).not.toContain('footfall_last');
  expect(said()).toEqual([null, null]);

  await page.evaluate(() => window.footfall?.consent?.('granted'));
  await move(page);
  await move(page);
  expect(said().slice(2)).toEqual([[day('2026-06-03'), undefined, monday], null]);
  // The page's own names are hidden behind the record: another page of the site looks.
  const other = await page.context().newPage();
  await other.goto(`${here.stage.site}/nowhere.txt`);
  await expect.poll(() => stored(other)).toEqual(dates('2026-06-03', '2026-06-03'));

  await page.evaluate(() => window.footfall?.consent?.('denied'));
  // Another tab's process learns of a change of storage by a message, soon but not at once.
  await expect.poll(() => stored(other)).toEqual(none);
  await page.clock.setFixedTime('2026-06-04T10:00:00Z');
  await move(page);
  expect(said().slice(4)).toEqual([null]);
  expect(await stored(other)).toEqual(none);
});

test('consent that was given before is said before the script is there', async () => {
  const page = await here.browser.newPage();
  await visit(page, '2026-06-03T10:00:00Z', 'consent.html?granted');
  await visit(page, '2026-06-04T10:00:00Z', 'consent.html?granted');
  await visit(page, '2026-06-05T10:00:00Z', 'consent.html?denied');
  await visit(page, '2026-06-06T10:00:00Z', 'consent.html?granted');
  expect(said()).toEqual([
    [day('2026-06-03'), undefined, monday],
    [day('2026-06-04'), 1, monday],
    null,
    [day('2026-06-06'), undefined, monday],
  ]);
});

test('denied while the answer is on its way: nothing is written', async () => {
  const page = await here.browser.newPage();
  let answer = () => {};
  const after = new Promise<void>((go) => {
    answer = go;
  });
  here.stage.answers.push({ status: 202, after });
  await page.clock.setFixedTime('2026-06-03T10:00:00Z');
  await page.goto(`${here.stage.site}/returning/`);
  await here.stage.event('pageview');
  await page.evaluate(() => window.footfall?.consent?.('denied'));
  answer();
  await answered(page);
  expect(await stored(page)).toEqual(none);
});
