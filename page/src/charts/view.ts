/** Which part of a picture is looked at: zoomed about a point, moved, kept within the picture. */
import type { Box } from "./map";

export interface View {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Size {
  width: number;
  height: number;
}
/** As far in as one can go: a part of this many of the whole. */
const CLOSEST = 40;
/** How far a step of a button, a key or the wheel goes. */
export const STEP = 1.5;

const within = (start: number, size: number, whole: number): number =>
  Math.min(Math.max(0, start), Math.max(0, whole - size));

/** A view of a size that keeps the shape of the picture, no larger than it, within it. */
function placed(x: number, y: number, width: number, whole: Size): View {
  const w = Math.min(whole.width, Math.max(whole.width / CLOSEST, width));
  const h = (w * whole.height) / whole.width;
  return { x: within(x, w, whole.width), y: within(y, h, whole.height), width: w, height: h };
}

/** The whole picture. */
export const wholeOf = ({ width, height }: Size): View => ({ x: 0, y: 0, width, height });

/** Nearer (factor above 1) or farther, while a point of the picture stays where it is on the screen. */
export function zoomed(
  view: View,
  factor: number,
  at: { x: number; y: number },
  whole: Size,
): View {
  const width = Math.min(whole.width, Math.max(whole.width / CLOSEST, view.width / factor));
  const kept = width / view.width;
  return placed(at.x - (at.x - view.x) * kept, at.y - (at.y - view.y) * kept, width, whole);
}

export const middleOf = (view: View): { x: number; y: number } => ({
  x: view.x + view.width / 2,
  y: view.y + view.height / 2,
});

/** Moved by a part of its own size. */
export const moved = (view: View, right: number, down: number, whole: Size): View =>
  placed(view.x + right * view.width, view.y + down * view.height, view.width, whole);

/** The view that shows some boxes with room around them; the whole where there are none. */
export function fitted(boxes: Box[], whole: Size, room = 1.25): View {
  if (!boxes.length) return wholeOf(whole);
  const x0 = Math.min(...boxes.map((b) => b.x0));
  const x1 = Math.max(...boxes.map((b) => b.x1));
  const y0 = Math.min(...boxes.map((b) => b.y0));
  const y1 = Math.max(...boxes.map((b) => b.y1));
  const width = Math.max(
    whole.width / 8,
    (x1 - x0) * room,
    ((y1 - y0) * room * whole.width) / whole.height,
  );
  const height = (width * whole.height) / whole.width;
  return placed((x0 + x1) / 2 - width / 2, (y0 + y1) / 2 - height / 2, width, whole);
}

/** Where a point of the screen lies in the picture. */
export const under = (
  point: { x: number; y: number },
  box: { left: number; top: number; width: number },
  view: View,
): { x: number; y: number } => {
  const units = view.width / box.width;
  return { x: view.x + (point.x - box.left) * units, y: view.y + (point.y - box.top) * units };
};

/** What a key does to a view; null: nothing. Arrows move, plus and minus zoom, nought shows all. */
export function keyed(key: string, view: View, whole: Size): View | null {
  const step = 0.15;
  switch (key) {
    case "ArrowLeft":
      return moved(view, -step, 0, whole);
    case "ArrowRight":
      return moved(view, step, 0, whole);
    case "ArrowUp":
      return moved(view, 0, -step, whole);
    case "ArrowDown":
      return moved(view, 0, step, whole);
    case "+":
    case "=":
      return zoomed(view, STEP, middleOf(view), whole);
    case "-":
      return zoomed(view, 1 / STEP, middleOf(view), whole);
    case "0":
      return wholeOf(whole);
    default:
      return null;
  }
}
