/**
 * What stands in the address: where the reader is, and all that is chosen there. Nothing is loaded
 * here.
 */
import { afterPaint } from "./paint";
import { dayOf, isoOf, type Dates } from "./book";

export const PAGES = [
  "overview",
  "timetable",
  "commitments",
  "plan",
  "countries",
  "routes",
  "register",
  "brief",
  "model",
] as const;
const OTHERS = ["commitment", "country", "help", "inbox", "intake", "story"];
/**
 * What else is chosen on a page and stands in the address: a link of the map, the ends of a path,
 * the earlier of two days, a filter, what a plan is asked, the one figure that is shown, a story.
 */
export const PICKS = [
  "link",
  "from",
  "to",
  "since",
  "wide",
  "colour",
  "layers",
  "party",
  "only",
  "sort",
  "seek",
  "cols",
  "budget",
  "span",
  "aim",
  "reach",
  "rate",
  "until",
  "figure",
  "story",
] as const;
export type Pick = (typeof PICKS)[number];
export type Picks = Partial<Record<Pick, string>>;

/** All that an address says; days are null where it says none. */
export interface Chosen {
  page: string;
  item: string;
  lang: string;
  known: string;
  asOf: number | null;
  moves: Dates;
  picks: Picks;
}
const DAY = /^\d{4}-\d\d-\d\d$/;

/** The moved dates of an address: "C01:2030-06-30,C02:never"; what cannot be read is left out. */
function movesOf(text: string): Dates {
  const moves: Dates = {};
  for (const part of text.split(",")) {
    const [id = "", day = ""] = part.split(":");
    if (id && day === "never") moves[id] = null;
    else if (id && DAY.test(day)) moves[id] = dayOf(day);
  }
  return moves;
}

/** What an address says (the part from "#" on), in a language if it names none. */
export function read(hash: string, lang: string): Chosen {
  const [path = "", query = ""] = hash.replace(/^#/, "").split("?");
  const [page = "", item = ""] = path.split("/");
  const q = new URLSearchParams(query);
  const day = (key: string): string => (DAY.test(q.get(key) ?? "") ? (q.get(key) ?? "") : "");
  const known = ([...PAGES, ...OTHERS] as string[]).includes(page);
  return {
    page: known ? page : "overview",
    item: decodeURIComponent(item),
    lang: q.get("lang") ?? lang,
    known: day("known"),
    asOf: day("date") ? dayOf(day("date")) : null,
    moves: movesOf(q.get("moved") ?? ""),
    picks: Object.fromEntries(PICKS.flatMap((k) => (q.get(k) ? [[k, q.get(k) ?? ""]] : []))),
  };
}

/** The address that says it: the inverse of reading. */
export function written(chosen: Chosen): string {
  const q = new URLSearchParams();
  if (chosen.asOf !== null) q.set("date", isoOf(chosen.asOf));
  if (chosen.known) q.set("known", chosen.known);
  if (chosen.lang !== "en") q.set("lang", chosen.lang);
  const moves = Object.entries(chosen.moves).map(
    ([c, d]) => `${c}:${d === null ? "never" : isoOf(d)}`,
  );
  if (moves.length) q.set("moved", moves.join(","));
  for (const k of PICKS) if (chosen.picks[k]) q.set(k, chosen.picks[k] ?? "");
  const text = q.toString();
  const item = chosen.item ? `/${encodeURIComponent(chosen.item)}` : "";
  return `#${chosen.page}${item}${text ? `?${text}` : ""}`;
}

class Address {
  page = $state("overview");
  /** The page that one goes to, until it is there. */
  going = $state<string | null>(null);
  #arrival: (() => void) | null = null;
  item = $state("");
  lang = $state("en");
  known = $state("");
  asOf = $state(0);
  moves = $state.raw<Dates>({});
  picks = $state<Picks>({});
  /** The day of the register: one looks at it unless another is chosen. */
  today = $state(0);

  /** The address of a page with everything that is set. */
  to(
    page = this.page,
    item = this.item,
    picks: Picks = page === this.page ? this.picks : {},
  ): string {
    const { lang, known, moves, asOf } = this;
    const other = asOf && this.today && asOf !== this.today ? asOf : null;
    return written({ page, item, lang, known, asOf: other, moves, picks });
  }

  /**
   * Another page opens at its top; what was scrolled to stays with the one that is left. The menu
   * tells it at once; the page itself is made after that is painted.
   */
  go(page: string, item = "", picks: Picks = {}): void {
    this.arrive();
    this.#stay();
    const kept = page !== this.page || Object.keys(picks).length ? picks : this.picks;
    history.pushState(null, "", this.to(page, item, kept));
    this.going = page;
    this.#arrival = () => {
      Object.assign(this, { page, item, picks: kept });
      document.getElementById("main")?.focus({ preventScroll: true });
      scrollTo(0, 0);
    };
    afterPaint(() => this.arrive());
  }

  /** Be where one goes to, at once. */
  arrive(): void {
    const arrival = this.#arrival;
    this.#arrival = null;
    this.going = null;
    arrival?.();
  }

  /** Note how far this entry of the history is scrolled. */
  #stay(): void {
    history.replaceState({ top: scrollY }, "");
  }

  /** Scroll to where a page was left, once it is drawn; again for what is drawn later. */
  #back(state: unknown): void {
    const top = (state as { top?: number } | null)?.top;
    if (top === undefined) return;
    let turns = 20;
    const go = (): void => {
      scrollTo(0, top);
      if (Math.abs(scrollY - top) > 1 && (turns -= 1) > 0) requestAnimationFrame(go);
    };
    requestAnimationFrame(go);
  }

  /** Follow the browser's own steps back and forth. */
  follow(): void {
    history.scrollRestoration = "manual";
    addEventListener("popstate", (e) => this.#back(e.state));
    let waits: ReturnType<typeof setTimeout> | undefined;
    addEventListener(
      "scroll",
      () => {
        clearTimeout(waits);
        waits = setTimeout(() => this.#stay(), 200);
      },
      { passive: true },
    );
  }

  pick(what: Pick, value: string): void {
    this.arrive();
    this.picks = { ...this.picks, [what]: value };
    this.write();
  }

  write(): void {
    this.arrive();
    history.replaceState(history.state, "", this.to());
  }

  /** Take over what the browser's address says. */
  read(lang = this.lang): void {
    this.#arrival = null;
    this.going = null;
    const { asOf, ...found } = read(location.hash, lang);
    Object.assign(this, found);
    if (asOf !== null) this.asOf = asOf;
  }
}

export const address = new Address();
