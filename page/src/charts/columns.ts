/** Numbers of one column: how many digits follow the point, so that points stand below one another. */

/** Three significant digits, as everywhere on screen. */
export const SIGNIFICANT = 3;
/** Digits beyond those that the largest of a column shows: small ones keep some of theirs. */
const MORE = 2;

/** The power of ten of a number, after it is rounded to its significant digits. */
function powerOf(value: number): number {
  const size = Math.abs(value);
  if (!(size > 0)) return 0;
  return Number(size.toExponential(SIGNIFICANT - 1).split("e")[1]);
}

/** Digits after the point that one number takes in a column with at most so many. */
export const digitsOf = (value: number, most: number): number =>
  Math.max(0, Math.min(most, SIGNIFICANT - 1 - powerOf(value)));

/** At most so many digits follow the point in a column: what its largest shows, and two more. */
export function mostDigits(values: number[]): number {
  const sizes = values.map(Math.abs).filter((v) => v > 1e-9);
  if (!sizes.length) return 0;
  return Math.max(0, SIGNIFICANT - 1 - Math.max(...sizes.map(powerOf))) + MORE;
}

/** How a column writes its numbers: by number, digits after the point, and what is left of the room. */
export function columnOf(values: (number | null | undefined)[]): {
  digits: (value: number) => number;
  room: number;
} {
  const found = values.filter((v): v is number => typeof v === "number" && Number.isFinite(v));
  const most = mostDigits(found);
  const digits = (value: number): number => (Math.abs(value) < 1e-9 ? 0 : digitsOf(value, most));
  return { digits, room: Math.max(0, ...found.map(digits)) };
}
