import { expect, test } from "vitest";
import { draftOf, linkTo } from "../src/charts/letters";
import type { WeeklyLetter } from "../src/types";

const letter = (more: Partial<WeeklyLetter> = {}): WeeklyLetter => ({
  day: "2026-01-26",
  to: "anna@corridor.example",
  addressee: "focal point",
  party: "XRL",
  language: "fa",
  more: 0,
  subject: "سه قول در این هفته، و یادآوری آنچه هنوز گزارش نشده است",
  text: "به نقطهٔ تماس،\n\n1. R1\n",
  contact: "",
  sent_on: null,
  sent_by: "",
  means: "",
  ...more,
});
const read = (base: string): string =>
  new TextDecoder().decode(Uint8Array.from(atob(base), (c) => c.charCodeAt(0)));

test("a draft carries subject and text whole, whatever their script", () => {
  const [head = "", body = ""] = draftOf(letter()).split("\r\n\r\n");
  expect(head).toContain("To: anna@corridor.example\r\n");
  expect(head).toContain("X-Unsent: 1");
  expect(read(body.replaceAll("\r\n", ""))).toBe(letter().text.replaceAll("\n", "\r\n"));
  const words = [...head.matchAll(/=\?UTF-8\?B\?([^?]*)\?=/g)];
  expect(words.length).toBeGreaterThan(1);
  expect(words.every(([word]) => word.length <= 75)).toBe(true);
  expect(words.map(([, part]) => read(part ?? "")).join("")).toBe(letter().subject);
});

test("nothing in a letter makes a header of its own", () => {
  const made = draftOf(letter({ to: "a@b.example\r\nBcc: x@y.example", subject: "s\r\nBcc: z" }));
  expect(made).not.toMatch(/^Bcc/m);
});

test("without an address there is none in the draft, and a link has the subject", () => {
  expect(draftOf(letter({ to: "" }))).not.toContain("To:");
  expect(linkTo(letter({ subject: "a & b" }))).toBe(
    "mailto:anna@corridor.example?subject=a%20%26%20b",
  );
});
