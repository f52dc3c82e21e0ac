import { describe, expect, it } from "vitest";
import { below, needs } from "../src/charts/because";

describe("what explains a worth", () => {
  it("names who loses most, and the two parts, only below zero", () => {
    expect(below(["A", "B"], [3, -1], null)).toBeNull();
    expect(below(["A", "B", "C"], [2, -1, -9], [0, -3, -20])).toEqual({
      gain: 15,
      received: -23,
      losers: [
        ["C", -9],
        ["B", -1],
      ],
    });
    expect(below(["A"], [-2], null)).toEqual({ gain: -2, received: 0, losers: [["A", -2]] });
  });
  it("names the other that half of it hangs on, by what both add when all else is there", () => {
    expect(
      needs(1.7, [
        ["X", 9, 0.2],
        ["Y", 3, 3.6],
        ["Z", 0, 1],
      ]),
    ).toEqual({ other: "Y", more: 3.6 });
    expect(needs(38, [["Y", 5, 5.8]])).toBeNull();
    expect(needs(1, [["Y", 5, -5.8]])).toBeNull();
  });
});
