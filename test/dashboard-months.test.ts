import { expect, test } from 'vitest';
import { answer } from '../collector/query/answer.ts';
import type { Answer, SiteInfo } from '../dashboard/api.ts';
import { refused } from '../dashboard/api.ts';
import { messages } from '../dashboard/messages.ts';
import { answersOf, lookAt } from '../dashboard/questions.ts';
import { commonReason, reasonOf } from '../dashboard/refusal.ts';
import { parseView, type View } from '../dashboard/view.ts';
import { Query } from '../schema/query.ts';
import { kept, memoryReader } from './support/memory-reader.ts';
import { aSite } from './support/site.ts';

/** What the page says of pairs that reach further back than their days, and that its way out is one. */

const now = Date.parse('2026-05-20T14:30:00Z');
const site: SiteInfo = { ...aSite({ createdAt: Date.parse('2025-01-10T09:00:00Z') }), receiving: true };

async function answersTo(view: View) {
  const look = lookAt(site, view, now);
  const given: Answer[] = await answer({
    queries: look.questions.map((question) => Query.parse(question)),
    site: aSite({ createdAt: site.createdAt }),
    now,
    read: memoryReader([]).read,
    ...kept,
    detailHours: 168,
  });
  return answersOf(look, given);
}
const errorOf = (given: Answer | undefined) => (given && refused(given) ? given.error : null);

test('91 days with a filter: the panels say why once, and its link answers them', async () => {
  const view = parseView('?period=91d&f=is,event:page,/', '28d');
  const { totals, trend, panels } = await answersTo(view);
  expect([errorOf(totals), errorOf(trend)]).toEqual([null, null]);
  const errors = panels.map((panel) => errorOf(panel.answer));
  const common = commonReason(errors, view);
  expect(common?.text).toBe('With page, the rest is kept by day for 60 days, before that by calendar month.');
  const [link, other] = common?.links ?? [];
  expect(link?.change).toEqual({ period: ['2026-03-01', '2026-05-19'], by: null });
  expect(other?.text).toBe('Without page');
  const shorter = await answersTo({ ...view, ...link?.change });
  expect(shorter.panels.map((panel) => errorOf(panel.answer))).not.toEqual(errors);
  expect(shorter.panels.filter((panel) => errorOf(panel.answer)?.message.includes('month'))).toEqual([]);
});

test('one panel says it in the server’s words', async () => {
  const view = parseView('?period=91d&f=is,event:page,/', '28d');
  const { panels } = await answersTo(view);
  const sources = panels.find(({ panel }) => panel === 'sources');
  const error = errorOf(sources?.answer);
  if (!error) throw new Error('answered');
  const { text, links } = reasonOf(error, { view, dimension: sources?.tab.dimension ?? null });
  expect(text).toMatch(
    /^(Page and \w+|\w+ and Page) are kept together by day for 60 days, before that by calendar month\.$/,
  );
  expect(links[0]?.text).toMatch(/1.*Mar.*19.*May|Mar.*1.*May.*19/);
});

test('a chart by weeks that days no longer reach leads to months', async () => {
  const view = parseView('?period=year&f=is,event:page,/&f=is,visit:source,Google', '28d');
  const { trend, totals } = await answersTo(view);
  expect(errorOf(totals)).toBeNull();
  const error = errorOf(trend);
  if (!error) throw new Error('answered');
  const { links } = reasonOf(error, { view, dimension: null });
  const months = links.find(({ text }) => text === messages.refusal.monthly);
  expect(months?.change).toEqual({ by: 'month' });
  expect(errorOf((await answersTo({ ...view, ...months?.change })).trend)).toBeNull();
});
