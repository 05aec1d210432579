import type { App } from '../app.ts';
import { openPlaces } from '../gate/places.ts';
import { parseBody } from '../parse/parse.ts';
import type { Store } from '../store/store.ts';
import { localDay } from '../time/calendar.ts';
import { seeded, type Uniform } from './random.ts';
import { type Addresses, type Signal, traffic } from './traffic.ts';
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
  for (let tries = 0; tries < 150_000; tries += 1) {
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

/**
 * Sends months of invented traffic through the real pipeline, under a clock that runs ahead with it.
 *
 * @param progress told the share of the days that are done, 0 to 1, and the signals so far
 */
export async function fillDemo(
  app: App,
  store: Store,
  time: DemoTime,
  now: number,
  days: number,
  progress: (share: number, signals: number) => void,
): Promise<number> {
  const uniform = seeded(20_26);
  const today = localDay(timezone, now);
  const start = (today - days) * 86_400_000;
  time.set(start);
  await store.config.addSite({ domain, timezone, settings: { goals } });
  await app.directory.refresh();

  let sent = 0;
  let sweptAt = start;
  let later: Signal[] = [];
  let done = 0;
  for (const day of traffic(today, days, addressesOf(uniform), uniform)) {
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

  function send({ at, address, agent, language, gpc, body }: Signal): Promise<unknown> {
    time.set(at);
    const headers: Record<string, string> = {
      'user-agent': agent,
      'accept-language': language,
      ...(gpc ? { 'sec-gpc': '1' } : {}),
    };
    return app.collect(parseBody(JSON.stringify(body)), { peer: address, header: (name) => headers[name] });
  }
}
