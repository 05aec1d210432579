import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { profiles } from '../../schema/profiles.ts';
import { retention } from '../../schema/retention.ts';
import type { Settings } from '../../schema/settings.ts';
import type { Random } from '../access/random.ts';
import { mailTokens } from '../mail/secrets.ts';
import { serve } from '../serve.ts';
import { holderOf } from '../store/hold.ts';
import { type Inspection, inspect } from '../store/inspect.ts';
import { openTool } from '../store/tool.ts';
import { textCanary } from './canary.ts';
import type { Finding, Proof } from './report.ts';
import { type Place, search, searchFiles } from './search.ts';
import { outboundSockets } from './sockets.ts';
import {
  type Call,
  type CanaryVisitor,
  callsOf,
  canaryMail,
  canaryVisitor,
  nameOfMail,
  send,
} from './visitor.ts';

export interface ProveOptions {
  readonly settings: Settings;
  readonly random: Random;
  /** Ms since 1970. */
  readonly clock: () => number;
  readonly version: string;
  /** Told what is being done, for whoever waits. */
  readonly progress: (what: string) => void;
}

/** Why it could not be carried out, in words. */
class CannotProve extends Error {
  override readonly name = 'CannotProve';
}

/** How long a running server may take to notice the canary's site, and to empty its log after it is gone, in ms. */
const patience = 90_000;

/**
 * Checks the promise on the live database: that nothing stands longer than it may, and that a visitor made up for the
 * occasion leaves no trace. A server that runs is used; otherwise one is started for it and stopped. The canary's site is
 * removed again. Throws {@link CannotProve}.
 */
export async function prove(options: ProveOptions): Promise<Proof> {
  const { settings, clock, version, progress } = options;
  const begun = new Date(clock()).toISOString();
  const holder = holderOf(settings.DATA_DIR);
  progress('reading the database');
  const inspection = inspect(database(settings), clock(), settings, settings.K);
  const findings = [...keptFindings(inspection, settings), ...(await canaryFindings(options, holder))];
  return {
    version,
    begun,
    ended: new Date(clock()).toISOString(),
    profile: settings.PROFILE,
    server: holder === null ? 'started' : 'running',
    sites: inspection.sites.length,
    passed: findings.every(({ passed }) => passed),
    findings,
  };
}

const database = ({ DATA_DIR }: Settings): string => join(DATA_DIR, 'footfall.db');

const finding = (promise: string, what: string, how: string, found: readonly string[]): Finding => ({
  promise,
  what,
  how,
  passed: found.length === 0,
  found: [...found],
});

function keptFindings(seen: Inspection, settings: Settings): Finding[] {
  const { oldest, unfolded, suspicious } = seen;
  const ofClass = (name: keyof typeof retention) => {
    const ones = oldest.filter((one) => one.name === name);
    const first = ones.map(({ date }) => date).sort()[0];
    return finding(
      'P7',
      `${retention[name].label}: nothing is older than it may be`,
      first === undefined ? 'none stand' : `the oldest of ${ones.length} sites is of ${first}`,
      ones
        .filter(({ overdue }) => overdue)
        .map(
          ({ site, date, allowed }) =>
            `${site} has some of ${date}; ${allowed} is the first that may stand. Run: footfall jobs run retain`,
        ),
    );
  };
  return [
    finding(
      'P1',
      'No stored text looks like an address, an e-mail address, a user agent or a token',
      `${seen.strings} texts were read, with patterns that the collector does not use itself`,
      [...suspicious].map(([kind, count]) => `${count} look like ${kind}`),
    ),
    ofClass('detail'),
    ofClass('pairs'),
    ofClass('long'),
    finding(
      'P6',
      `In folded months every pair of values is shared by at least ${settings.K} visitors`,
      `${seen.monthCells} cells were read; (other) with (other) holds what is left`,
      unfolded.map(
        ({ site, rollup, cells }) =>
          `${site}: ${cells} of ${rollup}. They were folded under a smaller FOOTFALL_K, or not at all`,
      ),
    ),
    finding(
      'P7',
      'No text is kept that nothing refers to',
      `${seen.strings} texts stand in the dictionary`,
      seen.orphans > 0 ? [`${seen.orphans} are referred to by nothing. Run: footfall jobs run retain`] : [],
    ),
  ];
}

