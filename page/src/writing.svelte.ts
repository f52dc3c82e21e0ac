/** Something is sent, and what came of it is told: what was done, or why not. */
import { Refused } from "./api";
import { programme } from "./programme.svelte";
import { session } from "./session.svelte";

export class Writing {
  said = $state("");
  fault = $state("");

  /** Whether it was done; then the programme is loaded anew. */
  async act(what: () => Promise<unknown>, done: string): Promise<boolean> {
    this.said = this.fault = "";
    try {
      await what();
      this.said = done;
      await programme.load();
      return true;
    } catch (e) {
      this.fault = e instanceof Refused ? this.#refusal(e) : String(e);
      return false;
    }
  }

  #refusal({ message, fault }: Refused): string {
    const rows = fault.findings ?? [];
    const found = rows.map((f) => `${f.where ?? f.file ?? ""}: ${session.finding(f).text}`);
    // of a request that is none the sentence tells the same as its findings
    const first = rows.some((f) => f.says)
      ? `${session.say("page-findings", { count: rows.length })}.`
      : message;
    return [first, ...found].join(" ");
  }
}
