/** The texts of the register in the reader's language. What has none keeps its words, with the mark of
 * their language. */
import type { Network, Programme, Register } from "./types";

type Texts = Register["texts"];
type Said = Texts[string];
type Titled = Pick<Register["restrictions"][number], "id" | "title">;

const latin = /[A-Za-z\u00c0-\u024f]/g;
const cyrillic = /[\u0400-\u04ff]/g;
const arabic = /[\u0600-\u06ff]/g;
const letters: Record<string, RegExp> = {
  en: latin,
  fr: latin,
  ru: cyrillic,
  fa: arabic,
  ar: arabic,
};
const count = (text: string, lang: string): number =>
  text.match(letters[lang] ?? latin)?.length ?? 0;

/** With the mark of its language, unless it is written in the reader's letters. */
const marked = (text: string, own: string, lang: string): string =>
  !text || (letters[lang] !== letters[own] && count(text, lang) > count(text, own))
    ? text
    : `${text} [${own}]`;

/** A row with some of its columns said in another language. */
function row<T extends { id: string }>(
  r: T,
  columns: readonly string[],
  said: Said,
  table: string,
  mark: (text: string) => string,
): T {
  const told: Record<string, string> = {};
  for (const column of columns) {
    const text = (r as Record<string, unknown>)[column];
    if (typeof text === "string" && text)
      told[column] = said[table]?.[r.id]?.[column] ?? mark(text);
  }
  return { ...r, ...told };
}

/** The register as a reader of a language has it. */
export function registerIn(register: Register, lang: string): Register {
  if (lang === register.language) return register;
  const own = register.language;
  const said = register.texts[lang] ?? {};
  const mark = (text: string): string => marked(text, own, lang);
  const all = <T extends { id: string }>(rows: T[], table: string, ...columns: string[]): T[] =>
    rows.map((r) => row(r, columns, said, table, mark));
  return {
    ...register,
    commitments: all(register.commitments, "commitments", "title", "text", "acceptance_test").map(
      (c) => ({
        ...c,
        milestones: all(c.milestones, "milestones", "title", "acceptance_test"),
        decisions: all(c.decisions, "decisions", "text"),
      }),
    ),
    agreements: all(register.agreements, "agreements", "title"),
    meetings: all(register.meetings, "meetings", "title", "place"),
    restrictions: all(register.restrictions, "restrictions", "title"),
    routes: all(register.routes, "routes", "title"),
  };
}

interface Note {
  text: string;
  key: string;
  values: Record<string, string | number>;
}

/** A note of the model in which restrictions are named: ``id (title)``, by their titles as told. */
export function noteIn(note: Note, own: Titled[], told: Titled[]): Note {
  if (note.key !== "note-restrictions") return note;
  const titles = new Map(told.map((r) => [r.id, r.title]));
  let names = String(note.values.names);
  for (const { id, title } of own)
    names = names.replace(`${id} (${title})`, () => `${id} (${titles.get(id) ?? title})`);
  return { ...note, values: { ...note.values, names } };
}

/** The programme with its title and summary in a language; the register says what they are there. */
export function aboutIn(about: Programme, register: Register | null, lang: string): Programme {
  if (!register || lang === register.language) return about;
  const told = register.texts[lang]?.["programme"]?.["programme"] ?? {};
  const { title = about.title, summary = about.summary } = told;
  return { ...about, title, summary, disclaimer: told["boundary_disclaimer"] ?? about.disclaimer };
}

/** The network with the names of its nodes in a language, on the map too. */
export function networkIn(network: Network, register: Register | null, lang: string): Network {
  if (!register || lang === register.language) return network;
  const said = register.texts[lang]?.["nodes"] ?? {};
  const name = (id: string, text: string): string =>
    said[id]?.["name"] ?? marked(text, register.language, lang);
  const byName = new Map(network.nodes.map((n) => [n.name, name(n.id, n.name)]));
  return {
    ...network,
    nodes: network.nodes.map((n) => ({ ...n, name: name(n.id, n.name) })),
    drawing: network.drawing && {
      ...network.drawing,
      nodes: network.drawing.nodes.map((n) => ({ ...n, name: byName.get(n.name) ?? n.name })),
    },
  };
}
