import type { Dice } from '../brute/random.ts';
import { addDays, shownAt } from '../brute/wall.ts';
import type { Life } from './truth.ts';

/** Browsers as people have them, each with its own storage: what they send, and what really happened. */

export const zone = 'Europe/Berlin';
/** Days since 1970 of a date. */
const dayOf = (date: string): number => Date.parse(date) / 86_400_000;
const week = (date: string): number => dayOf(date) - ((dayOf(date) + 3) % 7);

/** What the tracker keeps: the dates of the first and of the last visit, in the site's calendar. */
interface Dates {
  readonly first: string;
  readonly last: string;
}

interface Browser {
  readonly id: number;
  /** Browsers of one number share address and agent. */
  readonly household: number;
  /** Share of the moments at which it visits. */
  readonly habit: number;
  /** Days by which its clock is wrong. */
  readonly wrong: number;
  /** Minutes from UTC where it is; the snippet tells it the site's timezone. */
  readonly away: number;
  consent: 'granted' | 'denied';
  optedOut: boolean;
  dates: Dates | null;
  life: Life | null;
  /** The date on which the collector has what the browser does not know to have arrived. */
  unanswered: string | null;
}

/** How a pageview ends: answered; counted, but the answer is lost; or lost on its way. */
type End = 'answered' | 'lost' | 'unreached';

/** A pageview that is on its way. */
interface Sent {
  readonly body: object;
  readonly headers: Readonly<Record<string, string>>;
  readonly reaches: boolean;
  /** To be called once the answer is there, or is not coming. */
  readonly settle: () => void;
}

export interface Fleet {
  readonly browsers: readonly Browser[];
  readonly lives: Life[];
  /** How often each kind of thing happened. */
  readonly happened: Map<string, number>;
  /** Every browser that visits at this moment, with one tab or two. */
  visits(at: number): Sent[];
  /** The last day is over: what is unanswered stays so. */
  end(): void;
}

export function createFleet(roll: Dice, count: number): Fleet {
  const lives: Life[] = [];
  const happened = new Map<string, number>();
  const note = (what: string) => happened.set(what, (happened.get(what) ?? 0) + 1);
  const browsers = Array.from(
    { length: count },
    (_, id): Browser => ({
      id,
      household: id < 12 ? Math.floor(id / 2) : id,
      // Those of which there is one of a kind come often enough to be seen.
      habit: id >= 20 && id <= 22 ? 0.15 : roll.pick([0.005, 0.02, 0.05, 0.15, 0.4]),
      wrong: id === 20 ? 1 : id === 21 ? -1 : 0,
      away: roll.pick([-600, -300, 0, 60, 330, 780]),
      consent: 'granted',
      optedOut: id === 22,
      dates: null,
      life: null,
      unanswered: null,
    }),
  );
  /** Who has said what of its dates behind an address today: another browser that says the same cannot be told apart. */
  let said = new Map<string, number>();
  let saidOn = '';

  /** What the collector has and the browser does not know is a visit of its own. */
  function forget(browser: Browser): void {
    if (browser.unanswered === null) return;
    note('day without an answer');
    if (browser.life) browser.life.forgotten.add(browser.unanswered);
    else lives.push({ born: browser.unanswered, days: new Set(), forgotten: new Set([browser.unanswered]) });
    browser.unanswered = null;
  }

  function lose(browser: Browser, why: string): void {
    if (browser.dates) note(why);
    forget(browser);
    browser.dates = null;
    browser.life = null;
  }

  /** What people do to their browsers from time to time. Never on the day on which it is new: it would be new twice. */
  function live(browser: Browser, today: string): void {
    if (browser.dates?.first === today || (browser.dates === null && browser.unanswered === today)) return;
    if (roll.chance(0.01)) lose(browser, 'storage cleared');
    if (roll.chance(0.01)) {
      browser.consent = browser.consent === 'granted' ? 'denied' : 'granted';
      if (browser.consent === 'denied') lose(browser, 'consent withdrawn');
    }
    if (browser.id !== 22 && roll.chance(browser.optedOut ? 0.1 : 0.005)) {
      browser.optedOut = !browser.optedOut;
      if (browser.optedOut) lose(browser, 'opted out');
    }
  }

  function visit(browser: Browser, at: number): Sent[] {
    const real = shownAt(zone, at).slice(0, 10);
    const today = addDays(real, browser.wrong);
    if (browser.unanswered !== null && browser.unanswered !== real) forget(browser);
    live(browser, today);
    if (browser.dates && dayOf(today) - dayOf(browser.dates.first) >= 395)
      lose(browser, 'thirteen months over');
    const { dates } = browser;
    const first = dates?.first ?? today;
    const due = browser.consent === 'granted' && dates?.last !== today;
    const fields = !due
      ? {}
      : dates
        ? { dy: dayOf(today), lv: dayOf(today) - dayOf(dates.last), fv: week(first) }
        : { dy: dayOf(today), ...(roll.chance(0.5) ? { fv: week(first) } : {}) };
    // Whoever opted out sends no dates; one that does all the same is not counted either.
    const tells = due && (!browser.optedOut || browser.id === 22);
    if (tells) {
      const name = `${browser.household} ${dates?.last ?? 'new'} ${week(first)}`;
      if ((said.get(name) ?? browser.id) !== browser.id) return [];
      said.set(name, browser.id);
    }
    const counts = tells && !browser.optedOut && browser.wrong === 0;
    const household = browsers.filter((other) => other.household === browser.household);
    if (counts && household.some((other) => other !== browser && other.life?.days.has(real)))
      note('two behind one address');

    const keep = (): void => {
      if (!tells) return;
      if (counts) {
        if (!browser.life) {
          browser.life = { born: today, days: new Set(), forgotten: new Set() };
          lives.push(browser.life);
          note('new');
        } else if (!browser.life.days.has(today)) note('returning');
        browser.life.days.add(today);
        browser.unanswered = null;
      } else note(browser.optedOut ? 'dates of an opted-out' : 'wrong clock');
      browser.dates = { first, last: today };
    };
    const send = (end: End): Sent => ({
      body: {
        n: 'pageview',
        u: `https://example.com/${roll.whole(1, 9)}`,
        z: browser.away,
        ...(browser.optedOut ? { o: 1 } : {}),
        ...(tells ? fields : {}),
      },
      headers: {
        'user-agent': `Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/${100 + browser.household}.0`,
        'x-forwarded-for': `192.0.2.${browser.household}`,
      },
      reaches: end !== 'unreached',
      settle() {
        if (end === 'answered') keep();
        else if (end === 'lost' && counts && !browser.life?.days.has(today)) browser.unanswered = today;
      },
    });
    const end = (): End => roll.weighted({ answered: 8, lost: 1, unreached: 1 });
    if (!tells || !roll.chance(0.3)) return [send(end())];
    note('two tabs');
    return [send(end()), send(end())];
  }

  return {
    browsers,
    lives,
    happened,
    visits(at) {
      const today = shownAt(zone, at).slice(0, 10);
      if (today !== saidOn) said = new Map();
      saidOn = today;
      const visiting = roll.some(
        browsers.filter(({ habit }) => roll.chance(habit)),
        browsers.length,
      );
      return visiting.flatMap((browser) => visit(browser, at));
    },
    end: () => browsers.forEach(forget),
  };
}
