/** Light or dark: as the machine has it, unless the reader chose; kept in this browser. */
export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
const KEY = "milepost-theme";

class Looks {
  theme = $state<Theme>("auto");
  #dark = matchMedia("(prefers-color-scheme: dark)");

  constructor() {
    this.#dark.addEventListener("change", () => this.#show());
    this.#show();
  }

  recall(): void {
    try {
      const held = localStorage.getItem(KEY);
      this.choose(THEMES.find((t) => t === held) ?? "auto");
    } catch {
      // a page from a file may not keep anything
    }
  }

  choose(theme: Theme): void {
    this.theme = theme;
    this.#show();
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // nor here
    }
  }

  /** The whole page by one mark, so that each set of colours stands once. */
  #show(): void {
    const machine = this.#dark.matches ? "dark" : "light";
    document.documentElement.dataset.theme = this.theme === "auto" ? machine : this.theme;
  }
}

export const looks = new Looks();
