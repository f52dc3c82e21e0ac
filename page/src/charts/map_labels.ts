/**
 * Numbers and names on the map, at the size of the screen and clear of one another: worked out for
 * the part that is looked at, so that more is named the nearer one looks.
 */
import type { Box } from "./map";
import type { View } from "./view";

interface Spot {
  x: number;
  y: number;
}
export interface Mark {
  label: string;
  at_x: number;
  at_y: number;
}
export interface Named {
  id: string;
  name: string;
  x: number;
  y: number;
}
export interface Name extends Named {
  label_x: number;
  anchor: "start" | "end";
}
/** Pixels: the radius of a number, the width of a letter, the height of a name. */
export const RADIUS = 12;
const LETTER = 6.2;
const HEIGHT = 13;
const TURNS = 80;

const shown = ({ x, y }: Spot, v: View): boolean =>
  x >= v.x && x <= v.x + v.width && y >= v.y && y <= v.y + v.height;
const meet = (a: Box, b: Box): boolean => a.x0 < b.x1 && b.x0 < a.x1 && a.y0 < b.y1 && b.y0 < a.y1;
const inside = (b: Box, v: View): boolean =>
  b.x0 >= v.x && b.x1 <= v.x + v.width && b.y0 >= v.y && b.y1 <= v.y + v.height;

/**
 * Where the numbers of commitments stand, in units of the picture: at what they are about, or
 * outward from it on a spiral until they are clear. ``unit``: units of the picture a pixel.
 */
export function placedMarks<T extends Mark>(marks: T[], view: View, unit: number): (T & Spot)[] {
  const taken: Spot[] = [];
  const apart = (2 * RADIUS + 1) * unit;
  const free = (s: Spot): boolean =>
    taken.every((t) => (s.x - t.x) ** 2 + (s.y - t.y) ** 2 > apart ** 2);
  return marks
    .filter((m) => shown({ x: m.at_x, y: m.at_y }, view))
    .map((m) => {
      let spot = { x: m.at_x, y: m.at_y };
      for (let k = 1; k < TURNS && !free(spot); k += 1) {
        const reach = (16 + 2.6 * k) * unit;
        const angle = 2.4 * k;
        spot = { x: m.at_x + reach * Math.cos(angle), y: m.at_y + reach * Math.sin(angle) };
      }
      taken.push(spot);
      return { ...m, ...spot };
    });
}

/** Which nodes are named, the first of them first, and on which side: clear of numbers and names. */
export function placedNames(
  nodes: Named[],
  view: View,
  unit: number,
  marks: Spot[],
  most = 40,
): Name[] {
  const reach = (RADIUS + 1) * unit;
  const taken: Box[] = marks.map((m) => ({
    x0: m.x - reach,
    x1: m.x + reach,
    y0: m.y - reach,
    y1: m.y + reach,
  }));
  const found: Name[] = [];
  for (const n of nodes) {
    if (found.length >= most) break;
    if (!shown(n, view)) continue;
    const width = LETTER * n.name.length * unit;
    const gap = 6 * unit;
    for (const anchor of ["start", "end"] as const) {
      const x0 = anchor === "start" ? n.x + gap : n.x - gap - width;
      const box = {
        x0,
        x1: x0 + width,
        y0: n.y - (HEIGHT / 2) * unit,
        y1: n.y + (HEIGHT / 2) * unit,
      };
      if (!inside(box, view) || taken.some((t) => meet(t, box))) continue;
      taken.push(box);
      found.push({ ...n, label_x: anchor === "start" ? n.x + gap : n.x - gap, anchor });
      break;
    }
  }
  return found;
}
