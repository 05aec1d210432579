import { afterEach, expect, test } from 'vitest';
import { mark, scenario } from '../../support/tracker-scenario.ts';

const here = scenario();
afterEach(() => expect(here.errors).toEqual([]));

test('a frozen history and a browser without navigation timing', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/hostile/`);
  await page.evaluate(() => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    // Nonsense that a page may call.
    const call = window.footfall as unknown as (...nonsense: unknown[]) => void;
    call('Circular', { props: circular });
    call('None', null);
    call();
    call('Callback', { callback: 5 });
    history.pushState(null, '', '/hostile/next');
  });
  await stage.event('Callback');
  await mark(page);
  expect(stage.seen().filter((line) => /^pageview|^marker/.test(line))).toContain('pageview /hostile/');
  // Requests that leave together may arrive in any order.
  expect(stage.seen().some((line) => line.startsWith('marker'))).toBe(true);
});

test('a strict content security policy', async () => {
  const { page, stage } = here;
  const refused: string[] = [];
  page.on('console', (message) => refused.push(message.text()));
  await page.goto(`${stage.site}/hostile/strict.html`);
  await stage.event('pageview');
  expect(refused.filter((line) => /Content Security Policy/.test(line))).toEqual([]);
});

test('an opaque origin, where storage and cookies throw', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/hostile/frame.html`);
  expect(await stage.event('Framed')).toMatchObject({ props: { refused: 'SecurityError' } });
  expect(stage.seen()).toEqual(['pageview /hostile/framed.html', 'Framed /hostile/framed.html']);
});

test('a tag that cannot be read counts nothing and throws nothing', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/hostile/module.html`, { waitUntil: 'load' });
  expect(await page.evaluate(() => 'footfall' in window)).toBe(false);
  expect(stage.seen()).toEqual([]);
});
