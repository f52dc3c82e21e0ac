/**
 * The layout of the timetable: rows of commitments, days to positions and back. Days count from
 * 1970-01-01, places are units of width.
 */
import { dayOf, isoOf } from "../book";
import type { Commitment, Forecast, ForecastOf, Said } from "../types";

export interface Axis {
  from: number;
  to: number;
}
/** Days on a width, read from either side. */
export interface Scale {
  axis: Axis;
  width: number;
  rtl: boolean;
  /** Room for the names of the rows, on the side where one begins to read. */
  names?: number;
}
export const WIDTH = 1000;
const MARGIN = 10;
const YEAR = 365;
/** Above the rows stand the years. */
export const TOP = 38;
/** Rows for a pointer that is fine, and for a finger. */
export const ROW = 26;
export const ROW_OF_A_FINGER = 44;
/** The names of the rows stand beside them. */
export const NAMES = 250;
export const BAND = 9;
/** How long a time is shown, in years; nought: as long as there are dates. */
export const SPANS = [0, 10, 5, 2] as const;

/** A commitment as its row shows it; null where it has no such day. */
export interface Dated {
  c: Commitment;
  /** The forecast, or why there is none. */
  f: ForecastOf | undefined;
  out: Said | undefined;
  /** Its date can be moved: it has a value. */
  valued: boolean;
  first: number | null;
  later: { text: string; day: number }[];
  held: number | null;
}

/** The last day that a partial date may mean: "2026", "2026-06", "before 2026-06-14". */
export function lastDay(text: string): string {
  const t = text.replace(/^(before|after) /, "");
  if (t.length === 4) return `${t}-12-31`;
  if (t.length !== 7) return t;
  const end = new Date(Date.UTC(Number(t.slice(0, 4)), Number(t.slice(5)), 0));
  return end.toISOString().slice(0, 10);
}

/**
 * What was promised after the first time, as known on a day: also what holds, which a moved or
 * overdue dot leaves.
 */
export function laterOf(
  c: Pick<Commitment, "promises" | "status">,
  known: string,
): { text: string; day: number }[] {
  const texts = c.promises
    .filter((p) => (p.announced_on ?? "") <= known)
    .map((p) => p.promised_for ?? "")
    .filter((t) => t && t !== c.status.first_promised);
  return [...new Set(texts)].map((text) => ({ text, day: dayOf(lastDay(text)) }));
}

/** The rows: what is open; first what can be moved, by its date. */
export function rowsOf(
  commitments: Commitment[],
  forecast: Forecast | undefined,
  valued: ReadonlySet<string>,
  known: string,
): Dated[] {
  return commitments
    .filter((c) => !c.closed)
    .map((c) => ({
      c,
      f: forecast?.commitments[c.id],
      out: forecast?.left_out[c.id],
      valued: valued.has(c.id),
      first: c.status.first_promised ? dayOf(lastDay(c.status.first_promised)) : null,
      later: laterOf(c, known),
      held: c.due ? dayOf(c.due) : null,
    }))
    .sort((a, b) => Number(b.valued) - Number(a.valued) || (a.held ?? 1e9) - (b.held ?? 1e9));
}

/**
 * The days that are shown: back to the first promise, as long as the years ahead, in which dates
 * are dragged, keep the larger part; on to the horizon, at most twelve years.
 */
export function axisOf(today: number, horizon: number, promised: number[], years = 0): Axis {
  const first = Math.min(today, ...promised) - 120;
  if (years > 0) return { from: today - 0.2 * years * YEAR, to: today + 0.8 * years * YEAR };
  return {
    from: Math.min(today - 3 * YEAR, Math.max(today - 10 * YEAR, first)),
    to: Math.max(today + YEAR, Math.min(horizon, today + 12 * YEAR)),
  };
}

/** Where a day stands, from the side where one begins to read; a day off the axis stands at its end. */
export function positionOf(day: number, { axis, width, rtl, names = 0 }: Scale): number {
  const within = Math.max(axis.from, Math.min(axis.to, day));
  const part = (within - axis.from) / (axis.to - axis.from);
  const at = part * (width - 2 * MARGIN - names) + MARGIN + names;
  return rtl ? width - at : at;
}

/** The day at a position: the inverse, to whole days. */
export function dayAtPosition(at: number, { axis, width, rtl, names = 0 }: Scale): number {
  const part = ((rtl ? width - at : at) - MARGIN - names) / (width - 2 * MARGIN - names);
  return Math.round(axis.from + part * (axis.to - axis.from));
}

