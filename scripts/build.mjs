// Builds everything into dist/: server (tsc, one file to one), migrations, tracker, dashboard, and what browsers load compressed.
import { spawnSync } from 'node:child_process';
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { root } from './prepare.mjs';

const bin = (name) => join(root, 'node_modules', '.bin', name);
const dist = join(root, 'dist');

function run(command, ...args) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

rmSync(dist, { recursive: true, force: true });
run(bin('tsc'), '-p', 'tsconfig.build.json');
cpSync(join(root, 'collector/store/migrations'), join(dist, 'collector/store/migrations'), {
  recursive: true,
});
cpSync(join(root, 'collector/gate/mail-gateways.json'), join(dist, 'collector/gate/mail-gateways.json'));
run(bin('tsx'), join(root, 'scripts/build-tracker.ts'));
run(bin('vite'), 'build', '--logLevel', 'warn');

// Here and not at the start of the server: the best compression takes longer than the start may.
for (const folder of ['tracker', 'dashboard']) {
  for (const entry of readdirSync(join(dist, folder), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const plain = readFileSync(file);
    writeFileSync(`${file}.gz`, gzipSync(plain, { level: 9 }));
    writeFileSync(`${file}.br`, brotliCompressSync(plain));
  }
}
