import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Returning } from '../collector/gate/admitted.ts';
import { createAgents } from '../collector/gate/agents.ts';
import { createGate } from '../collector/gate/gate.ts';
import { unknownPlace } from '../collector/gate/places.ts';
import { createSalts } from '../collector/gate/salts.ts';
import { parseBody } from '../collector/parse/parse.ts';
import { dayOfDate, weekOf } from '../collector/time/calendar.ts';
import { profiles } from '../schema/profiles.ts';
import { SiteSettings } from '../schema/site.ts';
import { aSite } from './support/site.ts';

const agents = createAgents(profiles.standard);
/** A Wednesday; in Auckland it has been Thursday for an hour. */
const at = Date.parse('2026-03-11T12:30:00Z');
const today = dayOfDate('2026-03-11');
const monday = dayOfDate('2026-03-09');

interface Sent {
  readonly settings?: object;
  readonly timezone?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a pageview with these fields says of its browser. Throws where the event is not let in as ever. */
function returning(
  fields: object,
  { settings, timezone = 'UTC', headers = {} }: Sent = {},
): Returning | null {
  const site = aSite({ timezone, settings: SiteSettings.parse({ returning: 'on', ...settings }) });
  const gate = createGate({
    sites: { find: () => site },
    salts: createSalts((bytes) => new Uint8Array(bytes)),
    places: () => unknownPlace,
    agents,
    profile: profiles.standard,
    trustProxy: 'none',
  });
  const [submitted] = parseBody(JSON.stringify({ n: 'pageview', u: 'https://example.com/', ...fields }));
  if (!submitted) throw new Error('nothing parsed');
  const all: Record<string, string> = { 'user-agent': 'Mozilla/5.0 (X11; Linux) Firefox/128.0', ...headers };
  const admitted = gate(submitted, 'example.com', { peer: '192.0.2.1', header: (name) => all[name] }, at);
  if ('dropped' in admitted) throw new Error(admitted.dropped);
  return admitted.returning;
}

const sent = { dy: today, lv: 9, fv: monday - 14 };

test('dates of the site’s calendar are let through', () => {
  expect(returning(sent)).toEqual({ lastVisit: 9, firstWeek: monday - 14 });
  expect(returning({ dy: today })).toEqual({ lastVisit: null, firstWeek: monday });
  expect(returning({ dy: today, lv: null, fv: monday })).toEqual({ lastVisit: null, firstWeek: monday });
  expect(returning(sent, { settings: { returning: 'consent' } })).not.toBeNull();
  const auckland = { timezone: 'Pacific/Auckland' };
  expect(returning({ ...sent, dy: today + 1 }, auckland)).not.toBeNull();
  expect(returning(sent, auckland)).toBeNull();
});

test.each<[string, object, Sent?]>([
  ['no day', { lv: 9, fv: monday - 14 }],
  ['a clock that is a day ahead', { ...sent, dy: today + 1 }],
  ['a clock that is a day behind', { ...sent, dy: today - 1 }],
  ['no pageview', { ...sent, n: 'Signup' }],
  ['a visit earlier today', { ...sent, lv: 0 }],
  ['a visit to come', { ...sent, lv: -1 }],
  ['a visit before dates are kept', { ...sent, lv: 396, fv: weekOf(today - 396) }],
  ['half a day', { ...sent, lv: 1.5 }],
  ['a first visit on no Monday', { ...sent, fv: monday - 13 }],
  ['a first visit in a week to come', { dy: today, fv: monday + 7 }],
  ['a first visit before dates are kept', { ...sent, lv: 1, fv: weekOf(today - 395) - 7 }],
  ['a first visit after the last one', { ...sent, fv: monday }],
  ['a first visit and no last one', { dy: today, fv: monday - 7 }],
  ['a last visit and no first one', { dy: today, lv: 9 }],
  ['a site that does not measure it', sent, { settings: { returning: 'off' } }],
  ['a signal to opt out', sent, { headers: { 'sec-gpc': '1' } }],
  ['an opt-out on the device', { ...sent, o: 1 }],
  // No settings that are let in, but what was stored before might be.
  ['an audience of children', sent, { settings: { audience: 'children' } }],
  ['nobody identified', sent, { settings: { identify: false } }],
])('%s: left out, and the pageview counts', (_why, fields, more) => {
  expect(returning(fields, more)).toBeNull();
});

test('whatever is sent, what is let through is possible', () => {
  const near = fc.integer({ min: -430, max: 30 });
  let through = 0;
  fc.assert(
    fc.property(fc.option(near), fc.option(near), (last, first) => {
      const lv = last === null ? null : 0 - last;
      const fv = first === null ? null : monday + 7 * Math.floor(first / 7);
      const given = returning({ dy: today, lv, fv });
      if (!given) return;
      through++;
      expect(given.lastVisit).toBe(lv);
      expect(Math.abs(given.firstWeek - monday) % 7).toBe(0);
      expect(given.firstWeek).toBeLessThanOrEqual(today - (lv ?? 0));
      expect(today - given.firstWeek).toBeLessThanOrEqual(395 + 6);
      expect(lv ?? 1).toBeGreaterThanOrEqual(1);
    }),
    { numRuns: 500 },
  );
  expect(through).toBeGreaterThan(20);
});
