import { describe, expect, it } from "vitest";
import { isoOf } from "../src/book";
import { endOf, partOf } from "../src/charts/slider";
import {
  BAND,
  NAMES,
  ROW,
  ROW_OF_A_FINGER,
  SPANS,
  TOP,
  axisOf,
  bandOf,
  besideOf,
  beyond,
  cut,
  dayAtPosition,
  dayUnder,
  lastDay,
  laterOf,
  markOf,
  positionOf,
  rowsOf,
  stepOf,
  stepped,
  ticksOf,
  tipOf,
  titleAt,
  topOf,
} from "../src/charts/timetable";
import type { Commitment, Forecast } from "../src/types";
import { numbers } from "./numbers";

const TODAY = 20_000;

describe("the slider", () => {
  it("reaches what is due, not beyond the horizon", () => {
    expect(endOf(TODAY, TODAY + 9000, [])).toBe(TODAY + 730);
    expect(endOf(TODAY, TODAY + 9000, [TODAY + 3000, TODAY + 10])).toBe(TODAY + 3365);
    expect(endOf(TODAY, TODAY + 900, [TODAY + 3000])).toBe(TODAY + 900);
  });
  it("has its ticks on it, in their order, in either direction", () => {
    for (const rtl of [false, true]) {
      const at = [-9, 0, 1, 400, 729, 730, 9999].map((d) =>
        partOf(TODAY + d, TODAY, TODAY + 730, rtl),
      );
      for (const x of at) expect(x).toBe(Math.max(0, Math.min(100, x)));
      expect([...at].sort((a, b) => (rtl ? b - a : a - b))).toEqual(at);
    }
    expect(partOf(TODAY, TODAY, TODAY, false), "a slider of one day").toBe(0);
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
    expect(cut("x".repeat(80))).toHaveLength(39);
    expect(cut("Eastern route capacity 15 Mt in 2027/2030", 39)).toBe(
      "Eastern route capacity 15 Mt in…",
    );
  });

  const scales = [0, NAMES].flatMap((names) =>
    [false, true].map((rtl) => ({ axis, width: 1000, rtl, names })),
  );

  it("has its years on it, each after the one before", () => {
    for (const scale of scales) {
      const ticks = ticksOf(scale, (y) => `${y}-01-01`);
      expect(ticks.length).toBe(
        Number(isoOf(axis.to).slice(0, 4)) - Number(isoOf(axis.from - 1).slice(0, 4)),
      );
      for (const [k, { day, x }] of ticks.entries()) {
        expect(scale.rtl ? 1000 - x : x).toBeGreaterThanOrEqual(10 + scale.names);
        expect(scale.rtl ? 1000 - x : x).toBeLessThanOrEqual(990);
        const before = ticks[k - 1];
        if (!before) continue;
        expect(day > before.day).toBe(true);
        expect(x > before.x).toBe(!scale.rtl);
        // they are read: a year is wider than its four digits
        expect(Math.abs(x - before.x)).toBeGreaterThan(30);
      }
    }
  });

  it("draws a forecast from its low to its high day, with its median inside", () => {
    const next = numbers(3);
    for (const scale of scales)
      for (let k = 0; k < 300; k += 1) {
        const p10 = axis.from + Math.floor(next() * 9000) - 1000;
        const p50 = p10 + Math.floor(next() * 900);
        const p95 = p50 + Math.floor(next() * 2000);
        const band = bandOf({ p10: isoOf(p10), p50: isoOf(p50), p95: isoOf(p95) }, scale);
        expect(band.width).toBeGreaterThanOrEqual(0);
        expect(band.x).toBeGreaterThanOrEqual(10 - 1e-9);
        expect(band.x + band.width).toBeLessThanOrEqual(990 + 1e-9);
        expect(band.median).toBeGreaterThanOrEqual(band.x - 1e-9);
        expect(band.median).toBeLessThanOrEqual(band.x + band.width + 1e-9);
      }
  });

  it("keeps what its rows show within them, and names beside the axis", () => {
    expect(topOf(0)).toBe(TOP);
    for (const size of [ROW, ROW_OF_A_FINGER])
      for (let k = 0; k < 50; k += 1) {
        const middle = topOf(k, size) + size / 2;
        expect(middle + BAND / 2).toBeLessThan(topOf(k + 1, size));
        // the dot of a date stays in its row, and a finger has 44 pixels of its own
        expect(middle + 7.5).toBeLessThan(topOf(k + 1, size));
      }
    expect(ROW_OF_A_FINGER).toBeGreaterThanOrEqual(44);
    for (const rtl of [false, true]) {
      const scale = { axis, width: 1000, rtl, names: NAMES };
      for (let day = axis.from; day <= axis.to; day += 31) {
        const at = positionOf(day, scale);
        expect(rtl ? 1000 - at : at).toBeGreaterThan(NAMES);
        expect(dayAtPosition(at, scale)).toBe(day);
      }
    }
    for (const scale of scales) {
      const { x, anchor } = titleAt(scale);
      expect(anchor === "start" ? x : 1000 - x).toBe(4);
    }
  });

  it("finds the day under the pointer, however large it is drawn", () => {
    const next = numbers(4);
    for (const scale of scales)
      for (let k = 0; k < 300; k += 1) {
        const day = axis.from + Math.floor(next() * (axis.to - axis.from + 1));
        const box = { left: next() * 500, width: 200 + next() * 2000 };
        const at = box.left + (positionOf(day, scale) / 1000) * box.width;
        expect(dayUnder(at, box, scale)).toBe(day);
      }
  });

  it("shows fewer years where the reader asks, today always among them", () => {
    let wider = Infinity;
    for (const years of SPANS.slice(1)) {
      const near = axisOf(TODAY, TODAY + 9_000, [TODAY - 5_000], years);
      expect(near.to - near.from).toBeLessThan(wider);
      wider = near.to - near.from;
      expect(wider).toBeCloseTo(365 * years);
      expect(beyond(TODAY, near)).toBe(0);
    }
  });

  it("shows the date of a dot on the drawing, wherever the dot is", () => {
    for (const scale of scales)
      for (const day of [axis.from, TODAY, axis.to]) {
        const { x, anchor } = tipOf(day, scale);
        const room = { start: [0, 80], middle: [40, 40], end: [80, 0] }[anchor];
        expect(x - (room[0] ?? 0)).toBeGreaterThanOrEqual(0);
        expect(x + (room[1] ?? 0)).toBeLessThanOrEqual(1000);
      }
  });

  it("writes the date of what is off it inside, and of nothing else", () => {
    for (const scale of scales) {
      expect(besideOf(TODAY, scale, 8)).toBeNull();
      for (const day of [axis.from - 1, axis.to + 1]) {
        const spot = besideOf(day, scale, 8);
        const at = positionOf(day, scale);
        expect((spot?.x ?? NaN) - at).toBe(at < 500 ? 8 : -8);
        // it runs away from the end at which its mark stands
        expect(spot?.anchor).toBe(at < 500 ? "start" : "end");
      }
    }
  });

  it("moves a date by keys the way the axis goes, and not off it", () => {
    for (const rtl of [false, true]) {
      expect(stepOf("ArrowRight", rtl)).toBe(-(stepOf("ArrowLeft", rtl) ?? NaN));
      const right = stepped(TODAY + 100, stepOf("ArrowRight", rtl) ?? NaN, TODAY, axis);
      const scale = { axis, width: 1000, rtl };
      expect(positionOf(right, scale)).toBeGreaterThan(positionOf(TODAY + 100, scale));
      expect(stepOf("PageUp", rtl)).toBe(365);
      expect(stepOf("a", rtl)).toBeNull();
    }
    expect(stepped(TODAY + 5, -30, TODAY, axis)).toBe(TODAY);
    expect(stepped(axis.to - 5, 30, TODAY, axis)).toBe(axis.to);
  });
});

