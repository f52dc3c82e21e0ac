import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { Book, dayOf, isoOf, type BookJson, type Dates } from "../src/book";

interface Case {
  dates: Record<string, string | null>;
  worth: number[];
  spent?: number;
  by: string;
  value: number[];
}
const made = JSON.parse(readFileSync(new URL("./books.json", import.meta.url), "utf8")) as {
  name: string;
  book: BookJson;
  cases: Case[];
}[];
const days = (dates: Record<string, string | null>): Dates =>
  Object.fromEntries(Object.entries(dates).map(([c, d]) => [c, d === null ? null : dayOf(d)]));
const near = (a: number, b: number): void =>
  expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(b)));

describe.each(made)("the book of $name against Python", ({ book, cases }) => {
  const read = new Book(book);
  it("has cases to look at", () => expect(cases.length).toBeGreaterThan(20));
  it.each(cases)("worth and value of case %#", (c) => {
    const worth = read.worth(days(c.dates));
    const value = read.value(days(c.dates), dayOf(c.by));
    expect(worth).not.toBeNull();
    c.worth.forEach((v, k) => near(worth?.[k] ?? NaN, v));
    near(read.spent(days(c.dates)), c.spent ?? 0);
    c.value.forEach((v, k) => near(value?.[k] ?? NaN, v));
  });
});

describe("spending", () => {
  it("is told of what states a cost, and of nothing that never comes", () => {
    const [first, , , last] = made.map(({ book }) => new Book(book));
    if (!first || !last) throw new Error("no book");
    expect(first.withCosts).toBe(true);
    expect(last.withCosts).toBe(false);
    const never = Object.fromEntries(Object.keys(first.dates).map((c) => [c, null]));
    expect(first.spent(never)).toBe(0);
    expect(first.spent(first.dates)).toBeGreaterThan(0);
  });
});

describe("days", () => {
  it("come back as they went", () => {
    for (const d of ["1970-01-01", "2024-02-29", "2100-12-31"]) expect(isoOf(dayOf(d))).toBe(d);
  });
  it("an incomplete book says null, never a number", () => {
    const first = made[0];
    if (!first) throw new Error("no book");
    const some = new Book({
      ...first.book,
      complete: false,
      masks: ["0"],
      row_of: [first.book.row_of[0] ?? 0],
    });
    expect(some.worth(some.dates)).toBeNull();
  });
});
