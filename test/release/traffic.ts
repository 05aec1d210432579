import { addMonths, dayOfDate } from '../../collector/time/calendar.ts';
import type { Fact } from '../../collector/track/fact.ts';
import { type Dice, dice } from '../brute/random.ts';
import { type Signal, visitors } from '../support/visitors.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const pages = Array.from({ length: 12 }, (_, index) => (index === 0 ? '/' : `/page-${index}`));

/** What visitors are like at a small site. */
const attributesOf = (roll: Dice): NonNullable<Signal['of']> => ({
  country: roll.weighted({ DE: 8, FR: 4, AT: 3, CH: 2, LI: 1 }),
  device: roll.weighted({ Desktop: 6, Mobile: 5, Tablet: 1 }),
  browser: roll.weighted({ Chrome: 6, Safari: 4, Firefox: 3 }),
  language: roll.weighted({ de: 8, fr: 4, en: 2 }),
  source: roll.weighted({ 'Direct / None': 5, Google: 4, Bing: 1 }),
});

/** The facts of a month at a small site, by the true track stage: `mean` visitors a day, some of whom opted out. */
export function monthOf(month: string, mean: number, seed: number): Fact[] {
  const roll = dice(seed);
  const first = dayOfDate(month);
  const until = addMonths(first, 1);
  const signals: { at: number; signal: Signal }[] = [];
  for (let day = first; day < until; day++)
    for (let index = roll.whole(0, 2 * mean); index > 0; index--) {
      const who = roll.chance(0.1) ? null : `visitor ${roll.chance(0.2) ? index : `${index} of ${day}`}`;
      const of = attributesOf(roll);
      let at = day * dayMs + roll.whole(0, 23) * hourMs + roll.whole(0, 1_000_000);
      for (let left = Number(roll.weighted({ 1: 5, 2: 3, 3: 2, 4: 1 })); left > 0; left--) {
        signals.push({ at, signal: { who, of, page: roll.pick(pages.slice(0, roll.whole(1, 12))) } });
        at += roll.whole(1_000, 300_000);
      }
    }
  return played(signals);
}

/** The facts of pageviews, with the sweeps that close visits and days. */
export function played(signals: readonly { readonly at: number; readonly signal: Signal }[]): Fact[] {
  const v = visitors();
  const facts: Fact[] = [];
  let swept = 0;
  for (const { at, signal } of [...signals].sort((one, other) => one.at - other.at)) {
    for (swept ||= at; swept < at; swept += hourMs) facts.push(...v.sweep(swept));
    facts.push(...v.send(at, { ...signal, event: 'pageview', kind: 'pageview' }));
  }
  return [...facts, ...v.sweep(swept + 2 * dayMs)];
}
