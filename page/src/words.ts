/** Words, numbers and dates in the reader's language: Fluent for messages, Intl for the rest. */
import { FluentBundle, FluentResource } from "@fluent/bundle";
import { isoOf, type Dates } from "./book";
import { Calendar } from "./charts/calendar";
import { columnOf } from "./charts/columns";
import type { Messages } from "./types";

/** As wide as a digit, and as a point. */
const NO_DIGIT = "\u2007";
const NO_POINT = "\u2008";

export class Words {
  readonly lang: string;
  readonly dir: "ltr" | "rtl";
  readonly languages: Record<string, string>;
  /** In which dates are typed and picked. */
  readonly calendar: Calendar;
  readonly #bundle: FluentBundle;
  readonly #locale: string;
  readonly #regions: Intl.DisplayNames;
  // making a formatter costs a hundred times what using it does
  readonly #whole: Intl.NumberFormat;
  readonly #digits = new Map<number, Intl.NumberFormat>();
  readonly #after = new Map<number, Intl.NumberFormat>();
  readonly #day: Intl.DateTimeFormat;
  readonly #months: Intl.DateTimeFormat;
  readonly #years: Intl.DateTimeFormat;
  readonly #dates = new Map<string, string>();

  constructor(from: Messages) {
    this.lang = from.lang;
    this.dir = from.dir;
    this.languages = from.languages;
    this.#locale =
      from.lang === "fa"
        ? "fa-IR-u-ca-persian"
        : from.lang === "ar"
          ? "ar-u-nu-latn"
          : from.lang === "en"
            ? "en-GB"
            : from.lang;
    this.calendar = new Calendar(from.lang, this.#locale);
    this.#bundle = new FluentBundle(this.#locale, { useIsolating: from.dir === "rtl" });
    this.#bundle.addResource(new FluentResource(from.messages));
    this.#whole = new Intl.NumberFormat(this.#locale, { maximumFractionDigits: 0 });
    this.#day = new Intl.DateTimeFormat(this.#locale, { dateStyle: "medium", timeZone: "UTC" });
    this.#months = new Intl.DateTimeFormat(
      from.lang === "fa" ? "fa-IR-u-ca-gregory" : this.#locale,
      {
        month: from.lang === "fa" ? "long" : "short",
        year: "numeric",
        timeZone: "UTC",
      },
    );
    this.#years = new Intl.DateTimeFormat(this.#locale, { year: "numeric", timeZone: "UTC" });
    this.#regions = new Intl.DisplayNames([from.lang], { type: "region", fallback: "code" });
  }

  say(key: string, values: Record<string, string | number> = {}): string {
    const message = this.#bundle.getMessage(key);
    if (!message?.value) return key;
    const text = this.#bundle.formatPattern(message.value, values);
    // the full stop of an abbreviation ends its sentence, too ("Iran, Islamic Rep.")
    return text.replace(/\.(\u2069?)\.(?=\s|$)/g, ".$1");
  }

  /** A term of the register: status, flag ... */
  word(prefix: string, term: string): string {
    return this.say(`${prefix}-${term.replaceAll(" ", "-").replaceAll(",", "")}`);
  }

  /** The timing; "on time" only together with how often the date was moved. */
  timing(status: { timing: string; redated: number }): string {
    const word = this.word("timing", status.timing);
    return status.redated && ["on time", "at risk", "done on time"].includes(status.timing)
      ? this.say("timing-moved", { timing: word, count: status.redated })
      : word;
  }

  /** Three significant digits. */
  num(value: number | null | undefined, digits = 3): string {
    if (value === null || value === undefined || Number.isNaN(value)) return "–";
    if (Math.abs(value) >= 1000) return this.#whole.format(value).replace("-", "−");
    let form = this.#digits.get(digits);
    if (!form)
      this.#digits.set(
        digits,
        (form = new Intl.NumberFormat(this.#locale, { maximumSignificantDigits: digits })),
      );
    return form.format(Math.abs(value) < 1e-9 ? 0 : value).replace("-", "−");
  }

  /**
   * How the numbers of one column are written: three significant digits, no more after the point
   * than the column needs, and room after them so that points stand below one another.
   */
  column(
    values: (number | null | undefined)[],
    sign = false,
  ): (value: number | null | undefined) => string {
    const { digits, room } = columnOf(values);
    return (value) => {
      if (value === null || value === undefined || Number.isNaN(value)) return "–";
      const after = digits(value);
      const missing = room - after;
      const pad = (after === 0 && room > 0 ? NO_POINT : "") + NO_DIGIT.repeat(missing);
      const size = this.#fixed(
        Math.abs(value) < 1e-9 ? 0 : Number(Math.abs(value).toPrecision(3)),
        after,
      );
      const least = 0.5 * 10 ** -after;
      const mark = Math.abs(value) < least ? "" : value < 0 ? "−" : sign ? "+" : "";
      return mark + size + pad;
    };
  }

