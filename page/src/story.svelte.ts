/** The story that is being written or shown; the one that is written is kept in this browser. */
import { address } from "./address.svelte";
import {
  bare,
  EMPTY,
  MOST_STEPS,
  packed,
  storyOf,
  unpacked,
  type Step,
  type Story,
} from "./charts/story";
import { trial } from "./trial.svelte";

const KEPT = "milepost story";

class Telling {
  story = $state.raw<Story>(EMPTY);
  /** The step that is presented; null: none is. */
  at = $state<number | null>(null);
  /** Where the reader was before. */
  #from = "";
  step = $derived(this.at === null ? null : (this.story.steps[this.at] ?? null));

  recall(): void {
    try {
      this.story = storyOf(JSON.parse(localStorage.getItem(KEPT) ?? "null"));
    } catch {
      this.story = EMPTY;
    }
  }

  /** Take over the story of an address, if it holds one. */
  async open(letters: string): Promise<boolean> {
    const found = await unpacked(letters);
    if (found) this.#keep(found);
    return found !== null;
  }

  #keep(story: Story): void {
    this.story = story;
    try {
      localStorage.setItem(KEPT, JSON.stringify(story));
    } catch {
      /* a file opened from disk may have no storage: the address holds the story */
    }
  }

  title(title: string): void {
    this.#keep({ ...this.story, title });
  }

  set(steps: Step[]): void {
    this.#keep({ ...this.story, steps: steps.slice(0, MOST_STEPS) });
  }

  /** The view as it is now, or one figure of it, as the next step. */
  add(view: string, title: string): void {
    this.set([...this.story.steps, { view: bare(view), title, text: "" }]);
  }

  clear(): void {
    this.#keep(EMPTY);
  }

  /** The address that holds the story. */
  async link(): Promise<string> {
    const hash = address.to("story", "", { story: await packed(this.story) });
    return location.href.split("#")[0] + hash;
  }

  /** Show a step: the page goes to its view. */
  show(at: number): void {
    const step = this.story.steps[at];
    if (!step) return;
    if (this.at === null) this.#from = location.hash;
    this.at = at;
    this.#go(step.view);
  }

  end(): void {
    if (this.at === null) return;
    this.at = null;
    if (document.fullscreenElement) void document.exitFullscreen();
    this.#go(this.#from);
  }

  /** Go to a view in the reader's language; what a view does not say is as it is at the beginning. */
  #go(view: string): void {
    const hash = bare(view);
    address.asOf = address.today;
    history.replaceState(null, "", hash);
    dispatchEvent(new HashChangeEvent("hashchange"));
    trial.settle();
    scrollTo(0, 0);
  }
}

export const telling = new Telling();
