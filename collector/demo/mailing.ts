import type { Prepared, PrepareOptions } from '../../schema/mail.ts';
import { utcOffset } from '../time/calendar.ts';
import { letterHtml } from './letter-html.ts';
import { type Letter, letters } from './letters.ts';
import type { Uniform } from './random.ts';
import { domain, timezone } from './world.ts';

/** One letter as it went out. */
export interface Mailing {
  /** Also its links' utm_campaign. */
  readonly campaign: string;
  readonly letter: Letter;
  /** Day number. */
  readonly day: number;
  readonly sentAt: number;
  readonly delivered: number;
  /** The template before it was prepared. */
  readonly html: string;
  /** What may be followed, in the order of the text. */
  readonly links: readonly { readonly label: string; readonly target: string }[];
}

const everyDays = 14;
const thursday = 3;

/**
 * The letters of so many days, the first one first: every other Thursday at nine, the last one at least four days ago, so
 * that its curve is whole.
 *
 * @param days how many days, the last one being `today` (a day number)
 */
export function mailings(
  today: number,
  days: number,
  prepared: (options: PrepareOptions) => Prepared,
  uniform: Uniform,
): Mailing[] {
  const last = today - 4 - ((((today - 4 + 3 - thursday) % 7) + 7) % 7);
  const count = Math.floor(days / 15);
  return Array.from({ length: count }, (_, index) => {
    const letter = letters[(index + letters.length - (count % letters.length)) % letters.length] as Letter;
    const campaign = `letter-${String(index + 1).padStart(2, '0')}`;
    const day = last - everyDays * (count - 1 - index);
    const nine = day * 86_400_000 + 9 * 3_600_000;
    const html = letterHtml(letter);
    const { links } = prepared({
      site_id: domain,
      campaign,
      html,
      utm_source: 'newsletter',
      utm_medium: 'email',
      decoy: letter.decoy ?? false,
      ...(letter.token ? { token: '{{ .Subscriber.UUID }}' } : {}),
      ...(letter.sendTime ? { send_time: '{{ now | unixEpoch }}' } : {}),
    });
    return {
      campaign,
      letter,
      day,
      sentAt: nine - utcOffset(timezone, nine) + Math.floor(uniform() * 600_000),
      delivered: Math.round(1_450 + (1_500 * index) / Math.max(count, 12) + 90 * uniform()),
      html,
      links: links.flatMap(({ label, target }) => (label && target ? [{ label, target }] : [])),
    };
  });
}
