import { afterEach, expect, test } from 'vitest';
import { openChromium } from '../../support/browser.ts';
import { openStage, type Stage } from '../../support/tracker-stage.ts';

let close = async () => {};
let stage: Stage;
afterEach(async () => {
  await close();
  await stage.close();
});

test('a prerendered page counts when it is opened, not before', async () => {
  stage = await openStage();
  ({ close } = await openChromium(`${stage.site}/prerender/`));
  await stage.asked('/prerender/hold');
  await stage.asked('/prerender/is-prerendered');
  const before = ['once /prerender/ahead.html', 'twice /prerender/ahead.html'];
  expect(stage.seen()).toEqual(before);
  stage.release('/prerender/hold');
  expect(await stage.event('Called')).toMatchObject({ props: { prerendering: true } });
  expect(stage.seen()).toEqual([...before, 'pageview /prerender/ahead.html', 'Called /prerender/ahead.html']);
}, 30_000);
