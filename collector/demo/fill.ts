import { randomBytes } from 'node:crypto';
import type { App } from '../app.ts';
import { scrubText } from '../enrich/scrub.ts';
import { openPlaces } from '../gate/places.ts';
import { prepare } from '../mail/prepare/prepare.ts';
import { mailTokens } from '../mail/secrets.ts';
import { parseBody } from '../parse/parse.ts';
import type { Store } from '../store/store.ts';
import { localDay } from '../time/calendar.ts';
import { mailings } from './mailing.ts';
import { seeded, type Uniform } from './random.ts';
import type { Signal } from './signal.ts';
import { type Addresses, traffic } from './traffic.ts';
import { countries, domain, goals, timezone } from './world.ts';

/** Events that are under way at once: they share their commit, as the requests of a busy second do. */
const together = 400;
const sweepEveryMs = 10 * 60_000;

/** Addresses that the city file places in the demo's countries, found by trying. */
function addressesOf(uniform: Uniform): Addresses {
  const places = openPlaces();
  const wanted = new Map(
    countries.map(([weight, country]) => [country as string, { most: weight * 60, found: [] as string[] }]),
  );
  for (let tries = 0; tries < 50_000; tries += 1) {
    const network = [
      1 + Math.floor(uniform() * 222),
      Math.floor(uniform() * 256),
      Math.floor(uniform() * 256),
    ].join('.');
    const entry = wanted.get(places(`${network}.0`).country);
    if (entry && entry.found.length < entry.most)
      entry.found.push(`${network}.${1 + Math.floor(uniform() * 254)}`);
  }
  return new Map([...wanted].map(([country, { found }]) => [country, found]));
}

export interface DemoTime {
  /** The moment that the collector takes for now. */
  set(at: number): void;
}

export interface DemoSize {
  /** The moment with which it ends. */
  readonly now: number;
  readonly days: number;
  /** Share of the usual visits that come by other ways than mails. */
  readonly visits?: number;
}

/**
 * Sends months of invented traffic through the real pipeline, under a clock that runs ahead with it.
 *
 * @param progress told the share of the days that are done, 0 to 1, and the signals so far
 */
export async function fillDemo(
  app: App,
  store: Store,
  time: DemoTime,
  { now, days, visits = 1 }: DemoSize,
  progress: (share: number, signals: number) => void,
): Promise<number> {
  const uniform = seeded(20_26);
  const today = localDay(timezone, now);
  const start = (today - days) * 86_400_000;
  time.set(start);
  const site = await store.config.addSite({ domain, timezone, settings: { goals } });
  await app.directory.refresh();
  const tokens = await mailTokens(store.config, randomBytes);
  const context = {
    tokens,
    siteId: site.id,
    publicUrl: `https://stats.${domain}`,
    preparedAt: null,
    scrub: scrubText,
  };

  let sent = 0;
  let sweptAt = start;
  let later: Signal[] = [];
  let done = 0;
  const plan = {
    today,
    days,
    visits,
    mailings: mailings(today, days, (options) => prepare(options, context), uniform),
    addresses: addressesOf(uniform),
  };
  for (const day of traffic(plan, uniform)) {
    done += 1;
    // A visit may run into the next day, whose first signals are not known yet.
    const horizon = (today - days + done + 1) * 86_400_000 - 2 * 3_600_000;
    const due = [...later, ...day].filter(({ at }) => at <= now).sort((a, b) => a.at - b.at);
    const cut = due.findIndex(({ at }) => at >= horizon);
    const ready = done === days || cut < 0 ? due : due.slice(0, cut);
    later = done === days || cut < 0 ? [] : due.slice(cut);
    for (let first = 0; first < ready.length; first += together) {
      const batch = ready.slice(first, first + together);
      await Promise.all(batch.map((signal) => send(signal)));
      sent += batch.length;
      const at = batch.at(-1)?.at ?? sweptAt;
      if (at - sweptAt > sweepEveryMs) {
        sweptAt = at;
        await app.tick();
      }
    }
    await store.flush();
    progress(done / days, sent);
  }
  time.set(now);
  await app.settle();
  await store.flush();
  return sent;

  function send(signal: Signal): Promise<unknown> {
    time.set(signal.at);
    if ('mailing' in signal) {
      const { campaign, html, delivered, sentAt } = signal.mailing;
      return signal.step === 'prepared'
        ? store.config.saveTemplate({ site: site.id, campaign, html, unsubscribeUrl: null })
        : store.config.saveDelivered({ site: site.id, campaign, count: delivered, at: sentAt, add: false });
    }
    const { address, agent, gpc } = signal;
    const headers: Record<string, string> = { 'user-agent': agent, ...(gpc ? { 'sec-gpc': '1' } : {}) };
    if ('body' in signal) headers['accept-language'] = signal.language;
    const client = { peer: address, header: (name: string) => headers[name] };
    return 'body' in signal
      ? app.collect(parseBody(JSON.stringify(signal.body)), client)
      : app.collectMail({ ...signal.mail, site: site.id }, client);
  }
}