  #fixed(value: number, digits: number): string {
    let form = this.#after.get(digits);
    if (!form)
      this.#after.set(
        digits,
        (form = new Intl.NumberFormat(this.#locale, {
          minimumFractionDigits: digits,
          maximumFractionDigits: digits,
        })),
      );
    return form.format(value);
  }

  /** A share as percent, with so many digits after the point; a dash for none. */
  percent(share: number | null | undefined, digits = 0): string {
    if (share === null || share === undefined) return "–";
    const least = 10 ** (digits + 2);
    // nought has no sign
    const rounded = Math.round(share * least) / least + 0;
    const form = {
      style: "percent",
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    } as const;
    return new Intl.NumberFormat(this.#locale, form).format(rounded).replace("-", "−");
  }

  /** A Gregorian year in the digits of the language, for an axis that says which calendar it is. */
  gregorian(year: number): string {
    return new Intl.NumberFormat(this.#locale, { useGrouping: false }).format(year);
  }

  /** Three significant digits, also of what is large. */
  three(value: number | null | undefined): string {
    return value === null || value === undefined || Number.isNaN(value)
      ? "–"
      : this.num(Number(value.toPrecision(3)));
  }

  signed(value: number): string {
    return Math.abs(value) < 1e-9
      ? this.num(0)
      : `${value > 0 ? "+" : "−"}${this.num(Math.abs(value))}`;
  }

  /** From one number to another, or one alone where they are the same. */
  range([low, high]: readonly (number | null)[]): string {
    return high && high !== low ? `${this.num(low)}–${this.num(high)}` : this.num(low);
  }

  /** Moved dates by commitment. */
  moves(dates: Dates): string {
    return Object.entries(dates)
      .map(([c, d]) => `${c} ${d === null ? this.say("page-never") : this.date(isoOf(d))}`)
      .join(", ");
  }

  date(iso: string | null | undefined): string {
    if (!iso) return "–";
    const known = this.#dates.get(iso);
    if (known !== undefined) return known;
    const time = iso.length === 10 ? Date.parse(`${iso}T00:00:00Z`) : NaN;
    const text = !Number.isNaN(time) ? this.#day.format(time) : this.#partial(iso);
    this.#dates.set(iso, text);
    return text;
  }

  /** The day as other calendars have it than the one in which it was typed; in words, if in none. */
  besides(iso: string): string {
    if (!this.calendar.solar || iso.length !== 10) return this.date(iso);
    return this.say("date-gregorian", { date: `\u2066${iso}\u2069` });
  }

  /** Hour and minute of a moment on record, in the digits of the language: the same for every reader. */
  clock(iso: string): string {
    const time = Date.parse(iso);
    const form = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "UTC" } as const;
    const told = Number.isNaN(time)
      ? iso
      : new Intl.DateTimeFormat(this.#locale, form).format(time);
    return `${told} UTC`;
  }

  /** A moment as the reader's clock shows it: the time, and the day unless it is today. */
  moment(iso: string): string {
    const time = Date.parse(iso);
    if (Number.isNaN(time)) return iso;
    const today = new Date().toDateString() === new Date(time).toDateString();
    const form = today
      ? ({ timeStyle: "short" } as const)
      : ({ dateStyle: "medium", timeStyle: "short" } as const);
    return new Intl.DateTimeFormat(this.#locale, form).format(time);
  }

  /**
   * A year or a month alone lies in two Solar Hijri ones: it stays Gregorian, and Persian, where
   * two calendars meet, says so.
   */
  #partial(iso: string): string {
    const month = iso.length === 7 ? Date.parse(`${iso}-01T00:00:00Z`) : NaN;
    // the name of the month says which calendar it is of
    if (!Number.isNaN(month)) return this.#months.format(month);
    if (this.lang !== "fa")
      return this.say("date-gregorian", { date: this.dir === "rtl" ? `\u2066${iso}\u2069` : iso });
    return this.say("date-gregorian", {
      date: iso.replace(/[0-9]/g, (d) => "۰۱۲۳۴۵۶۷۸۹"[Number(d)] ?? d),
    });
  }

  /**
   * The first day of the calendar year that begins in a Gregorian year: Nowruz in Persian, 1
   * January elsewhere.
   */
  newYear(gregorian: number): string {
    const days = this.lang === "fa" ? [19, 20, 21, 22].map((d) => `${gregorian}-03-${d}`) : [];
    return (
      days.find((d) => this.year(d) !== this.year(`${gregorian}-03-18`)) ?? `${gregorian}-01-01`
    );
  }

  year(iso: string): string {
    return this.#years
      .formatToParts(new Date(`${iso}T00:00:00Z`))
      .filter((p) => p.type === "year")
      .map((p) => p.value)
      .join("");
  }

  /** A line of its own in a drawing, whose direction is not that of the words. */
  line(text: string): string {
    return this.dir === "rtl" ? `\u2067${text}\u2069` : text;
  }

  get comma(): string {
    return this.dir === "rtl" ? "، " : ", ";
  }

  country(iso2: string, otherwise: string): string {
    if (this.lang === "en") return otherwise;
    if (!iso2) return otherwise === "Rest of world" ? this.say("page-rest-of-world") : otherwise;
    try {
      return this.#regions.of(iso2) ?? otherwise;
    } catch {
      return otherwise;
    }
  }
}
