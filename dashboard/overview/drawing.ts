import type uPlot from 'uplot';
import { format, units } from '../format.ts';
import type { Headline } from '../panels.ts';
import type { Grain } from '../period.ts';
import type { Trend } from './trend.ts';

interface Drawing {
  readonly element: HTMLElement;
  readonly trend: Trend;
  readonly grain: Grain;
  readonly metric: Headline;
  /** Told the bucket under the pointer, or null. */
  readonly onPoint: (index: number | null) => void;
}

/** The buckets by number, then the comparison, the finished part, and the last step into the bucket that is not over. */
export function dataOf({ labels, values, before, partial }: Trend): uPlot.AlignedData {
  const finished = values.map((value, index) => (partial >= 0 && index >= partial ? null : value));
  const unfinished = values.map((value, index) =>
    partial >= 0 && (index === partial || index === partial - 1) ? value : null,
  );
  return [labels.map((_, index) => index), [...(before ?? labels.map(() => null))], finished, unfinished];
}

const rounds: Record<'count' | 'ratio' | 'percent' | 'seconds', readonly number[]> = {
  count: [1, 2, 5, 10, 20, 25, 50, 100],
  ratio: [0.1, 0.2, 0.5, 1, 2, 5, 10],
  percent: [1, 5, 10, 20, 25],
  seconds: [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600],
};

/** The lines of the scale: up to four even steps of a round size, the last at or above the highest value. */
export function scaleOf(metric: Headline, most: number): number[] {
  const unit = units[metric];
  const power = unit === 'count' ? 10 ** Math.max(Math.floor(Math.log10(Math.max(most, 1) / 4)), 0) : 1;
  const step = (rounds[unit].find((each) => each * power * 4 >= most) ?? Math.ceil(most / 4 / power)) * power;
  const lines = Math.max(Math.ceil(most / step - 1e-9), 1);
  return Array.from({ length: (most > 0 ? lines : 4) + 1 }, (_, index) => index * step);
}

/** Which buckets are named on the axis: as many as fit, beginning where a reader would (Mondays, even hours). */
function ticks(labels: readonly string[], grain: Grain, width: number): number[] {
  const room = Math.max(Math.floor(width / 80), 2);
  const wanted = labels.length / room;
  const strides =
    grain === 'hour' ? [1, 2, 3, 4, 6, 12, 24] : grain === 'day' ? [1, 2, 7, 14, 28] : [1, 2, 3, 4, 6, 12];
  const stride = strides.find((each) => each >= wanted) ?? Math.ceil(wanted);
  const isMonday = (label: string) => new Date(`${label.slice(0, 10)}T00:00:00Z`).getUTCDay() === 1;
  const monday = grain === 'day' && stride % 7 === 0 ? labels.findIndex(isMonday) : 0;
  const first =
    grain === 'hour'
      ? (stride - (Number(labels[0]?.slice(11, 13) ?? 0) % stride)) % stride
      : Math.max(monday, 0);
  return labels.flatMap((_, index) => (index >= first && (index - first) % stride === 0 ? [index] : []));
}

/** How a trend is drawn, in the colours of the page as they are now. */
export function drawing({ element, trend, grain, metric, onPoint }: Drawing): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const [muted, line, accent, paper] = ['--muted', '--line', '--accent', '--paper'].map(colour) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const font = `13px ${style.fontFamily}`;
  const few = trend.labels.length <= 2;
  const most = Math.max(0, ...[...trend.values, ...(trend.before ?? [])].filter((value) => value !== null));
  const lines = scaleOf(metric, most);

  /** The last value of a line stands at its end; the comparison's gives way where both would meet. */
  const endLabels = (plot: uPlot): void => {
    const { ctx } = plot;
    const ratio = devicePixelRatio;
    const end = (values: readonly (number | null)[]) => {
      const index = values.findLastIndex((value) => value !== null);
      const value = values[index];
      return index < 0 || value === undefined || value === null
        ? null
        : { value, x: plot.valToPos(index, 'x', true), y: plot.valToPos(value, 'y', true) };
    };
    const now = end(trend.values);
    const before = trend.before && end(trend.before);
    ctx.save();
    ctx.font = `${13 * ratio}px ${style.fontFamily}`;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    ctx.lineWidth = 4 * ratio;
    ctx.strokeStyle = paper;
    const write = (point: { value: number; x: number; y: number }, fill: string) => {
      const text = format.axis(metric, point.value);
      ctx.fillStyle = fill;
      ctx.strokeText(text, point.x + 8 * ratio, point.y);
      ctx.fillText(text, point.x + 8 * ratio, point.y);
    };
    if (
      before &&
      (!now || Math.abs(before.y - now.y) > 16 * ratio || Math.abs(before.x - now.x) > 60 * ratio)
    )
      write(before, muted);
    if (now) {
      ctx.beginPath();
      ctx.arc(now.x, now.y, 3 * ratio, 0, 2 * Math.PI);
      ctx.fillStyle = accent;
      ctx.fill();
      write(now, accent);
    }
    ctx.restore();
  };

  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [12, units[metric] === 'seconds' ? 80 : 56, 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      // The pointer's line stands on the bucket that is read out.
      move: (plot, left, top) => [left < 0 ? left : plot.valToPos(plot.posToIdx(left), 'x'), top],
      points: {
        size: 8,
        width: 2,
        fill: () => paper,
        stroke: (_, series) => (series === 1 ? muted : accent),
      },
    },
    scales: {
      x: {
        time: false,
        range: () => [trend.labels.length === 1 ? -0.5 : 0, Math.max(trend.labels.length - 1, 0.5)],
      },
      y: { range: () => [0, lines.at(-1) ?? 1] },
    },
    axes: [
      {
        stroke: muted,
        font,
        size: 32,
        gap: 6,
        grid: { show: false },
        ticks: { stroke: line, width: 1, size: 4 },
        splits: (plot) => ticks(trend.labels, grain, plot.bbox.width / devicePixelRatio),
        values: (_, splits) => splits.map((index) => format.tick(trend.labels[index] ?? '', grain)),
      },
      {
        stroke: muted,
        font,
        size: 56,
        gap: 8,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        splits: () => lines,
        values: (_, splits) => splits.map((value) => format.axis(metric, value)),
      },
    ],
    series: [
      {},
      { stroke: muted, width: 1, points: { show: few } },
      { stroke: accent, width: 2, points: { show: few, fill: accent } },
      { stroke: accent, width: 2, dash: [4, 4], points: { show: false } },
    ],
    hooks: {
      draw: [endLabels],
      setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)],
    },
  };
}
