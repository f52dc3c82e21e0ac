/** The list of commitments: which columns it has, what they sort by, and which are shown at first. */
import type { Cell } from "./table";

export interface Column<T> {
  key: string;
  /** What it is sorted by. */
  cell: (row: T) => Cell;
  number: boolean;
  /** Shown unless the reader chose otherwise. */
  first: boolean;
}

/** The columns that an address chooses ("worth.cost"), in their own order; the first ones if none. */
export function chosen<T extends { key: string; first: boolean }>(all: T[], text: string): T[] {
  const wanted = new Set(text.split(".").filter((k) => all.some((c) => c.key === k)));
  return wanted.size ? all.filter((c) => wanted.has(c.key)) : all.filter((c) => c.first);
}

/** What an address says once a column is shown or hidden; empty where it is as at first. */
export function toggled<T extends { key: string; first: boolean }>(
  all: T[],
  text: string,
  key: string,
): string {
  const now = new Set(chosen(all, text).map((c) => c.key));
  if (now.has(key) && now.size > 1) now.delete(key);
  else now.add(key);
  const same = all.every((c) => c.first === now.has(c.key));
  return same ? "" : all.flatMap((c) => (now.has(c.key) ? [c.key] : [])).join(".");
}
