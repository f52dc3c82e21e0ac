/**
 * The layout of the model over what is published: a dot a figure on logarithmic axes, with the bands
 * of a quarter and a half of what is published; what is beyond the edges stands at them.
 */

/** A published figure with the model over it. */
export interface Figure {
  id: string;
  kind: string;
  sample: string;
  observed: number;
  model: number | null;
  ratio: number | null;
}
export interface Compared extends Figure {
  model: number;
  ratio: number;
}
/** Where a figure stands; below the picture -1, above it 1. */
export interface Dot<F> {
  row: F;
  x: number;
  y: number;
  beyond: -1 | 0 | 1;
  named: boolean;
}
export interface Picture<F> {
  width: number;
  height: number;
  left: number;
  right: number;
  top: number;
  foot: number;
  bands: { share: number; y: number; height: number }[];
  ratios: { value: number; y: number }[];
  steps: { value: number; x: number }[];
  dots: Dot<F>[];
}

export const BANDS = [0.5, 0.25] as const;
const HALF = BANDS[0];
const LEAST = 0.01;
const MOST = 100;
const RATIOS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 2, 5, 10, 20, 50, 100];
const [LEFT, RIGHT, TOP, BOTTOM, HEIGHT] = [46, 46, 8, 40, 280] as const;
/** Between two names or numbers, so that they can be read. */
export const FAR = 15;
const MOST_NAMES = 8;

/** Those that count: in the fit or held out, with a figure on both sides. */
export const counting = <F extends Figure>(rows: F[]): (F & Compared)[] =>
  rows.filter((r): r is F & Compared => r.sample !== "check" && r.ratio !== null);

/** How far off by its ratio; nothing in the model is furthest. */
const away = (r: { ratio: number }): number =>
  r.ratio > 0 ? Math.abs(Math.log(r.ratio)) : Infinity;

/** Off by more than half of what is published. */
export const isFar = (r: { ratio: number }): boolean => Math.abs(r.ratio - 1) > HALF;

/** The furthest off first; of those of which the model has nothing the largest. */
export const byDistance = <F extends Compared>(rows: F[]): F[] =>
  [...rows].sort((a, b) => {
    const [far, near] = [away(a), away(b)];
    return far === near ? b.observed - a.observed : near - far;
  });

/** What is not compared, by reason. */
export function withoutBy<F extends { why_not: string }>(rows: F[]): { why: string; rows: F[] }[] {
  const found = new Map<string, F[]>();
  for (const r of rows) if (r.why_not) found.set(r.why_not, [...(found.get(r.why_not) ?? []), r]);
  return [...found].map(([why, of]) => ({ why, rows: of }));
}

/** One, two and five of every power of ten between; only the powers where those are many. */
export function stepsBetween(least: number, most: number, many = 12): number[] {
  const powers: number[] = [];
  for (let k = Math.floor(Math.log10(least)); k <= Math.ceil(Math.log10(most)); k += 1)
    powers.push(k);
  const within = (v: number): boolean => v >= least && v <= most;
  // 0.2 rather than 2 times 0.1, which a computer writes with seventeen digits
  const fine = powers.flatMap((k) => [1, 2, 5].map((m) => Number(`${m}e${k}`))).filter(within);
  const coarse = powers.map((k) => Number(`1e${k}`)).filter(within);
  if (fine.length <= many || coarse.length < 2) return fine;
  const each = Math.ceil(coarse.length / many);
  return coarse.filter((_, k) => k % each === 0);
}

/** Ratios that are written: 1, and of the others those with room. */
function written(low: number, high: number, y: (ratio: number) => number): number[] {
  const found = [1];
  for (const ratio of [...RATIOS].reverse())
    if (ratio >= low && ratio <= high && found.every((r) => Math.abs(y(r) - y(ratio)) >= FAR))
      found.push(ratio);
  return found;
}

/** The furthest off are named, none upon another. */
function name<F extends Compared>(dots: Dot<F>[]): void {
  const of = new Map(dots.map((d) => [d.row, d]));
  const found: Dot<F>[] = [];
  for (const row of byDistance(dots.map((d) => d.row)).filter(isFar)) {
    const dot = of.get(row);
    const clear = (d: Dot<F>): boolean =>
      Math.abs(d.y - (dot?.y ?? 0)) >= FAR || Math.abs(d.x - (dot?.x ?? 0)) >= 4 * FAR;
    if (dot && found.length < MOST_NAMES && found.every(clear)) {
      dot.named = true;
      found.push(dot);
    }
  }
}

/** The picture of the figures of one kind; null without one above zero. */
export function pictureOf<F extends Figure>(
  rows: F[],
  width: number,
): Picture<F & Compared> | null {
  const shown = counting(rows).filter((r) => r.observed > 0);
  if (!shown.length) return null;
  const published = shown.map((r) => r.observed);
  const [least, most] = [Math.min(...published) / 1.2, Math.max(...published) * 1.2];
  const ratios = shown.map((r) => Math.min(Math.max(r.ratio, LEAST), MOST));
  const [low, high] = [Math.min(0.4, ...ratios) / 1.15, Math.max(2.5, ...ratios) * 1.15];
  const [right, foot] = [width - RIGHT, HEIGHT - BOTTOM];
  const x = (v: number): number =>
    LEFT + (Math.log(v / least) / Math.log(most / least)) * (right - LEFT);
  const y = (r: number): number => TOP + (Math.log(high / r) / Math.log(high / low)) * (foot - TOP);
  const dots = shown.map((row): Dot<F & Compared> => {
    const beyond = row.ratio < LEAST ? -1 : row.ratio > MOST ? 1 : 0;
    const at = beyond < 0 ? low : beyond > 0 ? high : row.ratio;
    return { row, x: x(row.observed), y: y(at), beyond, named: false };
  });
  name(dots);
  return {
    width,
    height: HEIGHT,
    left: LEFT,
    right,
    top: TOP,
    foot,
    bands: BANDS.map((share) => ({
      share,
      y: y(1 + share),
      height: y(1 - share) - y(1 + share),
    })),
    ratios: written(low, high, y).map((value) => ({ value, y: y(value) })),
    steps: stepsBetween(least, most, width < 500 ? 6 : 12).map((value) => ({ value, x: x(value) })),
    dots,
  };
}
