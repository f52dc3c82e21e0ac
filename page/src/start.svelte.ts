/** How the page begins, and what follows from other values and other addresses. */
import { untrack } from "svelte";
import { address } from "./address.svelte";
import { snapshot } from "./api";
import { programme } from "./programme.svelte";
import { scenarios } from "./scenarios.svelte";
import { session } from "./session.svelte";
import { trial } from "./trial.svelte";

/** Read the address, find out who reads, and load what may be read. */
export async function start(): Promise<void> {
  address.read(snapshot?.language ?? "en");
  address.follow();
  addEventListener("hashchange", () => {
    const { lang, known } = address;
    address.read();
    if (lang !== address.lang) void session.speak(address.lang);
    if (known !== address.known) void programme.load();
  });
  scenarios.recall();
  await Promise.all([session.speak(address.lang), session.who()]);
  $effect.root(() => {
    $effect(() => {
      // values that come, or come anew, may not hold what is moved
      if (programme.book) untrack(() => trial.renewed());
    });
  });
  if (session.person?.may.includes("read")) await programme.load();
}
