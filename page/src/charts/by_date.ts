/** What the programme is worth by the day on which one commitment comes. */
import type { Dates } from "../book";
import { sum } from "./bars";

type Worth = (dates: Dates) => Float64Array | null;

/**
 * Change of present value of all countries if one comes on a day of each of the next ten years
 * instead; days of which it cannot be told are left out.
 */
export function byDate(
  worth: Worth,
  dates: Dates,
  id: string,
  start: number,
): { day: number; pv: number }[] {
  const base = worth(dates);
  return Array.from({ length: 10 }, (_, k) => start + Math.round(k * 365.25)).flatMap((day) => {
    const then = worth({ ...dates, [id]: day });
    return base && then ? [{ day, pv: sum(then.map((v, i) => v - (base[i] ?? 0))) }] : [];
  });
}
