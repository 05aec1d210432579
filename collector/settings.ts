import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Settings, settings } from '../schema/settings.ts';

type Name = keyof typeof settings;
const names = Object.keys(settings) as Name[];

/** A setting that stops the start: names the variable, the value and a good example. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
}

const isName = (name: string): name is Name => Object.hasOwn(settings, name);

function unknown(name: string, where: string): never {
  throw new SettingsError(
    `${where}: there is no setting ${name}. Known: ${names.map((known) => `FOOTFALL_${known}`).join(', ')}`,
  );
}

function fromFile(file: string): Record<string, unknown> {
  if (!existsSync(file)) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new SettingsError(`${file}: not valid JSON (${String(error)}). Example: {"port": 3000}`);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new SettingsError(`${file}: must be an object. Example: {"port": 3000}`);
  return Object.fromEntries(
    Object.entries(parsed).map(([key, value]) => [
      isName(key.toUpperCase()) ? key.toUpperCase() : unknown(key, file),
      value,
    ]),
  );
}

/**
 * The process's settings: `FOOTFALL_*` of the environment, then `footfall.config.json` in the working folder, then
 * defaults. Throws a {@link SettingsError} at the first one that is wrong. The only place that reads the environment.
 */
export function readSettings(
  environment: NodeJS.ProcessEnv = process.env,
  file: string = resolve('footfall.config.json'),
): Settings {
  const given = fromFile(file);
  const source: Partial<Record<string, string>> = Object.fromEntries(
    Object.keys(given).map((name) => [name, file]),
  );
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith('FOOTFALL_') || value === undefined) continue;
    const name = variable.slice('FOOTFALL_'.length);
    if (!isName(name)) unknown(variable, 'environment');
    given[name] = value;
    source[name] = 'environment';
  }
  const parsed = Settings.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0]);
  if (!isName(name)) throw new SettingsError(parsed.error.message);
  const { example, about } = settings[name];
  throw new SettingsError(
    `FOOTFALL_${name} (${source[name] ?? 'default'}) is ${JSON.stringify(given[name])}: ${issue?.message}. It sets: ${about}. Example: FOOTFALL_${name}=${example}`,
  );
}
