import { isbot } from 'isbot';
import { UAParser } from 'ua-parser-js';
import { type Device, values } from '../../schema/dimensions.ts';
import type { Profile } from '../../schema/profiles.ts';
import { Lru } from '../memory/lru.ts';
import type { Agent } from './admitted.ts';
import { type Hints, readHints } from './client-hints.ts';

export type Header = (name: string) => string | undefined;
/** What a request's agent is, or that it is a bot: one that says so, or one that says nothing. */
export type Agents = (header: Header) => Agent | 'bot';

/** Names of ua-parser-js that say more, or less, than a report's reader wants. */
const browserNames: Readonly<Record<string, string>> = {
  'Mobile Safari': 'Safari',
  'Mobile Chrome': 'Chrome',
  'Mobile Firefox': 'Firefox',
  'Chrome Headless': 'Chrome',
  'Chrome WebView': 'Android WebView',
  'Opera Mobi': 'Opera',
  'Opera Touch': 'Opera',
  'Opera Tablet': 'Opera',
  IE: 'Internet Explorer',
  IEMobile: 'Internet Explorer',
  GSA: 'Google app',
  WebKit: 'iOS WebView',
  UCBrowser: 'UC Browser',
  MetaSr: 'Sogou',
};
const osNames: Readonly<Record<string, string>> = {
  'Mac OS': 'macOS',
  'Chromium OS': 'Chrome OS',
  'Windows Phone OS': 'Windows Phone',
};
const desktops = new Set([
  'Windows',
  'macOS',
  'Linux',
  'Chrome OS',
  'Ubuntu',
  'Debian',
  'Fedora',
  'Mint',
  'Arch',
  'SUSE',
  'openSUSE',
  'Gentoo',
  'CentOS',
  'RedHat',
  'FreeBSD',
  'OpenBSD',
  'NetBSD',
  'Solaris',
]);

/** Whether an agent says that it is no browser, or says nothing. */
export const isBotAgent = (agent: string): boolean => agent.trim() === '' || isbot(agent);

/** Longer agents are parsed by their beginning, so that the cache's size in bytes is bounded too (ua-parser-js itself stops at 500). */
export const longestAgent = 500;

/**
 * Reads agents and client hints; remembers the last 5,000 combinations, because parsing one costs about 50 µs. Of a system's
 * version two numbers are kept, or its major number where the profile says so; of a browser's always the major one.
 */
export function createAgents(
  { majorVersionsOnly }: Pick<Profile, 'majorVersionsOnly'>,
  capacity = 5_000,
): Agents {
  const numbers = majorVersionsOnly ? 1 : 2;
  const known = new Lru<string, Agent | 'bot'>(capacity);
  return (header) => {
    const agent = (header('user-agent') ?? '').slice(0, longestAgent);
    const hints = readHints(header);
    const key = hints.key === '' ? agent : `${agent}\n${hints.key}`;
    let found = known.get(key);
    if (found === undefined) {
      found = isBotAgent(agent) ? 'bot' : describe(agent, hints.read(), numbers);
      known.set(key, found);
    }
    return found;
  };
}

function describe(agent: string, hints: Hints, numbers: number): Agent {
  const parsed = UAParser(agent);
  const parsedOs = renamed(osNames, parsed.os.name);
  // Linux distributions are named by the agent only.
  const hinted =
    hints.os === 'Linux' && parsedOs !== undefined && desktops.has(parsedOs) ? undefined : hints.os;
  const os = hinted ?? parsedOs;
  const osNumber = hints.osVersion ?? (os === parsedOs ? parsed.os.version : undefined);
  const browser = hints.browser?.name ?? renamed(browserNames, parsed.browser.name);
  // WebKit's own number is no version of the app around it.
  const number = parsed.browser.name === 'WebKit' ? undefined : parsed.browser.version?.split('.')[0];
  const major = hints.browser?.major ?? number;
  return {
    device: deviceOf(parsed.device.type, os, hints.mobile),
    browser: browser ?? values.unknown,
    browser_version: browser === undefined ? values.unknown : named(browser, major),
    os: os ?? values.unknown,
    os_version:
      os === undefined ? values.unknown : named(os, osNumber?.split('.').slice(0, numbers).join('.')),
  };
}

const renamed = (names: Readonly<Record<string, string>>, name: string | undefined): string | undefined =>
  name !== undefined && Object.hasOwn(names, name) ? names[name] : name;

const named = (name: string, version: string | undefined): string => (version ? `${name} ${version}` : name);

function deviceOf(type: string | undefined, os: string | undefined, mobile: boolean | null): Device {
  if (type === 'tablet') return 'Tablet';
  if (type === 'mobile') return mobile === false ? 'Tablet' : 'Mobile';
  if (type !== undefined) return 'Other';
  if (mobile === true) return 'Mobile';
  if (os === 'Android') return mobile === false ? 'Tablet' : 'Mobile';
  return os !== undefined && desktops.has(os) ? 'Desktop' : 'Other';
}
