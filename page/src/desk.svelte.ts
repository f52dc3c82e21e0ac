/**
 * What the reader looks at: one object that holds the state of the page and writes it into the
 * address.
 */
import { ask, Refused, send, setToken, snapshot } from "./api";
import { Book, dayOf, isoOf, type BookJson, type Dates } from "./book";
import type { Scenario } from "./answers";
import type {
  Commitment,
  Intervals,
  Messages,
  Network,
  Programme,
  Register,
  Said,
  Session,
  Values,
} from "./types";
import { Words } from "./words";

export const PAGES = [
  "overview",
  "timetable",
  "commitments",
  "countries",
  "routes",
  "register",
  "brief",
  "model",
] as const;
const KEPT = "milepost scenarios";
const OTHERS = ["commitment", "country", "help"];
/**
 * What else is chosen on a page and stands in the address: a link of the map, the ends of a path,
 * the earlier of two days, a filter.
 */
export const PICKS = ["link", "from", "to", "since", "wide", "party", "only", "sort"] as const;
export type Pick = (typeof PICKS)[number];

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

class Desk {
  page = $state("overview");
  item = $state("");
  lang = $state("en");
  known = $state("");
  asOf = $state(0);
  moves = $state.raw<Dates>({});
  words = $state.raw<Words | null>(null);
  session = $state.raw<Session | null>(null);
  programme = $state.raw<Programme | null>(null);
  register = $state.raw<Register | null>(null);
  network = $state.raw<Network | null>(null);
  values = $state.raw<Values | null>(null);
  book = $state.raw<Book | null>(null);
  #first = $state.raw<Book | null>(null);
  intervals = $state.raw<Intervals | null>(null);
  picks = $state<Partial<Record<Pick, string>>>({});
  waiting = $state(false);
  fault = $state("");
  beyond = $state(false);
  scenarios = $state.raw<Scenario[]>([]);
  said = $state("");
  #undo = $state.raw<Dates[]>([]);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asked: ReturnType<typeof setTimeout> | undefined;
  #made = "";
  #later: ReturnType<typeof setTimeout> | undefined;

