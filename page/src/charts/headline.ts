/** What stands in the first view: the sentence and the four figures. */
import type { Commitment, Values } from "../types";
import { sum } from "./bars";

type Delay = Pick<Values["delay"], "commitments" | "net">;
type Shares = Pick<Values["shares"], "commitments">;

/** The commitment whose day of delay costs most, and who bears most of it; null if none costs. */
export function costliest(delay: Delay): { id: string; net: number; bear: string[] } | null {
  let best: { id: string; net: number; bear: string[] } | null = null;
  for (const [id, row] of Object.entries(delay.commitments)) {
    const net = delay.net[id] ?? row.all ?? 0;
    if (net > (best?.net ?? 0)) best = { id, net, bear: bearers(row) };
  }
  return best;
}

/** Countries that bear a day's delay, most first. */
export const bearers = (row: Record<string, number>, most = 2): string[] =>
  Object.entries(row)
    .filter(([k, v]) => k !== "all" && v > 0)
    .sort((a, b) => b[1] - a[1])
    .slice(0, most)
    .map(([k]) => k);

/** What one more day of everything dated loses of benefit, and what of it is left once spending that is put
 * off is taken from it; MUSD. */
export function ofAllDays({ commitments, net }: Delay): { lost: number; net: number } {
  const all = Object.entries(commitments);
  return {
    lost: sum(all.map(([, row]) => row.all ?? 0)),
    net: sum(all.map(([id, row]) => net[id] ?? row.all ?? 0)),
  };
}

/** Commitments by what they are worth a year to all countries, most first. */
export const byWorth = ({ commitments }: Shares): { id: string; worth: number }[] =>
  Object.entries(commitments)
    .map(([id, row]) => ({ id, worth: sum(row) }))
    .sort((a, b) => b.worth - a.worth);

type Dated = Pick<Commitment, "closed" | "due" | "overdue_days">;

/** What is open and dated: overdue, longest first, apart from what falls due next, soonest first. */
export function dated<T extends Dated>(commitments: T[]): { overdue: T[]; next: T[] } {
  const open = commitments.filter((c) => !c.closed && c.due);
  return {
    overdue: open.filter((c) => c.overdue_days > 0).sort((a, b) => b.overdue_days - a.overdue_days),
    next: open
      .filter((c) => !c.overdue_days)
      .sort((a, b) => (a.due ?? "").localeCompare(b.due ?? "")),
  };
}
