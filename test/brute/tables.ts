import type { Channel, Device } from '../../schema/dimensions.ts';

/** What visitors bring along, and what it means, written down by hand: the brute force parses nothing. */

export interface AgentEntry {
  readonly userAgent: string;
  /** Client hints that the browser sends besides. */
  readonly hints?: Readonly<Record<string, string>>;
  readonly device: Device;
  readonly browser: string;
  readonly browser_version: string;
  readonly os: string;
  readonly os_version: string;
  /** Widths of its window in CSS pixels; null: not sent. */
  readonly widths: readonly (number | null)[];
}

const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0';

export const agents: readonly AgentEntry[] = [
  {
    userAgent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36`,
    device: 'Desktop',
    browser: 'Chrome',
    browser_version: 'Chrome 126',
    os: 'Windows',
    os_version: 'Windows 10',
    widths: [1_440, 1_919, 1_920, 2_560],
  },
  {
    userAgent: `Mozilla/5.0 (Windows NT 10.0; WOW64) ${chrome} Safari/537.36`,
    hints: {
      'sec-ch-ua': '"Chromium";v="126", "Google Chrome";v="126", "Not/A)Brand";v="8"',
      'sec-ch-ua-mobile': '?0',
      'sec-ch-ua-platform': '"Windows"',
      'sec-ch-ua-platform-version': '"15.0.0"',
    },
    device: 'Desktop',
    browser: 'Chrome',
    browser_version: 'Chrome 126',
    os: 'Windows',
    os_version: 'Windows 11',
    widths: [1_024, 1_439],
  },
  {
    userAgent: `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${chrome} Safari/537.36 Edg/126.0.2592.68`,
    device: 'Desktop',
    browser: 'Edge',
    browser_version: 'Edge 126',
    os: 'Windows',
    os_version: 'Windows 10',
    widths: [1_280, null],
  },
  {
    userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
    device: 'Desktop',
    browser: 'Firefox',
    browser_version: 'Firefox 127',
    os: 'Linux',
    os_version: 'Linux',
    widths: [1_366, 1_023],
  },
  {
    userAgent:
      'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15',
    device: 'Desktop',
    browser: 'Safari',
    browser_version: 'Safari 17',
    os: 'macOS',
    os_version: 'macOS 10.15',
    widths: [1_512, 1_728],
  },
  {
    userAgent:
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
    device: 'Mobile',
    browser: 'Safari',
    browser_version: 'Safari 17',
    os: 'iOS',
    os_version: 'iOS 17.5',
    widths: [390, 479],
  },
  {
    userAgent:
      'Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.6 Mobile/15E148 Safari/604.1',
    device: 'Tablet',
    browser: 'Safari',
    browser_version: 'Safari 16',
    os: 'iOS',
    os_version: 'iOS 16.6',
    widths: [768, 1_024],
  },
  {
    userAgent:
      'Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/125.0.6422.165 Mobile Safari/537.36',
    device: 'Mobile',
    browser: 'Chrome',
    browser_version: 'Chrome 125',
    os: 'Android',
    os_version: 'Android 14',
    widths: [412, 480, 767],
  },
];

export const botAgent = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

/** How a visit finds the site: the referrer that the browser gives, and the query of the first page's address. */
export interface Arrival {
  readonly referrer: string | null;
  readonly query: string;
  readonly source: string;
  readonly channel: Channel;
  /** Left out: none. */
  readonly from?: string;
  readonly tags?: Readonly<
    Partial<Record<'utm_medium' | 'utm_source' | 'utm_campaign' | 'utm_term' | 'utm_content', string>>
  >;
}

const direct = { source: 'Direct / None', channel: 'Direct' } as const;

export const arrivals: readonly Arrival[] = [
  { referrer: null, query: '', ...direct },
  { referrer: '', query: '', ...direct },
  { referrer: 'http://localhost:3000/x', query: '', ...direct },
  {
    referrer: 'https://www.google.com/',
    query: '',
    source: 'Google',
    channel: 'Organic Search',
    from: 'google.com',
  },
  {
    referrer: 'https://www.google.com/search?q=secret',
    query: '',
    source: 'Google',
    channel: 'Organic Search',
    from: 'google.com/search',
  },
  {
    referrer: 'https://duckduckgo.com/',
    query: '',
    source: 'DuckDuckGo',
    channel: 'Organic Search',
    from: 'duckduckgo.com',
  },
  {
    referrer: 'https://www.facebook.com/',
    query: '',
    source: 'Facebook',
    channel: 'Organic Social',
    from: 'facebook.com',
  },
  {
    referrer: 'https://chatgpt.com/',
    query: '',
    source: 'ChatGPT',
    channel: 'AI Assistants',
    from: 'chatgpt.com',
  },
  {
    referrer: 'https://blog.partner.example/post',
    query: '',
    source: 'blog.partner.example',
    channel: 'Referral',
    from: 'blog.partner.example/post',
  },
  {
    referrer: null,
    query: '?utm_source=newsletter&utm_medium=email&utm_campaign=spring',
    source: 'newsletter',
    channel: 'Email',
    tags: { utm_source: 'newsletter', utm_medium: 'email', utm_campaign: 'spring' },
  },
  {
    referrer: null,
    query: '?utm_source=newsletter&utm_medium=email&utm_campaign=summer&utm_content=button',
    source: 'newsletter',
    channel: 'Email',
    tags: { utm_source: 'newsletter', utm_medium: 'email', utm_campaign: 'summer', utm_content: 'button' },
  },
  {
    referrer: 'https://www.google.com/',
    query: '?utm_source=google&utm_medium=cpc&utm_campaign=spring&utm_term=shoes',
    source: 'Google',
    channel: 'Paid Search',
    from: 'google.com',
    tags: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'spring', utm_term: 'shoes' },
  },
  {
    referrer: 'https://www.facebook.com/',
    query: '?utm_source=facebook&utm_medium=paid_social&utm_campaign=launch',
    source: 'Facebook',
    channel: 'Paid Social',
    from: 'facebook.com',
    tags: { utm_source: 'facebook', utm_medium: 'paid_social', utm_campaign: 'launch' },
  },
  {
    referrer: 'https://blog.partner.example/post',
    query: '?utm_source=partner&utm_medium=affiliate',
    source: 'partner',
    channel: 'Affiliates',
    from: 'blog.partner.example/post',
    tags: { utm_source: 'partner', utm_medium: 'affiliate' },
  },
  {
    referrer: null,
    query: '?utm_source=banner&utm_medium=display&utm_campaign=launch',
    source: 'banner',
    channel: 'Display',
    tags: { utm_source: 'banner', utm_medium: 'display', utm_campaign: 'launch' },
  },
];

export const languages: readonly { readonly header: string | null; readonly tag: string }[] = [
  { header: 'de-DE,de;q=0.9,en;q=0.8', tag: 'de' },
  { header: 'en-US,en;q=0.5', tag: 'en' },
  { header: 'en-NZ', tag: 'en' },
  { header: 'zh-Hant-TW,zh;q=0.8', tag: 'zh' },
  { header: 'ne', tag: 'ne' },
  { header: null, tag: '(unknown)' },
];

/** Minutes east of UTC as the reports show them. */
export function offsetLabel(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (whole: number) => String(whole).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
