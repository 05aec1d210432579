import { describe, expect, it } from 'vitest';
import { createEnrich } from '../collector/enrich/enrich.ts';
import { knownSites } from '../collector/enrich/known-sites.ts';
import type { Admitted } from '../collector/gate/admitted.ts';
import { channels } from '../schema/dimensions.ts';
import { profiles } from '../schema/profiles.ts';
import { Site, SiteSettings } from '../schema/site.ts';

const enrich = createEnrich(profiles.standard);
const identity = { today: { day: 1, key: new Uint8Array(16) }, yesterday: null };
const admitted = (
  url: string,
  { settings, ...rest }: Partial<Omit<Admitted, 'url' | 'site'>> & { settings?: object } = {},
): Admitted => ({
  site: Site.parse({
    id: 1,
    domain: 'example.com',
    timezone: 'UTC',
    nextTimezone: null,
    nextTimezoneFrom: null,
    createdAt: 0,
    settings: SiteSettings.parse(settings ?? {}),
  }),
  at: 0,
  name: 'pageview',
  url: new URL(url, 'https://www.example.com'),
  referrer: null,
  hashMode: false,
  props: [],
  revenue: null,
  engaged: 0,
  scroll: 0,
  interactive: true,
  status: null,
  bytes: 0,
  returning: null,
  unheard: null,
  identity,
  place: { country: 'DE', region: 'Bavaria, DE', city: 'Munich, Bavaria, DE' },
  agent: {
    device: 'Desktop',
    browser: 'Chrome',
    browser_version: 'Chrome 126',
    os: 'Windows',
    os_version: 'Windows 11',
  },
  language: 'de',
  screen: 'under 480',
  utc_offset: '+01:00',
  ...rest,
});
const enriched = (...given: Parameters<typeof admitted>) => {
  const result = enrich(admitted(...given));
  if ('dropped' in result) throw new Error(result.dropped);
  return result;
};
const originOf = (url: string, referrer: string | null = null, rest: object = {}) =>
  enriched(url, { referrer, ...rest }).attributes;

it('puts a pageview into the words of the reports', () => {
  expect(enriched('/a?x=1#top', { referrer: 'https://www.google.com/search?q=secret' })).toMatchObject({
    kind: 'pageview',
    event: 'pageview',
    page: '/a',
    hostname: 'example.com',
    attributes: {
      source: 'Google',
      channel: 'Organic Search',
      referrer: 'google.com/search',
      utm_source: '(none)',
      city: 'Munich, Bavaria, DE',
      device: 'Desktop',
      os_version: 'Windows 11',
    },
  });
});

