import fc from 'fast-check';
import type { Fact } from '../../collector/track/fact.ts';
import type { Signal, Visitors } from './visitors.ts';

/** One step of a random run: time passes, then a signal comes, or a sweep. */
export interface Step {
  readonly after: number;
  readonly sweep: boolean;
  readonly signal: Signal;
}

/** Half an hour before a midnight in Berlin, so that short runs cross it. */
export const start = Date.parse('2026-06-10T21:30:00Z');
const minute = 60_000;

const few = (...names: string[]) => fc.constantFrom(...names);

export const anyStep: fc.Arbitrary<Step> = fc.record({
  after: fc.oneof(fc.nat(10 * minute), fc.nat(minute), fc.nat(50 * minute), fc.constant(240 * minute)),
  sweep: fc.integer({ min: 0, max: 5 }).map((roll) => roll === 0),
  signal: fc.record({
    who: few('a', 'b', 'c', 'd'),
    kind: fc.constantFrom('pageview', 'pageview', 'engagement', 'event'),
    event: few('pageview', 'Play', 'Buy'),
    page: fc.oneof(
      few('/', '/a', '/b'),
      fc.nat(40).map((page) => `/p${page}`),
    ),
    of: fc.record({ source: few('Google', 'Bing'), city: few('Ulm', 'Aalen'), screen: few('480–767') }),
    engaged: fc.nat(9_000),
    scroll: fc.nat(100),
    interactive: fc.boolean(),
    returning: fc.option(
      fc.record({
        lastVisit: fc.constantFrom(null, 1, 30),
        firstWeek: fc.constantFrom(20_605, 20_612),
      }),
      { nil: null },
    ),
  }),
});

/** What the step gives: its facts, or why the signal was dropped. */
export function play(v: Visitors, now: number, { sweep, signal }: Step): readonly Fact[] | string {
  if (sweep) return v.sweep(now);
  const named: Signal = signal.kind === 'pageview' ? { ...signal, event: 'pageview' } : signal;
  try {
    return v.send(now, named);
  } catch (error) {
    return String(error);
  }
}
