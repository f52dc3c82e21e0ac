import { describe, expect, test } from "vitest";
import { begun, corrections, isDue, lacking, pieces } from "../src/charts/drafts";
import type { DraftOfText } from "../src/types";

const draft = (more: Partial<DraftOfText> = {}): DraftOfText => ({
  id: "D01",
  quote: "Iran shall open the line by 2028.",
  place: "paragraph 3",
  start: 10,
  end: 43,
  owed_by: ["IRN"],
  owed_to: [],
  what: "open the line",
  what_start: 21,
  what_end: 34,
  due: "2028",
  due_words: "2028",
  firmness: "legal duty",
  kind: "build-link",
  fields: [],
  acceptance_test: "A train",
  missing: [],
  why: "shall",
  by_context: false,
  language: "en",
  same_as: null,
  ...more,
});
const PARTIES = new Set(["IRN", "AZE"]);

test("a quote is cut around what is promised, and nothing of it is lost", () => {
  const [before, what, after] = pieces(draft());
  expect(what).toBe("open the line");
  expect(before + what + after).toBe(draft().quote);
  // a letter outside the basic plane is one character to the server
  const odd = draft({ quote: "𐎠 shall open it", start: 0, what_start: 8, what_end: 15 });
  expect(pieces(odd)[1]).toBe("open it");
});

test("a date is a year, a month or a day that there is", () => {
  for (const good of ["2028", "2028-06", "2028-02-29"]) expect(isDue(good)).toBe(true);
  for (const bad of ["", "28", "2028-13", "2027-02-29", "2028-06-31", "soon", "2028-6"])
    expect(isDue(bad)).toBe(false);
});

describe("corrections", () => {
  test("nothing was changed: nothing is sent", () => {
    expect(corrections(draft(), begun(draft(), PARTIES))).toEqual([]);
  });
  test("what was changed is sent, in the server's own form", () => {
    const mine = {
      ...begun(draft(), PARTIES),
      owner: ["IRN", "AZE"],
      due: " 2029-01 ",
      title: "Line",
    };
    expect(corrections(draft(), mine)).toEqual([
      { draft: "D01", part: "owner", value: "IRN;AZE" },
      { draft: "D01", part: "due", value: "2029-01" },
      { draft: "D01", part: "title", value: "Line" },
    ]);
  });
  test("an owner that is no party is left to be named", () => {
    const strange = draft({ owed_by: ["EU"] });
    expect(lacking(begun(strange, PARTIES))).toEqual(["owner"]);
    expect(lacking({ ...begun(strange, PARTIES), kind: " ", due: "soon", what: "" })).toEqual([
      "owner",
      "kind",
      "due",
      "what",
    ]);
  });
});
