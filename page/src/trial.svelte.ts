/** What the reader tries: moved dates, and what they would change. */
import { address } from "./address.svelte";
import { send, snapshot } from "./api";
import { Book, dayOf, isoOf, type BookJson, type Dates } from "./book";
import { programme } from "./programme.svelte";
import type { Commitment } from "./types";

const STEPS_BACK = 50;

export interface Gain {
  id: string;
  name: string;
  value: number;
  all: number;
  low: number | null;
  high: number | null;
  worth: number;
  change: number;
}

/** Dates without that of one commitment. */
const without = (dates: Dates, id: string): Dates =>
  Object.fromEntries(Object.entries(dates).filter(([c]) => c !== id));

class Trial {
  /** A file without a server could not show several moved dates at once. */
  beyond = $state(false);
  #undo = $state.raw<Dates[]>([]);
  /** A book made around the moved dates, for the book that it belongs to. */
  #around = $state.raw<{ of: Book; book: Book; dates: string } | null>(null);
  #asked: ReturnType<typeof setTimeout> | undefined;

  /**
   * The book that figures are read from: made anew around moved dates where one book does not hold
   * all.
   */
  #book = $derived(
    this.#around !== null && this.#around.of === programme.book
      ? this.#around.book
      : programme.book,
  );
  moved = $derived(Object.keys(address.moves).length > 0);
  held = $derived<Dates>(programme.book?.dates ?? {});
  /** Dates of the valued open commitments with what was moved. */
  dates = $derived<Dates>({ ...this.held, ...this.#within(address.moves) });
  before = $derived(programme.book ? programme.book.worth(programme.book.dates) : null);
  after = $derived(this.#book && this.moved ? this.#book.worth(this.dates) : this.before);
  /**
   * In a large programme the book is made anew around the moved dates; until it is there, no
   * figure is shown.
   */
  unsure = $derived(this.#book !== null && this.after === null);
  #yearly = $derived(this.#book ? this.#book.value(this.dates, address.asOf) : null);
  delivered = $derived(new Set(this.deliveredBy(address.asOf)));
  /** Countries by what everything is worth to them: the order does not jump while a date is dragged. */
  #order = $derived.by(() => {
    const { total } = programme;
    const size = (id: string): number => Math.abs(total.get(id) ?? 0);
    return (programme.book?.countries ?? [])
      .map((id, k) => ({ id, k, name: programme.country(id) }))
      .sort((a, b) => size(b.id) - size(a.id));
  });
  /**
   * Countries with V a year by the day looked at, and the change of present value by what was
   * moved; largest first.
   */
  gains = $derived.by<Gain[]>(() => {
    const { before, after } = this;
    const yearly = this.#yearly;
    const sure = programme.intervals?.total ?? {};
    return this.#order.map(({ id, name, k }) => ({
      id,
      name,
      value: yearly?.[k] ?? 0,
      all: programme.total.get(id) ?? 0,
      low: sure[id]?.p5 ?? null,
      high: sure[id]?.p95 ?? null,
      worth: before?.[k] ?? 0,
      change: after && before ? (after[k] ?? 0) - (before[k] ?? 0) : 0,
    }));
  });
  change = $derived(this.gains.reduce((sum, g) => sum + g.change, 0));

  /** What moved dates spend less, by coming later or never; null where nobody states a cost. */
  saved = $derived.by<number | null>(() => {
    const { book } = programme;
    return book?.withCosts ? book.spent(book.dates) - book.spent(this.dates) : null;
  });

  /** What is delivered by a day: what is done, and what is due by then. */
  deliveredBy(day: number): string[] {
    return (programme.register?.commitments ?? [])
      .filter((c) => (c.closed && c.status.delivery !== "stopped") || this.#dueBy(c, day))
      .map((c) => c.id);
  }

  due(c: Commitment): number | null {
    if (c.id in address.moves) return address.moves[c.id] ?? null;
    return c.due ? dayOf(c.due) : null;
  }

  /** Move one date (null: never). A move to where it stands is no move. */
  move(id: string, day: number | null, undoable = true): void {
    const kept = address.moves;
    const rest = without(kept, id);
    if (undoable) this.begin();
    address.moves = day === this.held[id] ? rest : { ...rest, [id]: day };
    if (this.unsure && snapshot) {
      // a file without a server holds what one moved date can pass through: the earlier ones go back
      this.beyond = Object.keys(kept).length > 0;
      address.moves = id in address.moves ? { [id]: day } : {};
    } else this.ensure();
  }

  /**
   * An incomplete book is exact for one moved date: ask for the one around the dates as they
   * stand, in time for the next. ``dropped``: a date was let go, so also where this one can be
   * told.
   */
  ensure(dropped = false): void {
    const whole = programme.book;
    if (!whole || !this.#book || this.#book.complete || snapshot) return;
    if (!this.moved || !(this.unsure || dropped)) return;
    const dates = JSON.stringify(this.dates);
    if (this.#around?.of === whole && this.#around.dates === dates) return;
    clearTimeout(this.#asked);
    this.#asked = setTimeout(() => {
      const moved = Object.entries(this.#within(address.moves)).map(([c, d]) => [
        c,
        d === null ? null : isoOf(d),
      ]);
      send<BookJson>("POST", "/book", { dates: Object.fromEntries(moved) })
        .then((found) => {
          this.#around = { of: whole, book: new Book(found), dates };
          this.ensure();
        })
        .catch((e: unknown) => programme.failed(e));
    }, 150);
  }

  /** Other values are there. */
  renewed(): void {
    this.beyond = false;
    this.ensure();
  }

  /** A date was let go: what follows from it stands in the address, and exactly. */
  settle(): void {
    this.ensure(true);
    address.write();
  }

  /** From here on one step back leads here. */
  begin(): void {
    this.#undo = [...this.#undo.slice(1 - STEPS_BACK), address.moves];
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  undo(): void {
    const last = this.#undo.at(-1);
    if (!last) return;
    this.#undo = this.#undo.slice(0, -1);
    address.moves = last;
    this.settle();
  }

  reset(): void {
    this.show({});
  }

  /** Try other dates instead. */
  show(moves: Dates): void {
    this.begin();
    address.moves = { ...moves };
    this.settle();
  }

  /**
   * Present value per country of a kept scenario against the timetable that holds; null where the
   * book cannot tell.
   */
  against(moves: Dates): Float64Array | null {
    const { before } = this;
    const after = this.#book?.worth({ ...this.held, ...this.#within(moves) }) ?? null;
    return after && before ? after.map((v, k) => v - (before[k] ?? 0)) : null;
  }

  #within(moves: Dates): Dates {
    const known = new Set(programme.book?.commitments ?? []);
    return Object.fromEntries(Object.entries(moves).filter(([c]) => known.has(c)));
  }

  #dueBy(c: Commitment, by: number): boolean {
    if (c.closed) return false;
    const day = this.due(c);
    return day !== null && day <= by && by > address.today;
  }
}

export const trial = new Trial();
