/** Everything that can be gone to, found by what is typed. */
import { plain } from "./table";

export interface Entry {
  /** What it is: page, commitment, country ... */
  kind: string;
  page: string;
  item: string;
  text: string;
  /** What else it is found by. */
  more?: string;
  picks?: Record<string, string>;
}

/** How well an entry meets a word: the beginning of its text before that of a word, before within. */
function met(entry: Entry, word: string): number {
  const text = plain(entry.text);
  // what is called "C05 Astara" begins with its id and with its name
  const name = text.replace(/^\S*\d\S* /, "");
  if (text.startsWith(word) || name.startsWith(word)) return 4;
  if (text.includes(` ${word}`)) return 3;
  if (text.includes(word)) return 2;
  return plain(entry.more ?? "").includes(word) ? 1 : 0;
}

/** Entries that meet every word, the best first; equal ones keep their order. */
export function found(entries: Entry[], sought: string, most = 12): Entry[] {
  const words = plain(sought).split(/\s+/).filter(Boolean);
  if (!words.length) return entries.slice(0, most);
  return entries
    .map((entry) => ({ entry, marks: words.map((word) => met(entry, word)) }))
    .filter(({ marks }) => marks.every((m) => m > 0))
    .map((f) => ({ ...f, mark: f.marks.reduce((a, b) => a + b, 0) }))
    .sort((a, b) => b.mark - a.mark)
    .slice(0, most)
    .map(({ entry }) => entry);
}

/** The entry that a key leads to from one of so many; null: the key is another one's. */
export function stepTo(key: string, at: number, count: number): number | null {
  if (!count) return null;
  if (key === "ArrowDown") return (at + 1) % count;
  if (key === "ArrowUp") return (at + count - 1) % count;
  if (key === "Home") return 0;
  return key === "End" ? count - 1 : null;
}
