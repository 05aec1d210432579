import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { MailGateways } from '../../schema/mail.ts';
import { parseNetwork } from './address.ts';
import type { OpenerLists } from './openers.ts';
import { createRanges, type Ranges, rangesBuilder } from './ranges.ts';

/** Networks by which openers are told, from files that may be replaced while the process runs. */
export interface MailLists extends OpenerLists {
  /** The gateways as their file names them. */
  gatewayList(): MailGateways;
  /** Reads again what has changed on the disk, in small steps that let requests through. Run it every minute. */
  refresh(): Promise<void>;
}

export interface MailListFiles {
  /** Apple's list as it is downloaded; undefined: none. */
  readonly appleEgress?: string | undefined;
  /** In place of the gateways that come with Footfall. */
  readonly gateways?: string | undefined;
}

/** Stands beside this file, in the sources and in the build. */
const shippedGateways = fileURLToPath(new URL('mail-gateways.json', import.meta.url));

/**
 * Reads the lists now, and again when {@link MailLists.refresh} finds their files changed. A new version that is broken is
 * told to `report`, once, and the old one stays; refreshing itself never fails.
 *
 * @throws Error naming the setting, the file, the line and what to do about it, where a list cannot be read at the start
 */
export function openMailLists(files: MailListFiles, report: (problem: string) => void): MailLists {
  const apple =
    files.appleEgress === undefined
      ? null
      : watchFile('MAIL_APPLE_EGRESS', files.appleEgress, readAppleEgress, report);
  const gateways = watchFile('MAIL_GATEWAYS', files.gateways ?? shippedGateways, readGateways, report);
  return {
    appleEgress: () => apple?.current() ?? null,
    gateways: () => gateways.current().ranges,
    gatewayList: () => gateways.current().list,
    async refresh() {
      await apple?.refresh();
      await gateways.refresh();
    },
  };
}

const fixes = {
  MAIL_APPLE_EGRESS:
    'Download https://mask-api.icloud.com/egress-ip-ranges.csv again, or leave the setting out to tell Apple’s proxies by their agent alone.',
  MAIL_GATEWAYS:
    'Correct it after the file that comes with Footfall, or leave the setting out to use that one.',
} as const;

/** Reads a text in steps, because a quarter of a million lines take most of a second. */
type Read<T> = (text: string) => Generator<void, T>;

interface Watched<T> {
  current(): T;
  refresh(): Promise<void>;
}

function watchFile<T>(
  setting: keyof typeof fixes,
  path: string,
  read: Read<T>,
  report: (problem: string) => void,
): Watched<T> {
  const broken = (error: unknown): string =>
    `FOOTFALL_${setting}: ${path} cannot be used (${error instanceof Error ? error.message : String(error)}). ${fixes[setting]}`;
  // Looked at before it is read: what is written in between is read again.
  let seen = versionOf(path);
  let value: T;
  try {
    value = atOnce(read(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new Error(broken(error), { cause: error });
  }
  return {
    current: () => value,
    async refresh() {
      const version = versionOf(path);
      if (version === seen) return;
      seen = version;
      try {
        value = await inSteps(read(await readFile(path, 'utf8')));
      } catch (error) {
        report(`${broken(error)} The old list stays in use.`);
      }
    },
  };
}

function atOnce<T>(steps: Generator<void, T>): T {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}

async function inSteps<T>(steps: Generator<void, T>): Promise<T> {
  let step = steps.next();
  while (!step.done) {
    await setImmediate();
    step = steps.next();
  }
  return step.value;
}

/** Changes whenever a file is written or replaced. */
function versionOf(path: string): string {
  try {
    const { ino, mtimeMs, size } = statSync(path);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    // Why it cannot be read is told by reading it.
    return 'unreadable';
  }
}

const linesAStep = 2_000;

/** Lines of `network,country,region,city,`, of which only the network is taken. */
function* readAppleEgress(text: string): Generator<void, Ranges> {
  const builder = rangesBuilder();
  let number = 0;
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(start, end).trim();
    start = end + 1;
    number += 1;
    if (number % linesAStep === 0) yield;
    if (line === '') continue;
    // Without the comma a line may have been cut off, and 2a02::/4 is not 2a02::/48.
    const comma = line.indexOf(',');
    const network = comma === -1 ? undefined : parseNetwork(line.slice(0, comma));
    if (!network)
      throw new Error(
        `line ${number}, ${JSON.stringify(line.slice(0, 80))}, is not "network,country,region,city,"`,
      );
    builder.add(network);
  }
  const ranges = builder.build();
  if (ranges.size === 0) throw new Error('it holds no network');
  return ranges;
}

interface Gateways {
  readonly list: MailGateways;
  readonly ranges: Ranges;
}

function* readGateways(text: string): Generator<void, Gateways> {
  const parsed = MailGateways.safeParse(parseJson(text));
  if (!parsed.success) {
    const [entry, ...path] = parsed.error.issues[0]?.path ?? [];
    const where =
      typeof entry === 'number'
        ? `entry ${entry + 1}${path.map((step) => `, ${String(step)}`).join('')}: `
        : '';
    throw new Error(`${where}${parsed.error.issues[0]?.message}`);
  }
  const networks = parsed.data.flatMap(({ name, ranges }) =>
    ranges.map((range) => {
      const network = parseNetwork(range);
      if (network) return network;
      const quoted = JSON.stringify(range);
      throw new Error(
        `line ${lineOf(text, text.indexOf(quoted))}, ${quoted} of ${name}, is not a network such as 198.51.100.0/24`,
      );
    }),
  );
  return { list: parsed.data, ranges: createRanges(networks) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = String(error);
    const position = /position (\d+)/.exec(reason)?.[1];
    throw new Error(
      `line ${lineOf(text, position === undefined ? text.length : Number(position))}: ${reason}`,
    );
  }
}

/** From 1. */
const lineOf = (text: string, position: number): number => text.slice(0, position).split('\n').length;
