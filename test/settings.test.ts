import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSettings, SettingsError } from '../collector/settings.ts';
import { settings } from '../schema/settings.ts';

const nowhere = join(tmpdir(), 'no-such-footfall.config.json');

function configFile(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), 'footfall-settings-')), 'footfall.config.json');
  writeFileSync(file, text);
  return file;
}

describe('settings', () => {
  test('have defaults', () => {
    expect(readSettings({}, nowhere)).toMatchObject({
      PORT: 3000,
      HOST: '127.0.0.1',
      TRUST_PROXY: 'none',
      VISIT_TIMEOUT: 1800,
      K: 10,
    });
  });

  test('come from the environment, then from the file', () => {
    const file = configFile('{"port": 4000, "k": 20}');
    expect(readSettings({ FOOTFALL_PORT: '5000', PATH: '/bin' }, file)).toMatchObject({ PORT: 5000, K: 20 });
  });

  test.each([
    ['FOOTFALL_PORT', 'eighty'],
    ['FOOTFALL_PORT', '70000'],
    ['FOOTFALL_TRUST_PROXY', 'everybody'],
    ['FOOTFALL_VISIT_TIMEOUT', '5'],
    ['FOOTFALL_K', '1'],
    ['FOOTFALL_PROFILE', 'loose'],
    ['FOOTFALL_DETAIL_HOURS', '169'],
    ['FOOTFALL_PAIR_DAYS', '61'],
    ['FOOTFALL_PAIR_DAYS', '30'],
    ['FOOTFALL_KEEP_DAYS', '760'],
    ['FOOTFALL_REVIEWED', 'yesterday'],
    ['FOOTFALL_CONTROLLER', ''],
    ['FOOTFALL_PORT', ''],
    ['FOOTFALL_PUBLIC_URL', 'stats.example.com'],
    ['FOOTFALL_LOG_LEVEL', 'loud'],
    ['FOOTFALL_DATA_DIR', ''],
  ])('%s=%s stops the start with the variable, the value and an example', (variable, value) => {
    const name = variable.slice('FOOTFALL_'.length) as keyof typeof settings;
    expect(() => readSettings({ [variable]: value }, nowhere)).toThrow(SettingsError);
    expect(() => readSettings({ [variable]: value }, nowhere)).toThrow(variable);
    expect(() => readSettings({ [variable]: value }, nowhere)).toThrow(JSON.stringify(value));
    expect(() => readSettings({ [variable]: value }, nowhere)).toThrow(
      `Example: ${variable}=${settings[name].example}`,
    );
  });

  test('a misspelled variable is named', () => {
    expect(() => readSettings({ FOOTFALL_PROT: '1' }, nowhere)).toThrow('no setting FOOTFALL_PROT');
    expect(() => readSettings({}, configFile('{"prot": 1}'))).toThrow('no setting prot');
  });

  test('a broken file is named', () => {
    expect(() => readSettings({}, configFile('{port: 1}'))).toThrow('not valid JSON');
    expect(() => readSettings({}, configFile('[]'))).toThrow('must be an object');
  });

  test.each(Object.entries(settings))('the example of %s is valid', (_name, { schema, example }) => {
    expect(schema.safeParse(example).success).toBe(true);
  });
});
