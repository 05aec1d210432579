import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const stages = ['parse', 'gate', 'enrich', 'track', 'journal', 'rollups', 'query', 'release', 'api'];
/** What puts the parts together, and so may know all of them. */
const composition = ['root', 'cli', 'demo', 'doctor', 'prove'];
/** Folders of `collector/` without knowledge of events that any stage may use; `privacy` makes texts of the schema. */
const tools = ['time', 'memory', 'access', 'privacy', 'mail'];

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

function importsOf(file: string, text = readFileSync(join(root, file), 'utf8')): Import[] {
  return [...text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?'(\.[^']*)'/gm)].map(
    ([, type, path = '']) => ({
      from: file,
      to: relative(root, resolve(root, dirname(file), path)),
      typeOnly: type !== undefined,
    }),
  );
}

const folderOf = (file: string): string => file.split('/')[0] ?? '';
const partOf = (file: string): string => (file.split('/').length > 2 ? (file.split('/')[1] ?? '') : 'root');

/** Why an import breaks the rules of the folders, or null. */
function offence({ from, to, typeOnly }: Import): string | null {
  const [here, there] = [folderOf(from), folderOf(to)];
  if (here === 'schema') return there === 'schema' ? null : 'schema/ imports nothing of ours';
  if (here === 'tracker')
    return there === 'tracker' || (there === 'schema' && typeOnly) ? null : 'tracker/ imports types only';
  if (here === 'dashboard')
    return there === 'dashboard' || there === 'schema' ? null : 'dashboard/ never imports collector/';
  if (here !== 'collector' || there === 'schema') return null;
  if (there !== 'collector') return 'collector/ imports itself and schema/';
  const [part, other] = [partOf(from), partOf(to)];
  if (composition.includes(part) || part === other) return null;
  if (tools.includes(other)) return null;
  if (tools.includes(part)) return 'tools import no stage';
  // The list of the stages and the tally of what they dropped are the pipeline's own words.
  if (other === 'root')
    return part === 'api' && /\/(pipeline|tally)\.ts$/.test(to)
      ? null
      : 'stages do not import the composition';
  if (part === 'store')
    return ['track', 'journal', 'rollups', 'query'].includes(other)
      ? null
      : 'store/ knows facts, journal, rollups and reads';
  if (other === 'store') return 'only the composition and the command line know store/';
  const [left, right] = [stages.indexOf(other), stages.indexOf(part)];
  return left >= 0 && left < right ? null : `${part} stands left of ${other}`;
}

describe('the rules of the folders', () => {
  const all = ['schema', 'collector', 'tracker', 'dashboard']
    .flatMap(sources)
    .flatMap((file) => importsOf(file));

  test('no import breaks them', () => {
    expect(all.length).toBeGreaterThan(100);
    expect(all.flatMap((one) => offence(one) ?? []).map(String)).toEqual([]);
    expect(all.filter((one) => offence(one) !== null).map((one) => `${one.from} imports ${one.to}`)).toEqual(
      [],
    );
  });

  test.each([
    ['schema/wire.ts', "import { x } from '../collector/settings.ts';"],
    ['tracker/footfall.ts', "import { limits } from '../schema/limits.ts';"],
    ['dashboard/main.tsx', "import { x } from '../collector/pipeline.ts';"],
    ['collector/gate/gate.ts', "import { enrich } from '../enrich/enrich.ts';"],
    ['collector/gate/gate.ts', "import { store } from '../store/store.ts';"],
    ['collector/track/visit.ts', "export { answer } from '../query/answer.ts';"],
    ['collector/time/clock.ts', "import { parse } from '../parse/parse.ts';"],
    ['collector/query/answer.ts', "import { release } from '../release/release.ts';"],
    ['collector/release/private.ts', "import { openTool } from '../store/tool.ts';"],
  ])('%s may not say %s', (file, text) => {
    expect(importsOf(file, text).map(offence)).not.toContain(null);
  });

  test('only store/ knows SQLite, only the settings read the environment', () => {
    for (const file of sources('collector')) {
      const text = readFileSync(join(root, file), 'utf8');
      if (!file.startsWith('collector/store/')) expect(text, file).not.toMatch(/better-sqlite3/);
      if (file !== 'collector/settings.ts') expect(text, file).not.toMatch(/process\.env/);
    }
  });
});
