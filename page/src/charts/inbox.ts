/** What waits for a reader: only what this one may do. */
import { text, type Row } from "../answers";
import type { Commitment, Party } from "../types";
import { owes } from "./report";

export interface Reader {
  /** The party that the reader speaks for; empty: none in particular. */
  party: string;
  may: (act: string) => boolean;
  /** A member of a union owes what the union does. */
  parties: Party[];
}
export interface Inbox {
  /** Requests to move a date, to be granted or refused. */
  requests: { c: Commitment; row: Row }[];
  /** Reports that something is done, to be held against its acceptance test. */
  claims: { c: Commitment; row: Row }[];
  /** What is overdue and for the reader to report on, the longest first. */
  reports: Commitment[];
}

/** Only what claims that something is done can meet a test, and only once. */
export const isClaim = (row: Row): boolean =>
  !text(row, "meets_test") && ["delivered", "in effect"].includes(text(row, "shows"));

export const isPending = (row: Row): boolean => (text(row, "decision") || "pending") === "pending";

export function inboxOf(commitments: Commitment[], { party, may, parties }: Reader): Inbox {
  const rows = (of: (c: Commitment) => Row[], wanted: (row: Row) => boolean) =>
    commitments.flatMap((c) =>
      of(c)
        .filter(wanted)
        .map((row) => ({ c, row })),
    );
  return {
    requests: may("decide")
      ? rows(
          (c) => c.requests,
          // who asked does not decide
          (r) => isPending(r) && (!party || text(r, "asked_by") !== party),
        )
      : [],
    claims: may("confirm") ? rows((c) => (c.closed ? [] : c.evidence), isClaim) : [],
    reports: may("report")
      ? commitments
          .filter((c) => !c.closed && c.overdue_days > 0 && (!party || owes(c, party, parties)))
          .sort((a, b) => b.overdue_days - a.overdue_days)
      : [],
  };
}

export const countOf = (inbox: Inbox): number =>
  inbox.requests.length + inbox.claims.length + inbox.reports.length;
