/** What is asked of a plan and of crises, and how two plans differ: put together here, shown elsewhere. */

/** Whether a budget holds for all years together or for each of them. */
export type Span = "all" | "each";
export type Aim = "largest" | "no member worse off" | "least cost";
export const AIMS: [aim: Aim, key: string][] = [
  ["largest", "page-plan-largest"],
  ["no member worse off", "page-plan-fair"],
  ["least cost", "page-plan-cheap"],
];

/** What a person chose, as it stands in the fields; an empty one chooses nothing. */
export interface Wanted {
  budget: string;
  span: Span;
  aim: Aim;
  reach: string;
  rate: string;
  until: string;
}

/** A number of a field; null where it is empty or none. */
export const numberOf = (field: string): number | null => {
  const value = Number(field.trim().replace(",", "."));
  return field.trim() === "" || !Number.isFinite(value) ? null : value;
};

/** The job that makes the plan. */
export function jobOf(wanted: Wanted): Record<string, unknown> {
  const [budget, reach] = [numberOf(wanted.budget), numberOf(wanted.reach)];
  const [rate, until] = [numberOf(wanted.rate), numberOf(wanted.until)];
  return {
    kind: "plan",
    budget: budget === null ? "" : `${budget}${wanted.span === "each" ? "/y" : ""}`,
    rate: rate === null ? null : rate / 100,
    until,
    reach_musd: wanted.aim === "least cost" ? reach : null,
  };
}

/** Does an answer to one job say what another asks? All objectives are answered but a value to reach, which
 * counts only where it is asked for. */
export function answers(
  answered: Record<string, unknown> | null,
  asked: Record<string, unknown>,
): boolean {
  if (!answered) return false;
  const reach = asked.reach_musd ?? answered.reach_musd ?? null;
  return JSON.stringify({ ...answered }) === JSON.stringify({ ...asked, reach_musd: reach });
}

/** Day of opening by commitment. */
export type Opens = Record<string, string>;
export interface Differences {
  without: string[];
  more: { id: string; to: string }[];
  moved: { id: string; from: string; to: string }[];
}

/** In what another plan differs from one. */
export function differences(one: Opens, other: Opens): Differences {
  const [here, there] = [Object.entries(one), Object.entries(other)];
  return {
    without: here.filter(([id]) => !(id in other)).map(([id]) => id),
    more: there.filter(([id]) => !(id in one)).map(([id, to]) => ({ id, to })),
    moved: there.flatMap(([id, to]) => {
      const from = one[id];
      return from !== undefined && from !== to ? [{ id, from, to }] : [];
    }),
  };
}

/** Countries and payers by what a plan leaves them, most first; what is nothing to the cent is left out. */
export const netsOf = (purses: Record<string, number>): { who: string; musd: number }[] =>
  Object.entries(purses)
    .map(([who, musd]) => ({ who, musd }))
    .filter((p) => Math.abs(p.musd) >= 1e-8)
    .sort((a, b) => b.musd - a.musd);

/** Those that are at least a share of the largest, and the others as one sum. */
export function foldedOf(
  nets: { who: string; musd: number }[],
  share = 0.01,
): { shown: typeof nets; others: { count: number; musd: number } } {
  const least = share * Math.max(0, ...nets.map((n) => Math.abs(n.musd)));
  const small = nets.filter((n) => Math.abs(n.musd) < least);
  // one alone is as short by its name
  if (small.length < 2) return { shown: nets, others: { count: 0, musd: 0 } };
  const musd = small.reduce((total, n) => total + n.musd, 0);
  return {
    shown: nets.filter((n) => Math.abs(n.musd) >= least),
    others: { count: small.length, musd },
  };
}

/** What one may suppose of a restriction, as it stands in the fields. */
export interface Supposed {
  percent: string;
  days: string;
}
export interface Chance {
  probability_per_year: number;
  length_days: number;
}

/** The job that reckons crises: those with both a chance and a length. */
export function crisesOf(fields: Record<string, Supposed>): {
  kind: "resilience";
  risks: Record<string, Chance>;
} {
  const risks: Record<string, Chance> = {};
  for (const [id, { percent, days }] of Object.entries(fields)) {
    const [chance, length] = [numberOf(percent), numberOf(days)];
    if (chance !== null && length !== null)
      risks[id] = { probability_per_year: chance / 100, length_days: length };
  }
  return { kind: "resilience", risks };
}
