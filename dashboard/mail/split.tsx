import type { CampaignSummary } from '../../schema/mail.ts';
import { format } from '../format.ts';
import { words } from './messages.ts';

export type Counts = CampaignSummary['opens'];
export const kinds = ['direct', 'proxied', 'machine'] as const;

/** Of people: direct and proxied. Machines are in no figure but their own. */
export const people = ({ direct, proxied }: Counts): number => direct + proxied;

/** Which colour is which kind, above a column of {@link Split}. */
export function SplitKeys() {
  return (
    <span class="split-keys">
      {kinds.map((kind) => (
        <span key={kind}>
          <span class={`swatch ${kind}`} aria-hidden="true" />
          {words.openers[kind].name}
        </span>
      ))}
    </span>
  );
}

/** Three numbers, never added up, and a bar of their parts. */
export function Split({ counts }: { counts: Counts }) {
  const all = kinds.reduce((sum, kind) => sum + counts[kind], 0);
  return (
    <span class="split">
      <span class="split-bar" aria-hidden="true">
        {kinds.map((kind) =>
          counts[kind] > 0 ? (
            <span key={kind} class={`part ${kind}`} style={{ flexGrow: counts[kind] / all }} />
          ) : null,
        )}
      </span>
      <span class="split-numbers">
        {kinds.map((kind) => (
          <span key={kind} class={counts[kind] === 0 ? 'muted' : undefined}>
            {format.whole(counts[kind])}
            <span class="unseen"> {words.openers[kind].name}; </span>
          </span>
        ))}
      </span>
    </span>
  );
}
