import { describe, expect, it } from "vitest";
import type { Dates } from "../src/book";
import {
  at,
  byLargest,
  extentOf,
  extentOfBars,
  percents,
  spanOf,
  sum,
  whisker,
} from "../src/charts/bars";
import { byDate } from "../src/charts/by_date";
import { numbers } from "./numbers";

const longest = (values: number[]): number => Math.max(1e-9, ...values.map(Math.abs));

/** Lists of numbers of both signs, of all sizes, with zeros, and empty ones. */
function* lists(): Generator<number[]> {
  const next = numbers(1);
  yield* [[], [0], [0, 0], [-1], [-3, 3], [1e-300, 0], [1e300, -1e300]];
  for (let k = 0; k < 200; k += 1)
    yield Array.from({ length: Math.floor(next() * 9) }, () =>
      next() < 0.2 ? 0 : (next() - 0.5) * 10 ** (next() * 12 - 6),
    );
}

describe("bars", () => {
  const bar = (value: number, all: number, low: number | null = null, high = low) => ({
    value,
    all,
    low,
    high,
  });

  it("begin at zero, gains to one side and losses to the other", () => {
    const extent = extentOfBars([bar(1, -7), bar(2, 3, -9, 4)]);
    expect(extent).toEqual({ least: -9, most: 4 });
    const zero = at(0, extent);
    expect(spanOf(3, extent).from).toBe(zero);
    expect(spanOf(-7, extent).to).toBe(zero);
    expect(extentOfBars([]).most).toBeGreaterThan(0);
  });

  it("have whiskers that run from low to high, across zero where that lies between", () => {
    const extent = extentOf([-10, 10]);
    expect(whisker({ low: -5, high: 5 }, extent)).toEqual({ from: 0.25, to: 0.75 });
    expect(whisker({ low: 5, high: -5 }, extent)).toEqual({ from: 0.25, to: 0.75 });
    expect(whisker({ low: null, high: 5 }, extent)).toBeNull();
  });

  it("stay on the chart, are as long as their number, and are always numbers", () => {
    for (const list of lists()) {
      const extent = extentOf(list);
      const width = extent.most - extent.least;
      expect(width).toBeGreaterThan(0);
      for (const v of list) {
        const { from, to } = spanOf(v, extent);
        expect(from).toBeGreaterThanOrEqual(0);
        expect(to).toBeLessThanOrEqual(1);
        expect(Math.abs(to - from - Math.abs(v) / width)).toBeLessThanOrEqual(1e-9);
        expect(percents({ from, to }).size).toMatch(/^[\d.]+%$/);
      }
      if (list.some((v) => v > 1e-9)) expect(at(Math.max(...list), extent)).toBe(1);
      if (list.some((v) => v < -1e-9)) expect(at(Math.min(...list), extent)).toBe(0);
    }
  });

  it("add up in any order, with either sign, and nothing to nothing", () => {
    for (const list of lists()) {
      const scale = 1e-9 * Math.max(1, longest(list));
      expect(Math.abs(sum(list) - sum([...list].reverse()))).toBeLessThanOrEqual(scale);
      expect(Math.abs(sum(list) + sum(list.map((v) => -v)))).toBeLessThanOrEqual(scale);
    }
    expect(sum([])).toBe(0);
    expect(sum(new Float64Array([1, -4]))).toBe(-3);
  });

  it("of scenarios stand by their largest change, without what none of them changes", () => {
    const rows = [...lists()].map((by, id) => ({ id, by: [null, ...by] as (number | null)[] }));
    const shown = byLargest(rows);
    const size = (r: (typeof rows)[0]): number => longest(r.by.map((v) => v ?? 0));
    for (const [k, r] of shown.entries()) {
      expect(size(r)).toBeGreaterThan(1e-6);
      if (k) expect(size(r)).toBeLessThanOrEqual(size(shown[k - 1] ?? r));
    }
    expect(shown).toHaveLength(
      rows.filter((r) => r.by.some((v) => Math.abs(v ?? 0) > 1e-6)).length,
    );
    expect(byLargest([{ by: [] }, { by: [null] }, { by: [0] }])).toEqual([]);
  });
});

const TODAY = 20_000;

describe("what all is worth by the day of one", () => {
  const dates: Dates = { A: TODAY + 400, B: null };
  const worth = (d: Dates): Float64Array =>
    Float64Array.of(...Object.values(d).map((v) => (v === null ? 0 : 1e6 / v)));

  it("is less the later it comes, and nothing where its date stays", () => {
    const curve = byDate(worth, dates, "A", TODAY);
    expect(curve).toHaveLength(10);
    expect(curve[0]?.day).toBe(TODAY);
    for (const [k, p] of curve.entries()) {
      const before = curve[k - 1];
      if (before) expect(p.day - before.day).toSatisfy((d) => d === 365 || d === 366);
      if (before) expect(p.pv).toBeLessThan(before.pv);
      expect(Math.sign(p.pv)).toBe(p.day < TODAY + 400 ? 1 : -1);
    }
    expect(byDate(worth, dates, "A", TODAY + 400)[0]?.pv).toBe(0);
  });

  it("is left out where it cannot be told", () => {
    expect(byDate(() => null, dates, "A", TODAY)).toEqual([]);
    const some = byDate((d) => ((d.A ?? 0) > TODAY + 1000 ? null : worth(d)), dates, "A", TODAY);
    expect(some).toHaveLength(3);
  });
});
