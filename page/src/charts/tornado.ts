/**
 * The layout of a tornado: V with one parameter at a time at the ends of its band, as bars on both
 * sides of V as it stands. Percent of the width.
 */

/** V at the two ends; null: the model has no value there. */
export interface Ends {
  at_low: number | null;
  at_high: number | null;
}

/** A bar, or one half of it. */
export interface Part {
  from: number;
  size: number;
}

/** The least and the most of everything shown; never of no width. */
export function span(central: number, bars: Ends[]): [number, number] {
  const all = [central, ...bars.flatMap((b) => [b.at_low ?? central, b.at_high ?? central])];
  const least = Math.min(...all);
  const most = Math.max(...all);
  const room = Math.max(1e-9, Math.abs(central) * 1e-6);
  return most - least > room ? [least, most] : [central - room, central + room];
}

/** Where a value stands. */
export const at = (value: number, [least, most]: [number, number]): number =>
  Math.min(100, Math.max(0, ((value - least) / (most - least)) * 100));

/** The half of a bar that runs from V as it stands to V at one end; null where there is none. */
export function half(central: number, end: number | null, within: [number, number]): Part | null {
  if (end === null) return null;
  const [a, b] = [at(central, within), at(end, within)];
  return { from: Math.min(a, b), size: Math.abs(b - a) };
}

/** How far V moves between the two ends; zero where one has no value. */
export const swing = (bar: Ends): number =>
  bar.at_low === null || bar.at_high === null ? 0 : Math.abs(bar.at_high - bar.at_low);

/** Those that move V, the largest swing first, and those that do not. */
export function parted<T extends Ends>(bars: T[]): { moving: T[]; still: T[] } {
  const moving = bars.filter((b) => swing(b) > 0).sort((a, b) => swing(b) - swing(a));
  return { moving, still: bars.filter((b) => !(swing(b) > 0)) };
}
