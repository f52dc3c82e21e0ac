/** Something is sent, and what came of it is told: what was done, or why not. */
import { Refused } from "./api";
import { programme } from "./programme.svelte";

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
    const found = (fault.findings ?? []).map((f) => `${f.where ?? f.file ?? ""}: ${f.message}`);
    return [message, ...found].join(" ");
  }
}
