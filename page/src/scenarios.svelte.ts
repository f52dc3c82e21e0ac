/** Moved dates that this browser keeps under a name. */
import type { Scenario } from "./answers";
import type { Dates } from "./book";

const KEPT = "milepost scenarios";

class Scenarios {
  kept = $state.raw<Scenario[]>([]);

  keep(name: string, moves: Dates): void {
    const others = this.kept.filter((s) => s.name !== name);
    this.#save([...others, { name, moves: { ...moves } }]);
  }

  drop(name: string): void {
    this.#save(this.kept.filter((s) => s.name !== name));
  }

  recall(): void {
    try {
      this.kept = JSON.parse(localStorage.getItem(KEPT) ?? "[]") as Scenario[];
    } catch {
      this.kept = [];
    }
  }

  #save(kept: Scenario[]): void {
    this.kept = kept;
    try {
      localStorage.setItem(KEPT, JSON.stringify(kept));
    } catch {
      /* a file opened from disk may have no storage: the address still holds the dates */
    }
  }
}

export const scenarios = new Scenarios();
