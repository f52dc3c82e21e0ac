import { describe, expect, it } from "vitest";
import { share, whisker, widest } from "../src/charts/bars";
import {
  axisOf,
  beyond,
  cut,
  dayAtPosition,
  lastDay,
  markOf,
  positionOf,
} from "../src/charts/timetable";

const TODAY = 20_000;

describe("bars", () => {
  const bar = (value: number, all: number, low: number | null = null, high = low) => ({
    value,
    all,
    low,
    high,
  });

  it("are as long as the largest size of anything, whatever its sign", () => {
    expect(widest([bar(1, -7), bar(2, 3, -9, 4)])).toBe(9);
    expect(widest([])).toBeGreaterThan(0);
    expect(share(-7, 14)).toBe(share(7, 14));
    for (const b of [bar(1, -7), bar(2, 3, -9, 4)])
      for (const v of [b.value, b.all, b.low ?? 0]) expect(share(v, 9)).toBeLessThanOrEqual(1);
  });

  it("have whiskers on their own side of the zero line", () => {
    expect(whisker(bar(0, 5, 2, 8))).toEqual({ from: 2, to: 8 });
    expect(whisker(bar(0, -5, -8, -2))).toEqual({ from: 2, to: 8 });
    expect(whisker(bar(0, 5, -3, 8))).toEqual({ from: 0, to: 8 });
    expect(whisker(bar(0, -5, -8, 3))).toEqual({ from: 0, to: 8 });
    expect(whisker(bar(0, 5))).toBeNull();
  });
});

describe("the timetable", () => {
  const axis = axisOf(TODAY, TODAY + 9_000, [TODAY - 2_000, TODAY + 400]);

  it("shows the first promise, and keeps the larger part for the years ahead", () => {
    expect(axis.from).toBeLessThan(TODAY - 2_000);
    expect(axis.to - TODAY).toBeGreaterThan(TODAY - axis.from);
    const old = axisOf(TODAY, TODAY + 9_000, [TODAY - 20_000]);
    expect(TODAY - old.from).toBe(3_650);
    const bare = axisOf(TODAY, TODAY + 9_000, []);
    expect(bare.from).toBeLessThan(TODAY);
    const ended = axisOf(TODAY, TODAY - 50, []);
    expect(ended.to).toBeGreaterThan(TODAY);
  });

  it("puts later days further on, in either direction of reading, and finds them again", () => {
    for (const rtl of [false, true]) {
      let before = rtl ? Infinity : -Infinity;
      for (let day = axis.from; day <= axis.to; day += 13) {
        const at = positionOf(day, { axis, width: 1000, rtl });
        expect(at).toBeGreaterThanOrEqual(0);
        expect(at).toBeLessThanOrEqual(1000);
        if (rtl) expect(at).toBeLessThan(before);
        else expect(at).toBeGreaterThan(before);
        before = at;
        expect(dayAtPosition(at, { axis, width: 1000, rtl })).toBe(day);
      }
    }
  });

  it("holds what is off the axis at its end, and says so", () => {
    expect(positionOf(axis.from - 500, { axis, width: 1000, rtl: false })).toBe(
      positionOf(axis.from, { axis, width: 1000, rtl: false }),
    );
    expect(positionOf(axis.to + 500, { axis, width: 1000, rtl: true })).toBe(
      positionOf(axis.to, { axis, width: 1000, rtl: true }),
    );
    expect([axis.from - 1, TODAY, axis.to + 1].map((d) => beyond(d, axis))).toEqual([-1, 0, 1]);
    expect(markOf(1, true, false)).not.toBe(markOf(1, true, true));
    expect(markOf(0, true, false)).not.toBe(markOf(0, false, false));
  });

  it("reads partial dates to their last day", () => {
    expect(lastDay("2026")).toBe("2026-12-31");
    expect(lastDay("2024-02")).toBe("2024-02-29");
    expect(lastDay("before 2026-06-14")).toBe("2026-06-14");
  });

  it("cuts long titles only", () => {
    expect(cut("short")).toBe("short");
    expect(cut("x".repeat(80))).toHaveLength(73);
  });
});
