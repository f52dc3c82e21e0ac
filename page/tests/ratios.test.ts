import { describe, expect, it } from "vitest";
import {
  byDistance,
  counting,
  FAR,
  isFar,
  pictureOf,
  stepsBetween,
  withoutBy,
  type Figure,
} from "../src/charts/ratios";
import { numbers } from "./numbers";

/** Lists of figures of all sizes and samples, some without a model, some of which it has nothing. */
function* lists(): Generator<Figure[]> {
  const next = numbers(3);
  yield [];
  for (let k = 0; k < 300; k += 1)
    yield Array.from({ length: 1 + Math.floor(next() * 14) }, (_, n) => {
      const observed = next() < 0.1 ? 0 : 10 ** (next() * 6 - 3);
      const model =
        next() < 0.1 ? null : next() < 0.2 ? 0 : observed * 10 ** ((next() - 0.5) * next() * 12);
      return {
        id: `N${n}`,
        kind: "days",
        sample: ["fit", "held out", "check"][Math.floor(next() * 3)] ?? "fit",
        observed,
        model,
        ratio: model === null || !observed ? null : model / observed,
      };
    });
}

describe("the model over what is published", () => {
  it("draws what counts, each within the frame, in the order of the axes", () => {
    let beyond = 0;
    for (const rows of lists())
      for (const width of [320, 700]) {
        const shown = counting(rows);
        const drawn = pictureOf(rows, width);
        if (!shown.length) {
          expect(drawn).toBeNull();
          continue;
        }
        if (!drawn) throw new Error("nothing is drawn");
        expect(drawn.dots.map((d) => d.row)).toEqual(shown);
        for (const a of drawn.dots) {
          expect(a.x).toBeGreaterThanOrEqual(drawn.left);
          expect(a.x).toBeLessThanOrEqual(drawn.right);
          expect(a.y).toBeGreaterThanOrEqual(drawn.top - 1e-9);
          expect(a.y).toBeLessThanOrEqual(drawn.foot + 1e-9);
          if (a.row.ratio === 0) expect(a.beyond).toBe(-1);
          if (a.beyond) beyond += 1;
          for (const b of drawn.dots) {
            if (a.row.ratio < b.row.ratio) expect(a.y).toBeGreaterThanOrEqual(b.y - 1e-9);
            if (a.row.observed < b.row.observed) expect(a.x).toBeLessThanOrEqual(b.x + 1e-9);
          }
        }
      }
    expect(beyond).toBeGreaterThan(20);
  });

  it("leaves out what is for checking only and what has no figure on either side", () => {
    let left = 0;
    for (const rows of lists()) {
      const kept = new Set<Figure>(counting(rows));
      for (const r of rows) {
        const counts = ["fit", "held out"].includes(r.sample) && r.model !== null && r.observed > 0;
        expect(kept.has(r)).toBe(counts);
        if (!counts) left += 1;
      }
    }
    expect(left).toBeGreaterThan(100);
  });

  it("has bands that hold what is within a quarter and a half", () => {
    for (const rows of lists()) {
      const drawn = pictureOf(rows, 600);
      for (const d of drawn?.dots ?? [])
        for (const b of drawn?.bands ?? []) {
          const off = Math.abs(d.row.ratio - 1);
          if (Math.abs(off - b.share) < 1e-9) continue;
          const inside = d.y >= b.y - 1e-9 && d.y <= b.y + b.height + 1e-9;
          expect(inside).toBe(off < b.share);
        }
      if (drawn) expect(drawn.bands.map((b) => b.share)).toEqual([0.5, 0.25]);
    }
  });

  it("names the furthest off, none upon another", () => {
    for (const rows of lists()) {
      const named = (pictureOf(rows, 500)?.dots ?? []).filter((d) => d.named);
      const far = byDistance(counting(rows)).filter(isFar);
      expect(named.length > 0).toBe(far.length > 0);
      if (far.length) expect(named.map((d) => d.row)).toContain(far[0]);
      for (const a of named)
        for (const b of named)
          if (a !== b)
            expect(Math.abs(a.y - b.y) >= FAR || Math.abs(a.x - b.x) >= 4 * FAR).toBe(true);
    }
  });

  it("goes from the furthest to the nearest, nothing in the model before all", () => {
    for (const rows of lists()) {
      const sorted = byDistance(counting(rows));
      expect(sorted.length).toBe(counting(rows).length);
      for (const [k, r] of sorted.entries()) {
        const after = sorted[k + 1];
        if (!after) continue;
        if (r.ratio === 0 && after.ratio === 0)
          expect(r.observed).toBeGreaterThanOrEqual(after.observed);
        else if (r.ratio !== 0) {
          expect(after.ratio).toBeGreaterThan(0);
          // as many times too much as too little is as far
          expect(Math.max(r.ratio, 1 / r.ratio)).toBeGreaterThanOrEqual(
            Math.max(after.ratio, 1 / after.ratio) * (1 - 1e-12),
          );
        }
      }
    }
  });

  it("has few round numbers on its axis, all within", () => {
    const next = numbers(4);
    for (let k = 0; k < 300; k += 1) {
      const least = 10 ** (next() * 6 - 3);
      const most = least * (2.5 + 10 ** (next() * 4));
      for (const many of [6, 12]) {
        const steps = stepsBetween(least, most, many);
        expect(steps.length).toBeGreaterThan(0);
        expect(steps.length).toBeLessThanOrEqual(many);
        for (const s of steps) {
          expect(s >= least && s <= most).toBe(true);
          expect(String(s)).toMatch(/^0?\.?0*[125]0*(e-?\d+)?$/);
        }
      }
    }
  });

  it("keeps what is not compared, each with its reason", () => {
    const rows = ["", "no such path", "a corridor", "no such path"].map((why_not) => ({ why_not }));
    expect(withoutBy(rows)).toEqual([
      { why: "no such path", rows: [rows[1], rows[3]] },
      { why: "a corridor", rows: [rows[2]] },
    ]);
    expect(withoutBy([])).toEqual([]);
  });
});
