/** Light or dark: as the machine has it, unless the reader chose; kept in this browser. */
export const THEMES = ["auto", "light", "dark"] as const;
export type Theme = (typeof THEMES)[number];
const KEY = "milepost-theme";

class Looks {
  theme = $state<Theme>("auto");

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
    if (theme === "auto") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // nor here
    }
  }
}

export const looks = new Looks();
