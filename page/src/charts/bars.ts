/**
 * The layout of bars that show how much of what everything is worth is there. Fractions of the
 * widest.
 */

export interface Bar {
  value: number;
  all: number;
  low: number | null;
  high: number | null;
}

/** The length that fills the chart: the largest size of anything shown; never zero. */
export function widest(bars: Bar[]): number {
  const sizes = bars.flatMap((b) => [b.value, b.all, b.low ?? 0, b.high ?? 0].map(Math.abs));
  return Math.max(1e-9, ...sizes);
}

/** Length of a number as a fraction of the widest; losses are as long as gains of their size. */
export const share = (value: number, most: number): number => Math.abs(value) / most;

/**
 * From where to where a whisker runs, from the zero line outward; null without an interval. It
 * lies on the side of its bar: the length of a loss grows the same way as that of a gain, and
 * what lies beyond zero is cut there.
 */
export function whisker(bar: Bar): { from: number; to: number } | null {
  if (bar.low === null || bar.high === null) return null;
  const side = bar.all < 0 ? -1 : 1;
  const a = Math.max(0, side * bar.low);
  const b = Math.max(0, side * bar.high);
  return { from: Math.min(a, b), to: Math.max(a, b) };
}
