import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import uPlot from 'uplot';
import type { SiteInfo } from '../api.ts';
import { dayIn } from '../dates.ts';
import { format } from '../format.ts';
import { messages } from '../messages.ts';
import type { Headline } from '../panels.ts';
import { type Grain, grains, grainsOf } from '../period.ts';
import { useTheme } from '../use-theme.ts';
import type { View } from '../view.ts';
import { dataOf, drawing } from './drawing.ts';
import type { Href } from './overview.tsx';
import type { Trend } from './trend.ts';

interface Props {
  readonly trend: Trend;
  readonly grain: Grain;
  readonly metric: Headline;
  /** What the thin line is, in words; null without comparison. */
  readonly compared: string | null;
  readonly href: Href;
  readonly site: SiteInfo;
  readonly view: View;
  readonly today: string;
}

function Canvas({
  trend,
  grain,
  metric,
  onPoint,
}: Pick<Props, 'trend' | 'grain' | 'metric'> & { onPoint: (index: number | null) => void }) {
  const host = useRef<HTMLDivElement>(null);
  const theme = useTheme();
  // `theme` stands for the page's colours, which the drawing reads by itself.
  useEffect(() => {
    const element = host.current;
    if (!element) return;
    const plot = new uPlot(drawing({ element, trend, grain, metric, onPoint }), dataOf(trend), element);
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: element.clientHeight }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [trend, grain, metric, theme]);
  return <div class="canvas" ref={host} aria-hidden="true" />;
}

function Table({ trend, grain, metric, compared }: Pick<Props, 'trend' | 'grain' | 'metric' | 'compared'>) {
  const name = messages.metrics[metric];
  return (
    <details class="behind">
      <summary>{messages.chart.table}</summary>
      <table class="plain">
        <caption class="unseen">{messages.chart.label(name)}</caption>
        <thead>
          <tr>
            <th scope="col">{messages.chart.when}</th>
            <th scope="col">{name}</th>
            {trend.before && <th scope="col">{compared}</th>}
          </tr>
        </thead>
        <tbody>
          {trend.labels.map((label, index) => (
            <tr key={label}>
              <th scope="row">
                {format.bucket(label, grain)}
                {index === trend.partial && ` (${messages.chart.unfinished})`}
              </th>
              <td>{format.figure(metric, trend.values[index] ?? null)}</td>
              {trend.before && <td>{format.figure(metric, trend.before[index] ?? null)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

/** One figure over time: the line, what it is compared with, the reading under the pointer, and a table with the same numbers. */
export function Chart(props: Props) {
  const { grain, metric, compared, href, site, view, today } = props;
  const [point, setPoint] = useState<number | null>(null);
  // The same numbers must not draw the canvas anew.
  const text = JSON.stringify(props.trend);
  const trend = useMemo(() => props.trend, [text]);
  const suited = grainsOf(view.period, today, dayIn(site.timezone, site.createdAt));
  const label = point === null ? undefined : trend.labels[point];
  const beforeLabel = point === null ? undefined : trend.beforeLabels[point];
  const before = point === null ? null : (trend.before?.[point] ?? null);
  return (
    <figure class="chart" aria-label={messages.chart.label(messages.metrics[metric])}>
      <figcaption>
        {label !== undefined && point !== null ? (
          <span class="reading">
            <span class="key" aria-hidden="true" />
            {format.bucket(label, grain)}
            {point === trend.partial && ` (${messages.chart.unfinished})`}{' '}
            <strong>{format.figure(metric, trend.values[point] ?? null)}</strong>
            {before !== null && (
              <span class="muted">
                <span class="key thin" aria-hidden="true" />
                {beforeLabel ? format.bucket(beforeLabel, grain) : compared} {format.figure(metric, before)}
              </span>
            )}
          </span>
        ) : (
          <span class="reading">
            <span class="key" aria-hidden="true" />
            {messages.metrics[metric]}
            {trend.before && (
              <span class="muted">
                <span class="key thin" aria-hidden="true" />
                {compared}
              </span>
            )}
          </span>
        )}
        {suited.length > 1 && (
          <nav class="tabs" aria-label={messages.bar.by}>
            {grains
              .filter((each) => suited.includes(each))
              .map((each) => (
                <a
                  key={each}
                  href={href({ by: each === suited[0] ? null : each })}
                  aria-current={each === grain ? 'true' : undefined}
                >
                  {messages.grains[each]}
                </a>
              ))}
          </nav>
        )}
      </figcaption>
      <Canvas trend={trend} grain={grain} metric={metric} onPoint={setPoint} />
      <Table trend={trend} grain={grain} metric={metric} compared={compared} />
    </figure>
  );
}
