/** Who visits the demo's shop, from where, and what there is to see. All invented; weights are relative. */

export const domain = 'trailhead.example';
export const timezone = 'Europe/Berlin';

export const goals = [
  { name: 'Purchase', event: 'Purchase' },
  { name: 'Newsletter', event: 'Newsletter' },
  { name: 'Looked at the cart', path: '/cart' },
];

export const countries = [
  [36, 'DE'],
  [9, 'AT'],
  [8, 'CH'],
  [14, 'US'],
  [7, 'GB'],
  [5, 'FR'],
  [5, 'NL'],
  [3, 'IT'],
  [3, 'ES'],
  [2, 'PL'],
  [2, 'SE'],
  [2, 'CA'],
  [1, 'AU'],
  [1, 'JP'],
  [1, 'BR'],
  [1, 'IN'],
] as const satisfies readonly (readonly [number, string])[];

export const languages: Record<string, string> = {
  DE: 'de-DE,de;q=0.9,en;q=0.7',
  AT: 'de-AT,de;q=0.9',
  CH: 'de-CH,de;q=0.9,fr;q=0.6',
  US: 'en-US,en;q=0.9',
  GB: 'en-GB,en;q=0.9',
  FR: 'fr-FR,fr;q=0.9',
  NL: 'nl-NL,nl;q=0.9,en;q=0.8',
  IT: 'it-IT,it;q=0.9',
  ES: 'es-ES,es;q=0.9',
  PL: 'pl-PL,pl;q=0.9',
  SE: 'sv-SE,sv;q=0.9',
  CA: 'en-CA,en;q=0.9,fr;q=0.5',
  AU: 'en-AU,en;q=0.9',
  JP: 'ja-JP,ja;q=0.9',
  BR: 'pt-BR,pt;q=0.9',
  IN: 'en-IN,en;q=0.9,hi;q=0.7',
};

/** Minutes east of UTC, as the browser would say. */
export const utcMinutes: Record<string, number> = {
  DE: 60,
  AT: 60,
  CH: 60,
  US: -300,
  GB: 0,
  FR: 60,
  NL: 60,
  IT: 60,
  ES: 60,
  PL: 60,
  SE: 60,
  CA: -300,
  AU: 600,
  JP: 540,
  BR: -180,
  IN: 330,
};

interface Browser {
  readonly agent: string;
  readonly width: readonly number[];
  /** One network for a phone on the road, several visits from one machine at home. */
  readonly mobile: boolean;
}

const desktop = [1280, 1366, 1440, 1536, 1680, 1920, 2560];
const phone = [360, 375, 390, 393, 412, 430];

export const browsers: readonly (readonly [number, Browser])[] = [
  [
    22,
    {
      agent:
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
      width: desktop,
      mobile: false,
    },
  ],
  [
    6,
    {
      agent:
        'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0',
      width: desktop,
      mobile: false,
    },
  ],
  [
    8,
    {
      agent:
        'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
      width: desktop,
      mobile: false,
    },
  ],
  [
    8,
    {
      agent:
        'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Safari/605.1.15',
      width: desktop,
      mobile: false,
    },
  ],
  [
    7,
    {
      agent: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0',
      width: desktop,
      mobile: false,
    },
  ],
  [
    3,
    {
      agent: 'Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0',
      width: desktop,
      mobile: false,
    },
  ],
  [
    2,
    {
      agent:
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
      width: desktop,
      mobile: false,
    },
  ],
  [
    23,
    {
      agent:
        'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
      width: phone,
      mobile: true,
    },
  ],
  [
    16,
    {
      agent:
        'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36',
      width: phone,
      mobile: true,
    },
  ],
  [
    4,
    {
      agent:
        'Mozilla/5.0 (Linux; Android 14; SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36',
      width: phone,
      mobile: true,
    },
  ],
  [
    2,
    {
      agent: 'Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0',
      width: phone,
      mobile: true,
    },
  ],
  [
    4,
    {
      agent:
        'Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1',
      width: [768, 820, 834, 1024],
      mobile: false,
    },
  ],
];

/** Crawlers call too; they are filtered out and counted as such. */
export const crawlers = [
  'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)',
  'Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)',
  'Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)',
];

