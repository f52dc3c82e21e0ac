/** What a report may say: a party reports on what it owes, and disputes what is said of anything else. */
import type { Commitment, Party } from "../types";

export interface Voice {
  role: string;
  /** The party that the writer speaks for; empty: none. */
  party: string;
}
export interface Offered {
  /** What it may show; empty: no report of this writer is taken there. */
  shows: string[];
  standings: string[];
  /** Must it name a report that it disputes? */
  disputes: boolean;
}

const SHOWS = ["context", "started", "progress", "delivered", "in effect", "stopped"];
const OWNERS = ["focal point", "approver"];

/** Does the party owe it, itself or as a member of a union that does? */
export const owes = (c: Commitment, party: string, parties: Party[]): boolean =>
  c.owed_by.some(
    (owner) => owner === party || parties.some((p) => p.id === owner && p.members.includes(party)),
  );

/** What the server takes of this writer (`milepost.acts.rights`): nothing else is offered. */
export function offered(c: Commitment, { role, party }: Voice, parties: Party[]): Offered {
  if (!OWNERS.includes(role)) {
    const word = role === "local" || role === "secretariat" ? ["owner"] : [];
    return { shows: SHOWS, standings: [...word, "outside", "unknown"], disputes: false };
  }
  if (owes(c, party, parties))
    return { shows: SHOWS, standings: ["owner", "unknown"], disputes: false };
  const there = c.evidence.length > 0;
  return {
    shows: there ? SHOWS.slice(0, 3) : [],
    standings: ["outside", "unknown"],
    disputes: true,
  };
}
