// Preloaded into a built server: writes every connection, datagram and name look-up that it begins to the file in CONNECTIONS.
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import net from 'node:net';

const tell = (what, args) =>
  appendFileSync(process.env.CONNECTIONS ?? '', `${what} ${JSON.stringify(args[0] ?? null)}\n`);
const watch = (owner, name, what) => {
  const original = owner[name];
  owner[name] = function (...args) {
    tell(what, args);
    return original.apply(this, args);
  };
};

watch(net.Socket.prototype, 'connect', 'connect');
watch(dgram.Socket.prototype, 'send', 'datagram');
for (const name of ['lookup', 'resolve', 'resolve4', 'resolve6']) {
  watch(dns, name, name);
  watch(dns.promises, name, `promises.${name}`);
}
tell('watching', [process.pid]);