  /** Dates of the valued open commitments with what was moved. */
  moved = $derived(Object.keys(this.moves).length > 0);
  held = $derived<Dates>(this.#first?.dates ?? {});
  dates = $derived<Dates>({ ...this.held, ...this.#within(this.moves) });
  before = $derived(this.#first ? this.#first.worth(this.#first.dates) : null);
  after = $derived(this.book && this.moved ? this.book.worth(this.dates) : this.before);
  /**
   * In a large programme the book is made anew around the moved dates; until it is there, no
   * figure is shown.
   */
  unsure = $derived(this.book !== null && this.after === null);
  yearly = $derived(this.book ? this.book.value(this.dates, this.asOf) : null);
  byId = $derived(new Map((this.register?.commitments ?? []).map((c) => [c.id, c])));
  delivered = $derived(new Set(this.deliveredBy(this.asOf)));
  /**
   * Countries with V a year by the day looked at, and the change of present value by what was
   * moved; largest first.
   */
  gains = $derived.by<Gain[]>(() => {
    const { yearly, before, after } = this;
    const all = new Map(
      (this.values?.shares.countries ?? []).map((c, k) => [c, this.values?.shares.total[k] ?? 0]),
    );
    const sure = this.intervals?.total ?? {};
    return this.#order.map(({ id, name, k }) => ({
      id,
      name,
      value: yearly?.[k] ?? 0,
      all: all.get(id) ?? 0,
      low: sure[id]?.p5 ?? null,
      high: sure[id]?.p95 ?? null,
      worth: before?.[k] ?? 0,
      change: after && before ? (after[k] ?? 0) - (before[k] ?? 0) : 0,
    }));
  });
  /**
   * Countries by what everything valued is worth to them: the order does not jump while a date is
   * dragged.
   */
  #order = $derived.by(() => {
    const names = new Map(
      (this.register?.countries ?? []).map((c) => [
        c.id,
        this.words?.country(c.iso2, c.name) ?? c.name,
      ]),
    );
    const total = new Map(
      (this.values?.shares.countries ?? []).map((c, k) => [c, this.values?.shares.total[k] ?? 0]),
    );
    return (this.book?.countries ?? [])
      .map((id, k) => ({ id, k, name: names.get(id) ?? id }))
      .sort((a, b) => Math.abs(total.get(b.id) ?? 0) - Math.abs(total.get(a.id) ?? 0));
  });
  change = $derived(this.gains.reduce((sum, g) => sum + g.change, 0));

  say(key: string, values: Record<string, string | number> = {}): string {
    return this.words?.say(key, values) ?? "";
  }

  party(id: string): string {
    const found = this.register?.parties.find((p) => p.id === id);
    return found ? (this.words?.country(found.iso2, found.name) ?? found.name) : id;
  }

  country(id: string): string {
    const found = this.register?.countries.find((c) => c.id === id);
    return found ? (this.words?.country(found.iso2, found.name) ?? found.name) : id;
  }

  /** A reason code of the policy in words; a code of the programme's own stays as it is. */
  known_reason(code: string): string {
    const text = this.say(`reason-${code}`);
    return text.startsWith("reason-") ? code : text;
  }

  /** Why a commitment has no value, in the reader's language where milepost made the sentence. */
  reason(id: string): string {
    const why = this.values?.not_valued[id];
    return why ? this.sentence(why) : "";
  }

  /**
   * A sentence that Python made: with its key it is said in the reader's language, without one as
   * it is.
   */
  sentence(said: Said | string): string {
    if (typeof said === "string") return said;
    const text = this.say(said.key, said.values);
    return !said.key || text === said.key ? said.text : text;
  }

  may(action: string): boolean {
    return !snapshot && (this.session?.may.includes(action) ?? false);
  }

  /** Everything valued, as a list of ids: what a page shows where no later day is chosen. */
  everything = $derived(Object.keys(this.values?.shares.commitments ?? {}));

  /** What is delivered by a day: what is done, and what is due by then. */
  deliveredBy(day: number): string[] {
    return (this.register?.commitments ?? [])
      .filter((c) => (c.closed && c.status.delivery !== "stopped") || this.#dueBy(c, day))
      .map((c) => c.id);
  }

  due(c: Commitment): number | null {
    if (c.id in this.moves) return this.moves[c.id] ?? null;
    return c.due ? dayOf(c.due) : null;
  }

  async start(): Promise<void> {
    this.#readAddress(snapshot?.language ?? "en");
    addEventListener("hashchange", () => {
      const { lang, known } = this;
      this.#readAddress(lang);
      if (lang !== this.lang) void this.speak(this.lang);
      if (known !== this.known) void this.load();
    });
    try {
      this.scenarios = JSON.parse(localStorage.getItem(KEPT) ?? "[]") as Scenario[];
    } catch {
      this.scenarios = [];
    }
    await Promise.all([this.speak(this.lang), this.who()]);
    if (this.session?.may.includes("read")) await this.load();
  }

  async who(): Promise<void> {
    this.session = await ask<Session>("/session");
    setToken(this.session.csrf);
  }

  async speak(lang: string): Promise<void> {
    this.words = new Words(await ask<Messages>(`/messages/${lang}`));
    this.lang = lang;
    document.documentElement.lang = lang;
    document.documentElement.dir = this.words.dir;
    this.write();
  }

  async load(): Promise<void> {
    this.fault = "";
    try {
      this.programme = await ask<Programme>("/programme", this.known);
      if (this.programme.findings.length === 0) {
        const [register, network] = await Promise.all([
          ask<Register>("/register", this.known),
          ask<Network>("/network", this.known),
        ]);
        this.register = register;
        this.network = network;
        // the register moves on with its entries: a day before it shows nothing that it does not show
        if (this.asOf < dayOf(this.programme.day)) this.asOf = dayOf(this.programme.day);
        await this.value();
      }
    } catch (e) {
      this.fault = e instanceof Refused ? e.message : this.say("page-no-answer");
    }
  }

  /** Ask for the values until they are there; what is old is shown as old. */
  async value(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const found = await ask<Values>("/values", this.known);
      this.values = found;
      this.book = this.#first = new Book(found.book);
      this.#made = "";
      this.beyond = false;
      this.#ensure();
      this.waiting = false;
      if (this.session?.may.includes("read") && !found.stale) void this.sure();
      if (found.stale && !found.failed) this.#timer = setTimeout(() => void this.value(), 1000);
    } catch (e) {
      if (e instanceof Refused && e.status === 202) {
        this.waiting = true;
        this.#timer = setTimeout(() => void this.value(), 700);
      } else throw e;
    }
  }

  /** Intervals are drawn beside the server and come later; where none are drawn, none are shown. */
  async sure(): Promise<void> {
    clearTimeout(this.#later);
    if (this.known) {
      this.intervals = null;
      return;
    }
    try {
      const found = await ask<Intervals>("/intervals");
      this.intervals = found.draws ? found : null;
    } catch (e) {
      this.intervals = null;
      if (e instanceof Refused && e.status === 202)
        this.#later = setTimeout(() => void this.sure(), 4000);
    }
  }

  /** Move one date (null: never). A move to where it stands is no move. */
  move(id: string, day: number | null, undoable = true): void {
    const held = this.held[id];
    const next = { ...this.moves };
    if (day === held) delete next[id];
    else next[id] = day;
    if (undoable) this.#undo = [...this.#undo.slice(-49), this.moves];
    const kept = this.moves;
    this.moves = next;
    if (this.unsure && snapshot) {
      // a file without a server holds what one moved date can pass through: the earlier ones go back
      this.moves = id in next ? { [id]: day } : {};
      this.beyond = Object.keys(kept).length > 0;
    } else this.#ensure();
  }

  /**
   * An incomplete book is exact for one moved date: ask for the one around the dates as they
   * stand, in time for the next.
   */
  #ensure(dropped = false): void {
    if (!this.book || this.book.complete || snapshot || !this.moved || !(this.unsure || dropped))
      return;
    const key = JSON.stringify(this.dates);
    if (key === this.#made) return;
    clearTimeout(this.#asked);
    this.#asked = setTimeout(() => {
      const dates = Object.fromEntries(
        Object.entries(this.#within(this.moves)).map(([c, d]) => [c, d === null ? null : isoOf(d)]),
      );
      send<BookJson>("POST", "/book", { dates })
        .then((found) => {
          this.#made = key;
          this.book = new Book(found);
          this.#ensure();
        })
        .catch(
          (e: unknown) =>
            (this.fault = e instanceof Refused ? e.message : this.say("page-no-answer")),
        );
    }, 150);
  }

  undo(): void {
    const last = this.#undo.at(-1);
    if (!last) return;
    this.#undo = this.#undo.slice(0, -1);
    this.moves = last;
    this.write();
  }

  get canUndo(): boolean {
    return this.#undo.length > 0;
  }

  begin(): void {
    this.#undo = [...this.#undo.slice(-49), this.moves];
  }

  reset(): void {
    this.begin();
    this.moves = {};
    this.write();
  }

  /**
   * Present value per country of a kept scenario against the timetable that holds; null where the
   * book cannot tell.
   */
  against(moves: Dates): Float64Array | null {
    const { book, before } = this;
    const after = book?.worth({ ...this.held, ...this.#within(moves) }) ?? null;
    return after && before ? after.map((v, k) => v - (before[k] ?? 0)) : null;
  }

  pick(what: Pick, value: string): void {
    this.picks = { ...this.picks, [what]: value };
    this.write();
  }

  keep(name: string): void {
    this.scenarios = [
      ...this.scenarios.filter((s) => s.name !== name),
      { name, moves: { ...this.moves } },
    ];
    this.#save();
  }

  drop(name: string): void {
    this.scenarios = this.scenarios.filter((s) => s.name !== name);
    this.#save();
  }

  #save(): void {
    try {
      localStorage.setItem(KEPT, JSON.stringify(this.scenarios));
    } catch {
      /* a file opened from disk may have no storage: the address still holds the dates */
    }
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const found = await send<T>("POST", path, body);
    await this.load();
    return found;
  }

  go(page: string, item = "", picks: Partial<Record<Pick, string>> = {}): void {
    if (page !== this.page || Object.keys(picks).length) this.picks = picks;
    this.page = page;
    this.item = item;
    history.pushState(null, "", this.address(page, item));
    document.getElementById("main")?.focus();
  }

  /** The address of a page with everything that is set. */
  address(
    page = this.page,
    item = this.item,
    picks: Partial<Record<Pick, string>> = page === this.page ? this.picks : {},
  ): string {
    const q = new URLSearchParams();
    if (this.asOf && this.programme && this.asOf !== dayOf(this.programme.day))
      q.set("date", isoOf(this.asOf));
    if (this.known) q.set("known", this.known);
    if (this.lang !== "en") q.set("lang", this.lang);
    const moves = Object.entries(this.moves).map(
      ([c, d]) => `${c}:${d === null ? "never" : isoOf(d)}`,
    );
    if (moves.length) q.set("moved", moves.join(","));
    for (const k of PICKS) if (picks[k]) q.set(k, picks[k]);
    const text = q.toString();
    return `#${page}${item ? `/${encodeURIComponent(item)}` : ""}${text ? `?${text}` : ""}`;
  }

  write(): void {
    this.#ensure(true);
    history.replaceState(null, "", this.address());
  }

  #readAddress(lang: string): void {
    const [path = "", query = ""] = location.hash.slice(1).split("?");
    const [page = "", item = ""] = path.split("/");
    const q = new URLSearchParams(query);
    this.page =
      (PAGES as readonly string[]).includes(page) || OTHERS.includes(page) ? page : "overview";
    this.item = decodeURIComponent(item);
    this.lang = q.get("lang") ?? lang;
    this.known = /^\d{4}-\d\d-\d\d$/.test(q.get("known") ?? "") ? (q.get("known") ?? "") : "";
    const date = q.get("date") ?? "";
    if (/^\d{4}-\d\d-\d\d$/.test(date)) this.asOf = dayOf(date);
    this.picks = Object.fromEntries(PICKS.flatMap((k) => (q.get(k) ? [[k, q.get(k) ?? ""]] : [])));
    const moves: Dates = {};
    for (const part of (q.get("moved") ?? "").split(",")) {
      const [id, day] = part.split(":");
      if (id && day === "never") moves[id] = null;
      else if (id && day && /^\d{4}-\d\d-\d\d$/.test(day)) moves[id] = dayOf(day);
    }
    this.moves = moves;
  }

  #within(moves: Dates): Dates {
    const known = new Set(this.#first?.commitments ?? []);
    return Object.fromEntries(Object.entries(moves).filter(([c]) => known.has(c)));
  }

  #dueBy(c: Commitment, by: number): boolean {
    if (c.closed) return false;
    const day = this.due(c);
    return day !== null && day <= by && by > dayOf(this.programme?.day ?? "1970-01-01");
  }
}

export const desk = new Desk();
export { dayOf, isoOf };
