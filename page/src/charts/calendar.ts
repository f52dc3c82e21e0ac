/** Days and months in the reader's calendar, and days as they are typed. */
import { dayOf, isoOf } from "../book";

/** Years of the Solar Hijri calendar that are typed lie below, Gregorian ones above. */
const GREGORIAN_FROM = 1700;
/** Where a week begins, from Sunday on; on Monday where nothing is named. */
const WEEK_BEGINS: Record<string, number> = { fa: 6, ar: 6 };
const YEAR_DAYS = 365.2422;
/** 1 Farvardin of the year 1, as a number of days from 1970: a first guess is made from it. */
const SOLAR_FROM = dayOf("0622-03-22");

export interface DayOfMonth {
  day: number;
  label: string;
  /** Does it lie in the month that is shown? */
  own: boolean;
}

/** The days that the programme knows: a year of which digits are still to come is none of them. */
export const FIRST_DAY = "1900-01-01";
export const LAST_DAY = "2200-12-31";

/** Why a date is not taken, where it must be a whole one within limits; null: it is. */
export function refusedDate(
  iso: string | null,
  min = FIRST_DAY,
  max = LAST_DAY,
): "before" | "after" | "none" | null {
  if (iso === null || !/^\d{4}-\d\d-\d\d$/.test(iso) || Number.isNaN(Date.parse(iso)))
    return "none";
  return iso < min ? "before" : iso > max ? "after" : null;
}

/** Digits of every language as those of ISO. */
const plain = (text: string): string =>
  text.trim().replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (d) => String(d.charCodeAt(0) & 15));
const two = (n: number): string => String(n).padStart(2, "0");

export class Calendar {
  /** Is it Solar Hijri? Then a year or a month alone cannot be written in it. */
  readonly solar: boolean;
  readonly #begins: number;
  readonly #dayFirst: boolean;
  readonly #parts: Intl.DateTimeFormat;
  readonly #name: Intl.DateTimeFormat;
  readonly #week: Intl.DateTimeFormat;
  readonly #digits: Intl.NumberFormat;

  constructor(lang: string, locale: string) {
    this.solar = lang === "fa";
    this.#begins = WEEK_BEGINS[lang] ?? 1;
    // 03/04 is another day to readers of English on either side of the ocean
    this.#dayFirst = lang !== "en" && !this.solar;
    const utc = { timeZone: "UTC" } as const;
    this.#parts = new Intl.DateTimeFormat(`en-u-ca-${this.solar ? "persian" : "gregory"}-nu-latn`, {
      year: "numeric",
      month: "numeric",
      day: "numeric",
      ...utc,
    });
    this.#name = new Intl.DateTimeFormat(locale, { month: "long", ...utc });
    this.#week = new Intl.DateTimeFormat(locale, { weekday: "narrow", ...utc });
    this.#digits = new Intl.NumberFormat(locale, { useGrouping: false });
  }

  /** Year, month and day of a number of days since 1970. */
  partsOf(day: number): [number, number, number] {
    const found = this.#parts.formatToParts(day * 86_400_000);
    const of = (type: string): number => Number(found.find((p) => p.type === type)?.value);
    return [of("year"), of("month"), of("day")];
  }

  /** The day with these parts; null where the calendar has none. */
  dayFrom(year: number, month: number, day: number): number | null {
    const guess = this.solar
      ? SOLAR_FROM +
        Math.floor((year - 1) * YEAR_DAYS) +
        Math.min(month - 1, 6) * 31 +
        Math.max(0, month - 7) * 30 +
        day -
        1
      : dayOf(`${year}-${two(month)}-${two(day)}`);
    if (!Number.isFinite(guess)) return null;
    for (const off of [0, 1, -1, 2, -2]) {
      const [y, m, d] = this.partsOf(guess + off);
      if (y === year && m === month && d === day) return guess + off;
    }
    return null;
  }

  /** An ISO day as the field has it; what is no whole day stays as it is. */
  write(iso: string): string {
    if (!this.solar || !/^\d{4}-\d\d-\d\d$/.test(iso)) return iso;
    const [y, m, d] = this.partsOf(dayOf(iso));
    const digits = (text: string): string => text.replace(/\d/g, (n) => this.#digits.format(+n));
    return digits(`${y}/${two(m)}/${two(d)}`);
  }

  /** Year, month and day as they were typed, "" for what is missing; null where it is no date. */
  #typed(text: string): [string, string, string] | null {
    const typed = plain(text);
    const whole = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$/.exec(typed);
    if (whole) return [whole[1] ?? "", whole[2] ?? "", whole[3] ?? ""];
    const turned = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/.exec(typed);
    return turned && this.#dayFirst ? [turned[3] ?? "", turned[2] ?? "", turned[1] ?? ""] : null;
  }

  /**
   * What was typed, as ISO: a day, or (where `partial`) a Gregorian month or year; null where it is
   * none.
   */
  read(text: string, partial = false): string | null {
    const typed = this.#typed(text);
    if (!typed) return null;
    const [year, month, day] = typed.map(Number) as [number, number, number];
    const own = this.solar && year < GREGORIAN_FROM;
    if (typed[1] && (month < 1 || month > 12)) return null;
    if (!typed[2]) {
      if (!partial || own) return null;
      return typed[1] ? `${typed[0]}-${two(month)}` : typed[0];
    }
    const here = this.solar && !own ? GREGORIAN : this;
    const known = here.dayFrom(year, month, day);
    return known === null ? null : isoOf(known);
  }

  /** The month in which a day lies: its name, names of the days of a week, and whole weeks. */
  month(day: number): { title: string; names: string[]; weeks: DayOfMonth[][] } {
    const [year, month, at] = this.partsOf(day);
    const first = day - at + 1;
    // 1 January 1970 was a Thursday
    const before = (((first + 4 - this.#begins) % 7) + 7) % 7;
    const days = Array.from({ length: 42 }, (_, k) => {
      const one = first - before + k;
      const [, m, d] = this.partsOf(one);
      return { day: one, label: this.#digits.format(d), own: m === month };
    });
    const weeks = [0, 7, 14, 21, 28, 35].map((k) => days.slice(k, k + 7));
    return {
      title: `${this.#name.format(day * 86_400_000)} ${this.#digits.format(year)}`,
      names: days.slice(0, 7).map((d) => this.#week.format(d.day * 86_400_000)),
      weeks: weeks.filter((w) => w.some((d) => d.own)),
    };
  }

  /** The same day so many months on, or the last of that month. */
  turned(day: number, months: number): number {
    const [year, month, at] = this.partsOf(day);
    const count = year * 12 + month - 1 + months;
    for (let d = at; d > 0; d--) {
      const found = this.dayFrom(Math.floor(count / 12), (count % 12) + 1, d);
      if (found !== null) return found;
    }
    return day;
  }
}

const GREGORIAN = new Calendar("en", "en-GB");
