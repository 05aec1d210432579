import { mailLimits, type Opener, type OpenerRule } from '../../schema/mail.ts';

/** A click that was counted, as much of it as a correction needs. */
export interface Click {
  readonly at: number;
  /** Site-local hour that it was counted in. */
  readonly hour: number;
  readonly link: string;
  readonly opener: Opener;
  readonly rule: OpenerRule | null;
  /** It was its recipient's first one. */
  readonly unique: boolean;
  readonly recipient: Int32Array | null;
}

/** Readers remembered at once: a flood of them costs no more than this, and goes unnoticed as bursts. */
const most = 100_000;
/** Clicks remembered of one reader: a program that follows one link all the time costs no more than this. */
const mostClicks = 50;

/**
 * The clicks of the last seconds, by who made them: several links of one mail at once are a scanner's, and whoever follows
 * the hidden link is one too. In memory only; after a restart, or a batch that could not be written, it begins anew.
 */
export class Bursts {
  readonly #readers = new Map<string, { clicks: Click[]; rule: OpenerRule | null }>();

  /**
   * What a click of this reader is by now: the rule that it falls under besides its own, and the clicks before it that were
   * counted as a person's and were none.
   */
  judge(
    reader: string,
    click: Pick<Click, 'at' | 'link' | 'rule'>,
  ): { readonly rule: OpenerRule | null; readonly mistaken: readonly Click[] } {
    const seen = this.#readers.get(reader);
    if (!seen && click.rule !== 'decoy') return { rule: null, mistaken: [] };
    const clicks = (seen?.clicks ?? []).filter(({ at }) => click.at - at <= mailLimits.burstMs);
    const links = new Set([...clicks.map(({ link }) => link), click.link]);
    const before = seen && clicks.length > 0 ? seen.rule : null;
    const rule =
      click.rule === 'decoy' ? 'decoy' : (before ?? (links.size >= mailLimits.burstLinks ? 'burst' : null));
    const mistaken = rule === null ? [] : clicks.filter(({ opener }) => opener !== 'machine');
    if (seen) {
      seen.rule = rule;
      seen.clicks = clicks.map((one) =>
        mistaken.includes(one) ? { ...one, opener: 'machine' as const } : one,
      );
    }
    return { rule, mistaken };
  }

  /** Remembers a click as it was counted. */
  note(reader: string, click: Click): void {
    const seen = this.#readers.get(reader);
    if (seen) {
      seen.clicks.push(click);
      if (seen.clicks.length > mostClicks) seen.clicks.shift();
    } else if (this.#readers.size < most)
      this.#readers.set(reader, { clicks: [click], rule: click.rule === 'decoy' ? 'decoy' : null });
  }

  /** Forgets who has not clicked for so long that nothing more can come of it. */
  sweep(at: number): void {
    for (const [reader, { clicks }] of this.#readers) {
      const last = clicks.at(-1)?.at ?? 0;
      if (at - last > mailLimits.burstMs) this.#readers.delete(reader);
    }
  }

  clear(): void {
    this.#readers.clear();
  }
}
