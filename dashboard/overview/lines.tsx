import { type Answer, refused } from '../api.ts';
import { format } from '../format.ts';
import { messages } from '../messages.ts';
import type { Shown } from './use-look.ts';

const isReason = (name: string): name is keyof typeof messages.dropReasons =>
  Object.hasOwn(messages.dropReasons, name);

/** Share of pageviews that were counted without any identifier, in percent; null where it is not known. */
function withoutIdentity(answer: Answer | undefined): number | null {
  if (!answer || refused(answer)) return null;
  let all = 0;
  let optedOut = 0;
  for (const row of answer.results) {
    all += row.metrics[0] ?? 0;
    if (row.dimensions[0] === 'opted-out') optedOut += row.metrics[0] ?? 0;
  }
  return all > 0 ? (100 * optedOut) / all : null;
}

function Dropped({ answer }: { answer: Answer | undefined }) {
  if (!answer || refused(answer)) return null;
  const rows = answer.results.filter((row) => (row.metrics[0] ?? 0) > 0);
  const total = rows.reduce((sum, row) => sum + (row.metrics[0] ?? 0), 0);
  return (
    <details>
      <summary>{messages.lines.dropped(format.whole(total), format.isOne(total))}</summary>
      <p>{messages.lines.droppedAbout}</p>
      <table class="plain">
        <tbody>
          {rows.map((row) => {
            const reason = row.dimensions[0] ?? '';
            return (
              <tr key={reason}>
                <th scope="row">{isReason(reason) ? messages.dropReasons[reason] : reason}</th>
                <td>{format.figure('dropped', row.metrics[0] ?? null)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}

/** How the server's note begins that says how counts are rounded: it bears on every figure, so it is not folded away. */
const ofRounding = /^Counts are rounded/;

/** What the server says about its figures, once each. */
function notesOf(shown: Shown): string[] {
  const { totals, trend, panels } = shown.answers;
  const results = [totals, trend, ...panels.map((panel) => panel.answer)].filter(
    (answer) => answer !== undefined,
  );
  return [...new Set(results.flatMap((answer) => (refused(answer) ? [] : answer.meta.notes)))];
}

/** What the figures above leave out, and how they came about. */
export function Lines({ shown, timezone }: { shown: Shown | null; timezone: string }) {
  if (!shown) return null;
  const { identity, dropped } = shown.answers;
  const share = withoutIdentity(identity);
  const notes = notesOf(shown);
  const rounding = notes.find((note) => ofRounding.test(note));
  return (
    <section class="lines" aria-labelledby="lines">
      <h2 id="lines">{messages.lines.notesAbout}</h2>
      {rounding && <p class="words">{rounding}</p>}
      {share !== null && (
        <details>
          <summary>{messages.lines.identity(format.percent(share))}</summary>
          <p>{messages.lines.identityAbout}</p>
        </details>
      )}
      <Dropped answer={dropped} />
      {[identity, dropped].some((answer) => answer && refused(answer)) && (
        <p class="words">{messages.lines.byDay}</p>
      )}
      <details>
        <summary>{messages.lines.notes}</summary>
        <ul>
          {notes
            .filter((note) => note !== rounding)
            .map((note) => (
              <li key={note}>{note}</li>
            ))}
          <li>{messages.lines.timezone(timezone)}</li>
        </ul>
      </details>
    </section>
  );
}