const products = [
  'ridge-jacket',
  'scree-boots',
  'cirque-pack-32',
  'tarn-bottle',
  'col-trekking-poles',
  'alp-hut-bag',
  'cairn-headlamp',
  'moraine-gaiters',
];
/** In euros. */
export const prices: Readonly<Record<string, number>> = {
  'ridge-jacket': 189,
  'scree-boots': 209,
  'cirque-pack-32': 159,
  'tarn-bottle': 24,
  'col-trekking-poles': 79,
  'alp-hut-bag': 119,
  'cairn-headlamp': 49,
  'moraine-gaiters': 39,
};
const guides = [
  'first-overnight-hike',
  'layering',
  'reading-a-map',
  'huts-of-tyrol',
  'lightweight-in-ten-steps',
  'winter-day-hikes',
];

/** Where visits begin. */
export const entries: readonly (readonly [number, string])[] = [
  [30, '/'],
  ...products.map((name, index) => [8 / (index + 1) + 1, `/shop/${name}`] as const),
  ...guides.map((name, index) => [16 / (index + 1) + 1, `/guides/${name}`] as const),
  [5, '/shop'],
  [4, '/guides'],
  [2, '/about'],
  [1, '/old-catalogue-2019'],
];

export const notFound = new Set(['/old-catalogue-2019']);

/** Where a reader goes from a page of this kind. */
export function onward(page: string): readonly (readonly [number, string])[] {
  const shop = products.map((name, index) => [6 / (index + 1) + 1, `/shop/${name}`] as const);
  if (page === '/cart')
    return [
      [6, '/checkout'],
      [3, '/shop'],
      [1, '/shipping'],
    ];
  if (page === '/checkout') return [[1, '/thank-you']];
  if (page.startsWith('/shop/')) return [[3, '/cart'], [2, '/shop'], [1, '/shipping'], ...shop.slice(0, 4)];
  if (page.startsWith('/guides/'))
    return [[4, '/guides'], [3, '/shop'], ...guides.map((name) => [1.5, `/guides/${name}`] as const)];
  return [[6, '/shop'], [5, '/guides'], [2, '/about'], [1, '/newsletter'], ...shop];
}

export interface Origin {
  readonly referrer: string | null;
  readonly tags?: string;
}

/** How people find the shop; the weight may change with the day (0 is the first, 1 the last). */
export function origins(progress: number): readonly (readonly [number, Origin])[] {
  return [
    [34, { referrer: 'https://www.google.com/' }],
    [26, { referrer: null }],
    [5, { referrer: 'https://www.bing.com/' }],
    [5, { referrer: 'https://duckduckgo.com/' }],
    [2 + 10 * progress, { referrer: 'https://chatgpt.com/' }],
    [0.5 + 3 * progress, { referrer: 'https://www.perplexity.ai/' }],
    [5, { referrer: 'https://www.instagram.com/' }],
    [3, { referrer: 'https://www.youtube.com/' }],
    [3, { referrer: 'https://www.reddit.com/r/hiking/' }],
    [2, { referrer: 'https://alpineclub.example/partners' }],
    [2, { referrer: 'https://hutreport.example/gear' }],
    [
      7,
      {
        referrer: 'https://www.google.com/',
        tags: 'utm_source=google&utm_medium=cpc&utm_campaign=autumn-sale&utm_term=hiking+boots&gclid=x',
      },
    ],
    [
      3,
      {
        referrer: 'https://www.facebook.com/',
        tags: 'utm_source=facebook&utm_medium=paid-social&utm_campaign=autumn-sale&utm_content=carousel',
      },
    ],
  ];
}

export const launch: readonly (readonly [number, Origin])[] = [
  [5, { referrer: 'https://news.ycombinator.com/item?id=1' }],
  [2, { referrer: 'https://www.reddit.com/r/ultralight/' }],
  [2, { referrer: null }],
];

/** Visits by hour of the local day, and by day of the week from Monday. */
export const hours = [2, 1, 1, 1, 1, 2, 4, 6, 8, 9, 10, 10, 11, 10, 9, 9, 9, 10, 11, 13, 14, 12, 8, 4];
export const weekdays = [1.05, 1.0, 1.0, 1.0, 0.9, 1.05, 1.3];
