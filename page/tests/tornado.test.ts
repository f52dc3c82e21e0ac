import { describe, expect, it } from "vitest";
import { at, half, parted, span, swing, type Ends } from "../src/charts/tornado";
import { numbers } from "./numbers";

/** Tornados of all sizes and signs, with ends that have no value. */
function* tornados(): Generator<{ central: number; bars: Ends[] }> {
  const next = numbers(7);
  yield { central: 0, bars: [] };
  yield { central: -3, bars: [{ at_low: -3, at_high: -3 }] };
  yield { central: 1e9, bars: [{ at_low: null, at_high: null }] };
  for (let k = 0; k < 300; k += 1) {
    const size = 10 ** (next() * 9 - 3);
    const some = (): number | null => (next() < 0.1 ? null : (next() - 0.4) * size);
    yield {
      central: (next() - 0.4) * size,
      bars: Array.from({ length: Math.floor(next() * 9) }, () => ({
        at_low: some(),
        at_high: some(),
      })),
    };
  }
}

describe("a tornado", () => {
  it("lies within its width, and its halves meet where V stands", () => {
    let looked = 0;
    for (const { central, bars } of tornados()) {
      const within = span(central, bars);
      expect(within[0]).toBeLessThan(within[1]);
      const middle = at(central, within);
      for (const bar of bars)
        for (const end of [bar.at_low, bar.at_high]) {
          const part = half(central, end, within);
          if (end === null || part === null) {
            expect(part).toBeNull();
            continue;
          }
          looked += 1;
          expect(part.from).toBeGreaterThanOrEqual(0);
          expect(part.from + part.size).toBeLessThanOrEqual(100 + 1e-9);
          const near = end < central ? part.from + part.size : part.from;
          expect(near).toBeCloseTo(middle, 9);
          const whole = within[1] - within[0];
          expect(part.size).toBeCloseTo((Math.abs(end - central) / whole) * 100, 6);
        }
    }
    expect(looked).toBeGreaterThan(500);
  });

  it("fills its width with what goes farthest", () => {
    const bars = [
      { at_low: 2, at_high: 8 },
      { at_low: 9, at_high: 4 },
    ];
    const within = span(5, bars);
    expect(within).toEqual([2, 9]);
    expect(half(5, 2, within)?.from).toBe(0);
    expect(at(9, within)).toBe(100);
  });

  it("has the largest swing first and sets aside what moves nothing", () => {
    for (const { bars } of tornados()) {
      const { moving, still } = parted(bars);
      expect(moving.length + still.length).toBe(bars.length);
      const swings = moving.map(swing);
      expect(swings).toEqual([...swings].sort((a, b) => b - a));
      for (const bar of still) expect(swing(bar)).toBe(0);
    }
    expect(parted([{ at_low: 1, at_high: 1 }]).moving).toEqual([]);
    expect(parted([{ at_low: null, at_high: 1 }]).moving).toEqual([]);
  });
});
