import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Mutation, mutations } from './brute/mutations.ts';

/**
 * Breaks the collector in one place at a time, in a copy, and runs the property test on it, which must then fail.
 * By hand, since it takes half an hour: `npx tsx test/mutate.ts [word of a mutation's name] [seed]`.
 */
const root = resolve(import.meta.dirname, '..');
const [word = '', seed = '20260329'] = process.argv.slice(2);
const copied = ['collector', 'schema', 'test', 'package.json', 'tsconfig.json', 'vitest.config.ts'];

function runWith(mutation: Mutation | null): { passed: boolean; why: string } {
  const folder = mkdtempSync(join(tmpdir(), 'footfall-mutant-'));
  try {
    for (const name of copied) cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    if (mutation) mutate(folder, mutation);
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    // Threads and not processes: a copy that never ends must end with its parent.
    const run = [vitest, 'run', '--pool=threads', 'test/property.test.ts'];
    const { status, stdout, stderr } = spawnSync(process.execPath, run, {
      cwd: folder,
      env: { ...process.env, FOOTFALL_TEST_SEED: seed, NO_COLOR: '1' },
      encoding: 'utf8',
      timeout: 600_000,
      killSignal: 'SIGKILL',
    });
    const why = /^\s*(?:AssertionError|\w*Error): (.*)$/m.exec(stdout + stderr)?.[1] ?? '';
    return { passed: status === 0, why };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function mutate(folder: string, { name, file, replace }: Mutation): void {
  const path = join(folder, file);
  let text = readFileSync(path, 'utf8');
  for (const [from, to] of replace) {
    if (text.split(from).length !== 2) throw new Error(`${name}: not exactly once in ${file}: ${from}`);
    text = text.replace(from, () => to);
  }
  writeFileSync(path, text);
}

const chosen = mutations.filter(({ name, stage }) => `${stage} ${name}`.includes(word));
const whole = runWith(null);
console.log(`unbroken: ${whole.passed ? 'passes' : `FAILS, so nothing below means anything: ${whole.why}`}`);
let survived = 0;
for (const mutation of chosen) {
  const { passed, why } = runWith(mutation);
  if (passed) survived += 1;
  console.log(`${passed ? 'SURVIVED' : 'killed  '} ${mutation.stage.padEnd(8)} ${mutation.name}  ${why}`);
}
console.log(`${chosen.length - survived} killed, ${survived} survived`);
process.exitCode = survived === 0 && whole.passed ? 0 : 1;
