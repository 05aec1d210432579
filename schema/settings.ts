import { z } from 'zod';
import { profiles } from './profiles.ts';
import { retention } from './retention.ts';

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
/** A period of a retention class: shorter than promised, never longer. */
const kept = (name: 'detail' | 'pairs' | 'long') => {
  const { unit, shortest, longest } = retention[name];
  return whole(`a number of ${unit}`, shortest, longest);
};
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
    schema: kept('detail').optional(),
    about:
      'hours that questions over several dimensions may reach back; by default 168, none under the strict profile',
    example: '168',
  },
  PAIR_DAYS: {
    schema: kept('pairs').default(retention.pairs.longest),
    about: 'days for which two dimensions are kept together by day, before they are folded to months',
    example: '60',
  },
  KEEP_DAYS: {
    schema: kept('long').default(retention.long.longest),
    about: 'days after which every counter is deleted',
    example: '759',
  },
  K: {
    schema: whole('a whole number', 2, 1_000).default(10),
    about:
      'visitors that must share a value where pairs of dimensions are folded and where figures leave the owner’s view',
    example: '10',
  },
  PROFILE: {
    schema: z.enum(['standard', 'strict'], 'must be standard or strict').default('standard'),
    about:
      'bundle of privacy settings: standard, or strict (in the manner of the audience-measurement exemption)',
    example: 'standard',
  },
  CONTROLLER: {
    schema: z.string().trim().min(2, 'must not be empty').max(300).optional(),
    about: 'who is responsible for the data, for the privacy notice: name and postal address',
    example: 'Example Ltd, 1 High Street, London',
  },
  CONTACT: {
    schema: z.string().trim().min(3, 'must not be empty').max(300).optional(),
    about: 'where privacy requests are sent: an e-mail address or a web address',
    example: 'privacy@example.com',
  },
  REVIEWED: {
    schema: z.iso.date('must be a date such as 2026-01-31').optional(),
    about: 'the day on which these settings were last reviewed',
    example: '2026-01-31',
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
  MAIL_APPLE_EGRESS: {
    schema: path.optional(),
    about: 'list of the addresses of Apple’s mail proxies, as downloaded from Apple; by default none',
    example: '/var/lib/footfall-lists/egress-ip-ranges.csv',
  },
  MAIL_GATEWAYS: {
    schema: path.optional(),
    about: 'JSON list of the networks of mail security gateways; by default the one that comes with Footfall',
    example: '/etc/footfall/mail-gateways.json',
  },
  LOG_LEVEL: {
    schema: z
      .enum(['silent', 'error', 'info', 'debug'], 'must be silent, error, info or debug')
      .default('info'),
    about: 'what is logged',
    example: 'info',
  },
} as const;

/** The strict profile keeps no detail; everybody else as long as was promised, where nothing is set. */
const detailHours = (given: number | undefined, profile: keyof typeof profiles): number =>
  given ?? (profiles[profile].detail ? retention.detail.longest : 0);

export const Settings = z
  .strictObject({
    PORT: settings.PORT.schema,
    HOST: settings.HOST.schema,
    PUBLIC_URL: settings.PUBLIC_URL.schema,
    DATA_DIR: settings.DATA_DIR.schema,
    RUNTIME_DIR: settings.RUNTIME_DIR.schema,
    TRUST_PROXY: settings.TRUST_PROXY.schema,
    VISIT_TIMEOUT: settings.VISIT_TIMEOUT.schema,
    DETAIL_HOURS: settings.DETAIL_HOURS.schema,
    PAIR_DAYS: settings.PAIR_DAYS.schema,
    KEEP_DAYS: settings.KEEP_DAYS.schema,
    K: settings.K.schema,
    PROFILE: settings.PROFILE.schema,
    CONTROLLER: settings.CONTROLLER.schema,
    CONTACT: settings.CONTACT.schema,
    REVIEWED: settings.REVIEWED.schema,
    GEO_CITY_V4: settings.GEO_CITY_V4.schema,
    GEO_CITY_V6: settings.GEO_CITY_V6.schema,
    MAIL_APPLE_EGRESS: settings.MAIL_APPLE_EGRESS.schema,
    MAIL_GATEWAYS: settings.MAIL_GATEWAYS.schema,
    LOG_LEVEL: settings.LOG_LEVEL.schema,
  })
  .refine(({ PROFILE, DETAIL_HOURS = 0 }) => profiles[PROFILE].detail || DETAIL_HOURS === 0, {
    path: ['DETAIL_HOURS'],
    error: 'must be 0 or not set under FOOTFALL_PROFILE=strict, which keeps no detail',
  })
  .transform((given) => ({ ...given, DETAIL_HOURS: detailHours(given.DETAIL_HOURS, given.PROFILE) }));
export type Settings = z.infer<typeof Settings>;
