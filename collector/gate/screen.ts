import { screenClasses, values } from '../../schema/dimensions.ts';

/** The class of a window's width in CSS pixels. */
export function screenOf(width: number | null): string {
  if (width === null) return values.unknown;
  return screenClasses.find(({ below }) => width < below)?.label ?? values.unknown;
}

/** Minutes east of UTC, to the quarter hour, as `+02:00`. */
export function offsetOf(minutes: number | null): string {
  if (minutes === null) return values.unknown;
  const rounded = Math.round(minutes / 15) * 15;
  const size = Math.abs(rounded);
  const two = (number: number): string => String(number).padStart(2, '0');
  return `${rounded < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
