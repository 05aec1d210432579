import {
  type CampaignReport,
  type CampaignSummary,
  mailLimits,
  Opener,
  OpenerRule,
  openerRules,
} from '../../schema/mail.ts';
import { Query, type QueryResult } from '../../schema/query.ts';
import type { Site } from '../../schema/site.ts';
import { dateOfDay, dayOfDate, localDay, localHour, monthOf, utcOffset, zoneOf } from '../time/calendar.ts';
import type { Refused } from './answer.ts';
import { hourLabel } from './labels.ts';

/** What its sender has said of a mail; times are ms since 1970. */
export interface Said {
  readonly name: string;
  readonly template: boolean;
  readonly preparedAt: number | null;
  readonly delivered: number | null;
  readonly sentAt: number | null;
}

interface Asking {
  readonly site: Site;
  /** ms since 1970. */
  readonly now: number;
  /** Whether recipients outlive a restart. */
  readonly remembers: boolean;
  /** Answers questions about the site, in their order. */
  readonly ask: (queries: readonly Query[]) => Promise<readonly (QueryResult | Refused)[]>;
}

const hourMs = 3_600_000;

type Counts = Record<Opener, number>;
const none = (): Counts => ({ direct: 0, proxied: 0, machine: 0 });
/** Opens and clicks of people: whatever a machine did is left out of every rate. */
const people = ({ direct, proxied }: Counts): number => direct + proxied;
const percent = (part: number, whole: number | null): number | null =>
  whole === null || whole === 0 ? null : Math.round((1_000 * part) / whole) / 10;

const rowsOf = (answered: QueryResult | Refused | undefined): QueryResult['results'] =>
  answered && 'results' in answered ? answered.results : [];
const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** Adds up rows of (…, opener) with opens and clicks. */
function byOpener(rows: QueryResult['results'], at: number): { opens: Counts; clicks: Counts } {
  const sums = { opens: none(), clicks: none() };
  for (const { dimensions, metrics } of rows) {
    const opener = Opener.safeParse(dimensions[at]);
    if (!opener.success) continue;
    sums.opens[opener.data] += metrics[0] ?? 0;
    sums.clicks[opener.data] += metrics[1] ?? 0;
  }
  return sums;
}

function summaryOf(
  campaign: string,
  firstDay: string | null,
  delivered: number | null,
  { opens, clicks }: { opens: Counts; clicks: Counts },
): CampaignSummary {
  return {
    campaign,
    first_day: firstDay,
    delivered,
    opens,
    clicks,
    click_through: percent(people(clicks), delivered),
    open_rate: percent(people(opens), delivered),
    click_to_open: percent(people(clicks), people(opens)),
  };
}

const dayOf = (site: Site, at: number | null): string | null =>
  at === null ? null : dateOfDay(localDay(zoneOf(site, at), at));

/** Every mail of which something was counted or said, the latest first. */
export async function campaignsOf(said: readonly Said[], { site, ask }: Asking): Promise<CampaignSummary[]> {
  const asked = {
    site_id: site.domain,
    metrics: ['opens', 'clicks'],
    date_range: 'all',
  };
  const [openers, days] = await ask([
    Query.parse({ ...asked, dimensions: ['mail:message', 'mail:opener'] }),
    Query.parse({ ...asked, dimensions: ['time:day', 'mail:message'], order_by: [['time:day', 'asc']] }),
  ]);
  const rows = new Map<string, QueryResult['results']>();
  for (const row of rowsOf(openers)) {
    const [message = ''] = row.dimensions;
    rows.set(message, [...(rows.get(message) ?? []), row]);
  }
  const firsts = new Map<string, string>();
  for (const { dimensions } of rowsOf(days)) {
    const [day = '', message = ''] = dimensions;
    if (!firsts.has(message)) firsts.set(message, day);
  }
  const names = new Set([...rows.keys(), ...said.map(({ name }) => name)]);
  return [...names]
    .map((name) => {
      const entry = said.find((one) => one.name === name);
      const [first = null] = [dayOf(site, entry?.sentAt ?? null), firsts.get(name) ?? null]
        .filter((day) => day !== null)
        .sort();
      return summaryOf(name, first, entry?.delivered ?? null, byOpener(rows.get(name) ?? [], 1));
    })
    .sort((one, other) => {
      const [a, b] = [one.first_day ?? '9999', other.first_day ?? '9999'];
      return a === b ? one.campaign.localeCompare(other.campaign) : a < b ? 1 : -1;
    });
}

