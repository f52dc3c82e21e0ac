/**
 * The exact table of V: worth of any timetable, in the browser (src/milepost/value/book.py makes
 * it; equation 1 of delays.py).
 */

import type { Book as BookJson } from "./types";

export type { BookJson };

/**
 * How V grows: from a day after that of the book on, a factor for each country; and what capacities
 * leave of each commitment's part of V in the same days.
 */
type Pace = {
  starts: number[];
  factors: number[][];
  parts: Record<string, number[]>;
  kept: Record<string, number[]>;
};

export type Dates = Record<string, number | null>;

const DAY = 86_400_000;

/** Days since 1970 of an ISO day. */
export function dayOf(iso: string): number {
  return Math.round(Date.parse(`${iso}T00:00:00Z`) / DAY);
}

/** ISO day of a number of days since 1970. */
export function isoOf(day: number): string {
  return new Date(day * DAY).toISOString().slice(0, 10);
}

/** A set of commitments: the sum of their powers of two. */
type Mask = number | bigint;

function and(mask: Mask, bit: Mask): Mask {
  return typeof mask === "number" ? mask + Number(bit) : mask + BigInt(bit);
}

/** What capacities leave of V of a set, to which one commitment is added after the other. */
class Room {
  readonly #pace: Pace | null;
  readonly #years: number;
  readonly #whole: Float64Array;
  readonly #through: Float64Array;

  constructor(pace: Pace | null, countries: number) {
    this.#pace = pace;
    this.#years = pace?.starts.length ?? 0;
    this.#whole = new Float64Array(countries);
    this.#through = new Float64Array(countries * this.#years);
  }

  add(name: string): void {
    const parts = this.#pace?.parts[name];
    const kept = this.#pace?.kept[name];
    if (parts === undefined || kept === undefined) return;
    parts.forEach((part, c) => {
      this.#whole[c] = (this.#whole[c] ?? 0) + part;
      kept.forEach((share, y) => {
        const at = c * this.#years + y;
        this.#through[at] = (this.#through[at] ?? 0) + part * share;
      });
    });
  }

  /** The share of V of the c-th country in the days in which the y-th factors hold. */
  kept(c: number, y: number): number {
    const whole = this.#whole[c] ?? 0;
    return whole > 0 ? (this.#through[c * this.#years + y] ?? 0) / whole : 1;
  }
}

/** Whole numbers of which all lowest bytes stand first, then all second ones, and so on. */
function wholes(packed: string): Float64Array {
  const n = packed.length / 8;
  const found = new Float64Array(n);
  for (let b = 7; b >= 0; b -= 1)
    for (let i = 0; i < n; i += 1) found[i] = (found[i] ?? 0) * 256 + packed.charCodeAt(b * n + i);
  // twice a number, or twice its size less one where it is below zero
  return found.map((z) => (z % 2 ? -(z + 1) / 2 : z / 2));
}

/**
 * The rows of a book, in MUSD a year. Of a complete one stands there what a guess leaves: V of a
 * set is nearly V without its last commitment, plus V without the one before, less V without both.
 */
function rowsOf(json: BookJson): Float64Array {
  const n = json.countries.length;
  const rows = wholes(atob(json.rows));
  const at = (set: number): number => (json.row_of[set] ?? 0) * n;
  const highest = (set: number): number => (set ? 2 ** (31 - Math.clz32(set)) : 0);
  let next = 0;
  if (json.complete)
    json.row_of.forEach((row, set) => {
      if (row !== next) return;
      next += 1;
      const last = highest(set);
      const other = highest(set - last);
      if (!other) return;
      const [a, b, both] = [at(set - last), at(set - other), at(set - last - other)];
      for (let c = 0; c < n; c += 1)
        rows[row * n + c] =
          (rows[row * n + c] ?? 0) +
          (rows[a + c] ?? 0) +
          (rows[b + c] ?? 0) -
          (rows[both + c] ?? 0);
    });
  return rows.map((grains) => grains * json.grain_musd);
}

export class Book {
  readonly commitments: string[];
  readonly countries: string[];
  readonly complete: boolean;
  readonly on: number;
  readonly end: number;
  readonly dates: Dates;
  readonly #bit: Map<string, Mask>;
  /** The row of a set: by its number where every set has one. */
  readonly #row: Uint32Array | Map<Mask, number>;
  readonly #none: Mask;
  readonly #rows: Float64Array;
  readonly #rate: number;
  readonly #year: number;
  readonly #pace: Pace | null;
  readonly #spending: Map<string, { days: number[]; musd: number[] }>;

