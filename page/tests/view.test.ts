import { describe, expect, it } from "vitest";
import { placedMarks, placedNames, RADIUS, type Named } from "../src/charts/map_labels";
import { breaksOfGauge, colourOf, gaugesOf, USES, widthSamples } from "../src/charts/map_scale";
import { widthOf } from "../src/charts/map";
import { fitted, keyed, moved, under, wholeOf, zoomed, type View } from "../src/charts/view";
import { numbers } from "./numbers";

const WHOLE = { width: 1000, height: 703 };
const inside = (v: View): void => {
  expect(v.x).toBeGreaterThanOrEqual(-1e-9);
  expect(v.y).toBeGreaterThanOrEqual(-1e-9);
  expect(v.x + v.width).toBeLessThanOrEqual(1000 + 1e-6);
  expect(v.y + v.height).toBeLessThanOrEqual(703 + 1e-6);
  expect(v.width / v.height).toBeCloseTo(1000 / 703);
};

describe("the part of the map that is looked at", () => {
  it("stays within the picture and keeps its shape, whatever is done", () => {
    const next = numbers(7);
    let view = wholeOf(WHOLE);
    for (let k = 0; k < 2000; k += 1) {
      const at = { x: view.x + next() * view.width, y: view.y + next() * view.height };
      view =
        next() < 0.5
          ? zoomed(view, 0.3 + next() * 3, at, WHOLE)
          : moved(view, next() - 0.5, next() - 0.5, WHOLE);
      inside(view);
    }
  });

  it("zooms about the point under the pointer, and back again", () => {
    const next = numbers(8);
    for (let k = 0; k < 200; k += 1) {
      const view = { x: 300, y: 200, width: 200, height: 140.6 };
      const at = { x: 320 + next() * 160, y: 215 + next() * 100 };
      const near = zoomed(view, 2, at, WHOLE);
      expect((at.x - near.x) / near.width).toBeCloseTo((at.x - view.x) / view.width);
      expect((at.y - near.y) / near.height).toBeCloseTo((at.y - view.y) / view.height);
      expect(zoomed(near, 0.5, at, WHOLE).x).toBeCloseTo(view.x);
    }
    expect(zoomed(wholeOf(WHOLE), 0.1, { x: 5, y: 5 }, WHOLE)).toEqual(wholeOf(WHOLE));
  });

  it("holds what it is fitted to, with room around it", () => {
    const box = { x0: 400, y0: 200, x1: 700, y1: 300 };
    const view = fitted([box], WHOLE);
    inside(view);
    expect(view.x).toBeLessThan(400);
    expect(view.x + view.width).toBeGreaterThan(700);
    expect(view.width).toBeLessThan(500);
    expect(fitted([], WHOLE)).toEqual(wholeOf(WHOLE));
    inside(fitted([{ x0: 0, y0: 0, x1: 1, y1: 1 }], WHOLE));
  });

  it("finds the point under the pointer, and answers to keys", () => {
    const view = { x: 100, y: 50, width: 500, height: 351.5 };
    expect(under({ x: 20, y: 10 }, { left: 20, top: 10, width: 250 }, view)).toEqual({
      x: 100,
      y: 50,
    });
    expect(under({ x: 270, y: 10 }, { left: 20, top: 10, width: 250 }, view).x).toBe(600);
    expect(keyed("ArrowRight", view, WHOLE)?.x).toBeGreaterThan(100);
    expect(keyed("+", view, WHOLE)?.width).toBeLessThan(500);
    expect(keyed("-", view, WHOLE)?.width).toBeGreaterThan(500);
    expect(keyed("0", view, WHOLE)).toEqual(wholeOf(WHOLE));
    expect(keyed("a", view, WHOLE)).toBeNull();
  });
});

