import { describe, expect, it } from "vitest";
import { dayOf, isoOf } from "../src/book";
import { Calendar, refusedDate } from "../src/charts/calendar";

const fa = new Calendar("fa", "fa-IR-u-ca-persian");
const en = new Calendar("en", "en-GB");
const ru = new Calendar("ru", "ru");
const ar = new Calendar("ar", "ar-u-nu-latn");
/** Days of eighty years, one in 37. */
const DAYS = Array.from({ length: 800 }, (_, k) => dayOf("1980-01-01") + 37 * k);

describe("a calendar", () => {
  it("reads what it writes, in both calendars", () => {
    for (const day of DAYS)
      for (const calendar of [fa, en, ru, ar]) {
        expect(calendar.read(calendar.write(isoOf(day)))).toBe(isoOf(day));
        expect(calendar.dayFrom(...calendar.partsOf(day))).toBe(day);
      }
  });

  it("knows published days of Nowruz and a leap year", () => {
    // Nowruz fell on 20 March in 2024 and 2025's on the 21st: 1403 has 366 days, 1404 has not
    expect(fa.read("1403/01/01")).toBe("2024-03-20");
    expect(fa.read("۱۴۰۴/۱/۱")).toBe("2025-03-21");
    expect(fa.read("1403-12-30")).toBe("2025-03-20");
    expect(fa.read("1404-12-30")).toBeNull();
    expect(fa.write("2026-11-20")).toBe("۱۴۰۵/۰۸/۲۹");
  });

  it("takes days as people type them", () => {
    expect(fa.read("2026-11-20")).toBe("2026-11-20");
    expect(fa.read("۲۰۲۶/۱۱/۲۰")).toBe("2026-11-20");
    expect(ru.read("20.11.2026")).toBe("2026-11-20");
    expect(ar.read("٢٠/١١/٢٠٢٦")).toBe("2026-11-20");
    expect(en.read("2026-2-3")).toBe("2026-02-03");
    // which of them is the month?
    expect(en.read("03/04/2026")).toBeNull();
    for (const text of [
      "",
      "soon",
      "2026-13-01",
      "2026-02-30",
      "2000-09-0",
      "2000-00-01",
      "1405/13/01",
      "1405/0/1",
      "1405/1/0",
    ])
      for (const calendar of [fa, en, ru, ar]) expect(calendar.read(text)).toBeNull();
  });

  it("takes a year or a month alone where that is a date", () => {
    for (const calendar of [fa, en]) {
      expect(calendar.read("2028", true)).toBe("2028");
      expect(calendar.read("2028-06", true)).toBe("2028-06");
      expect(calendar.read("2028-13", true)).toBeNull();
      expect(calendar.read("2028-06")).toBeNull();
    }
    // it lies in two Gregorian years
    expect(fa.read("1407", true)).toBeNull();
  });

  it("shows whole weeks, every day of the month once, from the day a week begins on", () => {
    for (const day of DAYS)
      for (const [calendar, begins] of [
        [fa, 6],
        [ar, 6],
        [en, 1],
      ] as const) {
        const { weeks } = calendar.month(day);
        const own = weeks.flat().filter((d) => d.own);
        const [year, month] = calendar.partsOf(day);
        expect(own.length).toBeGreaterThanOrEqual(28);
        expect(own.map((d) => calendar.partsOf(d.day))).toEqual(
          own.map((_, k) => [year, month, k + 1]),
        );
        expect(calendar.partsOf((own.at(-1)?.day ?? 0) + 1)[2]).toBe(1);
        for (const week of weeks) {
          expect(new Date((week[0]?.day ?? 0) * 86_400_000).getUTCDay()).toBe(begins);
          expect(week.map((d) => d.day)).toEqual(week.map((_, k) => (week[0]?.day ?? 0) + k));
        }
      }
    expect(fa.month(dayOf("2026-11-20")).title).toBe("آبان ۱۴۰۵");
  });

  it("refuses a year of which digits are still to come", () =>
    expect(refusedDate("0202-12-25")).toBe("before"));

  it("turns to the same day of another month, or to its last", () => {
    expect(isoOf(en.turned(dayOf("2026-01-31"), 1))).toBe("2026-02-28");
    expect(isoOf(en.turned(dayOf("2026-01-31"), -2))).toBe("2025-11-30");
    expect(fa.partsOf(fa.turned(dayOf("2026-08-22"), 1)).slice(0, 2)).toEqual([1405, 6]);
    for (const day of DAYS) {
      const [y, m] = fa.partsOf(day);
      expect(fa.partsOf(fa.turned(day, 12)).slice(0, 2)).toEqual([y + 1, m]);
    }
  });
});

describe("a date within limits", () => {
  it("is taken, and others are refused with the reason", () => {
    const [first, last] = ["2026-01-01", "2030-06-30"];
    for (const iso of [first, "2028-02-29", last]) expect(refusedDate(iso, first, last)).toBeNull();
    expect(refusedDate("2025-12-31", first, last)).toBe("before");
    expect(refusedDate("2030-07-01", first, last)).toBe("after");
    for (const text of ["", "2030", "2030-13-45", "soon", null])
      expect(refusedDate(text, first, last)).toBe("none");
  });
});
