/** One way to the data: the server's API, or what a snapshot carries. No figure is made here. */
import type { Said } from "./types";
import { allOf, rootOf } from "./root";

/** What is wrong with a cell, a row or a field of a request. */
export interface Found {
  file?: string;
  line?: number;
  column?: string;
  where?: string;
  message: string;
  remedy?: string;
  says?: Said[];
}

export interface Fault {
  error: string;
  findings?: Found[];
  conflicts?: unknown[];
}

export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly fault: Fault,
  ) {
    super(fault.error);
  }
}

interface Snapshot {
  api: string;
  language: string;
  answers: Record<string, unknown>;
}

/** What a snapshot carries: JSON, packed as gzip and written as base64. */
async function unpack(packed: string): Promise<Snapshot> {
  const bytes = Uint8Array.from(atob(packed), (c) => c.charCodeAt(0));
  const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return (await new Response(plain).json()) as Snapshot;
}

const held = document.getElementById("snapshot")?.textContent;
export const snapshot: Snapshot | null = held ? await unpack(held) : null;
/** Where the page lies on its server. */
export const ROOT = snapshot ? "" : rootOf(globalThis.location?.pathname ?? "");
export const ALL = snapshot ? "" : allOf(globalThis.location?.pathname ?? "");
export const API = `${ROOT}/api/v1`;
let token = "";

export function setToken(csrf: string): void {
  token = csrf;
}

export async function ask<T>(path: string, known = ""): Promise<T> {
  if (snapshot) {
    const found = snapshot.answers[path.split("?")[0] ?? ""];
    if (found === undefined) throw new Refused(404, { error: "snapshot" });
    return found as T;
  }
  const joiner = path.includes("?") ? "&" : "?";
  return read<T>(
    await fetch(API + path + (known ? `${joiner}known_on=${known}` : ""), {
      headers: { accept: "application/json" },
    }),
  );
}

export async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  const headers: Record<string, string> = { "x-milepost-csrf": token };
  if (body !== undefined && !(body instanceof FormData))
    headers["content-type"] = "application/json";
  const sent =
    body === undefined || body instanceof FormData
      ? (body as FormData | undefined)
      : JSON.stringify(body);
  return read<T>(await fetch(API + path, { method, headers, body: sent ?? null }));
}

async function read<T>(answer: Response): Promise<T> {
  const content: unknown = await answer
    .json()
    .catch(() => ({ error: `${answer.status} ${answer.statusText}` }));
  if (
    !answer.ok ||
    (answer.status === 202 &&
      typeof (content as Fault).error === "string" &&
      !("id" in (content as object)))
  )
    throw new Refused(answer.status, content as Fault);
  return content as T;
}

/** Start a job, tell its progress, give its result; `stop` cancels it. */
export async function run(
  body: Record<string, unknown>,
  tell: (done: number, of: number) => void,
  stop: AbortSignal,
): Promise<Blob> {
  const job = await send<{ id: string }>("POST", "/jobs", body);
  await new Promise<void>((good, bad) => {
    const events = new EventSource(`${API}/jobs/${job.id}/events`);
    stop.addEventListener("abort", () => void send("DELETE", `/jobs/${job.id}`));
    events.onmessage = (e: MessageEvent<string>) => {
      const now = JSON.parse(e.data) as { state: string; done: number; of: number; error: string };
      tell(now.done, now.of);
      if (now.state === "done") {
        events.close();
        good();
      } else if (now.state === "failed" || now.state === "cancelled") {
        events.close();
        bad(new Refused(400, { error: now.error || now.state }));
      }
    };
    events.onerror = () => {
      events.close();
      bad(new Refused(503, { error: "The server does not answer." }));
    };
  });
  return (await fetch(`${API}/jobs/${job.id}/result`)).blob();
}
