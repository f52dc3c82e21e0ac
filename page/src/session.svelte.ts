/** Who reads, in which language, and what the reader may do. */
import { address } from "./address.svelte";
import { ask, setToken, snapshot, type Found } from "./api";
import type { Messages, Said, Session } from "./types";
import { Words } from "./words";

/** Does the page stand in a frame of another site? Then it is read, and nothing is written in it. */
export const framed = typeof window !== "undefined" && window.self !== window.top;
const READING = ["open", "read", "try"];

class Reader {
  person = $state.raw<Session | null>(null);
  words = $state.raw<Words | null>(null);

  async who(): Promise<void> {
    this.person = await ask<Session>("/session");
    setToken(this.person.csrf);
  }

  may(action: string): boolean {
    if (framed && !READING.includes(action)) return false;
    return !snapshot && (this.person?.may.includes(action) ?? false);
  }

  async speak(lang: string): Promise<void> {
    this.words = new Words(await ask<Messages>(`/messages/${lang}`));
    address.lang = lang;
    document.documentElement.lang = lang;
    document.documentElement.dir = this.words.dir;
    address.write();
  }

  say(key: string, values: Record<string, string | number> = {}): string {
    return this.words?.say(key, values) ?? "";
  }

  /**
   * A sentence that Python made: with its key it is said in the reader's language, without one as
   * it is.
   */
  sentence(said: Said | string): string {
    if (typeof said === "string") return said;
    const text = this.say(said.key, said.values);
    return !said.key || text === said.key ? said.text : text;
  }

  /**
   * What was found and what to do about it, in the reader's language; English, and marked so, where
   * the catalogue has no message for it.
   */
  finding(found: Found): { text: string; lang?: "en"; dir?: "ltr" } {
    const says = found.says ?? [];
    const known =
      says.length > 0 && says.every((s) => s.key && this.say(s.key, s.values) !== s.key);
    const parts = known
      ? says.map((s) => this.sentence(s))
      : [found.message.replace(/\.$/, ""), found.remedy ?? ""];
    // what ends in a question or a stop needs no stop of ours
    const text = parts
      .filter(Boolean)
      .map((p) => (/[.?!؟]$/.test(p) ? p : `${p}.`))
      .join(" ");
    // a direction guessed from the first letter would be that of the word that was typed
    return known || this.words?.lang === "en" ? { text } : { text, lang: "en", dir: "ltr" };
  }

  /** A reason code of the policy in words; a code of the programme's own stays as it is. */
  known_reason(code: string): string {
    const text = this.say(`reason-${code}`);
    return text.startsWith("reason-") ? code : text;
  }
}

export const session = new Reader();
