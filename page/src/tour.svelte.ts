/** A walk past the pages, with what each is for; offered once, and found again under Help. */
import { address, PAGES } from "./address.svelte";

const KEY = "milepost-tour";

class Tour {
  /** The page that is shown; null: nobody walks. */
  at = $state<number | null>(null);
  offered = $state(false);

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
    address.go(page);
  }

  end(): void {
    this.#noted();
    this.at = null;
  }
}

export const tour = new Tour();
