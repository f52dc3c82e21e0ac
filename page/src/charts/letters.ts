/** A letter as a file that a mail program opens as a draft. */
import type { WeeklyLetter } from "../types";

const base64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(""));

/** Words of a header, none longer than one may be (RFC 2047); a line break in them makes no new header. */
function encoded(text: string): string {
  const words: string[] = [];
  let word = "";
  for (const c of text.replace(/\s+/g, " ")) {
    if (word && base64(word + c).length > 60) {
      words.push(word);
      word = "";
    }
    word += c;
  }
  return [...words, word].map((part) => `=?UTF-8?B?${base64(part)}?=`).join("\r\n ");
}

export function draftOf({ to, subject, language, text }: WeeklyLetter): string {
  const body = base64(text.replaceAll("\n", "\r\n")).match(/.{1,76}/g) ?? [];
  return [
    "X-Unsent: 1",
    ...(to ? [`To: ${to.replace(/\s+/g, "")}`] : []),
    `Subject: ${encoded(subject)}`,
    "MIME-Version: 1.0",
    `Content-Language: ${language}`,
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: base64",
    "",
    ...body,
    "",
  ].join("\r\n");
}

/** The address as a link: the draft has the subject; for the text an address has no room. */
export const linkTo = ({ to, subject }: WeeklyLetter): string =>
  `mailto:${encodeURIComponent(to).replaceAll("%40", "@")}?subject=${encodeURIComponent(subject)}`;
