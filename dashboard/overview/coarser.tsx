import { type Answer, refused } from '../api.ts';
import { format } from '../format.ts';
import { messages } from '../messages.ts';
import { dimensionName } from '../refusal.ts';
import type { View } from '../view.ts';

/** How much of the figures above was folded into coarser values; nothing where nothing was. The reason is in the hint. */
export function Coarser({
  answer,
  view,
  dimension,
}: {
  answer: Answer | undefined;
  view: View;
  /** What the rows name; null where there are none. */
  dimension: string | null;
}) {
  if (!answer || refused(answer) || !answer.meta.folded) return null;
  const { share } = answer.meta.folded;
  const filtered = view.filters.map((filter) => filter[1]);
  const names = [...new Set([...(dimension ? [dimension] : []), ...filtered])].map(dimensionName);
  return (
    <p class="coarser" title={answer.meta.notes.find((note) => note.includes('coarser value'))}>
      {messages.panel.coarser(format.percent(share), filtered.length > 0 ? format.names(names) : null)}
    </p>
  );
}