interface Reached {
  readonly url: URL;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

async function reach({ settings }: ProveOptions, holder: number | null, printed: string[]): Promise<Reached> {
  if (holder === null) {
    const running = await serve({ ...settings, PORT: 0, HOST: '127.0.0.1' }, (line) => printed.push(line));
    return { url: new URL(running.url), pid: process.pid, stop: running.stop };
  }
  const host = settings.HOST === '0.0.0.0' || settings.HOST === '::' ? '127.0.0.1' : settings.HOST;
  const url = new URL(`http://${host.includes(':') ? `[${host}]` : host}:${settings.PORT}`);
  const reply = await fetch(new URL('/healthz', url)).catch(() => null);
  if (!reply?.ok)
    throw new CannotProve(
      `Process ${holder} serves ${settings.DATA_DIR}, but nothing answers at ${url.origin}. Give the FOOTFALL_PORT and FOOTFALL_HOST that it was started with.`,
    );
  return { url, pid: holder, stop: async () => {} };
}

/** Sends a made-up visitor through the server, searches every byte for it, and takes its site away again. */
async function canaryFindings(options: ProveOptions, holder: number | null): Promise<Finding[]> {
  const { settings, random, clock, progress } = options;
  const visitor = canaryVisitor(random);
  const domain = `${visitor.kept}.invalid`;
  const printed: string[] = [];
  const tool = await openTool(database(settings), clock);
  const site = await tool.config.addSite({ domain, timezone: 'UTC', settings: { optedOut: 'count' } });
  // Before a server is started for it: the server has the same key then.
  const mail = canaryMail(await mailTokens(tool.config, random), site.id, visitor, domain);
  let removed = false;
  const remove = async (): Promise<void> => {
    if (!removed) await tool.config.removeSite(site.id);
    removed = true;
  };
  try {
    const server = await reach(options, holder, printed);
    let replies: Place[];
    let inside: Finding[];
    try {
      progress('sending a made-up visitor to every open endpoint');
      replies = await visit(server.url, visitor, callsOf(visitor, domain, mail));
      progress('searching every byte of the data folder');
      inside = searched(options, visitor, replies, printed, server);
    } finally {
      await remove();
      await server.stop();
    }
    progress('waiting until what is deleted is gone from the files');
    return [...inside, await goneFinding(options, visitor)];
  } finally {
    await remove();
    await tool.close();
  }
}

async function visit(url: URL, visitor: CanaryVisitor, calls: readonly Call[]): Promise<Place[]> {
  const from = await usableAddress(url, visitor);
  const [first] = calls;
  const begun = performance.now();
  // The server looks once a second whether a site was added.
  while (first && (await send(url, from, first)).status === 404) {
    if (performance.now() - begun > patience)
      throw new CannotProve(
        `The server at ${url.origin} does not see the site that was added for the check. Does it use another data folder?`,
      );
    await pause(200);
  }
  const replies: Place[] = [];
  for (const call of calls) {
    const { text } = await send(url, from, call);
    replies.push({ name: `reply to ${call.method} ${call.path.slice(0, 24)}`, bytes: Buffer.from(text) });
  }
  while (
    ((await (await fetch(new URL('/readyz', url))).json()) as { waitingBatches: number }).waitingBatches > 0
  )
    await pause(50);
  return replies;
}

/** Where the machine has only 127.0.0.1 of its loopback network, that is what the visitor calls from. */
async function usableAddress(url: URL, visitor: CanaryVisitor): Promise<CanaryVisitor> {
  try {
    await send(url, visitor, { method: 'GET', path: '/healthz' });
    return visitor;
  } catch {
    return { ...visitor, address: '127.0.0.1' };
  }
}

function searched(
  { settings }: ProveOptions,
  visitor: CanaryVisitor,
  replies: readonly Place[],
  printed: readonly string[],
  { pid, url }: Reached,
): Finding[] {
  const { canaries, kept } = visitor;
  const { found, bytes, files } = searchFiles(settings.DATA_DIR, canaries);
  const output = { name: 'output', bytes: Buffer.from(printed.join('\n')) };
  const absent = [textCanary('page', kept), textCanary('mail', nameOfMail(visitor))].filter(
    (one) => searchFiles(settings.DATA_DIR, [one]).found.length === 0,
  );
  const forms = canaries.reduce((sum, { forms: ones }) => sum + ones.size, 0);
  const sockets = outboundSockets(pid, Number(url.port));
  return [
    finding(
      'P1',
      'A made-up visitor’s address, agent, hints, e-mail address, token, session and query stand nowhere',
      `${canaries.length} values in ${forms} spellings, sent to every open endpoint, searched in ${bytes} bytes of ${files} files and in ${replies.length} replies`,
      [...found, ...search([...replies, output], canaries)],
    ),
    finding(
      'P1',
      'The bytes that were searched are those that the visitor went into',
      'the visitor’s page and the name of a mail to it, which may be kept, were looked for in the same files',
      absent.map(({ name }) => `the ${name} was not found: the search looked in the wrong place`),
    ),
    finding(
      'P1',
      'The same search finds every value where it is planted',
      `a file with all ${forms} spellings was put into the data folder, searched and deleted`,
      unplanted(settings.DATA_DIR, visitor),
    ),
    finding(
      'P9',
      'The server’s process has no connection to anybody but its clients',
      sockets === null
        ? 'this system does not tell; on Linux, its owner can ask'
        : 'its open sockets, as the system lists them',
      sockets ?? [],
    ),
    ...profileFindings(settings),
  ];
}

/** What the search does not find though it was planted. */
function unplanted(folder: string, { canaries }: CanaryVisitor): string[] {
  const file = 'prove-control';
  const path = join(folder, file);
  try {
    const spellings = canaries.flatMap(({ forms }) => [Buffer.from('\n'), ...forms.values()]);
    writeFileSync(path, Buffer.concat(spellings), { mode: 0o600 });
    const found = new Set(searchFiles(folder, canaries).found);
    return canaries.flatMap(({ name, forms }) =>
      [...forms.keys()]
        .filter((form) => !found.has(`${name} as ${form} in ${file}`))
        .map((form) => `${name} as ${form} was not found`),
    );
  } finally {
    rmSync(path, { force: true });
  }
}

function profileFindings(settings: Settings): Finding[] {
  const { detail, label } = profiles[settings.PROFILE];
  return [
    finding(
      'P6',
      `The profile is carried out: ${label}`,
      detail ? `detail is kept for ${settings.DETAIL_HOURS} hours` : 'no detail is kept',
      detail || settings.DETAIL_HOURS === 0 ? [] : ['detail is kept'],
    ),
  ];
}

/** Whether the removed site's page is gone from every file; a running server empties its log within half a minute. */
async function goneFinding({ settings }: ProveOptions, { kept }: CanaryVisitor): Promise<Finding> {
  const begun = performance.now();
  const canary = textCanary('the page of the removed site', kept);
  let found = searchFiles(settings.DATA_DIR, [canary]).found;
  while (found.length > 0 && performance.now() - begun < patience) {
    await pause(1_000);
    found = searchFiles(settings.DATA_DIR, [canary]).found;
  }
  return finding(
    'P7',
    'What is deleted is gone from the files',
    'the made-up visitor’s site was removed, and its page looked for in every file',
    found,
  );
}
