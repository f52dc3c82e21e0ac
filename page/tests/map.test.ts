import { describe, expect, it } from "vitest";
import { boxOf, frame, joined, look, stateOn, viewBox, widthOf } from "../src/charts/map";

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
    expect(viewBox(frame(1000, 800, []))).toBe("0.0 0.0 1000.0 800.0");
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
      const f = frame(W, H, [box]);
      expect(f.x).toBeGreaterThanOrEqual(0);
      expect(f.y).toBeGreaterThanOrEqual(0);
      expect(f.x + f.width).toBeLessThanOrEqual(W + 1e-9);
      expect(f.y + f.height).toBeLessThanOrEqual(H + 1e-9);
      expect(f.width / f.height).toBeCloseTo(W / H);
      expect(f.x).toBeLessThanOrEqual(box.x0 + 1e-9);
      expect(f.y).toBeLessThanOrEqual(box.y0 + 1e-9);
      expect(f.x + f.width).toBeGreaterThanOrEqual(box.x1 - 1e-9);
      expect(f.y + f.height).toBeGreaterThanOrEqual(box.y1 - 1e-9);
    }
  });
});
