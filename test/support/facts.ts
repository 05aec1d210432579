import fc from 'fast-check';
import type { Fact } from '../../collector/track/fact.ts';
import { type DimensionName, propSeparator, visitDimensions } from '../../schema/dimensions.ts';
import type { Amounts } from '../../schema/measures.ts';

/** Facts as *track* writes them: each kind with the dimensions and amounts that it has, over few values. */

const few = (...names: string[]) => fc.constantFrom(...names);
const some = (max = 3) => fc.nat({ max });
const visit = fc.record(Object.fromEntries(visitDimensions.map((dim) => [dim, few(`${dim} a`, `${dim} b`)])));
const page = few('/', '/blog', '/blog/1');

type Kind = fc.Arbitrary<Pick<Fact, 'scope' | 'dims' | 'amounts' | 'optedOut'>>;
const kind = (
  scope: Fact['scope'],
  dims: Partial<Record<DimensionName, fc.Arbitrary<string>>>,
  amounts: Partial<Record<keyof Amounts, fc.Arbitrary<number>>>,
  ofVisit = true,
): Kind =>
  fc
    .record({ dims: fc.record(dims), visit: ofVisit ? visit : fc.constant({}), amounts: fc.record(amounts) })
    .map(({ dims: own, visit: attributes, amounts: given }) => ({
      scope,
      dims: { ...(ofVisit ? { visitor: 'identified' } : {}), ...attributes, ...own } as Fact['dims'],
      amounts: given,
    }));

const flags = {
  hour_first: some(1),
  day_first: some(1),
  acquisition_first: some(1),
  path_first: some(1),
  event_first: some(1),
  starts: some(1),
  entries: some(1),
  page_visits: some(1),
  event_visits: some(1),
};
const viewed = { page, hostname: few('a.test', 'b.test'), entry_page: page };
const ofHit = { pageviews: some(1), custom: some(1) };

const hit = kind(
  'web',
  { ...viewed, event: few('pageview', 'Signup'), status: few('200', '404') },
  { ...flags, ...ofHit, bytes: some(5_000) },
);
const engagement = kind('web', { page, entry_page: page }, { engaged: some(9_999), scroll: some(100) });
const close = kind(
  'web',
  { entry_page: page, exit_page: page },
  { closed: fc.constant(1), bounces: some(1), duration: some(99_999), views: some(9), exits: some(1) },
);
const goal = kind(
  'goal',
  { goal: few('Buy', 'Read'), page },
  { ...ofHit, goal_first: some(1), goal_visits: some(1) },
);
const sale = kind(
  'goal',
  { goal: few('Buy'), page, currency: few('EUR', 'JPY') },
  { ...ofHit, goal_first: some(1), goal_visits: some(1), revenue: some(9_999) },
);
const prop = kind(
  'prop',
  {
    prop: few('plan', 'plane').chain((key) =>
      few('free', 'pro', 'plan').map((value) => key + propSeparator + value),
    ),
    event: few('Signup', 'Buy'),
  },
  { ...ofHit, event_first: some(1) },
  false,
);
const revenue = kind(
  'revenue',
  { currency: few('EUR', 'JPY'), page, event: few('Buy') },
  { ...ofHit, revenue: some(9_999) },
);
const drop = kind('drop', { reason: few('bot', 'prefetch') }, { dropped: some(3) }, false);
const browser = kind('browser', { last_visit: few('new', '1', '30') }, { browsers: fc.constant(1) }, false);
const cohort = kind(
  'cohort',
  { first_week: few('2026-05-04', '2026-05-11') },
  { browsers: fc.constant(1) },
  false,
);
const letter = few('spring', 'summer');
const opener = few('direct', 'proxied', 'machine');
const opened = kind(
  'mail',
  { message: letter, opener },
  { opens: fc.constant(1), unique_opens: some(1) },
  false,
);
const clicked = kind(
  'mail',
  { message: letter, opener, link: few('a.test/', 'a.test/b'), rule: few('burst', 'scanner_agent') },
  { clicks: fc.constantFrom(1, 1, 1, -1), unique_clicks: some(1) },
  false,
);
/** Of mails, corrections among them. */
export const ofMails: readonly Kind[] = [opened, clicked];
const optedOut = kind(
  'web',
  {
    page,
    source: few('source a'),
    channel: few('channel b'),
    country: few('country a'),
    device: few('device b'),
    visitor: few('opted-out'),
  },
  ofHit,
  false,
).map((fact) => ({ ...fact, optedOut: true as const }));

/** Facts of one site in the hours from `from` to before `until`. */
export const factsBetween = (
  from: number,
  until: number,
  count: number,
  more: readonly Kind[] = [],
): fc.Arbitrary<Fact[]> =>
  fc.array(
    fc
      .tuple(
        fc.oneof(
          hit,
          hit,
          hit,
          engagement,
          close,
          close,
          goal,
          sale,
          prop,
          revenue,
          drop,
          browser,
          cohort,
          optedOut,
          ...more,
        ),
        fc.integer({ min: from, max: until - 1 }),
      )
      .map(([fact, hour]) => ({ site: 1, hour, ...fact })),
    { minLength: count, maxLength: count },
  );
