import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { type LifelikeBrowser, launchBrowser, launchLifelikeBrowser, type TestBrowser } from './browser.ts';
import { openStage, type Stage } from './tracker-stage.ts';

/** For each test of a file a stage with nothing recorded and a fresh tab; one browser for all of them. */
export function scenario() {
  const here = {} as { browser: LifelikeBrowser; stage: Stage; page: Page; errors: string[] };
  beforeAll(async () => {
    here.browser = await launchLifelikeBrowser();
  }, 60_000);
  afterAll(() => here.browser.close());
  beforeEach(async () => {
    here.stage = await openStage();
    here.page = await here.browser.newPage();
    here.errors = [];
    here.page.on('pageerror', (error) => here.errors.push(String(error)));
  });
  afterEach(async () => {
    await Promise.all(
      here.browser.context
        .pages()
        .slice(1)
        .map((page) => page.close()),
    );
    await here.stage.close();
  });
  return here;
}

/** For each test of a file a stage with nothing recorded, and a browser whose pages each come with an empty profile. */
export function strangers() {
  const here = {} as { browser: TestBrowser; stage: Stage };
  beforeAll(async () => {
    here.browser = await launchBrowser();
  }, 60_000);
  afterAll(() => here.browser.close());
  beforeEach(async () => {
    here.stage = await openStage();
  });
  afterEach(() => here.stage.close());
  return here;
}

/** Has the page send one more event and waits for its answer: what was to come before it has come. */
export const mark = (page: Page, name = 'marker') =>
  page.evaluate((event) => new Promise((callback) => window.footfall?.(event, { callback })), name);
