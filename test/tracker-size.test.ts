import { expect, test } from 'vitest';
import { buildScript, scriptNames, scripts } from '../scripts/build-tracker.ts';

test.each(scriptNames)('%s stays small', async (name) => {
  const { size } = await buildScript(name);
  console.log(`${name}: ${size} bytes gzip -9 (limit ${scripts[name].limit})`);
  expect(size).toBeLessThanOrEqual(scripts[name].limit);
});

test('sites that do not measure returning browsers load none of it', async () => {
  const [plain, returning] = await Promise.all([
    buildScript('footfall.js'),
    buildScript('footfall.returning.js'),
  ]);
  for (const word of ['dataset.timezone', 'timezone', 'locks', 'toLocaleDateString'])
    expect(plain.code).not.toContain(word);
  expect(returning.code).toContain('toLocaleDateString');
});
