import { createHash } from 'node:crypto';
import { createTracker } from '../../collector/track/tracker.ts';
import { aSite } from './site.ts';
import { attributes } from './visitors.ts';

/**
 * Opens visits and prints what they take of heap and buffers, in bytes; run with --expose-gc as
 * `million.ts <visits> <sites>`. Three quarters have one pageview, the rest three, over 20,000 pages, 5,000 cities,
 * 2,000 agents and 3,000 sources.
 */
const visits = Number(process.argv[2]);
const count = Number(process.argv[3]);
const start = Date.parse('2026-06-10T12:00:00Z');
const sites = Array.from({ length: count }, (_, id) => aSite({ id }));

function used(): number {
  // Twice: buffers of what the first one collects are given back only then.
  global.gc?.();
  global.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const keyOf = (visitor: number) => createHash('sha256').update(String(visitor)).digest().subarray(0, 16);

const before = used();
const tracker = createTracker({ timeout: 30 * 60_000, siteOf: (id) => sites[id], memory: null });
let events = 0;
let spent = 0n;
for (let visitor = 0; visitor < visits; visitor++) {
  const site = sites[visitor % count] ?? aSite();
  const at = start + Math.floor(visitor / 1_000);
  const identity = { today: { day: Math.floor(start / 86_400_000), key: keyOf(visitor) }, yesterday: null };
  const of = {
    ...attributes,
    city: `City ${visitor % 4_999}`,
    region: `Region ${visitor % 200}`,
    browser_version: `Chrome ${visitor % 101}`,
    os_version: `Android ${visitor % 19}`,
    source: `source-${visitor % 2_999}.example`,
    referrer: `source-${visitor % 2_999}.example/path`,
    utm_campaign: visitor % 3 === 0 ? `campaign-${visitor % 97}` : '(none)',
    language: `l${visitor % 40}`,
  };
  for (let view = 0; view < (visitor % 4 === 0 ? 3 : 1); view++) {
    const event = {
      site,
      at,
      kind: 'pageview' as const,
      event: 'pageview',
      page: `/page/${(visitor * 7 + view * 13) % 19_997}`,
      hostname: 'example.com',
      attributes: of,
      props: [],
      revenue: null,
      engaged: 0,
      scroll: 0,
      interactive: true,
      status: 200,
      bytes: 1_000,
      returning: null,
      identity,
    };
    const begin = process.hrtime.bigint();
    tracker.track(event);
    spent += process.hrtime.bigint() - begin;
    events++;
  }
  // As the journal does, so that what could be undone is let go.
  if (visitor % 500 === 0) tracker.seal();
}
tracker.seal();
const bytes = used() - before;
const sweep = process.hrtime.bigint();
tracker.sweep(start + 10 * 60_000);
const swept = process.hrtime.bigint() - sweep;
const ms = (ns: bigint) => Number(ns) / 1e6;
console.log(
  JSON.stringify({
    visits,
    sites: count,
    bytes,
    eventUs: (ms(spent) * 1_000) / events,
    sweepMs: ms(swept),
    open: tracker.realtime(0, start).visits,
  }),
);
