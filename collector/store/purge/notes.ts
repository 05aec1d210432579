import { loadCells, totalOf } from './cells.ts';
import { type Day, type Known, placeOf, rollupNamed } from './known.ts';
import type { MonthChange } from './months.ts';
import type { How, PurgeReport } from './target.ts';

/** What a purge cannot separate and what it estimates, in words. */
export function notesOf(
  day: Day,
  known: Known,
  report: Omit<PurgeReport, 'notes'>,
  months: readonly MonthChange[],
): string[] {
  const notes: string[] = [];
  const named = (how: How): string[] =>
    report.rollups.filter((loss) => loss.how === how && loss.rollup !== 'trend').map(({ rollup }) => rollup);
  const { stays } = report;
  if (stays.events > 0)
    notes.push(
      `${count(stays.events, 'pageview or event', 'pageviews and events')} of this value stay: visitors who opted out are counted by one dimension at a time and cannot be told apart.`,
    );
  notes.push(
    known.detail
      ? 'The day is kept by hour and several dimensions, so hours are exact; only how many visitors each hour had is estimated.'
      : 'The day is no longer kept by hour and several dimensions: its hours lose their part in proportion, which is an estimate.',
  );
  if (!known.detail && (known.dim === 'source' || known.dim === 'utm_campaign'))
    notes.push(
      'Whoever came twice that day, by this and another way, is taken out of the day’s visitors too.',
    );
  if (known.dim === 'page') {
    notes.push('How visits ended (bounces, durations, exit pages) is not kept by page and stays.');
    if (!known.detail)
      notes.push('Visits and visitors of the day stay: a page’s own are known, not whose visits they were.');
  }
  const inProportion = named('in proportion');
  if (inProportion.length > 0)
    notes.push(`Visitors or visits in proportion to what is known of the value: ${inProportion.join(', ')}.`);
  const toOther = named('to (other)');
  if (toOther.length > 0)
    notes.push(
      `Cannot be separated, and keep what remains of the day’s totals under “(other)”, where the value may have had a part: ${toOther.join(', ')}.`,
    );
  const goes = named('goes');
  if (goes.length > 0)
    notes.push(
      `Cannot be separated, and lose of that day whatever the value may have had a part in: ${goes.join(', ')}.`,
    );
  if (returning(day)) notes.push('Returning browsers (last_visit, first_week) cannot be separated and stay.');
  if (months.some(({ how }) => how === 'anew'))
    notes.push(
      'The month’s pairs are deleted, and folded again from its days by the next run of footfall jobs run fold.',
    );
  if (months.some(({ place, how }) => how === 'follows' && place.rollup.shape === 'pair'))
    notes.push('The month’s pairs are folded already: they lose the same where folding may have put it.');
  return notes;
}

const count = (number: number, one: string, many: string): string => `${number} ${number === 1 ? one : many}`;

const returning = (day: Day): boolean =>
  (['last_visit', 'first_week'] as const).some(
    (dim) => Object.keys(totalOf(loadCells(day.db, placeOf(day, rollupNamed(dim))).values())).length > 0,
  );
