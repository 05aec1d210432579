/**
 * User-Agent Client Hints (https://wicg.github.io/ua-client-hints/): since Chromium froze its agent string,
 * the only way to tell Brave from Chrome and Windows 11 from 10.
 */
export interface Hints {
  readonly browser: { readonly name: string; readonly major: string } | undefined;
  readonly os: string | undefined;
  readonly osVersion: string | undefined;
  /** null: not said. */
  readonly mobile: boolean | null;
}

/** Brands that name a product. Others (Chromium, and the made-up ones of GREASE) are not listed, hence ignored. */
const brands: Readonly<Record<string, string>> = {
  'Google Chrome': 'Chrome',
  HeadlessChrome: 'Chrome',
  'Microsoft Edge': 'Edge',
  Opera: 'Opera',
  'Opera GX': 'Opera GX',
  Brave: 'Brave',
  Vivaldi: 'Vivaldi',
  YaBrowser: 'Yandex',
  Yandex: 'Yandex',
  'Samsung Internet': 'Samsung Browser',
  DuckDuckGo: 'DuckDuckGo',
  HuaweiBrowser: 'Huawei Browser',
  Whale: 'Whale',
};
const platforms: Readonly<Record<string, string>> = {
  Windows: 'Windows',
  macOS: 'macOS',
  Linux: 'Linux',
  Android: 'Android',
  iOS: 'iOS',
  'Chrome OS': 'Chrome OS',
  'Chromium OS': 'Chrome OS',
};

const names = [
  'sec-ch-ua',
  'sec-ch-ua-full-version-list',
  'sec-ch-ua-mobile',
  'sec-ch-ua-platform',
  'sec-ch-ua-platform-version',
] as const;
const most = 300;

/** The hints of a request: a text that is the same for the same hints, and what they say. */
export function readHints(header: (name: string) => string | undefined): {
  readonly key: string;
  read(): Hints;
} {
  const sent = names.map((name) => header(name)?.slice(0, most));
  const [brandList, fullList, mobile, platform, version] = sent;
  return {
    key: sent.some((value) => value !== undefined) ? sent.join('\n') : '',
    read() {
      const named = unquote(platform);
      // The client chooses the name: `constructor` must not find what every object has.
      const os = Object.hasOwn(platforms, named) ? platforms[named] : undefined;
      return {
        browser: brandOf(brandList) ?? brandOf(fullList),
        os,
        osVersion: os === undefined ? undefined : osVersionOf(os, unquote(version)),
        mobile: mobile === '?1' ? true : mobile === '?0' ? false : null,
      };
    },
  };
}

const unquote = (value: string | undefined): string => (value ?? '').replace(/^"(.*)"$/, '$1');

/** The first product in a list such as `"Chromium";v="126", "Microsoft Edge";v="126", "Not/A)Brand";v="8"`. */
function brandOf(list: string | undefined): Hints['browser'] {
  let chrome: Hints['browser'];
  for (const [, brand = '', major = ''] of (list ?? '').matchAll(/"([^"]{1,60})";v="(\d{1,5})[^"]*"/g)) {
    const name = Object.hasOwn(brands, brand) ? brands[brand] : undefined;
    if (name === undefined) continue;
    // Some list Google Chrome beside themselves, to be let in by pages that ask for it.
    if (name !== 'Chrome') return { name, major };
    chrome = { name, major };
  }
  return chrome;
}

/** Windows reports the version of an API: 13 and up are Windows 11, 1 to 10 are Windows 10 (Microsoft, "Detect Windows 11"). */
function osVersionOf(os: string, version: string): string | undefined {
  const major = Number.parseInt(version, 10);
  if (!(major > 0)) return undefined;
  if (os === 'Windows') return major >= 13 ? '11' : '10';
  return os === 'Linux' || os === 'Chrome OS' ? undefined : /^\d+(\.\d+)?/.exec(version)?.[0];
}
