import { answered } from './inbox.ts';
import type { Mailing } from './mailing.ts';
import { normal, pick, poisson, type Uniform } from './random.ts';
import type { Reader, Signal } from './signal.ts';
import * as world from './world.ts';

/** Addresses by country. */
export type Addresses = ReadonlyMap<string, readonly string[]>;

export interface Plan {
  /** Day number of the last day. */
  readonly today: number;
  readonly days: number;
  /** 1: a small shop's visits; less makes a quicker demo. Mails are as many either way. */
  readonly visits: number;
  readonly mailings: readonly Mailing[];
  readonly addresses: Addresses;
}

/**
 * The demo's days, one after the other: weekly and daily rhythm, growth, an advertising campaign, fortnightly mailings, and
 * a launch that was talked about. Gives the day's signals in order of time; what a mailing brings, and a visit near
 * midnight, stand in the day on which they begin.
 */
export function* traffic(
  { today, days, visits, mailings, addresses }: Plan,
  uniform: Uniform,
): Generator<Signal[]> {
  const readers: Reader[] = [];
  const launchDay = today - Math.floor(days * 0.38);
  for (let day = today - days + 1; day <= today; day += 1) {
    const progress = (day - (today - days)) / days;
    const weekday = (((day + 3) % 7) + 7) % 7;
    const base =
      190 * (0.65 + 0.75 * progress) * (world.weekdays[weekday] ?? 1) * (1 + 0.07 * normal(uniform));
    const after = day - launchDay;
    const launch = after < 0 || after > 6 ? 0 : 900 * 0.42 ** after;
    const signals: Signal[] = [];
    for (let n = poisson(base * visits, uniform); n > 0; n -= 1)
      visit(signals, someone(), moment(day), pick(world.origins(progress), uniform), progress);
    for (let n = poisson(launch * visits, uniform); n > 0; n -= 1)
      visit(signals, someone(), moment(day), pick(world.launch, uniform), progress, '/shop/cirque-pack-32');
    for (const mailing of mailings) if (mailing.day === day) mail(signals, mailing, progress);
    for (let n = poisson(14, uniform); n > 0; n -= 1) crawl(signals, day);
    yield signals.sort((a, b) => a.at - b.at);
  }

  /** A reader seen lately, or a new one. */
  function someone(): Reader {
    const known = readers[Math.floor(uniform() * readers.length)];
    if (known && uniform() < 0.3) return known;
    const country = pick(world.countries, uniform);
    const pool = addresses.get(country) ?? [...addresses.values()][0] ?? [];
    const browser = pick(world.browsers, uniform);
    const reader: Reader = {
      address: pool[Math.floor(uniform() * pool.length)] ?? '192.0.2.1',
      country,
      agent: browser.agent,
      width: browser.width[Math.floor(uniform() * browser.width.length)] ?? 1280,
      optedOut: uniform() < 0.06,
    };
    readers.push(reader);
    if (readers.length > 4_000) readers.splice(0, 500);
    return reader;
  }

  function moment(day: number): number {
    const hour = pick(
      world.hours.map((weight, index) => [weight, index] as const),
      uniform,
    );
    // The shop is in Berlin; an hour more or less in summer does no harm to a rhythm.
    return day * 86_400_000 + Math.floor((hour + uniform() - 1) * 3_600_000);
  }

  /** A letter goes out, is opened, and brings visits. */
  function mail(signals: Signal[], mailing: Mailing, progress: number): void {
    const { sentAt } = mailing;
    signals.push({ at: sentAt - 3_600_000, step: 'prepared', mailing });
    signals.push({ at: sentAt + 1_800_000, step: 'sent', mailing });
    const { requests, visits: brought } = answered(mailing, someone, uniform);
    signals.push(...requests);
    for (const { reader, at, target } of brought) {
      const { hostname, pathname, search } = new URL(target);
      if (hostname !== world.domain) continue;
      visit(signals, reader, at, { referrer: null, tags: search.slice(1) }, progress, pathname);
    }
  }

  function visit(
    signals: Signal[],
    reader: Reader,
    start: number,
    origin: world.Origin,
    progress: number,
    landing?: string,
  ): void {
    let at = start;
    let page = landing ?? pick(world.entries, uniform);
    let referrer = origin.referrer;
    const send = (body: object): void => {
      signals.push({
        at,
        address: reader.address,
        agent: reader.agent,
        language: world.languages[reader.country] ?? 'en',
        gpc: reader.optedOut,
        body: { d: world.domain, ...body },
      });
    };
    const common = { w: reader.width, z: world.utcMinutes[reader.country] ?? 0 };
    for (let views = 0; views < 25; views += 1) {
      const u = `https://${world.domain}${page}${views === 0 && origin.tags ? `?${origin.tags}` : ''}`;
      const missing = world.notFound.has(page);
      send({
        n: 'pageview',
        u,
        r: referrer,
        ...common,
        st: missing ? 404 : 200,
        by: 18_000 + Math.floor(uniform() * 60_000),
      });
      if (missing) send({ n: '404', u, p: { path: page } });
      const reading =
        Math.floor((page.startsWith('/guides/') ? 95_000 : 32_000) * -Math.log(1 - uniform())) + 1_500;
      at += reading;
      if (reading > 3_000 && !reader.optedOut)
        send({
          n: 'engagement',
          u,
          e: Math.floor(reading * 0.8),
          sd: Math.min(100, Math.floor(20 + 75 * uniform())),
        });
      if (page === '/thank-you')
        send({
          n: 'Purchase',
          u,
          $: { currency: 'EUR', amount: Math.round(2_500 + 18_000 * uniform() ** 2) / 100 },
          p: {
            payment: pick(
              [
                [5, 'card'],
                [3, 'paypal'],
                [2, 'invoice'],
              ],
              uniform,
            ),
          },
        });
      if (page === '/newsletter' && uniform() < 0.4) send({ n: 'Newsletter', u });
      if (page.startsWith('/guides/') && uniform() < 0.08)
        send({
          n: 'File Download',
          u,
          p: { url: `https://${world.domain}/files${page.slice('/guides'.length)}.pdf` },
        });
      if (page === '/about' && uniform() < 0.3)
        send({ n: 'Outbound Link: Click', u, p: { url: 'https://alpineclub.example/partners' } });
      if (page === '/thank-you' || uniform() < (views === 0 ? 0.46 - 0.08 * progress : 0.3)) return;
      referrer = `https://${world.domain}${page}`;
      page = pick(world.onward(page), uniform);
      at += 300;
    }
  }

  function crawl(signals: Signal[], day: number): void {
    const agent = world.crawlers[Math.floor(uniform() * world.crawlers.length)] ?? 'bot';
    const body = {
      n: 'pageview',
      d: world.domain,
      u: `https://${world.domain}${pick(world.entries, uniform)}`,
    };
    signals.push({ at: moment(day), address: '192.0.2.77', agent, language: 'en', gpc: false, body });
  }
}
