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

/** The length that fills the chart: the largest size of some numbers; never zero. */
export const longest = (values: number[]): number => Math.max(1e-9, ...values.map(Math.abs));

/** The same of bars: the largest size of anything shown. */
export const widest = (bars: Bar[]): number =>
  longest(bars.flatMap((b) => [b.value, b.all, b.low ?? 0, b.high ?? 0]));

/** Length of a number as a fraction of the widest; losses are as long as gains of their size. */
export const share = (value: number, most: number): number => Math.abs(value) / most;

/** The same as a length of a style. */
export const length = (value: number, most: number): string => `${share(value, most) * 100}%`;

/** What stands below a column. */
export const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const v of values) total += v;
  return total;
};

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

/** Rows with something in any column, the largest size of any first; null: it cannot be told. */
export function byLargest<T extends { by: (number | null)[] }>(rows: T[], least = 1e-6): T[] {
  const size = (r: T): number => Math.max(0, ...r.by.map((v) => Math.abs(v ?? 0)));
  return rows.filter((r) => size(r) > least).sort((a, b) => size(b) - size(a));
}
