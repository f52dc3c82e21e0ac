import { describe, expect, test } from "vitest";
import { bare, moved, packed, storyOf, turned, unpacked, type Step } from "../src/charts/story";

const step = (view: string): Step => ({ view, title: view, text: "سخن — речь" });
const STORY = { title: "Кратко", steps: [step("#overview?figure=map"), step("#commitment/C01")] };

describe("an address holds a story", () => {
  test("and gives it back, whatever the script", async () => {
    const letters = await packed(STORY);
    expect(letters).toMatch(/^[\w-]+$/);
    expect(await unpacked(letters)).toEqual(STORY);
  });
  test("thirty views stay a link that mail programs take", async () => {
    const steps = Array.from({ length: 30 }, (_, k) => step(`#commitment/C${k}?date=2031-01-${k}`));
    expect((await packed({ title: "", steps })).length).toBeLessThan(2000);
  });
  test("what is cut short or made up is no story", async () => {
    const letters = await packed(STORY);
    for (const bad of ["", "!", "abc", letters.slice(0, -6)])
      expect(await unpacked(bad)).toBeNull();
  });
  test("what unpacks to far more is not unpacked", async () => {
    const large = {
      title: "",
      steps: Array.from({ length: 90 }, () => step(`#${"a".repeat(4000)}`)),
    };
    const letters = await packed(large);
    expect(letters.length).toBeLessThan(5000);
    expect(await unpacked(letters)).toBeNull();
  });
});

test("a view is an address of this page, in nobody's language", () => {
  expect(bare("#overview?lang=fa&wide=flow")).toBe("#overview?wide=flow");
  expect(bare("#help?lang=fa")).toBe("#help");
  const strange = {
    title: 4,
    steps: [{ view: "https://elsewhere.example" }, null, { view: "#help" }],
  };
  expect(storyOf(strange)).toEqual({ title: "", steps: [{ view: "#help", title: "", text: "" }] });
  for (const none of [null, 3, "x", [], { steps: {} }]) expect(storyOf(none).steps).toEqual([]);
});

test("keys turn, and stop at both ends; arrows go as the language is written", () => {
  expect(["ArrowRight", "PageDown", " "].map((k) => turned(k, 0, 3))).toEqual([1, 1, 1]);
  expect(turned("ArrowRight", 2, 3)).toBe(2);
  expect(turned("ArrowLeft", 0, 3)).toBe(0);
  expect(turned("ArrowLeft", 0, 3, true)).toBe(1);
  expect([turned("Home", 2, 3), turned("End", 0, 3), turned("x", 1, 3)]).toEqual([0, 2, null]);
});

test("a step is moved and none is lost", () => {
  const [a, b, c] = ["#a", "#b", "#c"].map(step);
  const steps = [a, b, c] as Step[];
  expect(moved(steps, 0, 1)).toEqual([b, a, c]);
  expect(moved(steps, 2, -1)).toEqual([a, c, b]);
  expect(moved(steps, 0, -1)).toEqual(steps);
});
