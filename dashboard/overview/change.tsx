import type { Metric } from '../../schema/query.ts';
import { format } from '../format.ts';
import { messages } from '../messages.ts';
import { beforeOf } from '../questions.ts';
import type { Shown } from './use-look.ts';

/** How the server's notes begin that say what is not compared. */
const saysWhy = /^(There is no comparison|How today compares|Kept by day, not by hour)/;

/** Why an answer has nothing to compare its figures with. */
function withoutComparison({ look }: Shown, notes: readonly string[]): string {
  if (look.comparison !== 'whole') return messages.figures.beforeFirstDay;
  return notes.find((note) => saysWhy.test(note)) ?? messages.figures.notCompared;
}

/**
 * How far a figure moved: arrow, sign and colour say it together; the figure before stands in the hint. Where the figure
 * before is not known, a dash and the reason; where nothing is compared, nothing.
 */
export function Change({
  metric,
  now,
  before,
  shown,
  notes,
}: {
  metric: Metric;
  now: number | null;
  before: number | null | undefined;
  shown: Shown;
  /** Of the answer that the figure is from. */
  notes: readonly string[];
}) {
  const { comparison } = shown.look;
  if (comparison === 'none') return <span class="change" />;
  const known = beforeOf(comparison, before);
  const change = format.change(metric, now, known);
  if (!change)
    return (
      <span
        class="change"
        title={now === null ? messages.figures.nothingNow : withoutComparison(shown, notes)}
      >
        {messages.figures.unknown}
      </span>
    );
  const { direction, mood, text } = change;
  return (
    <span class={`change ${mood}`} title={messages.figures.before(format.figure(metric, known))}>
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
