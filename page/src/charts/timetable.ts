/**
 * The layout of the timetable: days to positions and back. Days count from 1970-01-01, places are
 * units of width.
 */

export interface Axis {
  from: number;
  to: number;
}
const MARGIN = 10;
const YEAR = 365;

/**
 * The days that are shown: back to the first promise, as long as the years ahead, in which dates
 * are dragged, keep the larger part; on to the horizon, at most twelve years.
 */
export function axisOf(today: number, horizon: number, promised: number[]): Axis {
  const first = Math.min(today, ...promised) - 120;
  return {
    from: Math.min(today - 3 * YEAR, Math.max(today - 10 * YEAR, first)),
    to: Math.max(today + YEAR, Math.min(horizon, today + 12 * YEAR)),
  };
}

/** Where a day stands, from the side where one begins to read; a day off the axis stands at its end. */
export function positionOf(day: number, axis: Axis, width: number, rtl: boolean): number {
  const within = Math.max(axis.from, Math.min(axis.to, day));
  const part = (within - axis.from) / (axis.to - axis.from);
  const at = part * (width - 2 * MARGIN) + MARGIN;
  return rtl ? width - at : at;
}

/** The day at a position: the inverse, to whole days. */
export function dayAtPosition(at: number, axis: Axis, width: number, rtl: boolean): number {
  const part = ((rtl ? width - at : at) - MARGIN) / (width - 2 * MARGIN);
  return Math.round(axis.from + part * (axis.to - axis.from));
}

/** -1: before the axis, 1: after it, 0: on it. */
export const beyond = (day: number, axis: Axis): -1 | 0 | 1 =>
  day < axis.from ? -1 : day > axis.to ? 1 : 0;

/** The last day that a partial date may mean: "2026", "2026-06", "before 2026-06-14". */
export function lastDay(text: string): string {
  const t = text.replace(/^(before|after) /, "");
  if (t.length === 4) return `${t}-12-31`;
  if (t.length !== 7) return t;
  const end = new Date(Date.UTC(Number(t.slice(0, 4)), Number(t.slice(5)), 0));
  return end.toISOString().slice(0, 10);
}

/** A title cut to what fits beside its row. */
export const cut = (title: string, most = 74): string =>
  title.length > most ? `${title.slice(0, most - 2)}…` : title;

/**
 * A point to where a promise off the axis lies, or a diamond on it: large for the first, small for
 * later ones.
 */
export function markOf(off: -1 | 0 | 1, first: boolean, rtl: boolean): string {
  if (off === 0) return first ? "M0,-5L5,0L0,5L-5,0Z" : "M0,-3.5L3.5,0L0,3.5L-3.5,0Z";
  const turn = off * (rtl ? -1 : 1);
  return `M${turn * 6},0L${turn * -4},-5L${turn * -4},5Z`;
}
