/**
 * A figure as one SVG text that stands alone: with its title above, and its source and date below.
 * Nothing here knows the page.
 */
import { at, extentOf, spanOf } from "./bars";

export interface Told {
  title: string;
  /** What it rests on, and when it was made. */
  source: string;
  date: string;
  rtl: boolean;
}
export interface Row {
  name: string;
  value: number;
  label: string;
}
const FONT = "system-ui, 'Noto Sans', 'Noto Naskh Arabic', sans-serif";
const EDGE = 16;
const HEAD = 44;
const LINE = 16;
const ROW = 24;
const WIDE = 900;
const NAME = 300;
const NUMBER = 90;
/** Letters of small text that stand on a width. */
const lettersOf = (width: number): number => Math.floor((width - 2 * EDGE) / 6);

export const escaped = (text: string): string =>
  text
    // eslint-disable-next-line no-control-regex
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");

/** Text in lines of at most so many letters; a longer word is cut. */
export function lines(text: string, most: number): string[] {
  const found: string[] = [];
  let line = "";
  for (const whole of text.split(/\s+/).filter(Boolean)) {
    const word = whole.length > most ? `${whole.slice(0, most - 1)}…` : whole;
    if (line && line.length + word.length + 1 > most) {
      found.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return line ? [...found, line] : found;
}

const cut = (text: string, most: number): string =>
  text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** A drawing of a size, given its inner SVG, with title, source and date around it. */
export function framed(inner: string, width: number, height: number, told: Told): string {
  const x = told.rtl ? width - EDGE : EDGE;
  const small = [...lines(told.source, lettersOf(width)), told.date];
  const whole = HEAD + height + EDGE + small.length * LINE + EDGE / 2;
  const text = (y: number, look: string, said: string): string =>
    `<text x="${x}" y="${y}" ${look}>${escaped(said)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${whole}" `,
    `viewBox="0 0 ${width} ${whole}" font-family="${escaped(FONT)}" `,
    `direction="${told.rtl ? "rtl" : "ltr"}"><title>${escaped(told.title)}</title>`,
    `<rect width="${width}" height="${whole}" fill="#fff"/>`,
    text(
      30,
      'font-size="18" font-weight="600" fill="#17212b"',
      cut(told.title, Math.floor(width / 9.5)),
    ),
    `<g transform="translate(0,${HEAD})" direction="ltr">${inner}</g>`,
    ...small.map((line, k) =>
      text(HEAD + height + EDGE + (k + 0.6) * LINE, 'font-size="11" fill="#51606d"', line),
    ),
    "</svg>",
  ].join("");
}

/** Rows as bars that diverge from zero, each with its name and number. */
export function barsOf(rows: Row[], told: Told): string {
  const extent = extentOf(rows.map((r) => r.value));
  const room = WIDE - 2 * EDGE - NAME - NUMBER;
  const side = (x: number): number => (told.rtl ? WIDE - x : x);
  const zero = side(EDGE + NAME + at(0, extent) * room);
  const drawn = rows.map((r, k) => {
    const { from, to } = spanOf(r.value, extent);
    const [a, b] = [side(EDGE + NAME + from * room), side(EDGE + NAME + to * room)];
    const y = k * ROW;
    const colour = r.value < 0 ? "#a3261d" : "#1f5fa8";
    const words = (x: number, look: string, said: string): string =>
      `<text x="${x}" y="${y + 16}" font-size="13" fill="#17212b" ${look}>${escaped(said)}</text>`;
    const [x, width] = [Math.min(a, b).toFixed(1), Math.abs(b - a).toFixed(1)];
    // where one begins to read is the start of a text, in either direction
    return [
      words(side(EDGE), `direction="${told.rtl ? "rtl" : "ltr"}"`, cut(r.name, 44)),
      `<rect x="${x}" y="${y + 5}" width="${width}" height="14" fill="${colour}"/>`,
      words(side(WIDE - EDGE), `text-anchor="${told.rtl ? "start" : "end"}"`, r.label),
    ].join("");
  });
  const height = rows.length * ROW;
  const x = zero.toFixed(1);
  const line = `<line x1="${x}" x2="${x}" y1="0" y2="${height}" stroke="#51606d"/>`;
  return framed(drawn.join("") + line, WIDE, height, told);
}

/** The rows of a table that can be drawn as bars: its names, and its first column of numbers. */
export function drawable(
  rows: (string | number)[][],
  label: (value: number) => string,
  most = 40,
): Row[] {
  const first = rows[0] ?? [];
  const column = first.findIndex((_, k) => k > 0 && rows.some((r) => typeof r[k] === "number"));
  if (column < 1) return [];
  return rows.slice(0, most).flatMap((r) => {
    const value = r[column];
    const name = r
      .slice(0, Math.min(2, column))
      .filter((c) => typeof c === "string")
      .join(" ");
    return typeof value === "number" ? [{ name, value, label: label(value) }] : [];
  });
}

/** A name for a file out of a title. */
export const fileName = (title: string): string =>
  title
    .slice(0, 60)
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "") || "figure";
