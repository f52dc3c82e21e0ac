/** A walk past the pages, with what each is for; offered once, and found again under Help. */
import { address, PAGES } from "./address.svelte";

const KEY = "milepost-tour";

class Tour {
  /** The page that is shown; null: nobody walks. */
  at = $state<number | null>(null);
  offered = $state(false);
  /** A step was taken in the tour itself, and its words are to be read next. */
  stepped = $state(false);

  recall(): void {
    try {
      this.offered = localStorage.getItem(KEY) === null;
    } catch {
      // a page from a file may keep nothing, and would offer it for ever
    }
  }

  /** Taken or not: it is not offered again. */
  #noted(): void {
    this.offered = false;
    try {
      localStorage.setItem(KEY, "seen");
    } catch {
      // nor here
    }
  }

  show(at: number): void {
    const page = PAGES[at];
    if (!page) return;
    this.#noted();
    this.at = at;
    this.stepped = true;
    address.go(page);
  }

  /** The step that is about a page, where a reader went there otherwise (back, the menu, a link). */
  follow(page: string): void {
    const at = (PAGES as readonly string[]).indexOf(page);
    if (this.at !== null && at >= 0) this.at = at;
  }

  end(): void {
    this.#noted();
    this.at = null;
    document.getElementById("main")?.focus({ preventScroll: true });
  }
}

export const tour = new Tour();
