/** Long questions: asked of the server as a job, with their progress; the last answer stays while one looks
 * elsewhere. */
import { address } from "./address.svelte";
import { Refused, run } from "./api";
import { programme } from "./programme.svelte";
import type { Plans, Resilience } from "./types";

export class Asked<Answer> {
  answer = $state.raw<Answer | null>(null);
  progress = $state.raw<[done: number, of: number] | null>(null);
  fault = $state("");
  /** What it answers. */
  job = $state.raw<Record<string, unknown> | null>(null);
  /** Of which data the answer is. */
  #of = $state("");
  #stop: AbortController | null = null;

  /** Have the data changed since it was answered, or is another day looked at? */
  old = $derived(this.answer !== null && this.#of !== this.#data());

  #data(): string {
    return `${programme.about?.fingerprint ?? ""} ${address.known}`;
  }

  async ask(job: Record<string, unknown>): Promise<void> {
    this.#stop = new AbortController();
    this.fault = "";
    this.progress = [0, 1];
    const of = this.#data();
    try {
      const body = { ...job, known_on: address.known };
      const found = await run(
        body,
        (done, all) => (this.progress = [done, Math.max(all, 1)]),
        this.#stop.signal,
      );
      this.answer = JSON.parse(await found.text()) as Answer;
      this.#of = of;
      this.job = job;
    } catch (e) {
      if (!this.#stop.signal.aborted) this.fault = e instanceof Refused ? e.message : String(e);
    }
    this.progress = null;
  }

  cancel(): void {
    this.#stop?.abort();
  }
}

export const planning = new Asked<Plans>();
export const crises = new Asked<Resilience>();
