import { limits } from '../../schema/limits.ts';
import { WireEvent } from '../../schema/wire.ts';
import { badField, Malformed } from './malformed.ts';
import { propsOf } from './props.ts';
import { revenueOf } from './revenue.ts';
import type { BrowserDates, Submitted } from './submitted.ts';
import { bareHost, cut, visible } from './text.ts';

const example = 'Send {"name": "pageview", "url": "https://example.com/", "domain": "example.com"}.';

/**
 * The events of a request's body: one object, or an array of up to 50. One that is wrong refuses them all.
 *
 * @throws Malformed naming the field, as `url` or `[3].url`
 */
export function parseBody(body: string): Submitted[] {
  const json = parseJson(body);
  if (!Array.isArray(json)) return [parseEvent(json, '')];
  if (json.length === 0) throw new Malformed('invalid_event', 'The array is empty.', undefined, example);
  if (json.length > limits.batch)
    throw new Malformed(
      'too_many_events',
      `The array has ${json.length} events; at most ${limits.batch} may come at once.`,
    );
  return json.map((event, index) => parseEvent(event, `[${index}]`));
}

/**
 * The pageview of `GET /api/pixel.gif?d=&u=&r=`.
 *
 * @throws Malformed also where `u` is missing
 */
export function parsePixel(query: URLSearchParams): Submitted {
  const text = (name: string): string | undefined => query.get(name) || undefined;
  return parseEvent({ n: 'pageview', u: text('u'), d: text('d'), r: text('r') }, '');
}

function parseJson(body: string): unknown {
  const text = body.charCodeAt(0) === 0xfeff ? body.slice(1) : body;
  if (text.trim() === '') throw new Malformed('invalid_json', 'The body is empty.', undefined, example);
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8's message quotes the body; the place is all that helps and all that may go into a reply.
    const place = /position \d+/.exec(String(error))?.[0];
    throw new Malformed(
      'invalid_json',
      `The body is not valid JSON${place ? ` (at ${place})` : ''}.`,
      undefined,
      example,
    );
  }
}

function parseEvent(json: unknown, place: string): Submitted {
  try {
    const parsed = WireEvent.safeParse(json);
    if (parsed.success) return toSubmitted(parsed.data);
    const issue = parsed.error.issues[0];
    const path = issue?.path.join('.') ?? '';
    throw path === ''
      ? new Malformed('invalid_event', 'An event must be an object.', undefined, example)
      : badField(path, wordsOf(issue?.message ?? ''));
  } catch (error) {
    if (!(error instanceof Malformed) || place === '') throw error;
    const path = error.path === undefined ? place : `${place}.${error.path}`;
    throw new Malformed(error.code, `${path}: ${error.message}`, path, error.hint);
  }
}

/** Zod's own sentences begin with "Invalid input: expected"; ours already fit behind a field's name. */
const wordsOf = (message: string): string =>
  message.replace(/^Invalid input(: expected (.*), received (.*))?$/, (_, detail, wanted, given) =>
    detail ? `must be a ${wanted}, not ${given}` : 'is of a wrong type',
  );

function toSubmitted(event: WireEvent): Submitted {
  const name = visible(event.n ?? event.name ?? '').trim();
  if (name === '') throw badField(event.n === undefined ? 'name' : 'n', 'is required', example);
  const engagement = name === 'engagement';
  if (engagement && event.e === undefined && event.sd === undefined)
    throw badField(
      'e',
      'or "sd" is required for an engagement',
      'Send "e": milliseconds visible, "sd": deepest scroll from 0 to 100.',
    );
  const url = urlOf(event);
  const referrer = event.r ?? event.referrer ?? '';
  return {
    name,
    url,
    domains: domainsOf(event, url),
    referrer: referrer === '' ? null : cut(referrer, limits.referrer),
    hashMode: isOn(event.h ?? event.hashMode),
    props: propsOf(
      event.p ?? event.props ?? event.m ?? event.meta,
      spelling(event, ['p', 'props', 'm', 'meta']),
    ),
    revenue: engagement ? null : revenueOf(event.$ ?? event.revenue, spelling(event, ['$', 'revenue'])),
    engaged: engagement ? clamp(event.e ?? 0, limits.engagement) : 0,
    scroll: engagement ? clamp(event.sd ?? 0, 100) : 0,
    interactive: !isOff(event.i ?? event.interactive),
    optedOut: isOn(event.o),
    width: within(event.w, 1, 100_000),
    // UTC−12 to UTC+14 are all that exist.
    utcMinutes: within(event.z, -720, 840),
    status: within(event.st, 100, 599),
    bytes: clamp(event.by ?? 0, limits.bytes),
    dates: datesOf(event),
  };
}

const spelling = <Name extends keyof WireEvent>(event: WireEvent, names: readonly [Name, ...Name[]]): Name =>
  names.find((name) => event[name] !== undefined) ?? names[0];
const isOn = (flag: WireEvent['h']): boolean => flag === true || flag === 1 || flag === '1';
const isOff = (flag: WireEvent['i']): boolean => flag === false || flag === 0 || flag === '0';
const clamp = (value: number, most: number): number => Math.min(Math.max(Math.round(value), 0), most);
function within(value: number | undefined, least: number, most: number): number | null {
  const whole = Math.round(value ?? Number.NaN);
  return whole >= least && whole <= most ? whole : null;
}

function datesOf({ dy, lv, fv }: WireEvent): BrowserDates | null {
  if (dy === undefined || ![dy, lv ?? 0, fv ?? 0].every(Number.isSafeInteger)) return null;
  return { today: dy, lastVisit: lv ?? null, firstWeek: fv ?? null };
}

function urlOf(event: WireEvent): URL {
  const path = event.u === undefined ? 'url' : 'u';
  const text = event.u ?? event.url;
  if (text === undefined) throw badField(path, 'is required', example);
  const hint = 'Send the address of the page, such as "https://example.com/path".';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw badField(path, 'is not an address', hint);
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:' && url.protocol !== 'app:')
    throw badField(path, `begins with ${url.protocol}, but must begin with http(s):// or app://`, hint);
  if (url.hostname === '') throw badField(path, 'has no host', hint);
  return url;
}

function domainsOf(event: WireEvent, url: URL): string[] {
  const sent = event.d ?? event.domain ?? '';
  const named = new Set<string>();
  for (const part of sent.split(',')) {
    const domain = bareHost(part.trim());
    if (domain !== '') named.add(domain);
  }
  if (named.size === 0) return [bareHost(url.hostname)];
  if (named.size > limits.domains)
    throw badField(
      event.d === undefined ? 'domain' : 'd',
      `names ${named.size} sites, but may name at most ${limits.domains}`,
    );
  return [...named];
}
