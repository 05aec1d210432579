import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** Of /proc/net/tcp (proc(5)): a listening socket. */
const listening = '0A';

const portOf = (address: string): number => Number.parseInt(address.split(':')[1] ?? '', 16);

/** The inodes of a process's open sockets. */
function socketsOf(pid: number): Set<string> {
  const inodes = new Set<string>();
  for (const descriptor of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${descriptor}`))?.[1];
      if (inode) inodes.add(inode);
    } catch {
      // Closed meanwhile.
    }
  }
  return inodes;
}

/**
 * A process's TCP and UDP sockets that are neither listening, nor between a client and its own port: what it has opened to
 * somebody else (P9), as `tcp 42 → remote`. Null where the system does not tell (only Linux does, and only its owner).
 */
export function outboundSockets(pid: number, port: number): string[] | null {
  if (!existsSync(`/proc/${pid}/fd`)) return null;
  try {
    const own = socketsOf(pid);
    return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((kind) =>
      readFileSync(`/proc/${pid}/net/${kind}`, 'utf8')
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local = '', remote = '', state, , , , , , inode]) => {
          if (inode === undefined || !own.has(inode) || state === listening) return false;
          return portOf(local) !== port && portOf(remote) !== port;
        })
        .map(([, local = '', remote = '']) => `${kind} ${portOf(local)} → ${remote}`),
    );
  } catch {
    return null;
  }
}
