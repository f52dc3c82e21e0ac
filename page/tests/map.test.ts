import { describe, expect, it } from "vitest";
import {
  boxAround,
  boxOf,
  flowing,
  joined,
  look,
  mostOf,
  stateOn,
  tonnesOf,
  viewBox,
  widthOf,
} from "../src/charts/map";
import { fitted } from "../src/charts/view";

describe("the map", () => {
  it("tells states apart without colour", () => {
    const states = ["open", "promised", "delivered", "closed"] as const;
    const seen = new Set(states.map((s) => `${look("rail", s).width} ${look("rail", s).dash}`));
    expect(seen.size).toBe(states.length);
  });

  it("counts a promise as delivered only when all it needs is there", () => {
    expect(stateOn("promised", ["A", "B"], new Set(["A"]))).toBe("promised");
    expect(stateOn("promised", ["A", "B"], new Set(["A", "B", "C"]))).toBe("delivered");
    expect(stateOn("promised", [], new Set(["A"]))).toBe("promised");
    expect(stateOn("closed", ["A"], new Set(["A"]))).toBe("closed");
  });

  it("draws tonnes by area, both signs alike, and nothing for nothing", () => {
    expect(widthOf(10, 10)).toBe(14);
    expect(widthOf(-10, 10)).toBe(14);
    expect((widthOf(2.5, 10) ?? 0) - 1).toBeCloseTo(((widthOf(10, 10) ?? 0) - 1) / 2);
    expect(widthOf(0, 10)).toBeNull();
    expect(widthOf(5, 0)).toBeNull();
  });

  it("draws more tonnes no narrower, within bounds", () => {
    let before = 0;
    for (let k = 0; k <= 1000; k += 1) {
      const width = widthOf(k / 100, 10);
      if (width === null) expect(k).toBe(0);
      else {
        expect(width).toBeGreaterThan(before);
        expect(width).toBeGreaterThan(1);
        expect(width).toBeLessThanOrEqual(14);
        before = width;
      }
    }
    expect(before).toBe(14);
  });

  const flow = {
    today: { a: 4, b: 9, gone: 2, still: 1 },
    all: { a: 6, b: 3, still: 1, opened: 8 },
  };
  const links = ["a", "b", "gone", "still", "opened", "elsewhere"];

  it("tells the difference as what there is with all and not today", () => {
    for (const id of links)
      expect(tonnesOf(flow, "today", id) + tonnesOf(flow, "difference", id)).toBe(
        tonnesOf(flow, "all", id),
      );
    expect(["today", "all", "difference"].map((wide) => mostOf(flow, wide))).toEqual([9, 8, 8]);
  });

  it("is widest where the most tonnes are, and no link is both more and less", () => {
    for (const wide of ["today", "all", "difference"]) {
      const most = mostOf(flow, wide);
      const drawn = links.map((id) => flowing(flow, wide, most, id));
      expect(Math.max(...drawn.map((l) => l.width ?? 0))).toBe(14);
      for (const [k, l] of drawn.entries()) {
        const size = tonnesOf(flow, wide, links[k] ?? "");
        expect(l.thin).toBe(size === 0);
        expect(l.less).toBe(size < 0);
        expect(l.more).toBe(wide === "difference" && size > 0);
        expect(l.width === null).toBe(l.thin);
      }
    }
  });

  it("leaves widths to the states where there are no tonnes, or none are asked for", () => {
    const plain = { width: null, less: false, more: false, thin: false };
    expect(flowing(flow, "", mostOf(flow, ""), "a")).toEqual(plain);
    expect(flowing(null, "all", mostOf(null, "all"), "a")).toEqual(plain);
    const none = { today: {}, all: {} };
    const hardly = { today: { a: 1e-9, b: 9 }, all: { b: 1 } };
    expect(flowing(hardly, "difference", 8, "a")).toEqual({ ...plain, thin: true });
    expect(flowing(none, "all", mostOf(none, "all"), "a")).toEqual({ ...plain, thin: true });
  });

  it("gives a mark the room of its number", () => {
    expect(boxAround({ x: 20, y: 5 })).toEqual({ x0: 9, y0: -6, x1: 31, y1: 16 });
  });

  it("finds the box around a path", () => {
    expect(boxOf("M10,20L-5.5,40Q1,2 30,0")).toEqual({ x0: -5.5, y0: 0, x1: 30, y1: 40 });
    expect(boxOf("")).toBeNull();
  });

  it("joins the links that are drawn", () => {
    const shapes = new Map([
      ["a", "M0,0L1,1"],
      ["b", "M1,1L2,2"],
    ]);
    expect(joined(["b", "missing", "a"], shapes)).toBe("M1,1L2,2M0,0L1,1");
  });

  it("shows the whole picture without a subject, and else stays inside it around the subject", () => {
    expect(viewBox(fitted([], { width: 1000, height: 800 }))).toBe("0.0 0.0 1000.0 800.0");
    for (let k = 0; k < 500; k += 1) {
      const [W, H] = [1000, 200 + ((k * 37) % 900)];
      const x = (k * 71) % W;
      const y = (k * 53) % H;
      const box = {
        x0: x,
        y0: y,
        x1: Math.min(W, x + ((k * 13) % 400)),
        y1: Math.min(H, y + (k % 300)),
      };
      const f = fitted([box], { width: W, height: H });
      expect(f.x).toBeGreaterThanOrEqual(0);
      expect(f.y).toBeGreaterThanOrEqual(0);
      expect(f.x + f.width).toBeLessThanOrEqual(W + 1e-6);
      expect(f.y + f.height).toBeLessThanOrEqual(H + 1e-6);
      expect(f.width / f.height).toBeCloseTo(W / H);
      expect(f.x).toBeLessThanOrEqual(box.x0 + 1e-9);
      expect(f.y).toBeLessThanOrEqual(box.y0 + 1e-9);
      expect(f.x + f.width).toBeGreaterThanOrEqual(box.x1 - 1e-9);
      expect(f.y + f.height).toBeGreaterThanOrEqual(box.y1 - 1e-9);
    }
  });
});
