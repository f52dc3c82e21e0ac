/** What explains a worth beside its figure: why it is below zero, and which other promise it needs. */
import { sum } from "./bars";

/** Who loses most of something worth less than nothing, and the two parts of it. */
export interface Below {
  gain: number;
  received: number;
  /** Ids of those who lose, most first. */
  losers: [id: string, value: number][];
}

/** Null: it is worth something. ``received`` is the part of ``worth`` that is taxes and margins. */
export function below(
  countries: string[],
  worth: number[],
  received: number[] | null,
  most = 3,
): Below | null {
  const all = sum(worth);
  if (all >= 0) return null;
  const got = sum(received ?? []);
  const losers = countries
    .map((id, k): [string, number] => [id, worth[k] ?? 0])
    .filter(([, v]) => v < 0)
    .sort((a, b) => a[1] - b[1])
    .slice(0, most);
  return { gain: all - got, received: got, losers };
}

/**
 * The other that most of a worth hangs on: with all else delivered, the two together are worth more
 * than what each adds by half of the worth and over. ``together``: other, both alone, both last.
 */
export function needs(
  worth: number,
  together: [other: string, alone: number, last: number][],
): { other: string; more: number } | null {
  let best: { other: string; more: number } | null = null;
  for (const [other, , last] of together)
    if (last > Math.abs(worth) / 2 && last > (best?.more ?? 0)) best = { other, more: last };
  return best;
}