describe('source, channel and referrer', () => {
  it.each<[string, string | null, string, string, string]>([
    ['/', null, 'Direct / None', 'Direct', '(none)'],
    ['/', 'https://www.example.com/before', 'Direct / None', 'Direct', '(none)'],
    ['/', 'http://localhost:3000/', 'Direct / None', 'Direct', '(none)'],
    ['/', 'http://127.0.0.1/', 'Direct / None', 'Direct', '(none)'],
    ['/', 'file:///home/jane/x.html', 'Direct / None', 'Direct', '(none)'],
    ['/', 'nonsense', 'Direct / None', 'Direct', '(none)'],
    ['/', 'https://www.blog.example/post/?id=1#x', 'blog.example', 'Referral', 'blog.example/post/'],
    ['/', 'https://blog.example/u/jane@example.com', 'blog.example', 'Referral', 'blog.example/u/:redacted'],
    ['/', 'https://www.google.de/', 'Google', 'Organic Search', 'google.de'],
    ['/', 'https://docs.google.com/document/1', 'Google', 'Referral', 'docs.google.com/document/1'],
    ['/', 'https://www.bing.com/images/search', 'Bing Images', 'Organic Search', 'bing.com/images/search'],
    ['/', 'https://t.co/abc', 'Twitter', 'Organic Social', 't.co/abc'],
    // A list of prefixes would take it for t.co.
    ['/', 'https://t.company.com/abc', 't.company.com', 'Referral', 't.company.com/abc'],
    ['/', 'https://l.facebook.com/l.php?u=x', 'Facebook', 'Organic Social', 'l.facebook.com/l.php'],
    ['/', 'https://old.reddit.com/r/x', 'Reddit', 'Organic Social', 'old.reddit.com/r/x'],
    ['/', 'https://m.youtube.com/watch', 'YouTube', 'Organic Video', 'm.youtube.com/watch'],
    ['/', 'https://chatgpt.com/', 'ChatGPT', 'AI Assistants', 'chatgpt.com'],
    ['/', 'https://gemini.google.com/app', 'Gemini', 'AI Assistants', 'gemini.google.com/app'],
    ['/', 'https://www.amazon.de/dp/x', 'Amazon', 'Organic Shopping', 'amazon.de/dp/x'],
    ['/', 'https://mail.google.com/', 'Gmail', 'Email', 'mail.google.com'],
    ['/', 'android-app://com.google.android.gm/', 'Gmail', 'Email', 'com.google.android.gm'],
    [
      '/',
      'android-app://com.google.android.googlequicksearchbox',
      'Google',
      'Organic Search',
      'com.google.android.googlequicksearchbox',
    ],
    [
      '/?utm_source=newsletter&utm_medium=email',
      'https://www.google.com/',
      'newsletter',
      'Email',
      'google.com',
    ],
    ['/?source=partner', null, 'partner', 'Referral', '(none)'],
    ['/?ref=producthunt.com', null, 'Product Hunt', 'Organic Social', '(none)'],
    ['/?utm_source=&source=a&ref=b', null, 'a', 'Referral', '(none)'],
    ['/?utm_source=FB&utm_medium=cpc', null, 'Facebook', 'Paid Social', '(none)'],
    ['/?utm_source=chatgpt.com', null, 'ChatGPT', 'AI Assistants', '(none)'],
    ['/?utm_source=jane@example.com', null, ':redacted', 'Referral', '(none)'],
    ['/?gclid=x', 'https://www.google.com/', 'Google', 'Paid Search', 'google.com'],
    ['/?gclid=x', 'https://www.bing.com/', 'Bing', 'Organic Search', 'bing.com'],
    ['/?msclkid=x', 'https://www.bing.com/', 'Bing', 'Paid Search', 'bing.com'],
    ['/?fbclid=x', 'https://www.facebook.com/', 'Facebook', 'Organic Social', 'facebook.com'],
    ['/?ttclid=x', 'https://www.tiktok.com/', 'TikTok', 'Paid Social', 'tiktok.com'],
  ])('%s from %s', (url, referrer, source, channel, shown) => {
    expect(originOf(url, referrer)).toMatchObject({ source, channel, referrer: shown });
  });

  it('does not guess for an opted-out visitor who comes from the site itself', () => {
    const from = 'https://example.com/a';
    expect(originOf('/', from, { identity: null })).toMatchObject({
      source: '(unknown)',
      channel: '(unknown)',
      referrer: '(none)',
    });
    expect(originOf('/', null, { identity: null })).toMatchObject({
      source: 'Direct / None',
      channel: 'Direct',
    });
    expect(originOf('/?utm_source=x', from, { identity: null })).toMatchObject({
      source: 'x',
      channel: 'Referral',
    });
    expect(
      originOf('/', 'https://shop.example/', { identity: null, settings: { hostnames: ['shop.example'] } }),
    ).toMatchObject({ source: '(unknown)' });
  });

  it('keeps the tags as they were written, but for secrets', () => {
    expect(
      originOf('/?utm_source=FB&utm_medium=CPC&utm_campaign=Spring%20Sale&utm_term=jane%40x.de&utm_content='),
    ).toMatchObject({
      utm_source: 'FB',
      utm_medium: 'CPC',
      utm_campaign: 'Spring Sale',
      utm_term: ':redacted',
      utm_content: '(none)',
    });
  });
});

describe('channels', () => {
  const cases: readonly (readonly [string, (typeof channels)[number]])[] = [
    ['utm_source=google&utm_medium=cpc&utm_campaign=x-cross-network', 'Cross-network'],
    ['utm_source=amazon.com&utm_medium=cpc', 'Paid Shopping'],
    ['utm_source=google&utm_medium=cpc&utm_campaign=shopping-x', 'Paid Shopping'],
    ['utm_source=google&utm_medium=ppc', 'Paid Search'],
    ['utm_source=facebook&utm_medium=paid_social', 'Paid Social'],
    ['utm_source=youtube&utm_medium=cpv', 'Paid Video'],
    ['utm_source=youtube&utm_medium=cpc', 'Paid Video'],
    ['utm_source=adnet&utm_medium=cpm', 'Display'],
    ['utm_source=adnet&utm_medium=banner', 'Display'],
    ['utm_source=adnet&utm_medium=retargeting', 'Paid Other'],
    ['utm_source=twitter&utm_campaign=workshop', 'Organic Social'],
    ['utm_source=partner&utm_campaign=shop-now', 'Organic Shopping'],
    ['utm_source=partner&utm_medium=social', 'Organic Social'],
    ['utm_source=partner&utm_medium=video', 'Organic Video'],
    ['utm_source=claude', 'AI Assistants'],
    ['utm_source=partner&utm_medium=organic', 'Organic Search'],
    ['utm_source=e-mail', 'Email'],
    ['utm_source=partner&utm_medium=affiliate', 'Affiliates'],
    ['utm_source=partner&utm_medium=audio', 'Audio'],
    ['utm_source=sms', 'SMS'],
    ['utm_source=firebase', 'Mobile Push Notifications'],
    ['utm_source=app&utm_medium=webpush', 'Mobile Push Notifications'],
    ['utm_source=partner&utm_medium=odd', 'Referral'],
    ['', 'Direct'],
  ];
  it.each(cases)('%s is %s', (query, channel) => {
    expect(originOf(`/?${query}`).channel).toBe(channel);
  });
  it('are all reached', () => {
    expect(new Set(cases.map(([, channel]) => channel))).toEqual(new Set(channels));
  });
});

