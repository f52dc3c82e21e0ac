/**
 * The layout of money by year: what is gained upwards, what is spent downwards, and their
 * discounted running sum as a line, all on one scale.
 */
import { sum } from "./bars";

/** Streams of an appraisal, MUSD by year. */
export interface Streams {
  benefit: number[];
  left: number[];
  capital: number[];
  renewal: number[];
  maintenance: number[];
  operation: number[];
  net: number[];
}
/** One year; `gained` counts what is left at the end, `running` is a present value in the first. */
export interface Year {
  year: number;
  gained: number;
  spent: number;
  net: number;
  running: number;
}
/** A bar from its upper end down. */
interface Bar {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Picture {
  width: number;
  height: number;
  left: number;
  right: number;
  zero: number;
  bars: { year: number; gained: Bar; spent: Bar }[];
  line: string;
  ticks: { value: number; y: number }[];
  years: { year: number; x: number }[];
}

const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [56, 18, 10, 26, 260] as const;
const MOST_TICKS = 7;
/** Between two years that are written. */
const ROOM = 44;

/** The years of an appraisal at a discount rate (a share, compounded once a year). */
export function yearsOf(streams: Streams, years: number[], rate: number): Year[] {
  let running = 0;
  return years.map((year, k) => {
    const at = (values: number[]): number => values[k] ?? 0;
    const { benefit, left, capital, renewal, maintenance, operation, net } = streams;
    running += at(net) / (1 + rate) ** k;
    const spent = sum([capital, renewal, maintenance, operation].map(at));
    return { year, gained: at(benefit) + at(left), spent, net: at(net), running };
  });
}

/** Round numbers from the least to the most, zero among them where it lies between. */
export function ticksOf(least: number, most: number): number[] {
  const span = most - least;
  if (!(span > 0)) return [0];
  const power = 10 ** Math.floor(Math.log10(span / MOST_TICKS));
  const step = [1, 2, 5, 10].map((f) => f * power).find((s) => s * MOST_TICKS >= span) ?? span;
  const [first, last] = [Math.ceil(least / step), Math.floor(most / step)];
  return Array.from({ length: last - first + 1 }, (_, k) => (first + k) * step);
}

/** The picture; null without a year. */
export function pictureOf(rows: Year[], width: number): Picture | null {
  if (!rows.length) return null;
  const most = Math.max(0, ...rows.flatMap((r) => [r.gained, -r.spent, r.running]));
  const least = Math.min(0, ...rows.flatMap((r) => [r.gained, -r.spent, r.running]));
  const span = most - least || 1;
  const [right, foot] = [width - RIGHT, HEIGHT - BOTTOM];
  const slot = (right - LEFT) / rows.length;
  const y = (value: number): number => TOP + ((most - value) / span) * (foot - TOP);
  const middle = (k: number): number => LEFT + slot * (k + 0.5);
  // what is gained is drawn over what is spent, and narrower: a loss lies on the same side
  const bar = (k: number, value: number, share: number): Bar => ({
    x: middle(k) - (slot * share) / 2,
    y: Math.min(y(value), y(0)),
    width: slot * share,
    height: Math.abs(y(value) - y(0)),
  });
  const every = Math.max(1, Math.ceil(ROOM / slot));
  const round = [1, 2, 5, 10, 20, 50].find((n) => n >= every) ?? every;
  const first = rows[0]?.year ?? 0;
  return {
    width,
    height: HEIGHT,
    left: LEFT,
    right,
    zero: y(0),
    bars: rows.map((r, k) => ({
      year: r.year,
      gained: bar(k, r.gained, 0.5),
      spent: bar(k, -r.spent, 0.86),
    })),
    line: rows.map((r, k) => `${middle(k).toFixed(1)},${y(r.running).toFixed(1)}`).join(" "),
    ticks: ticksOf(least, most).map((value) => ({ value, y: y(value) })),
    years: rows
      .map((r, k) => ({ year: r.year, x: middle(k) }))
      .filter((r) => r.year % round === 0 || (rows.length <= round && r.year === first)),
  };
}
