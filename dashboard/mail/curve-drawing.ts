import type uPlot from 'uplot';
import type { CampaignReport } from '../../schema/mail.ts';
import { format } from '../format.ts';
import { scaleOf } from '../overview/drawing.ts';
import { words } from './messages.ts';
import { people } from './split.tsx';

type Hours = CampaignReport['curve'];

/** One line of the curve, hour by hour; its colour is the page's `--<kind>`. */
export interface Line {
  readonly kind: 'clicks' | 'direct' | 'proxied' | 'machine';
  readonly label: string;
  readonly values: readonly number[];
}

export const peopleDrawing = (hours: Hours): Line[] => [
  { kind: 'direct', label: words.openers.direct.opens, values: hours.map(({ opens }) => opens.direct) },
  { kind: 'proxied', label: words.openers.proxied.opens, values: hours.map(({ opens }) => opens.proxied) },
  { kind: 'clicks', label: words.campaign.clicksLine, values: hours.map(({ clicks }) => people(clicks)) },
];

export const machineOf = (hours: Hours): number[] =>
  hours.map(({ opens, clicks }) => opens.machine + clicks.machine);

export const machineDrawing = (hours: Hours): Line[] => [
  { kind: 'machine', label: words.campaign.machineLine, values: machineOf(hours) },
];

/** Hours after the first that are named on the axis. */
function ticks(hours: number, width: number): number[] {
  const room = Math.max(Math.floor(width / 72), 2);
  const stride = [1, 2, 3, 6, 12, 24].find((each) => hours / each <= room) ?? 24;
  return Array.from({ length: Math.ceil(hours / stride) }, (_, index) => index * stride);
}

/** How lines are drawn, in the colours of the page as they are now; `small`: without an axis of time. */
export function drawingOf(given: {
  readonly element: HTMLElement;
  readonly hours: number;
  readonly lines: readonly Line[];
  readonly small: boolean;
  readonly onPoint: (index: number | null) => void;
}): uPlot.Options {
  const { element, hours, lines, small, onPoint } = given;
  const style = getComputedStyle(element);
  const colour = (name: string): string => style.getPropertyValue(name).trim();
  const [muted, line, paper] = ['--muted', '--line', '--paper'].map(colour) as [string, string, string];
  const font = `13px ${style.fontFamily}`;
  const most = Math.max(0, ...lines.flatMap(({ values }) => values));
  const all = scaleOf('visitors', most);
  const scale = small ? [0, all.at(-1) ?? 1] : all;
  return {
    width: element.clientWidth,
    height: element.clientHeight,
    padding: [8, 16, small ? 4 : 0, 0],
    legend: { show: false },
    cursor: {
      y: false,
      drag: { x: false, y: false },
      // Both parts of the curve are read at the same hour.
      sync: { key: 'mail' },
      points: {
        size: 8,
        width: 2,
        fill: () => paper,
        stroke: (_, series) => colour(`--${lines[series - 1]?.kind ?? 'muted'}`),
      },
    },
    scales: {
      x: { time: false, range: () => [hours === 1 ? -0.5 : 0, Math.max(hours - 1, 0.5)] },
      y: { range: () => [0, scale.at(-1) ?? 1] },
    },
    axes: [
      {
        show: !small,
        stroke: muted,
        font,
        size: 32,
        gap: 6,
        grid: { show: false },
        ticks: { stroke: line, width: 1, size: 4 },
        splits: (plot) => ticks(hours, plot.bbox.width / devicePixelRatio),
        values: (_, splits) => splits.map((index) => words.campaign.after(format.whole(index))),
      },
      {
        stroke: muted,
        font,
        size: 56,
        gap: 8,
        grid: { stroke: line, width: 1 },
        ticks: { show: false },
        splits: () => scale,
        values: (_, splits) => splits.map((value) => format.axis('visitors', value)),
      },
    ],
    series: [
      {},
      ...lines.map(({ kind }) => ({
        stroke: colour(`--${kind}`),
        width: kind === 'clicks' ? 2.5 : 1.5,
        points: { show: hours <= 2, fill: colour(`--${kind}`) },
      })),
    ],
    hooks: { setCursor: [(plot) => onPoint(plot.cursor.idx ?? null)] },
  };
}
