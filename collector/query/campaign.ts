import { type CampaignReport, mailLimits, Opener, OpenerRule, openerRules } from '../../schema/mail.ts';
import { Query, type QueryResult } from '../../schema/query.ts';
import { zoneOf } from '../time/calendar.ts';
import { curveOf } from './campaign-curve.ts';
import {
  type Asking,
  byOpener,
  type Counts,
  dayOf,
  none,
  people,
  percent,
  roundingOf,
  rowsOf,
  type Said,
  summaryOf,
} from './campaign-figures.ts';
import { websiteOf } from './campaign-website.ts';

const isoOf = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());

/** All that is known of one mail; null where nothing was counted or said. */
export async function campaignReport(
  name: string,
  said: Said | null,
  asking: Asking,
): Promise<CampaignReport | null> {
  const { site, now, ask, remembers } = asking;
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
  const unique = rowsOf(uniques)[0]?.metrics ?? [];
  const summary = summaryOf(name, firstDay, said?.delivered ?? null, byOpener(counted, 0));
  return {
    ...summary,
    timezone: zoneOf(site, now),
    sent_at: isoOf(said?.sentAt ?? null),
    prepared_at: isoOf(said?.preparedAt ?? null),
    unique:
      (unique[0] ?? 0) + (unique[1] ?? 0) > 0
        ? { opens: unique[0] ?? 0, clicks: unique[1] ?? 0, days: mailLimits.uniqueDays }
        : null,
    links: linksOf(rowsOf(links)),
    rules: rulesOf(rowsOf(rules)),
    curve: await curveOf(name, said?.sentAt ?? null, countedDay, asking),
    website: await websiteOf(name, firstDay, asking),
    template: said?.template ?? false,
    notes: [
      ...notesOf(said, counted.length > 0),
      ...(summary.click_through !== null && summary.click_through > 100
        ? ['More links were followed than mails were delivered, by what was said: is the number right?']
        : []),
      ...((unique[0] ?? 0) + (unique[1] ?? 0) > 0 && !remembers
        ? ['After a restart of the collector recipients count anew, because FOOTFALL_RUNTIME_DIR is not set.']
        : []),
      ...roundingOf(openers),
    ],
  };
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

function notesOf(said: Said | null, counted: boolean): string[] {
  return [
    ...(said?.delivered === null || said === null
      ? ['How many mails were delivered was not said, so there are no rates of it.']
      : []),
    ...(counted ? [] : ['Nothing was counted yet.']),
    'Rates are of direct and proxied openers: what machines fetched is shown apart and left out.',
    'Mail programs that load no pictures are no opens, so clicks can be more than opens. Readers whose program fetches every picture beforehand (Apple Mail) count among the clicks of people, and their opens among those of machines: of them click-to-open is too high, and the share that opened too low.',
  ];
}
