import { describe, expect, test } from 'vitest';
import { parseAddress, parseNetwork } from '../../collector/gate/address.ts';
import { openMailLists } from '../../collector/gate/mail-lists.ts';
import { createOpeners, type MailRequest, type Told } from '../../collector/gate/openers.ts';
import { createRanges } from '../../collector/gate/ranges.ts';
import { OpenerRule, openerRules } from '../../schema/mail.ts';

const noon = Date.UTC(2026, 10, 24, 12);
/** Lines as Apple's list has them. */
const appleEgress = createRanges(
  ['172.224.226.0/27', '2a02:26f7:b3c0:4000::/64'].flatMap((text) => parseNetwork(text) ?? []),
);
const { gateways } = openMailLists({}, () => {});
const withList = createOpeners({ appleEgress: () => appleEgress, gateways });
const withoutList = createOpeners({ appleEgress: () => null, gateways });

interface Sent extends Partial<Omit<MailRequest, 'address' | 'header'>> {
  readonly agent?: string;
  readonly from?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const home = '198.51.100.7';
const apple = { kind: 'open', agent: 'Mozilla/5.0', from: '2a02:26f7:b3c0:4000::17' } as const;
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36';
const appleMail = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const gmail = 'Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)';
const yahoo = 'YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html';
const gmailPrefetch =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/42.0.2311.135 Safari/537.36 Edge/12.246 Mozilla/5.0';

function tell({ agent = chrome, from = home, headers = {}, ...request }: Sent, openers = withList): Told {
  const all: Readonly<Record<string, string>> = { 'user-agent': agent, ...headers };
  return openers({
    kind: 'open',
    decoy: false,
    sentAt: null,
    at: noon,
    address: parseAddress(from),
    header: (name) => all[name],
    ...request,
  });
}

const caught: readonly (readonly [OpenerRule, string, Sent, typeof withList])[] = [
  ['decoy', 'a click on the hidden link', { kind: 'click', decoy: true }, withList],
  ['apple_prefetch', 'Apple’s proxy by IPv6', apple, withList],
  ['apple_prefetch', 'Apple’s proxy by IPv4', { ...apple, from: '172.224.226.31' }, withList],
  ['apple_prefetch_probable', 'Apple’s proxy without its list', apple, withoutList],
  ['gmail_prefetch', 'Gmail before its reader', { agent: gmailPrefetch, from: '66.249.84.1' }, withList],
  ['gmail_proxy', 'Gmail’s image proxy', { agent: gmail, from: '66.249.84.1' }, withList],
  ['yahoo_proxy', 'Yahoo’s image proxy', { agent: yahoo, from: '98.137.64.9' }, withList],
  ['gateway_range', 'Microsoft 365', { kind: 'click', from: '40.107.22.5' }, withList],
  ['gateway_range', 'Microsoft 365 by IPv6', { kind: 'click', from: '2a01:111:f403:c100::2' }, withList],
  ['gateway_range', 'Mimecast', { kind: 'open', from: '207.211.31.100' }, withList],
  ['gateway_range', 'Symantec', { kind: 'click', from: '67.219.246.9' }, withList],
  ['gateway_range', 'Proofpoint', { kind: 'click', from: '148.163.139.74' }, withList],
  ['gateway_range', 'Barracuda', { kind: 'click', from: '209.222.82.30' }, withList],
  ['gateway_range', 'Hornetsecurity', { kind: 'click', from: '94.100.136.20' }, withList],
  ['gateway_range', 'Cloudflare', { kind: 'click', from: '104.30.33.8' }, withList],
  ['scanner_agent', 'Office', { kind: 'click', agent: 'Microsoft Office Existence Discovery' }, withList],
  ['scanner_agent', 'Barracuda', { kind: 'click', agent: 'Barracuda Sentinel (EE)' }, withList],
  ['scanner_agent', 'Proofpoint', { kind: 'click', agent: 'Mozilla/5.0 (compatible; Proofpoint)' }, withList],
  ['scanner_agent', 'Cisco', { kind: 'click', agent: 'CiscoSecureEmail/1.0' }, withList],
  ['scanner_agent', 'Google', { kind: 'click', agent: 'Google-Safety' }, withList],
  ['bot_agent', 'a script', { kind: 'click', agent: 'python-requests/2.32.3' }, withList],
  ['bot_agent', 'curl', { kind: 'click', agent: 'curl/8.5.0' }, withList],
  [
    'bot_agent',
    'a link preview',
    { kind: 'click', agent: 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' },
    withList,
  ],
  ['bot_agent', 'no agent', { agent: '' }, withList],
  [
    'speculative',
    'a prefetch',
    { kind: 'click', headers: { 'sec-purpose': 'prefetch;prerender' } },
    withList,
  ],
  ['too_fast', 'a click as the mail leaves', { kind: 'click', sentAt: noon - 2_000 }, withList],
  ['too_fast', 'a click before our clock', { kind: 'click', sentAt: noon + 2_000 }, withList],
];

describe('openers', () => {
  test.each(caught)('%s: %s', (rule, _, request, openers) => {
    expect(tell(request, openers)).toEqual({ opener: openerRules[rule].opener, rule });
  });

  test('every rule but the one that takes several requests has an example', () => {
    const rules = caught.map(([rule]) => rule);
    expect([...new Set(rules), 'burst']).toEqual(OpenerRule.options);
  });

  test.each<readonly [string, Sent, OpenerRule | null]>([
    ['an open of a mail that has a hidden link', { kind: 'open', decoy: true }, null],
    ['a Mac behind Apple’s agent', { ...apple, agent: appleMail }, null],
    ['more behind Apple’s agent', { ...apple, agent: 'Mozilla/5.0 (Macintosh)' }, 'bot_agent'],
    ['a space behind Apple’s agent', { ...apple, agent: 'Mozilla/5.0 ' }, null],
    ['a reader by iCloud Private Relay', { ...apple, agent: chrome }, null],
    ['Apple’s agent beside its list', { ...apple, from: '172.224.226.32' }, 'bot_agent'],
    ['Apple’s agent on a link', { ...apple, kind: 'click' }, 'bot_agent'],
    ['an old Edge', { agent: gmailPrefetch.replace(' Mozilla/5.0', '') }, null],
    ['an image proxy’s name on a link', { kind: 'click', agent: gmail }, 'bot_agent'],
    ['beside Microsoft 365', { kind: 'click', from: '40.94.0.1' }, null],
    ['a mailbox of Exchange Online', { from: '40.96.1.1' }, null],
    ['beside Mimecast', { kind: 'click', from: '207.211.31.128' }, null],
    ['an unknown address', { from: 'unknown' }, null],
    ['a click 2,001 ms after sending', { kind: 'click', sentAt: noon - 2_001 }, null],
    ['a click 2,001 ms before our clock', { kind: 'click', sentAt: noon + 2_001 }, null],
    ['an open as the mail leaves', { kind: 'open', sentAt: noon }, null],
    ['a click without a time of sending', { kind: 'click', sentAt: null }, null],
    ['a purpose that is none', { kind: 'click', headers: { 'sec-purpose': 'navigate' } }, null],
  ])('%s', (_, request, rule) => {
    expect(tell(request)).toEqual({ opener: rule === null ? 'direct' : openerRules[rule].opener, rule });
  });

  test('the first rule wins', () => {
    expect(tell({ kind: 'click', decoy: true, from: '40.107.22.5', agent: 'curl/8.5.0' }).rule).toBe('decoy');
    expect(tell({ kind: 'click', from: '40.107.22.5', agent: 'curl/8.5.0' }).rule).toBe('gateway_range');
    expect(tell({ kind: 'click', agent: 'curl/8.5.0', sentAt: noon }).rule).toBe('bot_agent');
  });

  test('a list that has come in the meantime counts', () => {
    let list: typeof appleEgress | null = null;
    const openers = createOpeners({ appleEgress: () => list, gateways });
    expect(tell(apple, openers).rule).toBe('apple_prefetch_probable');
    list = appleEgress;
    expect(tell(apple, openers).rule).toBe('apple_prefetch');
  });
});

describe('mail programs are their readers’ own', () => {
  test.each([
    [
      'Outlook for Windows',
      'Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; WOW64; Trident/7.0; Microsoft Outlook 16.0.4266; ms-office; MSOffice 16)',
    ],
    ['Outlook for Windows, short', 'Mozilla/4.0 (compatible; ms-office; MSOffice 16)'],
    [
      'Outlook of Microsoft 365',
      'Microsoft Office/16.0 (Windows NT 10.0; Microsoft Outlook 16.0.17628; Pro)',
    ],
    ['Outlook for Mac', 'MacOutlook/16.86.24060916 (Intelx64 Mac OS X Version 14.5)'],
    ['Outlook for iOS', 'Outlook-iOS/723.4027091.prod.iphone (4.28.0)'],
    ['Outlook for iOS, short', 'Outlook-iOS/2.0'],
    ['Outlook for Android, short', 'Outlook-Android/2.0'],
    ['Windows Mail', 'WindowsMail/16005'],
    ['Thunderbird', 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.5.0'],
    [
      'Apple Mail',
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)',
    ],
    [
      'Apple Mail for iOS',
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148',
    ],
    ['Apple Mail by CFNetwork', 'Mail/3696.120.41.1.1 CFNetwork/1335.0.3 Darwin/21.6.0'],
    ['Lotus Notes', 'Mozilla/4.0 (compatible; Lotus-Notes/6.0; Windows-NT)'],
    [
      'a web view, as of Samsung Email and K-9',
      'Mozilla/5.0 (Linux; Android 14; SM-S921B Build/UP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/125.0.6422.165 Mobile Safari/537.36',
    ],
    ['Airmail', 'Airmail 5.6'],
    ['eM Client', 'eM Client/9.2.2093'],
    ['Mailspring', 'Mailspring/1.10.8'],
    ['BlueMail', 'BlueMail/1.140.8'],
    ['Foxmail', 'Foxmail/7.2.25'],
    ['Mail Master', 'MailMaster_Android_Mobile/7.14.2'],
    ['NAVER Mail', 'NaverMailApp/2.4.1'],
    ['Yahoo Mail', 'Yahoo%20Mail/51000 CFNetwork/1410.0.3 Darwin/22.6.0'],
    ['Postbox', 'Postbox/7.0.60'],
  ])('%s', (_, agent) => {
    expect(tell({ agent })).toEqual({ opener: 'direct', rule: null });
    expect(tell({ agent, kind: 'click' })).toEqual({ opener: 'direct', rule: null });
  });
});