/** All that is known of one mail; null where nothing was counted or said. */
export async function campaignReport(
  name: string,
  said: Said | null,
  { site, now, ask, remembers }: Asking,
): Promise<CampaignReport | null> {
  const zone = zoneOf(site, now);
  const today = localDay(zone, now);
  const ofMail = (metrics: string[], dimensions: string[], more: object = {}): Query =>
    Query.parse({
      site_id: site.domain,
      metrics,
      dimensions,
      date_range: 'all',
      filters: [['is', 'mail:message', [name]]],
      ...more,
    });
  const [openers, uniques, links, rules, days] = await ask([
    ofMail(['opens', 'clicks'], ['mail:opener']),
    ofMail(['unique_opens', 'unique_clicks'], []),
    ofMail(['clicks'], ['mail:link', 'mail:opener']),
    ofMail(['opens', 'clicks'], ['mail:rule']),
    ofMail(['opens', 'clicks'], ['time:day', 'mail:opener'], { order_by: [['time:day', 'asc']] }),
  ]);
  const counted = rowsOf(openers);
  if (said === null && counted.length === 0) return null;

  const sentDay = dayOf(site, said?.sentAt ?? null);
  const countedDay = rowsOf(days)[0]?.dimensions[0] ?? null;
  // What is said of the sending may be late, and its opens were there before.
  const [firstDay = null] = [sentDay, countedDay].filter((day) => day !== null).sort();
  const curve = await curveOf(countedDay);
  const unique = rowsOf(uniques)[0]?.metrics ?? [];
  return {
    ...summaryOf(name, firstDay, said?.delivered ?? null, byOpener(counted, 0)),
    timezone: zone,
    sent_at: isoOf(said?.sentAt ?? null),
    prepared_at: isoOf(said?.preparedAt ?? null),
    unique:
      (unique[0] ?? 0) + (unique[1] ?? 0) > 0
        ? { opens: unique[0] ?? 0, clicks: unique[1] ?? 0, days: mailLimits.uniqueDays }
        : null,
    links: linksOf(rowsOf(links)),
    rules: rulesOf(rowsOf(rules)),
    curve,
    website: await websiteOf(firstDay),
    template: said?.template ?? false,
    notes: [
      ...notesOf(said, counted.length > 0),
      ...((unique[0] ?? 0) + (unique[1] ?? 0) > 0 && !remembers
        ? ['After a restart of the collector recipients count anew, because FOOTFALL_RUNTIME_DIR is not set.']
        : []),
      ...roundingOf(openers),
    ],
  };

  /**
   * Each of the first hours: from the sending on, or from the first open or click of the day before it on, because what is
   * said of the sending may be late; where nothing is said, from the first one on.
   */
  async function curveOf(countedDay: string | null): Promise<CampaignReport['curve']> {
    const sentAt = said?.sentAt ?? null;
    const begin =
      sentAt !== null ? localDay(zoneOf(site, sentAt), sentAt) - 1 : countedDay && dayOfDate(countedDay);
    if (begin === null || begin === '') return [];
    const days = Math.ceil(mailLimits.curveHours / 24) + 1;
    const [hours] = await ask([
      ofMail(['opens', 'clicks'], ['time:hour', 'mail:opener'], {
        date_range: [dateOfDay(begin), dateOfDay(begin + days)],
      }),
    ]);
    const byHour = new Map<string, QueryResult['results']>();
    for (const row of rowsOf(hours)) {
      const [label = ''] = row.dimensions;
      byHour.set(label, [...(byHour.get(label) ?? []), row]);
    }
    const first = [...byHour.keys()].sort()[0];
    const counted = first === undefined ? null : momentOfHour(first);
    const start = sentAt === null ? counted : Math.min(sentAt, counted ?? sentAt);
    if (start === null) return [];
    const length = Math.min(mailLimits.curveHours, Math.floor((now - start) / hourMs) + 1);
    const labels = Array.from({ length: Math.max(0, length) }, (_, index) => {
      const at = start + index * hourMs;
      return hourLabel(localHour(zoneOf(site, at), at));
    });
    // The hour that is there twice when clocks go back is one bucket.
    return [...new Set(labels)].map((hour) => ({ hour, ...byOpener(byHour.get(hour) ?? [], 1) }));
  }

  /** The first moment of a local hour, by its label. */
  function momentOfHour(label: string): number {
    const hour = dayOfDate(label.slice(0, 10)) * 24 + Number(label.slice(11, 13));
    const near = hour * hourMs - utcOffset(zone, hour * hourMs);
    return hour * hourMs - utcOffset(zone, near);
  }

  /**
   * What came after on the website, by the campaign tag of the links. Pairs of older months are kept by whole months only:
   * what is refused from the first day on is asked from its month on, in which nobody came by these links before.
   */
  async function websiteOf(first: string | null): Promise<CampaignReport['website']> {
    const from = Math.min(first === null ? today : dayOfDate(first), today);
    const ofVisits = (since: number) => {
      const asked = (metrics: string[], dimensions: string[] = []): Query =>
        Query.parse({
          site_id: site.domain,
          metrics,
          dimensions,
          date_range: [dateOfDay(since), dateOfDay(today)],
          filters: [['is', 'visit:utm_campaign', [name]]],
        });
      return [
        asked(['visitors', 'visits']),
        asked(['engaged_time'], ['event:page']),
        asked(['visitors', 'events'], ['event:goal']),
        asked(['total_revenue'], ['event:currency']),
      ];
    };
    const fromDay = await ask(ofVisits(from));
    const refused = fromDay.some((answered) => 'error' in answered);
    const fromMonth = refused ? await ask(ofVisits(monthOf(from))) : fromDay;
    const [visits, engaged, goals, revenue] = fromDay.map((answered, index) =>
      'error' in answered ? (fromMonth[index] ?? answered) : answered,
    );
    const folded = [engaged, goals, revenue].some(
      (answered) => answered && 'results' in answered && answered.meta.folded !== undefined,
    );
    const total = rowsOf(visits)[0]?.metrics ?? [];
    return {
      visitors: total[0] ?? 0,
      visits: total[1] ?? 0,
      engaged_seconds:
        engaged && 'results' in engaged
          ? engaged.results.reduce((sum, { metrics }) => sum + (metrics[0] ?? 0), 0)
          : null,
      goals: rowsOf(goals).map(({ dimensions, metrics }) => ({
        goal: dimensions[0] ?? '',
        visitors: metrics[0] ?? 0,
        events: metrics[1] ?? 0,
      })),
      revenue: rowsOf(revenue).map(({ dimensions, metrics }) => ({
        currency: dimensions[0] ?? '',
        amount: metrics[0] ?? 0,
      })),
      notes: [
        ...new Set(
          [visits, engaged, goals, revenue].flatMap((answered) =>
            answered && 'error' in answered ? [answered.error.message] : [],
          ),
        ),
        ...(folded
          ? [
              'Of past months, what few visitors share stands under coarser values: some of it is missing here.',
            ]
          : []),
      ],
    };
  }
}

