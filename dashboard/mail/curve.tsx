import { useEffect, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { CampaignReport } from '../../schema/mail.ts';
import { format } from '../format.ts';
import { useTheme } from '../use-theme.ts';
import { drawingOf, machineDrawing, machineOf, peopleDrawing } from './curve-drawing.ts';
import { words } from './messages.ts';
import { kinds, people } from './split.tsx';

type Hours = CampaignReport['curve'];

function Canvas(props: {
  hours: Hours;
  lines: ReturnType<typeof peopleDrawing>;
  small?: boolean;
  onPoint: (index: number | null) => void;
}) {
  const { hours, lines, small = false, onPoint } = props;
  const host = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  // The numbers stand for themselves; `theme` stands for the page's colours, which the drawing reads.
  const numbers = JSON.stringify(lines);
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const data: uPlot.AlignedData = [
      hours.map((_, index) => index),
      ...lines.map(({ values }) => [...values]),
    ];
    const plot = new uPlot(drawingOf({ element, hours: hours.length, lines, small, onPoint }), data, element);
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [numbers, theme]);
  return <div class={small ? 'canvas strip' : 'canvas'} ref={host} aria-hidden="true" />;
}

/** What the curve shows, in words. */
function inWords(hours: Hours): string {
  const said = words.campaign;
  const clicks = hours.map((hour) => people(hour.clicks));
  const all = clicks.reduce((sum, count) => sum + count, 0);
  if (all === 0) return said.curveNoClicks;
  let sum = 0;
  const half =
    clicks.findIndex((count) => {
      sum += count;
      return sum * 2 >= all;
    }) + 1;
  const most = Math.max(...clicks);
  const peak = hours[clicks.indexOf(most)]?.hour ?? '';
  return `${said.curveHalf(format.whole(half), half === 1)} ${said.curvePeak(format.whole(most), format.bucket(peak, 'hour'))}`;
}

function Reading({ hours, point }: { hours: Hours; point: number | null }) {
  const hour = point === null ? undefined : hours[point];
  return (
    <span class="reading">
      {hour && <span>{format.bucket(hour.hour, 'hour')} </span>}
      {peopleDrawing(hours).map(({ kind, label, values }) => (
        <span key={kind} class="series">
          <span class={`key ${kind}`} aria-hidden="true" />
          {label}
          {point !== null && hour && <strong>{format.whole(values[point] ?? 0)}</strong>}
        </span>
      ))}
    </span>
  );
}

function Table({ hours }: { hours: Hours }) {
  const said = words.campaign;
  return (
    <details class="behind">
      <summary>{said.curveTable}</summary>
      <section class="scrolls" aria-label={said.curve} tabindex={0}>
        <table class="plain">
          <caption class="unseen">{said.curve}</caption>
          <thead>
            <tr>
              <th scope="col">{said.hour}</th>
              {kinds.map((kind) => (
                <th key={kind} scope="col">
                  {said.opensBy(words.openers[kind].name)}
                </th>
              ))}
              {kinds.map((kind) => (
                <th key={kind} scope="col">
                  {said.clicksBy(words.openers[kind].name)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {hours.map(({ hour, opens, clicks }) => (
              <tr key={hour}>
                <th scope="row">{format.bucket(hour, 'hour')}</th>
                {[opens, clicks].map((counts) =>
                  kinds.map((kind) => <td key={kind}>{format.whole(counts[kind])}</td>),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}

/**
 * Opens and clicks by people over the first hours, and what machines did below them on a scale of their own: prefetches
 * of the first minutes would flatten all else.
 */
export function Curve({ curve: hours }: { curve: Hours }) {
  const [point, setPoint] = useState<number | null>(null);
  const said = words.campaign;
  if (hours.length === 0) return <p class="words">{said.noCurve}</p>;
  const machine = machineOf(hours);
  return (
    <figure class="chart curve" aria-labelledby="curve">
      <h2 id="curve">{said.curve}</h2>
      <p class="words">{inWords(hours)}</p>
      <figcaption>
        <Reading hours={hours} point={point} />
      </figcaption>
      <Canvas hours={hours} lines={peopleDrawing(hours)} onPoint={setPoint} />
      <p class="strip-label">
        <span class="key machine" aria-hidden="true" />
        {said.machineLine}
        {point !== null && <strong>{format.whole(machine[point] ?? 0)}</strong>}
      </p>
      <Canvas hours={hours} lines={machineDrawing(hours)} small onPoint={setPoint} />
      <Table hours={hours} />
    </figure>
  );
}