describe("the rows of the timetable", () => {
  interface Told {
    closed?: boolean;
    due?: string | null;
    first?: string | null;
    promises?: [string, string][];
  }
  const one = (id: string, { closed = false, due = null, first = null, promises = [] }: Told) =>
    ({
      id,
      closed,
      due,
      status: { first_promised: first },
      promises: promises.map(([announced_on, promised_for]) => ({ announced_on, promised_for })),
    }) as unknown as Commitment;

  it("are what is open; first what can be moved, each by its date, without one last", () => {
    const all = [
      one("closed", { closed: true, due: "2027-01-01" }),
      one("bare", {}),
      one("late", { due: "2030-01-01" }),
      one("unvalued", { due: "2026-01-01" }),
      one("soon", { due: "2028-01-01", first: "2027" }),
      one("dateless", {}),
    ];
    const forecast = {
      commitments: { soon: { p50: "2029-01-01" } },
      left_out: { bare: { text: "why" } },
    } as unknown as Forecast;
    const rows = rowsOf(all, forecast, new Set(["late", "soon", "dateless"]), "2026-06-01");
    expect(rows.map((r) => r.c.id)).toEqual(["soon", "late", "dateless", "unvalued", "bare"]);
    expect(isoOf(rows[0]?.first ?? NaN)).toBe("2027-12-31");
    expect(rows.map((r) => r.f?.p50)).toEqual(["2029-01-01", ...Array<undefined>(4)]);
    expect(rows[4]?.out?.text).toBe("why");
    expect(rowsOf(all, undefined, new Set(), "").map((r) => r.f)).toEqual(Array(5).fill(undefined));
    expect(rowsOf([], undefined, new Set(), "")).toEqual([]);
  });

  it("show later promises that were known, once each, and not the first again", () => {
    const promises: [string, string][] = [
      ["2020-01-01", "2025"],
      ["2021-01-01", "2027-06"],
      ["2022-01-01", "2027-06"],
      ["2022-02-01", ""],
      ["2027-01-01", "2031"],
    ];
    const later = laterOf(one("C", { first: "2025", promises }), "2026-01-01");
    expect(later.map((l) => [l.text, isoOf(l.day)])).toEqual([["2027-06", "2027-06-30"]]);
  });
});
