import type { Metric } from '../../schema/query.ts';
import { format } from '../format.ts';
import { messages } from '../messages.ts';

/** How far a figure moved: arrow, sign and colour say it together; the figure before stands in the hint. */
export function Change({
  metric,
  now,
  before,
}: {
  metric: Metric;
  now: number | null;
  before: number | null | undefined;
}) {
  const change = before === undefined ? null : format.change(metric, now, before);
  if (!change) return <span class="change" />;
  const { direction, mood, text } = change;
  return (
    <span class={`change ${mood}`} title={messages.figures.before(format.figure(metric, before ?? null))}>
      {direction !== 'same' && (
        <>
          <span class={`arrow ${direction}`} aria-hidden="true" />
          <span class="unseen">{direction === 'up' ? messages.figures.up : messages.figures.down} </span>
        </>
      )}
      {text}
    </span>
  );
}
