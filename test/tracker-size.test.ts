import { expect, test } from 'vitest';
import { buildTracker, trackerSize } from '../scripts/build-tracker.ts';

test('the browser script stays small', async () => {
  const { size } = await buildTracker();
  console.log(`tracker: ${size} bytes gzip -9 (goal ${trackerSize.goal})`);
  expect(size).toBeLessThanOrEqual(trackerSize.limit);
});
