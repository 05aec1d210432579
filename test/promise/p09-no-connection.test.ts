import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mailTokens } from '../../collector/mail/secrets.ts';
import { outboundSockets } from '../../collector/prove/sockets.ts';
import { callsOf, canaryMail, canaryVisitor, send } from '../../collector/prove/visitor.ts';
import { openTool } from '../../collector/store/tool.ts';
import {
  addSiteAndKey,
  newFolder,
  removeFolder,
  type Server,
  settled,
  startServer,
} from '../support/server.ts';

const preload = pathToFileURL(join(import.meta.dirname, '../support/preload/connections.mjs')).href;
const domain = 'example.com';

describe('P9: the collector makes no outbound connection', () => {
  let folder: string;
  let server: Server;
  let told: string;
  const begun = () =>
    readFileSync(told, 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('watching'));

  beforeAll(async () => {
    folder = newFolder();
    told = join(folder, 'connections');
    writeFileSync(told, '');
    await addSiteAndKey(folder, domain);
    server = await startServer(folder, { NODE_OPTIONS: `--import ${preload}`, CONNECTIONS: told });
  });
  afterAll(async () => {
    await server.stop();
    removeFolder(folder);
  });

  test('P9: whatever is sent to it, it connects to nobody and looks up no name', async () => {
    const visitor = { ...canaryVisitor(randomBytes), address: '127.0.0.1' };
    const url = new URL(server.url);
    const tool = await openTool(join(folder, 'data/footfall.db'), Date.now);
    const mail = canaryMail(await mailTokens(tool.config, randomBytes), 1, visitor, domain);
    await tool.close();
    for (const call of callsOf(visitor, domain, mail)) await send(url, visitor, call);
    for (const path of ['/', '/privacy', '/metrics', '/readyz', '/js/footfall.js', '/.well-known/gpc.json'])
      await send(url, visitor, { method: 'GET', path });
    await settled(server);
    expect(readFileSync(told, 'utf8')).toContain('watching');
    // A server resolves the address that it listens on, which is a number, before anything else.
    expect(begun().filter((line) => !line.startsWith('lookup "127.0.0.1"'))).toEqual([]);
    expect(outboundSockets(server.process.pid ?? 0, server.port) ?? []).toEqual([]);
  });

  test('P9: the watch sees a connection, a datagram and a look-up', () => {
    const script = `
      require('node:net').connect(9, '127.0.0.1').on('error', () => {});
      require('node:dns').lookup('nobody.invalid', () => {});
      const socket = require('node:dgram').createSocket('udp4');
      socket.send('x', 9, '127.0.0.1', () => socket.close());
      fetch('http://127.0.0.1:7997/').catch(() => {});`;
    const file = join(folder, 'control');
    writeFileSync(file, '');
    spawnSync(process.execPath, ['--import', preload, '-e', script], {
      env: { ...process.env, CONNECTIONS: file },
    });
    const lines = readFileSync(file, 'utf8');
    for (const what of ['connect', 'lookup "nobody.invalid"', 'datagram']) expect(lines).toContain(what);
    expect(lines.match(/^connect/gm)?.length).toBeGreaterThan(1);
  });
});
