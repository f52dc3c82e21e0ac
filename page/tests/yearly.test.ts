import { describe, expect, it } from "vitest";
import { gainers, payers } from "../src/charts/purses";
import { pictureOf, ticksOf, yearsOf, type Streams, type Year } from "../src/charts/yearly";
import { numbers } from "./numbers";

/** Streams of all lengths and sizes: costs first, then gains, some of them losses. */
function* appraisals(): Generator<{ streams: Streams; years: number[]; rate: number }> {
  const next = numbers(16);
  for (let k = 0; k < 200; k += 1) {
    const n = 1 + Math.floor(next() * 40);
    const size = 10 ** (next() * 7 - 3);
    const some = (low: number): number[] =>
      Array.from({ length: n }, () => (next() + low) * size * (next() < 0.3 ? 0 : 1));
    const [benefit, left, capital] = [some(-0.2), some(0), some(0)];
    const [renewal, maintenance, operation] = [some(0), some(0), some(0)];
    const net = benefit.map(
      (b, t) =>
        b +
        (left[t] ?? 0) -
        (capital[t] ?? 0) -
        (renewal[t] ?? 0) -
        (maintenance[t] ?? 0) -
        (operation[t] ?? 0),
    );
    const years = Array.from({ length: n }, (_, t) => 2026 + t);
    const streams = { benefit, left, capital, renewal, maintenance, operation, net };
    yield { streams, years, rate: next() * 0.2 };
  }
}
const close = (a: number, b: number, size: number): void =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-9 * Math.max(1, size));

describe("money by year", () => {
  it("ends where the net present value stands, and each year is gained less spent", () => {
    for (const { streams, years, rate } of appraisals()) {
      const rows = yearsOf(streams, years, rate);
      const npv = streams.net.reduce((s, v, k) => s + v * Math.pow(1 + rate, -k), 0);
      const size = streams.net.reduce((s, v) => s + Math.abs(v), 0);
      close(rows.at(-1)?.running ?? NaN, npv, size);
      for (const r of rows) close(r.gained - r.spent, r.net, size);
    }
  });

  it("is drawn to one scale, within its frame, with zero between", () => {
    let looked = 0;
    for (const { streams, years, rate } of appraisals())
      for (const width of [300, 720]) {
        const rows = yearsOf(streams, years, rate);
        const drawn = pictureOf(rows, width);
        if (!drawn) throw new Error("a year is there");
        const scale = drawn.bars
          .map((b, k) => [b.spent.height, rows[k]?.spent ?? 0] as const)
          .filter(([, v]) => v > 1e-6)
          .map(([h, v]) => h / v);
        for (const s of scale) close(s / (scale[0] ?? 1), 1, 1);
        drawn.bars.forEach((b, k) => {
          const r = rows[k] as Year;
          for (const bar of [b.gained, b.spent]) {
            looked += 1;
            expect(bar.x).toBeGreaterThanOrEqual(drawn.left - 1e-9);
            expect(bar.x + bar.width).toBeLessThanOrEqual(drawn.right + 1e-9);
            expect(bar.y).toBeGreaterThanOrEqual(0);
            expect(bar.y + bar.height).toBeLessThanOrEqual(drawn.height);
          }
          // gains stand on the zero line, what is spent hangs from it
          if (r.gained > 0) close(b.gained.y + b.gained.height, drawn.zero, 1);
          close(b.spent.y, drawn.zero, 1);
        });
        expect(drawn.line.split(" ").length).toBe(rows.length);
        expect(drawn.line).not.toContain("NaN");
        const places = drawn.years.map((l) => l.x);
        for (let k = 1; k < places.length; k += 1)
          expect((places[k] ?? 0) - (places[k - 1] ?? 0)).toBeGreaterThanOrEqual(40);
      }
    expect(looked).toBeGreaterThan(5000);
  });

  it("has round ticks, few, with zero among them", () => {
    const next = numbers(3);
    for (let k = 0; k < 500; k += 1) {
      const size = 10 ** (next() * 9 - 3);
      const [least, most] = [-next() * size, next() * size];
      const ticks = ticksOf(least, most);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThanOrEqual(8);
      expect(ticks.some((t) => t === 0)).toBe(true);
      for (const t of ticks) expect(t >= least && t <= most).toBe(true);
    }
    expect(ticksOf(-80, 60)).toEqual([-80, -60, -40, -20, 0, 20, 40, 60]);
    expect(ticksOf(0, 0)).toEqual([0]);
  });

  it("without a year or without money says nothing wrong", () => {
    expect(pictureOf([], 400)).toBeNull();
    const still = pictureOf([{ year: 2026, gained: 0, spent: 0, net: 0, running: 0 }], 400);
    expect(still?.line).not.toContain("NaN");
    expect(still?.years.map((y) => y.year)).toEqual([2026]);
  });
});

describe("who pays and who gains", () => {
  const who = {
    A: { benefit: 5, own_money: 0, debt_service: 0, net: 5 },
    B: { benefit: 2, own_money: 4, debt_service: 3, net: -5 },
    C: { benefit: -1, own_money: 9, debt_service: 0, net: -10 },
    D: { benefit: 0, own_money: 0, debt_service: 0, net: 0 },
  };
  it("is told by what leaves a purse and by what is gained, the largest first", () => {
    expect(payers(who)).toEqual([
      { who: "C", musd: 9 },
      { who: "B", musd: 7 },
    ]);
    expect(gainers(who)).toEqual([
      { who: "A", musd: 5 },
      { who: "B", musd: 2 },
    ]);
    expect(payers({})).toEqual([]);
  });
});