it('knows each host of its own table by one name', () => {
  const hosts = knownSites.flatMap(([, , list]) => list.split(' '));
  expect(hosts.filter((host, index) => hosts.indexOf(host) !== index)).toEqual([]);
});

describe('pages', () => {
  it.each<[string, Parameters<typeof admitted>[1], string]>([
    ['/', {}, '/'],
    ['/a/?b=1#c', {}, '/a/'],
    ['/s?q=b&page=2&x=1', { settings: { queryKeys: ['q', 'page'] } }, '/s?page=2&q=b'],
    ['/s?q=jane@example.com', { settings: { queryKeys: ['q'] } }, '/s?q=:redacted'],
    ['/s?q=a%26b', { settings: { queryKeys: ['q'] } }, '/s?q=a%26b'],
    ['/app#/inbox/2', { hashMode: true }, '/app#/inbox/2'],
    ['/app#/inbox?token=abc', { hashMode: true }, '/app#/inbox'],
    ['/app#access_token=abc', { hashMode: true }, '/app#:redacted'],
    ['/app#', { hashMode: true }, '/app'],
    ['/app#/inbox', {}, '/app'],
    ['app://example.com', {}, '/'],
    [`/${'a/'.repeat(900)}`, {}, `/${'a/'.repeat(900)}`.slice(0, 500)],
  ])('%s %j', (url, rest, page) => {
    expect(enriched(url, rest).page).toBe(page);
  });
});

describe('drops', () => {
  it.each(['https://semalt.com/x', 'https://www.semalt.com', 'http://sub.buttons-for-website.com/'])(
    'spam_referrer: %s',
    (referrer) => {
      expect(enrich(admitted('/', { referrer }))).toEqual({ dropped: 'spam_referrer' });
    },
  );
  it('does not take others for spam', () => {
    expect(enriched('/', { referrer: 'https://notsemalt.com/' }).attributes.source).toBe('notsemalt.com');
  });
  it.each([
    ['/admin/*', '/admin/users', true],
    ['/admin/*', '/admin', false],
    ['/admin/*', '/x/admin/y', false],
    ['/admin', '/admin?x=1', true],
    ['*.pdf', '/a/b.pdf', true],
    ['/u/*/edit', '/u/1/2/edit', true],
    ['/a*a', '/a', false],
    ['/m%C3%BCnchen', '/m%C3%BCnchen', false],
    ['/münchen', '/m%C3%BCnchen', true],
    [`/${'*a'.repeat(50)}b`, `/${'a'.repeat(1_000)}`, false],
  ])('excluded_path: %s, %s: %s', (pattern, url, excluded) => {
    expect('dropped' in enrich(admitted(url, { settings: { excludedPaths: [pattern] } }))).toBe(excluded);
  });
});

describe('events', () => {
  it.each([
    ['pageview', 'pageview', 'pageview'],
    ['engagement', 'engagement', 'engagement'],
    ['Signup', 'event', 'Signup'],
    ['Mail to jane@example.com', 'event', 'Mail to :redacted'],
  ])('%s is a %s', (name, kind, event) => {
    expect(enriched('/', { name })).toMatchObject({ kind, event });
  });

  it.each<[string, string, string, string]>([
    ['Outbound Link: Click', 'url', 'https://www.shop.example/x?token=abc#y', 'shop.example/x'],
    ['Outbound Link: Click', 'url', 'mailto:jane@example.com', ':redacted'],
    ['Outbound Link: Click', 'url', 'tel:+491701234567', 'tel::redacted'],
    ['File Download', 'url', 'https://example.com/files/a.pdf?sig=1', 'example.com/files/a.pdf'],
    ['404', 'path', '/lost/jane@example.com?x=1', '/lost/:redacted'],
    ['Signup', 'page', 'https://example.com/a?b=1', 'example.com/a'],
    ['Signup', 'plan', 'pro', 'pro'],
  ])('%s %s=%s', (name, key, value, scrubbed) => {
    expect(enriched('/', { name, props: [[key, value]] }).props).toEqual([[key, scrubbed]]);
  });

  it('gives each key once, scrubbed', () => {
    expect(
      enriched('/', {
        name: 'x',
        props: [
          ['jane@example.com', '1'],
          ['bob@example.com', '2'],
          ['a\u001fb', '3'],
        ],
      }).props,
    ).toEqual([
      [':redacted', '1'],
      ['ab', '3'],
    ]);
  });
});
