import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a visitor's Chrome on Linux says of itself; headless Chromium's own would count as a bot. */
export const desktopChrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';

type Visitor = Pick<
  BrowserContextOptions,
  | 'userAgent'
  | 'extraHTTPHeaders'
  | 'javaScriptEnabled'
  | 'colorScheme'
  | 'viewport'
  | 'storageState'
  | 'timezoneId'
>;

export interface TestBrowser {
  /** A page in a browser profile of its own. Playwright keeps such pages focused and visible at all times. */
  readonly newPage: (visitor?: Visitor) => Promise<Page>;
  readonly close: () => Promise<void>;
}

/** Starts Chromium, with further switches; throws if there is none at `/usr/bin/chromium` (or `CHROMIUM`). */
export async function launchBrowser(more: readonly string[] = []): Promise<TestBrowser> {
  const browser = await chromium.launch({ executablePath, args: [...quiet, ...more] });
  return {
    newPage: async (visitor = {}) =>
      (await browser.newContext({ userAgent: desktopChrome, ...visitor })).newPage(),
    close: () => browser.close(),
  };
}

/** Starts Chromium without anyone attached to its pages, at an address; `ws` is where DevTools listens. */
export async function openChromium(
  address = 'about:blank',
  userAgent = desktopChrome,
  more: readonly string[] = [],
) {
  const profile = await mkdtemp(join(tmpdir(), 'footfall-chromium-'));
  const own = [
    '--headless=new',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    `--user-agent=${userAgent}`,
  ];
  const child = spawn(executablePath, [...own, ...quiet, ...more, address], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  const ws = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`Chromium ended: ${said}`)));
    child.stderr.on('data', (chunk) => {
      said += chunk;
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (found) resolve(found);
    });
  });
  const close = async () => {
    // The group: Chromium's own children are in it.
    if (child.exitCode === null && child.pid) process.kill(-child.pid, 'SIGKILL');
    await gone;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  return { ws, close };
}

export interface LifelikeBrowser {
  readonly context: BrowserContext;
  readonly newPage: () => Promise<Page>;
  readonly close: () => Promise<void>;
}

/**
 * A browser as a visitor has it: tabs lose focus and are hidden when another one comes to the front, and leave into the
 * back/forward cache, none of which happens in Playwright's own contexts. All its pages share one profile.
 */
export async function launchLifelikeBrowser(
  userAgent = desktopChrome,
  more: readonly string[] = [],
): Promise<LifelikeBrowser> {
  const { ws, close } = await openChromium('about:blank', userAgent, more);
  const browser = await chromium.connectOverCDP(ws, { noDefaults: true });
  const [context] = browser.contexts();
  if (!context) throw new Error('Chromium came without a profile.');
  return {
    context,
    newPage: () => context.newPage(),
    close: async () => {
      await browser.close();
      await close();
    },
  };
}
