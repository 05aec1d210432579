import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Hono } from 'hono';
import { type Profile, profiles } from '../schema/profiles.ts';
import type { Settings } from '../schema/settings.ts';
import { createDirectory, type Directory } from './access/directory.ts';
import { createOneTimeToken } from './access/one-time-token.ts';
import type { Random } from './access/random.ts';
import { loadAssets } from './api/assets.ts';
import type { Env } from './api/client.ts';
import { createHttp } from './api/http.ts';
import { createEnrich } from './enrich/enrich.ts';
import { createAgents } from './gate/agents.ts';
import { createGate } from './gate/gate.ts';
import { createMailGate } from './gate/mail.ts';
import { openMailLists } from './gate/mail-lists.ts';
import { createOpeners } from './gate/openers.ts';
import { openPlaces } from './gate/places.ts';
import { createReaderKeys } from './gate/reader-keys.ts';
import { createRecipientKeys } from './gate/recipient-keys.ts';
import { createSalts } from './gate/salts.ts';
import { createStanding } from './gate/standing.ts';
import { createJournal, type JournalUnavailable } from './journal/group.ts';
import { createMailSecrets } from './mail/secrets.ts';
import { type Collect, type CollectMail, createMailPipeline, createPipeline } from './pipeline.ts';
import type { Store } from './store/store.ts';
import { createTally } from './tally.ts';
import type { Clock } from './time/clock.ts';
import type { Fact } from './track/fact.ts';
import { createMailTracker } from './track/mail.ts';
import { loadState, type StateName } from './track/state-file.ts';
import { createTracker } from './track/tracker.ts';

export interface AppOptions {
  readonly settings: Settings;
  readonly store: Store;
  /** Must not go backwards, see `steady`. */
  readonly clock: Clock;
  readonly random?: Random;
  readonly log?: (line: Readonly<Record<string, unknown>>) => void;
  /** Where browsers reach us, once it is known; by default from the settings. */
  readonly publicUrl?: () => string;
  /** Folder of the built dashboard and tracker. */
  readonly dist: string;
}

/** The collector, put together: every part with what it needs, and nothing else. */
export interface App {
  readonly http: Hono<Env>;
  readonly collect: Collect;
  readonly collectMail: CollectMail;
  readonly directory: Directory;
  /** The token of the setup link, and of one that signs in the first user: only who starts the process learns them. */
  readonly setupToken: string;
  readonly entryToken: string;
  /** Closes idle visits, ends days, counts what was dropped, and notices changed sites. Run it every second. */
  tick(): Promise<void>;
  /** Ends all visits, unless they outlive the process in the memory-backed folder, and waits for the journal. */
  settle(): Promise<void>;
}

