import { describe, expect, it } from "vitest";
import { PAGES, PICKS, read, written, type Chosen } from "../src/address.svelte";

const nothing: Chosen = {
  page: "overview",
  item: "",
  lang: "en",
  known: "",
  asOf: null,
  moves: {},
  picks: {},
};

describe("the address", () => {
  it("says all that is chosen, and is read back as it was", () => {
    for (let k = 0; k < 400; k += 1) {
      const chosen: Chosen = {
        page: PAGES[k % PAGES.length] ?? "overview",
        item: k % 3 ? `C0${k % 7}/ä ?&#` : "",
        lang: ["en", "fa", "ru"][k % 3] ?? "en",
        known: k % 4 ? "" : "2026-11-24",
        asOf: k % 5 ? 15_000 + k * 11 : null,
        moves: k % 2 ? { C01: 20_000 + k, "N.2": null } : {},
        picks: Object.fromEntries(PICKS.filter((_, j) => (k >> j) & 1).map((p) => [p, `x${k}&=`])),
      };
      expect(read(written(chosen), "en")).toEqual(chosen);
    }
  });

  it("leaves out what cannot be read", () => {
    expect(read("#nowhere?date=soon&known=1&moved=C01:2030,C02,:never", "fr")).toEqual({
      ...nothing,
      lang: "fr",
    });
    expect(read("", "en")).toEqual(nothing);
    expect(written(nothing)).toBe("#overview");
  });
});
