/** A story: views in order, each with what is said of it; packed so that an address holds it. */

export interface Step {
  /** The address of the view, from "#" on, in no language of its own. */
  view: string;
  title: string;
  text: string;
}
export interface Story {
  title: string;
  steps: Step[];
}
export const EMPTY: Story = { title: "", steps: [] };
export const MOST_STEPS = 60;
/** An address that unpacks to more is no story of ours. */
const MOST_BYTES = 200_000;

/** A view without its language and without a story in it: whoever looks reads in his own. */
export function bare(hash: string): string {
  const [path = "", query = ""] = hash.split("?");
  const q = new URLSearchParams(query);
  q.delete("lang");
  q.delete("story");
  const text = q.toString();
  return text ? `${path}?${text}` : path;
}

/** What was read, if it is a story; what is no text in it is left out. */
export function storyOf(found: unknown): Story {
  const text = (v: unknown, most: number): string =>
    typeof v === "string" ? v.slice(0, most) : "";
  const { title, steps } = (found ?? {}) as { title?: unknown; steps?: unknown };
  const list = Array.isArray(steps) ? (steps as unknown[]).slice(0, MOST_STEPS) : [];
  return {
    title: text(title, 200),
    steps: list
      .map((s) => (s ?? {}) as Record<string, unknown>)
      .map((s) => ({
        view: bare(text(s.view, 2000)),
        title: text(s.title, 200),
        text: text(s.text, 4000),
      }))
      // an address within the page, and nowhere else
      .filter((s) => s.view.startsWith("#")),
  };
}

const through = (bytes: BufferSource, by: GenericTransformStream): ReadableStream<Uint8Array> =>
  new Blob([bytes])
    .stream()
    .pipeThrough(by as ReadableWritablePair<Uint8Array<ArrayBuffer>, never>);

/** The story as letters that an address may hold. */
export async function packed(story: Story): Promise<string> {
  const plain = new TextEncoder().encode(JSON.stringify(story));
  const small = await new Response(
    through(plain, new CompressionStream("deflate-raw")) as ReadableStream<Uint8Array<ArrayBuffer>>,
  ).arrayBuffer();
  const letters = btoa(String.fromCharCode(...new Uint8Array(small)));
  return letters.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** The story that letters of an address hold; null where they hold none. */
export async function unpacked(letters: string): Promise<Story | null> {
  try {
    const raw = atob(letters.replaceAll("-", "+").replaceAll("_", "/"));
    const small = Uint8Array.from(raw, (c) => c.charCodeAt(0));
    const reader = through(small, new DecompressionStream("deflate-raw")).getReader();
    const decoder = new TextDecoder();
    let text = "";
    let size = 0;
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      if (size > MOST_BYTES) {
        void reader.cancel();
        return null;
      }
      text += decoder.decode(part.value, { stream: true });
    }
    const found = storyOf(JSON.parse(text + decoder.decode()));
    return found.steps.length ? found : null;
  } catch {
    return null;
  }
}

/** The step that a key leads to; null: it is another one's key. The arrows go as the language is written. */
export function turned(key: string, at: number, count: number, rtl = false): number | null {
  const last = count - 1;
  const [on, back] = rtl ? ["ArrowLeft", "ArrowRight"] : ["ArrowRight", "ArrowLeft"];
  if ([on, "PageDown", " ", "Enter"].includes(key)) return Math.min(at + 1, last);
  if ([back, "PageUp", "Backspace"].includes(key)) return Math.max(at - 1, 0);
  if (key === "Home") return 0;
  return key === "End" ? last : null;
}

/** The same with one step moved by so many places. */
export function moved(steps: Step[], from: number, by: number): Step[] {
  const to = from + by;
  const step = steps[from];
  if (!step || to < 0 || to >= steps.length) return steps;
  const others = steps.filter((_, k) => k !== from);
  return [...others.slice(0, to), step, ...others.slice(to)];
}