  constructor(json: BookJson & { pace?: Pace | null }) {
    this.commitments = json.commitments;
    this.countries = json.countries;
    this.complete = json.complete;
    this.on = dayOf(json.on);
    this.end = dayOf(json.horizon) - this.on;
    this.#rate = json.continuous_rate_per_year;
    this.#year = json.days_per_year;
    this.#pace = json.pace ?? null;
    this.#spending = new Map(Object.entries(json.spending));
    // complete books are small (16 commitments): numbers, which are fast; a large one may have
    // more than the 53 bits of a number
    this.#none = json.complete ? 0 : 0n;
    this.#bit = new Map(
      json.commitments.map((c, k) => [c, json.complete ? 2 ** k : 1n << BigInt(k)]),
    );
    this.#row = json.complete
      ? Uint32Array.from(json.row_of)
      : new Map(json.row_of.map((r, k) => [BigInt(`0x${json.masks[k] ?? ""}`), r]));
    this.#rows = rowsOf(json);
    this.dates = Object.fromEntries(Object.entries(json.dates).map(([c, d]) => [c, dayOf(d)]));
  }

  /**
   * V in MUSD a year per country of what is delivered by a day (days since 1970); null if the
   * book does not hold that set. On the day of the book itself nothing open is delivered yet:
   * what is overdue is reckoned from the day after.
   */
  value(dates: Dates, by: number): Float64Array | null {
    let mask = this.#none;
    if (by > this.on)
      for (const [c, d] of Object.entries(dates))
        if (d !== null && d <= by) mask = and(mask, this.#bit.get(c) ?? this.#none);
    return this.#at(mask);
  }

  /**
   * Present value in MUSD per country of a timetable; null if a set is not in the book (several
   * dates moved in a large one).
   */
  worth(dates: Dates): Float64Array | null {
    const steps: [number, Mask, string][] = [];
    for (const [c, d] of Object.entries(dates)) {
      const bit = this.#bit.get(c);
      if (bit !== undefined && d !== null)
        steps.push([Math.min(Math.max(d - this.on, 0), this.end), bit, c]);
    }
    steps.sort((a, b) => a[0] - b[0]);
    steps.push([this.end, this.#none, ""]);
    const total = new Float64Array(this.countries.length);
    const room = new Room(this.#pace, this.countries.length);
    let mask = this.#none;
    let begin = 0;
    for (const [day, bit, name] of steps) {
      if (day > begin) {
        const row = this.#at(mask);
        if (row === null) return null;
        this.#add(total, row, begin, day, room);
        begin = day;
      }
      mask = and(mask, bit);
      room.add(name);
    }
    return total;
  }

  /** Does anybody state a cost of what is dated? */
  get withCosts(): boolean {
    return this.#spending.size > 0;
  }

  /** Present value in MUSD of what is spent for a timetable, on what a cost is stated of. */
  spent(dates: Dates): number {
    let total = 0;
    for (const [c, { days, musd }] of this.#spending) {
      const d = dates[c];
      if (d === null || d === undefined) continue;
      const day = Math.min(Math.max(d - this.on, 0), this.end - 1);
      let k = days.findIndex((x) => x >= day);
      if (k < 0) k = days.length - 1;
      const [a, b] = [days[Math.max(k - 1, 0)] ?? 0, days[k] ?? 0];
      const [from, to] = [musd[Math.max(k - 1, 0)] ?? 0, musd[k] ?? 0];
      total += a === b || day >= b ? to : from + ((to - from) * (day - a)) / (b - a);
    }
    return total;
  }

  #at(mask: Mask): Float64Array | null {
    const row = this.#row instanceof Map ? this.#row.get(mask) : this.#row[Number(mask)];
    const n = this.countries.length;
    return row === undefined ? null : this.#rows.subarray(row * n, (row + 1) * n);
  }

  /** Adds V between two days, weighed by discounted years and, where V grows, by its growth. */
  #add(total: Float64Array, row: Float64Array, begin: number, until: number, room: Room): void {
    if (this.#pace === null) {
      const w = this.#weight(begin, until);
      for (let k = 0; k < total.length; k++) total[k] = (total[k] ?? 0) + w * (row[k] ?? 0);
      return;
    }
    const { starts, factors } = this.#pace;
    for (let y = 0; y < starts.length; y++) {
      const from = Math.max(begin, starts[y] ?? 0);
      const to = Math.min(until, starts[y + 1] ?? until);
      if (from >= to) continue;
      const w = this.#weight(from, to);
      const grown = factors[y] ?? [];
      for (let k = 0; k < total.length; k++)
        total[k] = (total[k] ?? 0) + w * room.kept(k, y) * (grown[k] ?? 1) * (row[k] ?? 0);
    }
  }

  #weight(begin: number, until: number): number {
    const a = begin / this.#year;
    const b = until / this.#year;
    if (this.#rate === 0) return b - a;
    return (Math.exp(-this.#rate * a) * -Math.expm1(-this.#rate * (b - a))) / this.#rate;
  }
}
