// Plain JavaScript without dependencies: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const installed = join(root, 'node_modules', '.footfall-installed');
const built = join(root, 'dist', '.footfall-built');
const sources = ['collector', 'schema', 'tracker', 'dashboard', 'scripts'];
const configs = ['package-lock.json', 'tsconfig.json', 'tsconfig.build.json', 'vite.config.ts'];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Footfall needs Node.js 20.19 or later; this is ${process.versions.node}. Get one at https://nodejs.org`,
  );
  process.exit(1);
}

function run(command, args) {
  // stdout belongs to the command that was asked for, so that its output can be piped.
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status === 0) return;
  console.error(`\nfootfall: "${command} ${args.join(' ')}" failed.`);
  process.exit(status ?? 1);
}

const read = (file) => (existsSync(file) ? readFileSync(file, 'utf8') : '');

/** Installs what package-lock.json names, if that is not what stands in node_modules. */
export function ensureInstalled() {
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.versions.modules)
    .digest('hex');
  if (read(installed) === lock) return;
  console.error('footfall: installing (SQLite is compiled on the first install, about two minutes) …');
  run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
  writeFileSync(installed, lock);
}

/** Path, size and time of every source: a change to any of them makes the build stale. */
function fingerprint() {
  const hash = createHash('sha256');
  const add = (file) => {
    const { mtimeMs, size } = statSync(file);
    hash.update(`${file} ${mtimeMs} ${size}\n`);
  };
  for (const folder of sources) {
    if (!existsSync(join(root, folder))) continue;
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
      if (entry.isFile()) add(join(entry.parentPath, entry.name));
  }
  for (const config of configs) if (existsSync(join(root, config))) add(join(root, config));
  return hash.digest('hex');
}

/** Builds what is stale: the server one file to one, the tracker, the dashboard. */
export function ensureBuilt({ force = false } = {}) {
  const print = fingerprint();
  if (!force && read(built) === print) return;
  console.error('footfall: building …');
  run(process.execPath, [join(root, 'scripts', 'build.mjs')]);
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(built, print);
}
