import { z } from 'zod';

const whole = (what: string, least: number, most: number) =>
  z
    .union([z.number(), z.string().regex(/^\d+$/)], `must be ${what}`)
    .transform(Number)
    .pipe(
      z
        .number()
        .int(`must be ${what}`)
        .min(least, `must be at least ${least}`)
        .max(most, `must be at most ${most}`),
    );
const path = z.string().min(1, 'must not be empty');

/** A trusted hop: an address, or a network in CIDR notation. */
const TrustProxy = z
  .string()
  .regex(
    /^(none|(loopback|[0-9a-fA-F:.]+(\/\d{1,3})?)(\s*,\s*(loopback|[0-9a-fA-F:.]+(\/\d{1,3})?))*)$/,
    'must be "none", "loopback", or addresses and networks with commas between them',
  );

/**
 * Every setting of the process: `FOOTFALL_<KEY>` in the environment, or the key in lower case in `footfall.config.json`.
 * The description is what `--help` and errors show, the example what errors propose.
 */
export const settings = {
  PORT: {
    schema: whole('a port number', 0, 65_535).default(3_000),
    about: 'TCP port to listen on; 0 takes a free one',
    example: '3000',
  },
  HOST: {
    schema: z.string().min(1).default('127.0.0.1'),
    about: 'address to listen on',
    example: '127.0.0.1',
  },
  PUBLIC_URL: {
    schema: z.url({ protocol: /^https?$/, error: 'must be an http(s) address' }).optional(),
    about: 'where browsers reach this collector, for snippets and links; by default http://HOST:PORT',
    example: 'https://stats.example.com',
  },
  DATA_DIR: { schema: path.default('./data'), about: 'folder of the database', example: './data' },
  RUNTIME_DIR: {
    schema: path.optional(),
    about: 'memory-backed folder in which open visits outlive a restart; never on a disk',
    example: '/run/footfall',
  },
  TRUST_PROXY: {
    schema: TrustProxy.default('none'),
    about: 'proxies whose X-Forwarded-For is believed',
    example: 'loopback, 10.0.0.0/8',
  },
  VISIT_TIMEOUT: {
    schema: whole('a number of seconds', 60, 14_400).default(1_800),
    about: 'seconds without a signal that end a visit',
    example: '1800',
  },
  DETAIL_HOURS: {
    schema: whole('a number of hours', 0, 168).default(168),
    about: 'hours that questions over several dimensions may reach back',
    example: '168',
  },
  K: {
    schema: whole('a whole number', 2, 1_000).default(10),
    about: 'visitors that must share a value; nothing is folded yet, so it has no effect yet',
    example: '10',
  },
  PROFILE: {
    // A level of privacy that is not carried out must not be taken for one that is.
    schema: z.literal('standard', 'must be standard: strict is not carried out yet').default('standard'),
    about: 'bundle of privacy settings',
    example: 'standard',
  },
  GEO_CITY_V4: {
    schema: path.optional(),
    about: 'MaxMind-format city file for IPv4; by default DB-IP City Lite',
    example: '/var/lib/GeoLite2-City.mmdb',
  },
  GEO_CITY_V6: {
    schema: path.optional(),
    about: 'MaxMind-format city file for IPv6; by default DB-IP City Lite',
    example: '/var/lib/GeoLite2-City.mmdb',
  },
  LOG_LEVEL: {
    schema: z
      .enum(['silent', 'error', 'info', 'debug'], 'must be silent, error, info or debug')
      .default('info'),
    about: 'what is logged',
    example: 'info',
  },
} as const;

export const Settings = z.strictObject({
  PORT: settings.PORT.schema,
  HOST: settings.HOST.schema,
  PUBLIC_URL: settings.PUBLIC_URL.schema,
  DATA_DIR: settings.DATA_DIR.schema,
  RUNTIME_DIR: settings.RUNTIME_DIR.schema,
  TRUST_PROXY: settings.TRUST_PROXY.schema,
  VISIT_TIMEOUT: settings.VISIT_TIMEOUT.schema,
  DETAIL_HOURS: settings.DETAIL_HOURS.schema,
  K: settings.K.schema,
  PROFILE: settings.PROFILE.schema,
  GEO_CITY_V4: settings.GEO_CITY_V4.schema,
  GEO_CITY_V6: settings.GEO_CITY_V6.schema,
  LOG_LEVEL: settings.LOG_LEVEL.schema,
});
export type Settings = z.infer<typeof Settings>;
