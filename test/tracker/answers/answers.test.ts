import { expect, test } from 'vitest';
import { mark, scenario } from '../../support/tracker-scenario.ts';

const here = scenario();

const tries = async (status: number, headers: Record<string, string> = { 'retry-after': '0' }) => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/answers/`);
  await mark(page);
  stage.answers.push({ status, headers }, { status, headers }, { status, headers });
  const told = await mark(page, 'Tried');
  stage.answers.length = 0;
  await mark(page);
  return { told, tries: stage.events.filter(({ fields }) => fields.n === 'Tried').length };
};

test.each([503, 429])('%i is tried once more, and then the callback is told', async (status) => {
  expect(await tries(status)).toEqual({ told: status, tries: 2 });
});

test.each([202, 400, 404, 413, 500])('%i is not', async (status) => {
  expect(await tries(status)).toEqual({ told: status, tries: 1 });
});

test('a retry that is due too late is not made', async () => {
  expect(await tries(503, { 'retry-after': '60' })).toEqual({ told: 503, tries: 1 });
  expect(await tries(503, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' })).toMatchObject({ told: 503 });
});

test('a retry that succeeds tells the callback of its status', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/answers/`);
  await mark(page);
  stage.answers.push({ status: 503, headers: { 'retry-after': '0' } });
  expect(await mark(page, 'Tried')).toBe(202);
});

test('without fetch a beacon carries the event', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/answers/?no-fetch`);
  expect(await stage.event('pageview')).toMatchObject({
    url: `${stage.site}/answers/?no-fetch`,
    d: 'example.com',
  });
});

test('data-api names another endpoint', async () => {
  const { page, stage } = here;
  await page.goto(`${stage.site}/answers/elsewhere.html`);
  await stage.event('pageview');
  expect(stage.events[0]?.path).toBe('/other/path');
});