/** The day under the pointer, in a drawing of any size on the screen. */
export const dayUnder = (
  pointer: number,
  box: { left: number; width: number },
  scale: Scale,
): number => dayAtPosition(((pointer - box.left) / box.width) * scale.width, scale);

/** -1: before the axis, 1: after it, 0: on it. */
export const beyond = (day: number, axis: Axis): -1 | 0 | 1 =>
  day < axis.from ? -1 : day > axis.to ? 1 : 0;

/** The first days of the years on the axis; which day a year begins on, the reader's calendar says. */
export function ticksOf(
  scale: Scale,
  newYear: (gregorian: number) => string,
): { day: string; x: number }[] {
  const first = Number(isoOf(scale.axis.from).slice(0, 4));
  const end = Number(isoOf(scale.axis.to).slice(0, 4));
  return Array.from({ length: end - first + 1 }, (_, k) => newYear(first + k))
    .filter((day) => beyond(dayOf(day), scale.axis) === 0)
    .map((day) => ({ day, x: positionOf(dayOf(day), scale) }));
}

/** Where a row begins; that of the row after the last is the height of the drawing. */
export const topOf = (row: number, size = ROW): number => TOP + row * size;

/** The band of a forecast and the line in it, within its row. */
export function bandOf(
  f: { p10: string; p50: string; p95: string },
  scale: Scale,
): { x: number; width: number; median: number } {
  const x = (day: string): number => positionOf(dayOf(day), scale);
  const [low, high] = [x(f.p10), x(f.p95)];
  return { x: Math.min(low, high), width: Math.abs(high - low), median: x(f.p50) };
}

type Anchor = "start" | "end";
/** Where the title of a row begins. */
export const titleAt = ({ width, rtl }: Scale): { x: number; anchor: Anchor } =>
  rtl ? { x: width - 4, anchor: "end" } : { x: 4, anchor: "start" };

/** A text that has a direction of its own: its full stop or ellipsis stands at its own end. */
export const isolated = (text: string): string => `\u2068${text}\u2069`;

/** A title cut to what fits beside its row, between words where there are any. */
export function cut(title: string, most = 40): string {
  if (title.length <= most) return title;
  const kept = title.slice(0, most - 2);
  const words = kept.replace(/\s+\S*$/, "");
  return `${words.length > most / 2 ? words : kept}…`;
}

/**
 * A point to where a promise off the axis lies, or a diamond on it: large for the first, small for
 * later ones.
 */
export function markOf(off: -1 | 0 | 1, first: boolean, rtl: boolean): string {
  if (off === 0) return first ? "M0,-5L5,0L0,5L-5,0Z" : "M0,-3.5L3.5,0L0,3.5L-3.5,0Z";
  const turn = off * (rtl ? -1 : 1);
  return `M${turn * 6},0L${turn * -4},-5L${turn * -4},5Z`;
}

/** Where the date of something off the axis stands: beside its mark, inward; null where it is on it. */
export function besideOf(
  day: number,
  scale: Scale,
  gap: number,
): { x: number; anchor: Anchor } | null {
  const turn = beyond(day, scale.axis) * (scale.rtl ? -1 : 1);
  if (turn === 0) return null;
  return { x: positionOf(day, scale) - turn * gap, anchor: turn < 0 ? "start" : "end" };
}

/** Where the date of a dot stands while it is pointed at: above it, and on the drawing. */
export function tipOf(day: number, scale: Scale): { x: number; anchor: Anchor | "middle" } {
  const x = positionOf(day, scale);
  const near = 45;
  if (x < near) return { x: x - MARGIN / 2, anchor: "start" };
  return x > scale.width - near ? { x: x + MARGIN / 2, anchor: "end" } : { x, anchor: "middle" };
}

/** Days by which a key moves a date; the arrows to the sides go where the axis goes. */
export function stepOf(key: string, rtl: boolean): number | null {
  const side = rtl ? -30 : 30;
  const steps: Record<string, number> = {
    ArrowRight: side,
    ArrowLeft: -side,
    ArrowUp: 30,
    ArrowDown: -30,
    PageUp: 365,
    PageDown: -365,
  };
  return steps[key] ?? null;
}

/** A date moved by some days, no earlier than today and not off the axis. */
export const stepped = (day: number, by: number, today: number, axis: Axis): number =>
  Math.min(axis.to, Math.max(today, day + by));
