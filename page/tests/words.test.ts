import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Words } from "../src/words";

function words(lang: string, dir: "ltr" | "rtl"): Words {
  const messages = readFileSync(
    new URL(`../../src/milepost/languages/messages/${lang}.ftl`, import.meta.url),
    "utf8",
  );
  return new Words({ lang, dir, languages: {}, messages });
}

describe("two calendars", () => {
  const fa = words("fa", "rtl");
  it("a day is Solar Hijri in Persian", () => expect(fa.date("2026-03-21")).toMatch(/۱۴۰۵/));
  it("a year or a month alone stays Gregorian and is known as such", () => {
    expect(fa.date("2019")).toMatch(/۲۰۱۹.*میلادی/);
    expect(fa.date("2027-12")).toBe("دسامبر ۲۰۲۷");
    expect(words("en", "ltr").date("2019")).toBe("2019");
    expect(words("en", "ltr").date("2029-01")).toBe("Jan 2029");
    expect(words("ru", "ltr").date("2029-01")).toMatch(/янв.*2029/);
    expect(words("ar", "rtl").date("2019")).toContain("2019");
  });
  it("a time on record is the same for every reader, in the reader's digits", () => {
    expect(fa.clock("2026-12-01T05:51:09Z")).toBe("۰۵:۵۱ UTC");
    expect(words("ru", "ltr").clock("2026-12-01T23:05:00+00:00")).toBe("23:05 UTC");
    expect(words("en", "ltr").clock("2026-12-01T00:05:00Z")).toBe("00:05 UTC");
  });
  it("a year of the axis begins on its own first day", () => {
    // Nowruz fell on 20 March 2024 and on 21 March 2025
    expect([fa.newYear(2024), fa.newYear(2025)]).toEqual(["2024-03-20", "2025-03-21"]);
    expect(fa.year(fa.newYear(2025))).toBe("۱۴۰۴");
    expect(words("fr", "ltr").newYear(2025)).toBe("2025-01-01");
  });
});

describe("what several places say", () => {
  it("an abbreviation's full stop ends the sentence, too", () => {
    const said = (countries: string): string =>
      en.say("page-lead", { costliest: "A", cost: "1", countries, worthiest: "B", worth: "2" });
    expect(said("Iran, Islamic Rep.")).toMatch(/Islamic Rep\.\u2069? Worth/);
    expect(said("Iraq")).toMatch(/Iraq\u2069?\. Worth/);
    expect(said("and so on...")).toMatch(/on\.\.\./);
  });
  const en = words("en", "ltr");
  it("a range is two numbers, or one where they are the same", () => {
    expect(en.range([3, 5])).toBe("3–5");
    expect(en.range([3, 3])).toBe("3");
    expect(en.range([3, null])).toBe("3");
  });
  it("moved dates are named with their commitment", () => {
    expect(en.moves({ C01: 0, C02: null })).toBe("C01 1 Jan 1970, C02 never");
    expect(en.moves({})).toBe("");
  });
});
