/**
 * The licences of what is bundled: a text beside the page, and the same at the end of the script,
 * so that no copy goes without.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Plugin } from "vite";

const OURS = fileURLToPath(new URL("../LICENSE", import.meta.url));
export const NAME = "third-party-licences";

/** The folder of the package that a module belongs to; empty for our own. */
export function packageOf(module: string): string {
  const file = module.replace(/^\0/, "").split("?")[0] ?? "";
  if (!file.includes("/node_modules/")) return "";
  let folder = dirname(file);
  while (folder.includes("/node_modules/")) {
    const manifest = join(folder, "package.json");
    if (
      existsSync(manifest) &&
      (JSON.parse(readFileSync(manifest, "utf8")) as { version?: string }).version
    )
      return folder;
    folder = dirname(folder);
  }
  throw new Error(`${file} belongs to no package`);
}

interface Manifest {
  name: string;
  version: string;
  license?: string;
  author?: string | { name?: string };
}

/**
 * Name, version, author and the text of the licence. Raises an error where there is no text:
 * nothing is bundled without one.
 */
export function notice(folder: string): string {
  const {
    name,
    version,
    license = "",
    author = "",
  } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const file = readdirSync(folder).find((f) => /^(licen[cs]e|copying)(\.|$)/i.test(f));
  // some packages name the Apache License without bringing it; it is the one that milepost itself
  // is under
  const text = file ? join(folder, file) : license === "Apache-2.0" ? OURS : "";
  if (!text) throw new Error(`${name} brings no text of its licence (${license || "none named"})`);
  const by = typeof author === "string" ? author : (author.name ?? "");
  return `${name} ${version} (${license})${by ? `, ${by}` : ""}\n\n${readFileSync(text, "utf8").trim()}\n`;
}

export function licences(): Plugin {
  return {
    name: NAME,
    apply: "build",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const chunks = Object.values(bundle).filter((f) => f.type === "chunk");
        // all that was read, not only what a chunk lists: a constant that is written in place is
        // listed nowhere
        const folders = [...new Set([...this.getModuleIds()].map(packageOf))]
          .filter(Boolean)
          .sort();
        const notices = folders.map(notice).join(`\n${"-".repeat(80)}\n\n`);
        const text = `The page is built with parts of these packages.\n\n${notices}`;
        const file = this.emitFile({ type: "asset", name: `${NAME}.txt`, source: text });
        // a one-file snapshot holds the script and not the file beside it
        const name = this.getFileName(file).replace(/^.*\//, "");
        for (const chunk of chunks)
          chunk.code += `\n/*! ${name}\n\n${text.replaceAll("*/", "* /")}*/\n`;
      },
    },
  };
}
