/**
 * The layout of the map: from data to attributes. Nothing here knows the page, its words or its
 * state.
 */

export interface Box {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}
export type State = "open" | "promised" | "delivered" | "closed";
export interface Look {
  stroke: string;
  width: number;
  dash: string;
  opacity: number;
}

const WATER = "#5b8fb0";
const COLOURS: Record<string, string> = {
  rail: "#1f4e79",
  road: "#7a6a58",
  sea: WATER,
  ferry: WATER,
  river: WATER,
};
const WIDTHS: Record<State, number> = { open: 1.4, promised: 4, delivered: 5.5, closed: 1.6 };
const DASHES: Record<State, string> = {
  open: "none",
  promised: "8 7",
  delivered: "none",
  closed: "1.5 4",
};

/** Colour tells the mode; width and dash tell the state, so that nothing rests on colour alone. */
export function look(mode: string, state: State): Look {
  const strong: Partial<Record<State, string>> = { promised: "#b3261e", delivered: "#17212b" };
  const water = mode === "sea" || mode === "ferry";
  return {
    stroke: strong[state] ?? COLOURS[mode] ?? "#666",
    width: WIDTHS[state],
    dash: state === "open" && water ? "3 3" : DASHES[state],
    opacity: state === "open" && mode !== "rail" ? 0.55 : 1,
  };
}

/** What is promised counts as delivered once all that it needs is. */
export function stateOn(held: State, needs: string[], delivered: ReadonlySet<string>): State {
  const there = needs.length > 0 && needs.every((c) => delivered.has(c));
  return held === "promised" && there ? "delivered" : held;
}

/**
 * Width of a line by its tonnes, in pixels: areas, not widths, are in proportion; null for next to
 * none.
 */
export function widthOf(tonnes: number, most: number): number | null {
  const size = Math.abs(tonnes);
  return most > 0 && size > 1e-6 * most ? 1 + 13 * Math.sqrt(size / most) : null;
}

/** Million tonnes a year by link: as things stand, and with everything delivered. */
export interface Flow {
  today: Record<string, number>;
  all: Record<string, number>;
}

/** What the width of a link tells: tonnes of today, of all, or how many more there are with all. */
export function tonnesOf(flow: Flow, wide: string, id: string): number {
  const now = flow.today[id] ?? 0;
  const all = flow.all[id] ?? 0;
  return wide === "today" ? now : wide === "all" ? all : all - now;
}

/** The tonnes that are drawn widest; 0 where widths tell something else. */
export function mostOf(flow: Flow | null, wide: string): number {
  if (!flow || !wide) return 0;
  const sizes = Object.keys({ ...flow.today, ...flow.all }).map((id) => tonnesOf(flow, wide, id));
  return Math.max(1e-9, ...sizes.map(Math.abs));
}

/** How a link shows its tonnes: how wide, and whether they are more, less, or next to none. */
export interface Flowing {
  width: number | null;
  less: boolean;
  more: boolean;
  thin: boolean;
}

export function flowing(flow: Flow | null, wide: string, most: number, id: string): Flowing {
  const size = flow && most ? tonnesOf(flow, wide, id) : 0;
  const width = widthOf(size, most);
  return {
    width,
    less: width !== null && size < 0,
    more: width !== null && size > 0 && wide === "difference",
    thin: most > 0 && width === null,
  };
}

/** The box around a mark, in which its number stands. */
export const boxAround = ({ x, y }: { x: number; y: number }, reach = 11): Box => ({
  x0: x - reach,
  y0: y - reach,
  x1: x + reach,
  y1: y + reach,
});

/** The box around an SVG path of absolute points; null for a path without any. */
export function boxOf(d: string): Box | null {
  const found = (d.match(/-?\d+(\.\d+)?/g) ?? []).map(Number);
  if (found.length < 2) return null;
  const xs = found.filter((_, k) => k % 2 === 0);
  const ys = found.filter((_, k) => k % 2 === 1);
  return { x0: Math.min(...xs), y0: Math.min(...ys), x1: Math.max(...xs), y1: Math.max(...ys) };
}

/** One path of several links, in their order; links that are not drawn are left out. */
export function joined(links: string[], shapes: ReadonlyMap<string, string>): string {
  return links.map((id) => shapes.get(id) ?? "").join("");
}

export const viewBox = (f: { x: number; y: number; width: number; height: number }): string =>
  [f.x, f.y, f.width, f.height].map((v) => v.toFixed(1)).join(" ");
