/** Documents that reports name by their digest: which are kept, and which of them are pictures. */
import { SvelteMap, SvelteSet } from "svelte/reactivity";
import { API, ask, snapshot } from "./api";
import type { KeptDocument } from "./types";

const DIGEST = /sha256:([0-9a-f]{64})/g;

class Documents {
  #found = new SvelteMap<string, KeptDocument>();
  #asked = new SvelteSet<string>();

  /** The digests that a text names. */
  digests(text: string): string[] {
    return [...text.matchAll(DIGEST)].map((m) => m[1] ?? "");
  }

  /** Ask for what is not known yet; a snapshot carries no documents. */
  async want(texts: string[]): Promise<void> {
    const fresh = texts.flatMap((t) => this.digests(t)).filter((d) => !this.#asked.has(d));
    if (snapshot || !fresh.length) return;
    for (const d of fresh) this.#asked.add(d);
    for (let at = 0; at < fresh.length; at += 100) {
      const some = fresh.slice(at, at + 100).join(",");
      for (const d of await ask<KeptDocument[]>(`/documents?digests=${some}`))
        this.#found.set(d.sha256, d);
    }
  }

  /** The kept pictures that a text names. */
  pictures(text: string): KeptDocument[] {
    return this.digests(text)
      .map((d) => this.#found.get(d))
      .filter((d) => d !== undefined)
      .filter((d) => d.media_type.startsWith("image/"));
  }

  address(document: KeptDocument): string {
    return `${API}/documents/${document.name}`;
  }
}

export const documents = new Documents();