describe("numbers and names on the map", () => {
  const view = wholeOf(WHOLE);
  const next = numbers(9);
  const crowd = Array.from({ length: 30 }, (_, k) => ({
    label: `C${k}`,
    at_x: 480 + next() * 40,
    at_y: 340 + next() * 40,
  }));
  const towns: Named[] = Array.from({ length: 200 }, (_, k) => ({
    id: `N${k}`,
    name: "Some town of a name",
    x: next() * 1000,
    y: next() * 703,
  }));

  it("stand clear of one another at any size of the screen", () => {
    for (const unit of [0.2, 1, 2.5]) {
      const marks = placedMarks(crowd.slice(0, unit > 2 ? 12 : 30), view, unit);
      for (const [k, a] of marks.entries())
        for (const b of marks.slice(k + 1))
          expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThan(2 * RADIUS * unit);
      const names = placedNames(towns, view, unit, marks);
      expect(names.length).toBeGreaterThan(3);
      for (const n of names)
        for (const m of marks) {
          const [x0, x1] =
            n.anchor === "start"
              ? [n.label_x, n.label_x + 118 * unit]
              : [n.label_x - 118 * unit, n.label_x];
          const dx = Math.max(x0 - m.x, m.x - x1, 0);
          const dy = Math.max(Math.abs(n.y - m.y) - 6.5 * unit, 0);
          expect(Math.max(dx, dy)).toBeGreaterThan(RADIUS * unit);
        }
    }
  });

  it("are more the nearer one looks, and none where nothing is", () => {
    const far = placedNames(towns, view, 1.4, [], 500).length / 1;
    const near = { x: 0, y: 0, width: 250, height: 175.75 };
    const shown = towns.filter((t) => t.x <= 250 && t.y <= 175.75).length;
    const named = placedNames(towns, near, 0.35, [], 500).length;
    expect(named / shown).toBeGreaterThan(far / towns.length);
    expect(placedMarks(crowd, near, 0.35)).toEqual([]);
    expect(placedNames([], view, 1, [])).toEqual([]);
  });

  it("never come to more than are asked for", () => {
    expect(placedNames(towns, view, 0.1, [], 14)).toHaveLength(14);
  });
});

describe("what colours and widths tell", () => {
  const rail = (from_node: string, to_node: string, gauge_mm: number | null) => ({
    from_node,
    to_node,
    gauge_mm,
    use: null,
  });

  it("names breaks of gauge where railways of two gauges meet, and nowhere else", () => {
    const links = [
      rail("A", "B", 1435),
      rail("B", "C", 1520),
      rail("C", "D", 1520),
      rail("D", "E", null),
    ];
    expect([...breaksOfGauge(links)]).toEqual(["B"]);
    expect(gaugesOf(links).map((g) => [g.gauge, g.count])).toEqual([
      [1520, 2],
      [1435, 1],
    ]);
  });

  it("has a class for every use, fuller ones in their own colours", () => {
    const colours = [0, 0.49, 0.5, 0.79, 0.8, 0.99, 1, 3].map((use) =>
      colourOf("use", { gauge_mm: null, use }),
    );
    expect(new Set(colours).size).toBe(USES.length);
    expect(colours[0]).toBe(colours[1]);
    expect(colours[6]).toBe(colours[7]);
    expect(colourOf("use", { gauge_mm: null, use: null })).not.toBe(colours[0]);
    expect(colourOf("mode", { gauge_mm: 1435, use: 1 })).toBeNull();
    expect(colourOf("gauge", { gauge_mm: 999, use: null })).toBe(
      colourOf("gauge", { gauge_mm: 888, use: null }),
    );
  });

  it("shows round tonnes in a scale of widths, as wide as links are drawn", () => {
    for (const most of [0.03, 1, 7.7, 43, 1234]) {
      const scale = widthSamples(most);
      expect(scale.length).toBe(3);
      for (const [k, { tonnes, width }] of scale.entries()) {
        expect(tonnes).toBeLessThanOrEqual(most);
        expect(Number(tonnes.toPrecision(1))).toBeCloseTo(tonnes, 9);
        expect(width).toBe(widthOf(tonnes, most));
        if (k) expect(width).toBeLessThan(scale[k - 1]?.width ?? 0);
      }
    }
    expect(widthSamples(0)).toEqual([]);
  });
});
