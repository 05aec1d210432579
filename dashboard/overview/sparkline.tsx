import type { Trend } from './trend.ts';

const width = 100;
const height = 24;

/** The shape of a figure over the period, without scale; the chart below is the one to read from. */
export function Sparkline({ trend }: { trend: Trend }) {
  const known = trend.values.filter((value) => value !== null);
  // The bucket that is not over would look like a fall.
  const values = trend.partial > 0 ? trend.values.slice(0, trend.partial) : trend.values;
  const most = Math.max(...known, 0);
  if (known.length < 3 || most === 0) return <svg class="spark" aria-hidden="true" />;
  const step = width / Math.max(trend.values.length - 1, 1);
  const y = (value: number) => height - 1 - (value / most) * (height - 2);
  let pen = 'M';
  let path = '';
  values.forEach((value, index) => {
    if (value === null) {
      pen = 'M';
      return;
    }
    path += `${pen}${(index * step).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = 'L';
  });
  return (
    <svg class="spark" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} vector-effect="non-scaling-stroke" />
    </svg>
  );
}
