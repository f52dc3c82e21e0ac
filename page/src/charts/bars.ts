/**
 * The layout of bars that diverge from zero: gains to the side in which one reads, losses to the
 * other. Where things stand is a fraction of the width, from the side where one begins to read.
 */

export interface Bar {
  value: number;
  all: number;
  low: number | null;
  high: number | null;
}

/** What is shown from the least to the most; zero is always within. */
export interface Extent {
  least: number;
  most: number;
}

export interface Span {
  from: number;
  to: number;
}

/** The extent of some numbers and zero; never empty. */
export function extentOf(values: number[]): Extent {
  const least = Math.min(0, ...values);
  const most = Math.max(0, ...values);
  return most - least > 0 ? { least, most } : { least: 0, most: 1e-9 };
}

/** The same of bars: of anything shown. */
export const extentOfBars = (bars: Bar[]): Extent =>
  extentOf(bars.flatMap((b) => [b.value, b.all, b.low ?? 0, b.high ?? 0]));

/** Where a number stands. */
export const at = (value: number, { least, most }: Extent): number =>
  (Math.min(most, Math.max(least, value)) - least) / (most - least);

/** From where to where a bar runs: between zero and its number. */
export function spanOf(value: number, extent: Extent): Span {
  return between(0, value, extent);
}

/** From where to where a whisker runs; null without an interval. */
export const whisker = (
  { low, high }: { low: number | null; high: number | null },
  extent: Extent,
): Span | null => (low === null || high === null ? null : between(low, high, extent));

function between(one: number, other: number, extent: Extent): Span {
  const [a, b] = [at(one, extent), at(other, extent)];
  return { from: Math.min(a, b), to: Math.max(a, b) };
}

/** A span as lengths of a style. */
export const percents = ({ from, to }: Span): { start: string; size: string } => ({
  start: `${(from * 100).toFixed(3)}%`,
  size: `${((to - from) * 100).toFixed(3)}%`,
});

/** What stands below a column. */
export const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const v of values) total += v;
  return total;
};

/** Rows with something in any column, the largest size of any first; null: it cannot be told. */
export function byLargest<T extends { by: (number | null)[] }>(rows: T[], least = 1e-6): T[] {
  const size = (r: T): number => Math.max(0, ...r.by.map((v) => Math.abs(v ?? 0)));
  return rows.filter((r) => size(r) > least).sort((a, b) => size(b) - size(a));
}
