// Boots the built collector as `npm start` does, and asks it for what a first visitor and its operator would see.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ensureBuilt, root } from './prepare.mjs';

ensureBuilt();
const folder = mkdtempSync(join(tmpdir(), 'footfall-boot-'));
const begun = performance.now();
const server = spawn(process.execPath, [join(root, 'scripts/footfall.mjs'), 'serve'], {
  cwd: folder,
  env: { PATH: process.env.PATH, FOOTFALL_PORT: '0', FOOTFALL_DATA_DIR: join(folder, 'data') },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const ended = new Promise((done) => server.once('exit', done));

let failures = 0;
try {
  const url = await new Promise((done, fail) => {
    createInterface({ input: server.stdout }).on('line', (line) => {
      const found = /listens on (\S+)/.exec(line)?.[1];
      if (found) done(found);
    });
    ended.then((code) => fail(new Error(`the server ended with ${code}`)));
  });
  console.log(`up after ${Math.round(performance.now() - begun)} ms`);
  const expected = [
    ['/healthz', 200, 'application/json'],
    ['/readyz', 200, 'application/json'],
    ['/', 200, 'text/html'],
    ['/js/footfall.js', 200, 'text/javascript'],
    ['/api/openapi.json', 200, 'application/json'],
    ['/api/me', 200, 'application/json'],
    ['/api/nothing', 404, 'application/json'],
  ];
  for (const [path, status, type] of expected) {
    const reply = await fetch(url + path);
    const right = reply.status === status && (reply.headers.get('content-type') ?? '').startsWith(type);
    if (!right) failures += 1;
    console.log(`${right ? 'ok  ' : 'FAIL'} ${path} ${reply.status} ${reply.headers.get('content-type')}`);
  }
} catch (error) {
  failures += 1;
  console.error(error);
} finally {
  server.kill('SIGTERM');
  const code = await ended;
  if (code !== 0) {
    failures += 1;
    console.error(`FAIL it stopped with ${code}`);
  }
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);
