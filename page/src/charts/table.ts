/** Rows of a table: which are shown, and in which order. */

export type Cell = string | number | null | undefined;

/** Letters without case and marks: what is typed finds what is meant. */
export const plain = (text: string): string =>
  text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/** Rows in which every word that is sought stands somewhere. */
export function matching<T>(rows: T[], sought: string, texts: (row: T) => Cell[]): T[] {
  const words = plain(sought).split(/\s+/).filter(Boolean);
  if (!words.length) return rows;
  return rows.filter((row) => {
    const whole = plain(texts(row).join(" "));
    return words.every((word) => whole.includes(word));
  });
}

const empty = (cell: Cell): boolean => cell === null || cell === undefined || cell === "";

/** Which of two cells comes first: numbers by size, texts by the letters of a language. */
export function compare(a: Cell, b: Cell, lang = "en"): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  return String(a).localeCompare(String(b), lang, { numeric: true });
}

/** Rows by a column; empty cells stand last in either order, equal ones keep theirs. */
export function sortedBy<T>(rows: T[], cell: (row: T) => Cell, down: boolean, lang = "en"): T[] {
  const turn = down ? -1 : 1;
  return [...rows].sort((x, y) => {
    const [a, b] = [cell(x), cell(y)];
    if (empty(a) || empty(b)) return Number(empty(a)) - Number(empty(b));
    return turn * compare(a, b, lang);
  });
}

/** "cost" sorts downward, "-cost" upward: what the address says of an order. */
export const orderOf = (text: string): { key: string; down: boolean } =>
  text.startsWith("-") ? { key: text.slice(1), down: false } : { key: text, down: true };

/** What the address says after a click on the head of a column. */
export const turned = (now: string, key: string, first: "down" | "up"): string => {
  const { key: held, down } = orderOf(now);
  const next = held === key ? !down : first === "down";
  return next ? key : `-${key}`;
};
