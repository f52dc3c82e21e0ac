/** Rates of return in words: one, several, none; and between which the draws lie. */
import { session } from "./session.svelte";
import type { RateOfReturn, RatesDrawn } from "./types";

export function rateOf(found: RateOfReturn): string {
  if (found.rate !== null) return session.words?.percent(found.rate, 1) ?? "";
  return found.roots.length
    ? session.say("page-eirr-several", { count: found.roots.length })
    : session.say("page-eirr-none");
}

/** Nine of ten draws; where the low ones have no rate, or the high ones gain before they cost, so it says. */
export function drawnRates({ p5, p95 }: RatesDrawn): string {
  const w = session.words;
  const low = p5 === null ? session.say("page-eirr-none") : (w?.percent(p5) ?? "");
  if (p95 !== null) return session.say("page-eirr-drawn", { low, high: w?.percent(p95) ?? "" });
  return p5 === null ? low : session.say("page-eirr-up", { low });
}