function linksOf(rows: QueryResult['results']): CampaignReport['links'] {
  const links = new Map<string, Counts>();
  for (const { dimensions, metrics } of rows) {
    const [link = '', opener] = dimensions;
    const parsed = Opener.safeParse(opener);
    if (!parsed.success) continue;
    const clicks = links.get(link) ?? none();
    clicks[parsed.data] += metrics[0] ?? 0;
    links.set(link, clicks);
  }
  const all = [...links.values()].reduce((sum, clicks) => sum + people(clicks), 0);
  return [...links]
    .map(([link, clicks]) => ({ link, clicks, share: percent(people(clicks), all) }))
    .sort((one, other) => people(other.clicks) - people(one.clicks) || one.link.localeCompare(other.link));
}

/** Every rule, also one that caught nothing: it was looked for. */
function rulesOf(rows: QueryResult['results']): CampaignReport['rules'] {
  return OpenerRule.options.map((rule) => {
    const { label, opener, probable } = openerRules[rule];
    const [opens = 0, clicks = 0] = rows.find(({ dimensions }) => dimensions[0] === rule)?.metrics ?? [];
    return { rule, label, opener, probable, caught: (opens ?? 0) + (clicks ?? 0) };
  });
}

/** What the answers themselves say of rounded counts. */
const roundingOf = (answered: QueryResult | Refused | undefined): string[] =>
  answered && 'results' in answered ? answered.meta.notes.filter((note) => /rounded/.test(note)) : [];

function notesOf(said: Said | null, counted: boolean): string[] {
  return [
    ...(said?.delivered === null || said === null
      ? ['How many mails were delivered was not said, so there are no rates of it.']
      : []),
    ...(counted ? [] : ['Nothing was counted yet.']),
    'Rates are of direct and proxied openers: what machines fetched is shown apart and left out.',
    'Mail programs that load no pictures are no opens; so clicks can be more than opens.',
  ];
}
