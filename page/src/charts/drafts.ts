/** Drafts of a text as a person corrects them: what is still missing, and what was changed. */
import type { DraftOfText } from "../types";

/** What a person may correct of a draft; parties by their ids. */
export interface Corrected {
  owner: string[];
  to: string[];
  due: string;
  kind: string;
  firmness: string;
  what: string;
  title: string;
  test: string;
}
export type Lack = "owner" | "kind" | "due" | "what";

/** A year, a month or a day, as far as it is known. */
const DUE = /^\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?$/;

export const isDue = (text: string): boolean =>
  DUE.test(text) &&
  (text.length < 10 || new Date(`${text}T00:00:00Z`).toISOString().startsWith(text));

/** A draft as the server read it. */
const read = (draft: DraftOfText): Corrected => ({
  owner: draft.owed_by,
  to: draft.owed_to,
  due: draft.due ?? "",
  kind: draft.kind ?? "",
  firmness: draft.firmness,
  what: draft.what,
  title: "",
  test: draft.acceptance_test,
});

/** A draft to begin with: owners that are no party of the programme are left to be named. */
export function begun(draft: DraftOfText, parties: ReadonlySet<string>): Corrected {
  const known = (names: string[]) => names.filter((p) => parties.has(p));
  return { ...read(draft), owner: known(draft.owed_by), to: known(draft.owed_to) };
}

/** What must be said before it can be entered. */
export function lacking(mine: Corrected): Lack[] {
  const found: Lack[] = [];
  if (!mine.owner.length) found.push("owner");
  if (!mine.kind.trim()) found.push("kind");
  if (mine.due && !isDue(mine.due)) found.push("due");
  if (!mine.what.trim()) found.push("what");
  return found;
}

/** What was changed, as the server takes it. */
export function corrections(
  draft: DraftOfText,
  mine: Corrected,
): { draft: string; part: string; value: string }[] {
  const text = (said: Corrected): Record<keyof Corrected, string> => ({
    ...said,
    owner: said.owner.join(";"),
    to: said.to.join(";"),
  });
  const [before, after] = [text(read(draft)), text(mine)];
  return (Object.keys(before) as (keyof Corrected)[])
    .filter((part) => after[part].trim() !== before[part])
    .map((part) => ({ draft: draft.id, part, value: after[part].trim() }));
}

/** The quote in three pieces, the words of what is promised in the middle. */
export function pieces(draft: DraftOfText): [string, string, string] {
  const from = Math.max(0, draft.what_start - draft.start);
  const to = Math.max(from, draft.what_end - draft.start);
  // the server counts characters, a string here counts halves of the rare ones
  const all = [...draft.quote];
  return [all.slice(0, from).join(""), all.slice(from, to).join(""), all.slice(to).join("")];
}
