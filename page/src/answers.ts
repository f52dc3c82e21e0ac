/** What the page reads of the API (types.ts, generated), and the little that it puts together itself. */
import type { HeadlinePath, NoPath, Path } from "./types";

/** A row of any table: text by column; which columns there are, its own type says. */
export interface Row {
  id: string;
  digest: string;
  [column: string]: unknown;
}
/** What stands in a column of a row: text, empty for nothing. */
export const text = (row: Row, column: string): string => String(row[column] ?? "");
/** A path, or the reason why there is none. */
export type MaybePath = Partial<Path> & Partial<NoPath>;
export type RoutePair = Omit<HeadlinePath, "today" | "then"> & {
  today: MaybePath;
  then: MaybePath;
};
/** Dates moved in this browser, kept under a name: commitment -> day since 1970, null for never. */
export interface Scenario {
  name: string;
  moves: Record<string, number | null>;
}
