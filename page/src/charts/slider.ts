/** The layout of the slider for the day looked at. Days count from 1970-01-01. */

/** The last day of the slider: a year after all is due, two years at least, not beyond the horizon. */
export const endOf = (start: number, horizon: number, dues: number[]): number =>
  Math.min(horizon, Math.max(start + 730, ...dues.map((d) => d + 365)));

/** Percent of the way, from the side where one begins to read; a day off the slider at its end. */
export function partOf(day: number, start: number, end: number, rtl: boolean): number {
  const within = Math.max(start, Math.min(end, day));
  const part = end > start ? ((within - start) / (end - start)) * 100 : 0;
  return rtl ? 100 - part : part;
}