export async function createApp(options: AppOptions): Promise<App> {
  const { settings, store, clock, random = randomBytes, log = () => {}, dist } = options;
  const publicUrl =
    options.publicUrl ??
    (() => settings.PUBLIC_URL?.replace(/\/+$/, '') ?? `http://${settings.HOST}:${settings.PORT}`);

  const profile: Profile = profiles[settings.PROFILE];
  const directory = await createDirectory(store.config);
  const salts = createSalts(random);
  /** What an earlier process left in the memory-backed folder; null where there is none. */
  const remembered = (name: StateName, lost: string) =>
    settings.RUNTIME_DIR === undefined
      ? null
      : {
          frames: loadState(settings.RUNTIME_DIR, store.lastSeq, name),
          discarded: () => log({ level: 'error', what: `saved ${name} cannot be read; ${lost}` }),
        };
  const visits = remembered('visits', 'open visits begin anew');
  const tracker = createTracker({
    timeout: settings.VISIT_TIMEOUT * 1_000,
    siteOf: directory.byId,
    memory: visits && { salts, ...visits },
  });
  const recipientKeys = createRecipientKeys(random);
  const recipients = remembered('mails', 'recipients of mails count anew');
  const mailTracker = createMailTracker({
    siteOf: directory.byId,
    memory: recipients && { keys: recipientKeys, ...recipients },
  });
  const journal = createJournal({
    commit: store.commit,
    seal() {
      const sealed = { visits: tracker.seal(), mails: mailTracker.seal() };
      const state = {
        ...(sealed.visits.state ? { visits: sealed.visits.state } : {}),
        ...(sealed.mails.state ? { mails: sealed.mails.state } : {}),
      };
      return {
        state: Object.keys(state).length > 0 ? state : null,
        undo() {
          sealed.visits.undo();
          sealed.mails.undo();
        },
      };
    },
    firstSeq: store.lastSeq + 1,
    clock,
  });
  const tally = createTally(directory);
  const places = openPlaces({ cityV4: settings.GEO_CITY_V4, cityV6: settings.GEO_CITY_V6 });
  const collect = createPipeline(
    {
      gate: createGate({
        sites: directory,
        salts,
        places,
        agents: createAgents(profile),
        trustProxy: settings.TRUST_PROXY,
        profile,
      }),
      enrich: createEnrich(profile),
      track: tracker.track,
      journal: journal.append,
    },
    tally,
    clock,
  );
  const mail = await createMailSecrets(store.config, random);
  const lists = openMailLists(
    { appleEgress: settings.MAIL_APPLE_EGRESS, gateways: settings.MAIL_GATEWAYS },
    (complaint) => log({ level: 'error', what: complaint }),
  );
  const collectMail = createMailPipeline(
    {
      gate: createMailGate({
        sites: directory,
        openers: createOpeners(lists),
        recipientKeys,
        readerKeys: createReaderKeys(random),
        isSuppressed: mail.isSuppressed,
        places,
        trustProxy: settings.TRUST_PROXY,
        profile,
      }),
      track: mailTracker.track,
      journal: journal.append,
      domainOf: (site) => directory.byId(site)?.domain ?? null,
    },
    tally,
    clock,
  );
  const standing = createStanding({ salts, trustProxy: settings.TRUST_PROXY });
  const setup = createOneTimeToken(clock, random);
  const entry = createOneTimeToken(clock, random);

  const isWritable = (): Promise<boolean> =>
    store.check().then(
      () => true,
      () => false,
    );
  let tried = { at: Number.NEGATIVE_INFINITY, writable: Promise.resolve(false) };

  const http = createHttp({
    settings,
    clock,
    random,
    config: store.config,
    directory,
    collect,
    collectMail,
    mail,
    standing,
    async erase(client, site) {
      const at = clock();
      const identity = standing.identify(client, site, at);
      // In the same tick: a batch holds the wiped row and the facts of its visit, or neither.
      if (identity) await journal.append(tracker.erase(site.id, identity, at));
    },
    isErased(client, site) {
      const identity = standing.identify(client, site, clock());
      return identity !== null && tracker.isErased(site.id, identity);
    },
    read: store.read,
    tally,
    setup,
    entry,
    tracker: loadAssets(join(dist, 'tracker')),
    dashboard: loadAssets(join(dist, 'dashboard')),
    publicUrl,
    realtime: tracker.realtime,
    async health() {
      const at = clock();
      // Anyone may ask, and to try means to write: once a second is enough.
      if (at - tried.at >= 1_000) tried = { at, writable: isWritable() };
      const writable = journal.healthy && (await tried.writable);
      return { writable, lag: journal.lag, waitingBatches: (await store.pending()).batches };
    },
    log,
  });

  /** Appends facts in portions until there are none; an empty portion too, because state may have changed without facts. */
  async function appendAll(next: () => readonly Fact[]): Promise<void> {
    let facts: readonly Fact[];
    do {
      facts = next();
      await journal.append(facts);
    } while (facts.length > 0);
  }

  let sessionsSwept = Number.NEGATIVE_INFINITY;
  let listsRead = clock();

  async function tick(): Promise<void> {
    const at = clock();
    await directory.refresh();
    await mail.refresh();
    mailTracker.sweep(at);
    recipientKeys.keep(mailTracker.isLive);
    if (at >= listsRead + 60_000) {
      listsRead = at;
      void lists.refresh();
    }
    salts.sweep(directory.list(), at);
    await appendAll(() => tracker.sweep(at));
    const dropped = tally.facts();
    await journal.append(dropped).catch((error: unknown) => {
      tally.putBack(dropped);
      throw error;
    });
    if (at >= sessionsSwept + 3_600_000) {
      sessionsSwept = at;
      await store.config.removeExpiredSessions();
    }
  }

  return {
    http,
    collect,
    collectMail,
    directory,
    setupToken: setup.token,
    entryToken: entry.token,
    tick: () =>
      tick().catch((error: Error | JournalUnavailable) => {
        log({ level: 'error', what: 'tick', error: error.name });
      }),
    async settle() {
      await tick();
      if (settings.RUNTIME_DIR === undefined) await appendAll(tracker.closeAll);
      await journal.idle();
    },
  };
}
