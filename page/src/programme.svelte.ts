/** What was loaded of the programme: register, network, values, and the book of V that a trial reads. */
import { address } from "./address.svelte";
import { ask, Refused, send } from "./api";
import { Book, dayOf } from "./book";
import { session } from "./session.svelte";
import type {
  Appraisals,
  Intervals,
  Network,
  Programme,
  Progress,
  Register,
  Values,
} from "./types";
import { aboutIn, networkIn, noteIn, registerIn } from "./wording";

class Loaded {
  #about = $state.raw<Programme | null>(null);
  #register = $state.raw<Register | null>(null);
  #network = $state.raw<Network | null>(null);
  /** Programme, register and network in the reader's language. */
  about = $derived(this.#about && aboutIn(this.#about, this.#register, address.lang));
  register = $derived(this.#register && registerIn(this.#register, address.lang));
  network = $derived(this.#network && networkIn(this.#network, this.#register, address.lang));
  values = $state.raw<Values | null>(null);
  /** The book around the timetable that holds. */
  book = $state.raw<Book | null>(null);
  intervals = $state.raw<Intervals | null>(null);
  /** What commitments cost beside what they are worth. */
  appraisals = $state.raw<Appraisals | null>(null);
  waiting = $state(false);
  /** How far the server is with the values. */
  progress = $state.raw<Progress | null>(null);
  /** Are intervals still being drawn? */
  drawing = $state(false);
  /** Does the server draw none? */
  undrawn = $state(false);
  unvalued = $state(false);
  fault = $state("");
  #timer: ReturnType<typeof setTimeout> | undefined;
  #later: ReturnType<typeof setTimeout> | undefined;
  #left = false;

  byId = $derived(new Map((this.register?.commitments ?? []).map((c) => [c.id, c])));
  /** Everything valued, as a list of ids: what a page shows where no later day is chosen. */
  everything = $derived(Object.keys(this.values?.shares.commitments ?? {}));
  /** V with everything delivered, by country, MUSD a year. */
  total = $derived(
    new Map(
      (this.values?.shares.countries ?? []).map((c, k) => [c, this.values?.shares.total[k] ?? 0]),
    ),
  );

  /** The part of it that is taxes and margins received; null: no dollar changes hands. */
  received = $derived.by(() => {
    const got = this.values?.shares.total_received;
    return got
      ? new Map((this.values?.shares.countries ?? []).map((c, k) => [c, got[k] ?? 0]))
      : null;
  });

  party(id: string): string {
    const found = this.register?.parties.find((p) => p.id === id);
    return found ? (session.words?.country(found.iso2, found.name) ?? found.name) : id;
  }

  country(id: string): string {
    const found = this.register?.countries.find((c) => c.id === id);
    return found ? (session.words?.country(found.iso2, found.name) ?? found.name) : id;
  }

  /** A country, or a party that pays. */
  purse(id: string): string {
    return this.register?.countries.some((c) => c.id === id) ? this.country(id) : this.party(id);
  }

  /** What one more day of delay loses, what spending later saves, and the net; MUSD. */
  aDay(id: string): { lost: number; saved: number | null; net: number } | null {
    const delay = this.values?.delay;
    const lost = delay?.commitments[id]?.all;
    if (!delay || lost === undefined) return null;
    return { lost, saved: delay.saved[id] ?? null, net: delay.net[id] ?? lost };
  }

  /** Both parts of the net in words, thousand USD; empty where nobody states a cost. */
  inParts(id: string): string {
    const day = this.aDay(id);
    if (!day || day.saved === null) return "";
    const [lost, saved] = [day.lost, day.saved].map((v) => session.words?.num(1000 * v) ?? "");
    return session.say("page-day-parts", { lost: lost ?? "", saved: saved ?? "" });
  }

  /** Is anything saved by spending later: does anybody state a cost? */
  withCosts = $derived(Object.keys(this.values?.delay.saved ?? {}).length > 0);

  /** Why a commitment has no value, in the reader's language where milepost made the sentence. */
  reason(id: string): string {
    const why = this.values?.not_valued[id];
    return why ? session.sentence(why) : "";
  }

  /** A note of the model in the reader's language, with the titles that restrictions have in it. */
  note(note: Values["notes"][number]): string {
    const [own, told] = [this.#register?.restrictions ?? [], this.register?.restrictions ?? []];
    return session.sentence(noteIn(note, own, told));
  }

  /** What to show of a fault: what the server said, or that it said nothing. */
  failed(fault: unknown): void {
    this.fault = fault instanceof Refused ? fault.message : session.say("page-no-answer");
  }

  async load(): Promise<void> {
    this.fault = "";
    try {
      const about = (this.#about = await ask<Programme>("/programme", address.known));
      if (about.findings.length > 0) return;
      // what is there already is shown with the rest, so that nothing moves when it comes
      const [register, network, values] = await Promise.all([
        ask<Register>("/register", address.known),
        ask<Network>("/network", address.known),
        about.alone ? null : this.#whatIsThere(),
      ]);
      this.#register = register;
      this.#network = network;
      address.today = dayOf(about.day);
      // the register moves on with its entries: a day before it shows nothing that it does not show
      if (address.asOf < address.today) address.asOf = address.today;
      this.unvalued = about.alone;
      if (!about.alone) await this.#value(values);
    } catch (e) {
      this.failed(e);
    }
  }

  #take(found: Values): void {
    if (found === this.values) return;
    this.values = found;
    this.book = new Book(found.book);
  }

  /** Ask for the values until they are there; what is old is shown as old. */
  async #value(held: Values | null = null): Promise<void> {
    clearTimeout(this.#timer);
    try {
      const found = held ?? (await ask<Values>("/values", address.known));
      // today's are there as soon as the values: shown with them, nothing moves when they come
      const reads = session.may("read");
      const first = reads && !held && !this.appraisals && !address.known;
      if (first) await this.#appraised();
      this.#take(found);
      this.waiting = false;
      if (reads && !first) void this.#appraised();
      if (reads) void this.#sure();
      if (found.stale && !found.failed) this.#follow();
    } catch (e) {
      if (!(e instanceof Refused && e.status === 202)) throw e;
      this.waiting = true;
      this.#follow();
    }
  }

  /** Values, appraisals and intervals that the server has at hand; waited for only a moment. */
  async #whatIsThere(): Promise<Values | null> {
    const held = <T>(path: string): Promise<T | null> =>
      ask<T>(path, address.known).catch(() => null);
    const soon = <T>(asked: Promise<T | null>): Promise<T | null> =>
      Promise.race([asked, new Promise<null>((done) => setTimeout(() => done(null), 600))]);
    const [values, appraisals, intervals] = await Promise.all([
      held<Values>("/values"),
      soon(held<Appraisals>("/appraisals")),
      address.known ? null : soon(held<Intervals>("/intervals")),
    ]);
    if (!values) return null;
    this.#take(values);
    this.appraisals = appraisals;
    this.intervals = intervals?.draws ? intervals : null;
    return values;
  }

  /** Who signs out asks nothing more: it would be refused. */
  leave(): void {
    this.#left = true;
    clearTimeout(this.#timer);
    clearTimeout(this.#later);
  }

  /** Ask how far the values are until they are there. */
  #follow(): void {
    clearTimeout(this.#timer);
    if (this.#left) return;
    this.#timer = setTimeout(() => {
      void ask<Progress>("/progress")
        .then((told) => {
          this.progress = told;
          if (told.state === "working") this.#follow();
          else void this.#value();
        })
        .catch(() => this.#follow());
    }, 500);
  }

  /** Appraisals rest on the same values, and come after them. */
  async #appraised(): Promise<void> {
    try {
      this.appraisals = await ask<Appraisals>("/appraisals", address.known);
    } catch (e) {
      this.appraisals = null;
      if (!(e instanceof Refused)) throw e;
    }
  }

  /** Intervals are drawn beside the server and come later; where none are drawn, none are shown. */
  async #sure(): Promise<void> {
    clearTimeout(this.#later);
    if (address.known) {
      this.intervals = null;
      return;
    }
    try {
      const found = await ask<Intervals>("/intervals");
      this.intervals = found.draws ? found : null;
      this.undrawn = found.draws === 0;
      this.drawing = false;
    } catch (e) {
      this.intervals = null;
      this.drawing = e instanceof Refused && e.status === 202;
      if (this.drawing && !this.#left) this.#later = setTimeout(() => void this.#sure(), 4000);
    }
  }

  async post<T>(path: string, body: unknown): Promise<T> {
    const found = await send<T>("POST", path, body);
    await this.load();
    return found;
  }
}

export const programme = new Loaded();
